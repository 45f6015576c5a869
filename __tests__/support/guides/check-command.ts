/** Whether a command of a guide could run: its program, its options, and the names in it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { usage as exerciseUsage } from '../../../apps/exercise/arguments';
import { deadLettersCommand } from '../../../apps/worker/dead-letters-command';
import { nodeProgram } from '../../../constructs/application/programs';
import { bareMetalNames } from '../../../environments/bare-metal';
import { checkAws } from './check-aws';
import { checkCdktf, checkTerraform } from './check-cdktf';
import { checkKubectl } from './check-kubectl';
import type { DeployedNames } from './deployed-names';
import { couldBe, isKnown } from './fill-ins';
import type { GuideCommand } from './guide-commands';
import { usageOptions } from '../../../kubernetes/usage/options';
import { optionsOfHelp, readCommand, valuesOf } from './program-options';
import { recordedPrograms } from './recorded';

const root = path.resolve(__dirname, '../../..');

type Check = (words: readonly string[], names: DeployedNames) => readonly string[];

/** Programs of the shell and of every machine: ShellCheck and `bash -n` read their blocks. */
const shellPrograms = ['awk', 'base64', 'cat', 'cd', 'date', 'echo', 'printf', 'read', 'rm', 'scp', 'unset'];

const none: Check = () => [];

const checks: Readonly<Record<string, Check>> = {
  ...Object.fromEntries(shellPrograms.map((program) => [program, none])),
  aws: checkAws,
  // Between backticks a guide may name a command of CDKTF without calling it.
  cdktf: (words, names) =>
    words.length === 1 ? checkCdktf(words, names) : [`call it by npx: npx cdktf ${words.join(' ')}`],
  cmctl: recorded('cmctl'),
  crane: recorded('crane'),
  docker: checkDocker,
  export: (words, names) => words.flatMap((word) => checkVariable(...nameAndValue(word), names)),
  git: (words) =>
    (words[0] === 'checkout' && words.length === 2) || words.join(' ') === 'log -1 --format=%ct'
      ? []
      : ['only `git checkout <what>` and `git log -1 --format=%ct` are known'],
  helm: recorded('helm'),
  kubectl: (words, names) => checkKubectl(words, names, (inner) => checkWords(inner, names)),
  node: checkNode,
  [nodeProgram]: checkNode,
  npm: checkNpm,
  npx: checkNpx,
  'redis-cli': recorded('redis-cli'),
  'scripts/setup.sh': (words) => words.filter((word) => word !== '--check').map((word) => `there is no option ${word}`),
  skopeo: recorded('skopeo'),
  ssh: none,
  sudo: (words) => (words[0] === 'resize2fs' ? [] : ['only `sudo resize2fs` is known']),
  terraform: checkTerraform,
};

/** Whether there is a grammar for its program. */
export const hasGrammar = ({ words: [program = ''] }: Pick<GuideCommand, 'words'>, functions: ReadonlySet<string>) =>
  Object.hasOwn(checks, program) || functions.has(program);

/** Faults of a command, or none. @param functions names of functions that guides define */
export function checkCommand(
  { words, variables }: Pick<GuideCommand, 'words' | 'variables'>,
  names: DeployedNames,
  functions: ReadonlySet<string>,
): readonly string[] {
  const ofVariables = Object.entries(variables).flatMap(([name, value]) => checkVariable(name, value, names));
  return [...ofVariables, ...(functions.has(words[0] ?? '') ? [] : checkWords(words, names))];
}

function checkWords([program = '', ...others]: readonly string[], names: DeployedNames): readonly string[] {
  const check = Object.hasOwn(checks, program) ? checks[program] : undefined;
  return check?.(others, names) ?? [`${program} has no grammar`];
}

function nameAndValue(word: string): readonly [string, string] {
  const [name = '', value = ''] = word.split('=');
  return [name, value];
}

/** Variables that commands in guides set, with their values where not every one will do. */
function checkVariable(name: string, value: string, { environments }: DeployedNames): readonly string[] {
  const values: Readonly<Record<string, readonly string[] | undefined>> = {
    AWS_PROFILE: undefined,
    CHARTS: undefined,
    KUBECTL: undefined,
    KUBERNETES_ENVIRONMENT: environments,
    ENVIRONMENT: environments,
    LOCAL_FIRST_PORT: undefined,
    OWN_STATE: ['file', 'bucket'],
    REDISCLI_AUTH: undefined,
  };
  if (!Object.hasOwn(values, name)) return [`no program is known to read ${name}`];
  const allowed = values[name];
  return allowed === undefined || couldBe(value, allowed)
    ? []
    : [`${name}=${value}: it is one of ${allowed.join(', ')}`];
}

function recorded(name: string): Check {
  return (words) => {
    const program = recordedPrograms().programs[name];
    return program ? readCommand(program, words).faults : [`nothing of ${name} is recorded`];
  };
}

function checkDocker(words: readonly string[], { imageRepositories }: DeployedNames): readonly string[] {
  const { docker } = recordedPrograms().programs;
  if (!docker) return ['nothing of docker is recorded'];
  const command = readCommand(docker, words);
  const [file] = command.command.startsWith('compose') ? valuesOf(command, '--file', '-f') : [];
  const [service] = command.command === 'compose run' ? command.positionals : [];
  const images = [
    ...valuesOf(command, '--tag', '-t'),
    ...(command.command.endsWith('inspect') ? command.positionals : []),
  ];
  const compose =
    file !== undefined && existsSync(path.join(root, file)) ? readFileSync(path.join(root, file), 'utf8') : '';
  return [
    ...command.faults,
    ...(file !== undefined && compose === '' ? [`there is no file ${file}`] : []),
    ...(service !== undefined && !compose.includes(`\n  ${service}:\n`)
      ? [`${String(file)} has no service ${service}`]
      : []),
    ...images
      .filter((image) => !couldBe(image.replace(/^[^/]*\//, '').replace(/:[^:]*$/, ''), imageRepositories))
      .map((image) => `no environment pulls ${image}`),
  ];
}

function checkNode(words: readonly string[]): readonly string[] {
  if (words[0] === '--import') {
    const [, loader, file = '', ...more] = words;
    return loader === 'tsx' && existsSync(path.join(root, file)) && more.length === 0 ? [] : [`tsx can't run ${file}`];
  }
  const [script = '', ...others] = words.filter((word) => !word.startsWith('--env-file='));
  if (script === 'dist/exercise.js') return checkExercise(others);
  if (path.basename(script) !== 'worker.js' || others[0] !== 'dead-letters') return [`${script} has no grammar`];
  try {
    deadLettersCommand(others.slice(1));
    return [];
  } catch (error) {
    return [String(error)];
  }
}

const checkExercise = (words: readonly string[]) =>
  readCommand({ source: 'usage', commands: { '': optionsOfHelp(exerciseUsage) } }, words).faults;

/** Options are those of the command's own first lines. */
const checkEnvironment =
  (...known: readonly string[]): Check =>
  (words, { environments }) => {
    const [environment = '', ...others] = words.filter((word) => !known.includes(word));
    return couldBe(environment, environments) && others.length === 0 ? [] : ['it takes one environment'];
  };

function checkUsage(words: readonly string[]): readonly string[] {
  try {
    parseArgs({ args: [...words], options: usageOptions });
    return [];
  } catch (error) {
    return [String(error)];
  }
}

/** Arguments of scripts of package.json, after `--`. */
const scriptArguments: Readonly<Record<string, Check>> = {
  demo: checkExercise,
  'demo:compose': ([topology = '', ...others]) =>
    existsSync(path.join(root, 'deploy/compose', `${topology}.yaml`)) && others.length === 0
      ? []
      : ['it takes the name of a compose file'],
  'demo:kubernetes': checkEnvironment(),
  usage: checkUsage,
  'plan:capacity': checkEnvironment('--json'),
  reachability: checkEnvironment('--picture', '--mutate'),
  rights: checkEnvironment('--json'),
  'render:machines': ([environment = '', folder, ...others]) =>
    couldBe(environment, bareMetalNames) && folder !== undefined && others.length === 0
      ? []
      : [`it takes an environment (${bareMetalNames.join(', ')}) and a folder`],
};

function checkNpm(words: readonly string[], names: DeployedNames): readonly string[] {
  const [command, ...others] = words.filter((word) => word !== '--silent');
  if (command === 'ci') return others;
  const script = command === 'test' ? command : others.shift();
  const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { scripts: object };
  if (!['run', 'test'].includes(command ?? '') || script === undefined || !Object.hasOwn(scripts, script)) {
    return [`package.json has no script ${String(script)}`];
  }
  if (others.length === 0) return [];
  const check = scriptArguments[script];
  if (others[0] !== '--' || !check) return [`${script} takes no arguments${check ? ' but after --' : ''}`];
  return check(others.slice(1), names);
}

function checkNpx([program, ...words]: readonly string[], names: DeployedNames): readonly string[] {
  if (program === 'cdktf') return checkCdktf(words, names);
  if (program !== 'jest') return [`npx ${String(program)} has no grammar`];
  const files = readdirSync(path.join(root, '__tests__'), { recursive: true, encoding: 'utf8' });
  const tests = files.filter((file) => file.endsWith('.test.ts')).map((file) => `__tests__/${file}`);
  return words
    .filter((word) => isKnown(word) && !tests.some((file) => file.includes(word)))
    .map((word) => `no test is in ${word}`);
}
