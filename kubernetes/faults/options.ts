/** What the command line says. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { didYouMean } from '../../constructs/validation/did-you-mean';
import type { Fault } from './fault';

export interface Options {
  readonly environment: string;
  readonly kubeconfig: string;
  /** RUN_DIR of kubernetes/nodes/up.sh. */
  readonly run: string;
  /** Names of faults; all if there are none. */
  readonly faults: readonly string[];
  readonly isShort: boolean;
  readonly json: boolean;
  /** Folder of the deployment's state, as `kubernetes/main.ts` has it. */
  readonly state: string;
  readonly images: string;
  /** Folder of the results. */
  readonly results: string;
  readonly kubectl: string;
}

export const usage = `Usage: node --import tsx kubernetes/faults/main.ts ENVIRONMENT --kubeconfig FILE --run RUN_DIR
       node --import tsx kubernetes/faults/main.ts --markdown

  Brings faults about in an environment that kubernetes/main.ts has deployed, under a load of orders, and judges each.
  The exit code is 1 if one fails.

  --fault NAME     one of them; further ones by further --fault. All of the platform without it
  --short          the short form: three faults, in about 7 minutes on 2 cores
  --json           prints the results as JSON
  --run RUN_DIR    that of kubernetes/nodes/up.sh
  --state FOLDER, --images FILE   those of the deployment: RUN_DIR/../state and RUN_DIR/../images/images.json without them
  --results FOLDER kubernetes/faults/results: where a file is kept of each result
  --markdown       writes docs/fault-table.md from the results, and runs nothing

  KUBECTL   kubectl, if it isn't on the path by that name. Runs as root: nodes and processes are this machine's`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        ...{ kubeconfig: text, run: text, state: text, images: text, results: text },
        ...{ short: flag, json: flag, markdown: flag },
        fault: { type: 'string', multiple: true },
      },
    });
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`, { cause: error });
  }
}

/** @returns 'markdown' if the page is to be written @throws Error that names the option, its value and what is allowed */
export function readOptions(
  words: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
  defaultResults: string,
  known: readonly Fault[],
): Options | 'markdown' {
  const { values, positionals } = parse(words);
  if (values.markdown === true) return 'markdown';
  const [environment, ...others] = positionals;
  if (environment === undefined) throw new Error(`the name of an environment is missing.\n\n${usage}`);
  if (others.length > 0) throw new Error(`'${others.join(' ')}' is one word too many.\n\n${usage}`);
  const run = existing('--run', values.run);
  return {
    environment,
    run,
    kubeconfig: existing('--kubeconfig', values.kubeconfig),
    faults: (values.fault ?? []).map((name) => knownFault(name, known)),
    isShort: values.short ?? false,
    json: values.json ?? false,
    state: path.resolve(values.state ?? path.join(run, '../state')),
    images: path.resolve(values.images ?? path.join(run, '../images/images.json')),
    results: path.resolve(values.results ?? defaultResults),
    kubectl: variables.KUBECTL ?? 'kubectl',
  };
}

function existing(option: string, file: string | undefined): string {
  if (file === undefined) throw new Error(`${option} is missing.\n\n${usage}`);
  if (!existsSync(file)) throw new Error(`${option}: there is no ${file}`);
  return path.resolve(file);
}

function knownFault(name: string, known: readonly Fault[]): string {
  const names = known.map((fault) => fault.name);
  if (names.includes(name)) return name;
  throw new Error(`--fault: there is no fault '${name}'. ${didYouMean(name, names)}.`);
}
