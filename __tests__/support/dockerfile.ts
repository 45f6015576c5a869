/** The Dockerfile, instruction by instruction. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(__dirname, '../..');

export interface Instruction {
  readonly name: string;
  /** What follows the name, without options. */
  readonly arguments: string;
  /** `--name=value`, by name. */
  readonly options: Readonly<Record<string, string>>;
}

/** Instructions of each stage; what comes before the first `FROM` is the stage at 0. */
export function readDockerfile(): readonly (readonly Instruction[])[] {
  const stages: Instruction[][] = [[]];
  for (const line of readFileSync(path.join(root, 'Dockerfile'), 'utf8').split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [name = '', ...words] = line.split(' ');
    if (name === 'FROM') stages.push([]);
    const first = words.findIndex((word) => !word.startsWith('--'));
    const options = words.slice(0, first).map((word) => /^--([\w-]+)=(.*)$/.exec(word)?.slice(1) ?? [word, '']);
    stages.at(-1)?.push({
      name,
      arguments: words.slice(first).join(' '),
      options: Object.fromEntries(options) as Record<string, string>,
    });
  }
  return stages;
}

/** Paths that the build stage takes from the checkout. */
export function copiedPaths(stage: readonly Instruction[]): string[] {
  return instructions(stage, 'COPY')
    .filter(({ options }) => options.from === undefined)
    .flatMap(({ arguments: text }) => text.split(' ').slice(0, -1));
}

/** Instructions of a name. */
export const instructions = (stage: readonly Instruction[], name: string) => stage.filter((one) => one.name === name);
