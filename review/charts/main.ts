/**
 * Writes what other makers' charts render with the values of the environments: `npm run render:charts [-- CHART…]`. Charts that are
 * named are written alone; without names, all of them, and files of charts that no environment has are removed.
 *
 * `CHARTS` names a folder of the charts, `HELM` the program if it isn't on the path. Exit code 1, with what to do about it,
 * if a chart is missing, unknown or of another version.
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

/** Writes files named after charts. */
async function write(folder: string, files: Readonly<Record<string, object>>): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const [chart, file] of Object.entries(files)) {
    writeFileSync(path.join(folder, `${chart}.json`), await textOf(file));
  }
}

function removeAll(folder: string): void {
  for (const old of readdirSync(folder)) rmSync(path.join(folder, old));
}

/** @throws Error for a chart that no environment has */
function releasesOf(names: readonly string[]) {
  const releases = releasesOfEnvironments();
  if (names.length === 0) return releases;
  const known = [...new Set(releases.map(({ chart }) => chart))].sort();
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new Error(`no environment has a release of the chart ${unknown}; charts: ${known.join(', ')}`);
  }
  return releases.filter(({ chart }) => names.includes(chart));
}

async function main(
  names: readonly string[],
  { CHARTS: charts, HELM: helm = 'helm' }: NodeJS.ProcessEnv,
): Promise<void> {
  if (charts === undefined)
    throw new Error('CHARTS: name the folder that the charts are in, as helm pull --untar writes them');
  const folder: ChartsOfMakers = { charts, helm };
  const releases = releasesOf(names);
  const files = chartFiles(releases, folder);
  const keys = keyFiles(files, charts);
  if (names.length === 0) for (const kind of ['facts', 'keys']) removeAll(path.join(__dirname, kind));
  await write(path.join(__dirname, 'facts'), Object.fromEntries(files.map((file) => [file.chart, file])));
  await write(path.join(__dirname, 'keys'), keys);
  console.log(`${releases.length} releases of ${files.length} charts`);
}

main(process.argv.slice(2), process.env).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
