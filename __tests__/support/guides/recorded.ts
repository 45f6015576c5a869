/**
 * Options of programs and operations of AWS that guides use, recorded on a day so that tests need neither: `program-options.json`
 * and `aws-operations.json`. `node --import tsx __tests__/support/guides/record.ts` writes both again.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { optionsOfHelp, type Options, type Program } from './program-options';

export const programsFile = path.join(__dirname, 'program-options.json');
export const operationsFile = path.join(__dirname, 'aws-operations.json');

export interface RecordedPrograms {
  /** Day of the record, ISO 8601. */
  readonly date: string;
  readonly programs: Readonly<Record<string, Program>>;
}

export interface AwsOperation {
  readonly positional: readonly string[];
  readonly required: readonly string[];
  readonly options: Options;
  /** Values that an option takes, where they are counted up. */
  readonly values: Readonly<Record<string, readonly string[]>>;
  /** What `--query` selects from; nothing where the CLI computes the answer itself. */
  readonly results: readonly string[];
}

export interface RecordedOperations {
  readonly date: string;
  /** Versions of the packages they are from. */
  readonly source: string;
  /** Options of every operation. */
  readonly options: Options;
  /** By the words that identify them, such as `eks get-token`. */
  readonly operations: Readonly<Record<string, AwsOperation>>;
}

/** Words that identify an operation: two, and three for a waiter such as `ec2 wait instance-status-ok`. */
export const operationWords = (words: readonly string[]) => words.slice(0, words[1] === 'wait' ? 3 : 2);

const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

export const recordedPrograms = () => read(programsFile) as RecordedPrograms;
export const recordedOperations = () => read(operationsFile) as RecordedOperations;

/** Words that make a program print its version, and the help of a subcommand. */
const helps: Readonly<
  Record<string, { version: readonly string[]; help: (command: readonly string[]) => readonly string[] }>
> = {
  kubectl: {
    version: ['version', '--client'],
    help: (command) => (command.length === 0 ? ['options'] : [...command, '--help']),
  },
  helm: { version: ['version', '--short'], help: (command) => [...command, '--help'] },
  crane: { version: ['version'], help: (command) => [...command, '--help'] },
  skopeo: { version: ['--version'], help: (command) => [...command, '--help'] },
  'redis-cli': { version: ['--version'], help: () => ['--help'] },
};

/** Programs whose help can be read here. */
export const installedPrograms = (): readonly string[] =>
  Object.keys(helps).filter((name) => spawnSync(name, helps[name]?.version ?? []).status === 0);

/** Reads an installed program's version and the options of its subcommands. */
export function readInstalled(name: string, commands: readonly string[]): Program {
  const { version, help } = helps[name] ?? { version: [], help: () => [] };
  const output = (options: readonly string[]) => {
    const { stdout, stderr } = spawnSync(name, options, { encoding: 'utf8' });
    return stdout + stderr;
  };
  return {
    source: (output(version).split('\n')[0] ?? '').trim(),
    commands: Object.fromEntries(
      commands.map((command) => [command, optionsOfHelp(output(help(command.split(' ').filter(Boolean))))]),
    ),
  };
}

const hasAwsCli = () => spawnSync('python3', ['-c', 'import awscli.clidriver']).status === 0;

/** Reads operations from the AWS CLI's own tables. @returns undefined where Python has no package `awscli` */
export function readOperations(operations: readonly string[]): Omit<RecordedOperations, 'date'> | undefined {
  if (!hasAwsCli()) return undefined;
  const output = execFileSync('python3', [path.join(__dirname, 'aws_operations.py'), ...operations], {
    encoding: 'utf8',
  });
  return JSON.parse(output) as Omit<RecordedOperations, 'date'>;
}
