/** Writes what each machine is to be given: its files below `files`, where they belong, and the program that installs them. */
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { machineFiles, programText } from '../../constructs/machines/machine-files';
import type { MachinePlatform } from '../../constructs/machines/platform';

/** Says that a folder was made by this program, so that it may be replaced. */
const mark = '.rendered-machines';

/**
 * Writes a folder for each machine, in the place of what was rendered before.
 *
 * @returns names of the machines
 * @throws Error if the folder holds something else
 */
export function renderMachines(platform: MachinePlatform, folder: string): string[] {
  if (existsSync(folder) && readdirSync(folder).length > 0 && !existsSync(path.join(folder, mark))) {
    throw new Error(`${folder} holds something that was not rendered; name a folder that is new or empty`);
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, mark), '');
  for (const machine of platform.machines) {
    for (const file of machineFiles(platform, machine)) {
      write(path.join(folder, machine.name, 'files', file.path), file.content, Number.parseInt(file.mode, 8));
    }
    write(path.join(folder, machine.name, 'install'), programText('install'), 0o755);
  }
  return platform.machines.map(({ name }) => name);
}

function write(file: string, content: string, mode: number): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  // The mode given when it is written would be less the umask.
  chmodSync(file, mode);
}
