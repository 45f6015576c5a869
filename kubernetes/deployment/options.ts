/** What the command line says. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { didYouMean } from '../../constructs/validation/did-you-mean';
import type { ChartsOfMakers } from '../../review/charts/rendering';

export const commands = ['deploy', 'destroy', 'exercise', 'renew-certificates', 'list-stand-ins'] as const;

export type Command = (typeof commands)[number];

export interface Options {
  readonly command: Command;
  /** Name of the environment; empty for `list-stand-ins`. */
  readonly environment: string;
  readonly kubeconfig: string;
  /** Folder of what the deployment remembers, and of the volumes' folders. */
  readonly state: string;
  /** File with the images of this machine; empty where none are deployed. */
  readonly images: string;
  /** Parts of the names of stacks, `redis`; all if there are none. */
  readonly stacks: readonly string[];
  /** Settings other than those of the environment's file: `platform.memoryMebibytes=2048`. */
  readonly changes: readonly string[];
  readonly storage: 'host' | 'cluster';
  /** Whether the list of stand-ins is printed as kubernetes/README.md has it. */
  readonly markdown: boolean;
  readonly longestWaitSeconds: number;
  /** kubectl, where it isn't on the path by that name. */
  readonly kubectl: string;
  readonly charts?: ChartsOfMakers;
}

export const usage = `Usage: node --import tsx kubernetes/main.ts COMMAND

  deploy ENVIRONMENT --kubeconfig FILE --images FILE --state FOLDER [--stack NAME]…
                                    deploys what of its stacks is in Kubernetes, and ends with the table of the exercise
  exercise ENVIRONMENT --kubeconfig FILE --images FILE --state FOLDER
                                    runs the exercise again; the exit code is its own
  renew-certificates ENVIRONMENT --kubeconfig FILE --state FOLDER
  destroy ENVIRONMENT --kubeconfig FILE --state FOLDER
                                    removes what was deployed, with its volumes
  list-stand-ins [--markdown]       prints what is replaced by something else, and how that differs

  --stack NAME          redis, say; further ones by further --stack. All without it
  --set SETTING=NUMBER  another number than the environment has: platform.memoryMebibytes=2048; further ones by further --set
  --storage host        volumes are folders below --state, which all nodes see; with 'cluster' the cluster provisions them
  --longest-wait SECONDS   900: what isn't done by then has failed

  CHARTS   folder of charts, as 'helm pull --untar' writes them; without it Redis is made from the same values
  HELM, KUBECTL   programs, if they aren't on the path by these names`;

/** @throws Error with the usage, that names the option, its value and what is allowed */
export function readOptions(
  words: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
): Options {
  const { values, positionals } = parse(words);
  const [command = '', environment = '', ...others] = positionals;
  const known = commandOf(command);
  if (others.length > 0) throw new Error(`'${others.join(' ')}' is one word too many.\n\n${usage}`);
  requireAll(known, { ...values, environment });
  return {
    command: known,
    environment,
    kubeconfig: fileOf('--kubeconfig', values.kubeconfig),
    images: fileOf('--images', values.images),
    state: values.state === undefined ? '' : path.resolve(values.state),
    stacks: values.stack ?? [],
    changes: values.set ?? [],
    storage: storageOf(values.storage),
    markdown: values.markdown ?? false,
    longestWaitSeconds: secondsOf(values['longest-wait']),
    kubectl: variables.KUBECTL ?? 'kubectl',
    ...chartsOf(variables),
  };
}

/** @throws Error that names the nearest command */
function commandOf(word: string): Command {
  const known = commands.find((name) => name === word);
  if (known !== undefined) return known;
  throw new Error(`There is no command '${word}'. ${didYouMean(word, commands)}.\n\n${usage}`);
}

/** @throws Error that names what a command lacks */
function requireAll(command: Command, given: Readonly<Record<string, unknown>>): void {
  const missing = required[command].find((name) => given[name] === undefined || given[name] === '');
  if (missing === undefined) return;
  const what = missing === 'environment' ? 'the name of an environment' : `--${missing}`;
  throw new Error(`${command} needs ${what}.\n\n${usage}`);
}

const required: Readonly<Record<Command, readonly ('environment' | 'kubeconfig' | 'images' | 'state')[]>> = {
  deploy: ['environment', 'kubeconfig', 'images', 'state'],
  exercise: ['environment', 'kubeconfig', 'images', 'state'],
  'renew-certificates': ['environment', 'kubeconfig', 'state'],
  destroy: ['environment', 'kubeconfig', 'state'],
  'list-stand-ins': [],
};

function parse(words: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        kubeconfig: text,
        images: text,
        state: text,
        stack: { type: 'string', multiple: true },
        set: { type: 'string', multiple: true },
        storage: text,
        markdown: { type: 'boolean' },
        'longest-wait': text,
      },
    });
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`, { cause: error });
  }
}

function fileOf(option: string, file: string | undefined): string {
  if (file === undefined) return '';
  if (existsSync(file)) return path.resolve(file);
  throw new Error(`${option}: there is no file ${file}`);
}

function storageOf(value = 'host'): Options['storage'] {
  if (value === 'host' || value === 'cluster') return value;
  throw new Error(`--storage is ${value}: host and cluster are allowed`);
}

function secondsOf(value = '900'): number {
  const seconds = Number(value);
  if (Number.isInteger(seconds) && seconds > 0) return seconds;
  throw new Error(`--longest-wait is ${value}: a number of seconds is allowed`);
}

function chartsOf({ CHARTS, HELM }: Readonly<Record<string, string | undefined>>): Pick<Options, 'charts'> {
  if (CHARTS === undefined || CHARTS === '') return {};
  return { charts: { charts: path.resolve(CHARTS), ...(HELM !== undefined && { helm: HELM }) } };
}
