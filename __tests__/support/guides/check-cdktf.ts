/** Commands of the CDKTF CLI and of Terraform, by the help of those that are installed. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { DeployedNames } from './deployed-names';
import { couldBe, isKnown } from './fill-ins';
import { optionsOfHelp, readCommand, type ReadCommand } from './program-options';

const cdktf = path.resolve(__dirname, '../../../node_modules/.bin/cdktf');

const helpTexts = new Map<string, string>();

function helpOf(program: string, words: readonly string[]): string {
  const key = [program, ...words].join(' ');
  const known = helpTexts.get(key);
  if (known !== undefined) return known;
  const { stdout } = spawnSync(program, words, {
    encoding: 'utf8',
    env: { ...process.env, CHECKPOINT_DISABLE: '1', FORCE_COLOR: '0', COLUMNS: '1000' },
  });
  helpTexts.set(key, stdout);
  return stdout;
}

/** Faults of `cdktf <words>`. */
export function checkCdktf(words: readonly string[], names: DeployedNames): readonly string[] {
  const [subcommand = '', ...others] = words;
  const help = helpOf(cdktf, [subcommand, '--help']);
  const [, stacks, several] = new RegExp(`^cdktf ${subcommand}(?: \\[(stacks?)(\\.*)\\])?$`, 'm').exec(help) ?? [
    undefined,
  ];
  if (!help.startsWith(`cdktf ${subcommand}`)) return [`'${subcommand}' is no command of cdktf`];
  const command = readCommand({ source: 'cdktf', commands: { '': optionsOfHelp(help) } }, others);
  const maximum = stacks === undefined ? 0 : several === '' ? 1 : Infinity;
  return [
    ...command.faults,
    ...(command.positionals.length > maximum ? [`it takes ${String(maximum)} stacks at most`] : []),
    ...(maximum > 0 && command.positionals.length === 0 && others.length > 0 ? ['it names no stack'] : []),
    ...command.positionals.flatMap((pattern) => checkStack(pattern, maximum > 1, names)),
    ...checkSelection(subcommand, command, names),
  ];
}

function checkStack(pattern: string, globs: boolean, { stacks }: DeployedNames): readonly string[] {
  if (couldBe(pattern, stacks, { globs })) return [];
  return [`'${pattern}' is no stack${globs ? ', and no pattern that one matches' : '; it takes no pattern'}`];
}

/** CDKTF refuses to deploy a stack without those it depends on, and to destroy one without those that depend on it. */
function checkSelection(subcommand: string, command: ReadCommand, { stacks, dependencies }: DeployedNames) {
  const patterns = command.positionals;
  if (!['deploy', 'destroy'].includes(subcommand) || !patterns.every(isKnown)) return [];
  if (command.given.has('--ignore-missing-stack-dependencies')) return [];
  const selected = new Set(
    stacks.filter((stack) => patterns.some((pattern) => couldBe(pattern, [stack], { globs: true }))),
  );
  const needed = (stack: string) =>
    subcommand === 'deploy'
      ? (dependencies.get(stack) ?? [])
      : stacks.filter((other) => dependencies.get(other)?.includes(stack));
  const missing = [...selected].flatMap((stack) => needed(stack).filter((other) => !selected.has(other)));
  return [...new Set(missing)].map((stack) => `${stack} has to be among the stacks, or their order to be ignored`);
}

/** Faults of `terraform <words>`. */
export function checkTerraform(words: readonly string[]): readonly string[] {
  const options = words.findIndex((word) => word.startsWith('-'));
  const subcommand = (options < 0 ? words : words.slice(0, options)).filter((word) =>
    /^[a-z]+(?:-[a-z]+)*$/.test(word),
  );
  const help = helpOf('terraform', [...subcommand, '-help']);
  if (!help.startsWith(`Usage: terraform [global options] ${subcommand.join(' ')}`)) {
    return [`'${subcommand.join(' ')}' is no command of terraform`];
  }
  return readCommand({ source: 'terraform', commands: { '': optionsOfHelp(help) } }, words.slice(subcommand.length))
    .faults;
}
