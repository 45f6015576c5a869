/**
 * Writes what other makers' charts render with the values of the environments: `npm run render:charts`.
 *
 * `CHARTS` names a folder of the charts, `HELM` the program if it isn't on the path. Exit code 1, with what to do about it,
 * if a chart is missing or has another version.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'prettier';
import { chartFiles } from './files';
import { keyFiles } from './keys';
import type { ChartsOfMakers } from './rendering';
import { releasesOfEnvironments } from './synthesis';

/** Text of a file: what fits a line is on one. */
const textOf = (file: object): Promise<string> => format(JSON.stringify(file), { parser: 'json', printWidth: 120 });

/** Writes files named after charts, and removes those of charts that aren't used any more. */
async function write(folder: string, files: Readonly<Record<string, object>>): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const old of readdirSync(folder)) rmSync(path.join(folder, old));
  for (const [chart, file] of Object.entries(files)) {
    writeFileSync(path.join(folder, `${chart}.json`), await textOf(file));
  }
}

async function main({ CHARTS: charts, HELM: helm = 'helm' }: NodeJS.ProcessEnv): Promise<void> {
  if (charts === undefined)
    throw new Error('CHARTS: name the folder that the charts are in, as helm pull --untar writes them');
  const folder: ChartsOfMakers = { charts, helm };
  const releases = releasesOfEnvironments();
  const files = chartFiles(releases, folder);
  await write(path.join(__dirname, 'facts'), Object.fromEntries(files.map((file) => [file.chart, file])));
  await write(path.join(__dirname, 'keys'), keyFiles(files, charts));
  console.log(`${releases.length} releases of ${files.length} charts`);
}

main(process.env).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
