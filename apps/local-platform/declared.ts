/** What was last carried out for each component, so that a deployment can tell what is gone or changed since. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A component as it was last carried out. */
export interface Declared {
  readonly name: string;
  readonly incarnation?: number;
  /** Port its clients use. */
  readonly port?: number;
}

const folder = (directory: string) => path.join(directory, 'declared');
const fileOf = (directory: string, name: string) => path.join(folder(directory), `${name}.json`);

/** Records a component after it was carried out. */
export function recordDeclared(directory: string, declared: Declared): void {
  mkdirSync(folder(directory), { recursive: true, mode: 0o700 });
  const file = fileOf(directory, declared.name);
  writeFileSync(`${file}.new`, JSON.stringify(declared), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Forgets a component that was removed. */
export function forgetDeclared(directory: string, name: string): void {
  rmSync(fileOf(directory, name), { force: true });
}

/** All components that are carried out; none if the platform isn't deployed. */
export function readDeclared(directory: string): Declared[] {
  try {
    return readdirSync(folder(directory))
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(path.join(folder(directory), name), 'utf8')) as Declared);
  } catch {
    return [];
  }
}
