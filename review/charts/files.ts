/** Files of facts, made of renderings. */
import type { ChartFile, ReleaseFacts } from './fact-types';
import { releaseFacts } from './extraction';
import type { SynthesizedRelease } from './releases';
import { render, type ChartsOfMakers } from './rendering';

/** Facts of releases, a file for each chart, those with the same facts together. */
export function chartFiles(releases: readonly SynthesizedRelease[], folder: ChartsOfMakers): ChartFile[] {
  const facts = factsByDigest(releases, folder);
  const charts = [...new Set(releases.map(({ chart }) => chart))].sort();
  return charts.map((chart) => {
    const own = releases.filter((release) => release.chart === chart);
    const textOfFacts = ({ digest }: SynthesizedRelease) => JSON.stringify(facts.get(digest));
    return {
      chart,
      version: own[0]?.version ?? '',
      renderings: [...new Set(own.map(textOfFacts))].map((text) => ({
        releases: Object.fromEntries(
          own.filter((release) => textOfFacts(release) === text).map(({ id, digest }) => [id, digest]),
        ),
        ...(JSON.parse(text) as ReleaseFacts),
      })),
    };
  });
}

/** What has the same digest is rendered once. */
function factsByDigest(releases: readonly SynthesizedRelease[], folder: ChartsOfMakers) {
  const facts = new Map<string, ReleaseFacts>();
  for (const release of releases) {
    if (facts.has(release.digest)) continue;
    facts.set(release.digest, releaseFacts(render(release, folder), release.namespace));
  }
  return facts;
}
