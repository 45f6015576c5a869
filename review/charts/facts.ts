/** Facts of charts, from the files beside this one: what each release of the environments renders. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ChartFile, ReleaseFacts } from './fact-types';

const folder = path.join(__dirname, 'facts');

export interface ReleaseOfFacts {
  /** `<stack>/<release>`, such as `staging-redis/redis`. */
  readonly id: string;
  readonly chart: string;
  readonly version: string;
  /** Of what was rendered; see `releases.ts`. */
  readonly digest: string;
  readonly facts: ReleaseFacts;
}

/** Every release that there are facts of, by id. */
export function releasesWithFacts(): readonly ReleaseOfFacts[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as ChartFile)
    .flatMap(({ chart, version, renderings }) =>
      renderings.flatMap(({ releases, ...facts }) =>
        Object.entries(releases).map(([id, digest]) => ({ id, chart, version, digest, facts })),
      ),
    )
    .sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** @param id `<stack>/<release>` @throws Error if there are no facts of it */
export function chartFacts(id: string): ReleaseFacts {
  const found = releasesWithFacts().find((release) => release.id === id);
  if (!found) throw new Error(`There are no facts of ${id}; ${remedy}`);
  return found.facts;
}

/** What to do when facts are missing or old. */
export const remedy =
  'run `npm run render:charts`, with CHARTS naming a folder of the charts (review/charts/README.md)';
