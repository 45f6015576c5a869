/** What is true of all environments beyond this machine; each is rehearsed by a file of its name in `environments/`. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkValues } from '../support/checked-values';
import { environmentVariants } from '../support/environment-variants';
import { allByIam, elasticacheStack, variants as clusterVariants } from '../support/elasticache';
import { rehearsalTest } from '../support/rehearsal';
import { isInAws, minimumChecked, remoteNames } from '../support/rehearsed-deployment';
import { synthesize } from '../support/synthesized';
import { synthesizeStack } from '../support/synthesized-construct';

test('there are environments in AWS, and one on any Kubernetes cluster', () => {
  expect(remoteNames).toEqual(expect.arrayContaining(['production', 'kubernetes']));
  expect(remoteNames.filter(isInAws)).not.toContain('kubernetes');
});

test('each of them is rehearsed', () => {
  const files = readdirSync(path.join(__dirname, 'environments'));
  expect(files.sort()).toEqual(remoteNames.map((name) => `${name}.rehearsal.test.ts`).sort());
});

/** Stacks with what no shipped environment has. Their values are as synthesized: references are left out. */
function variantStacks(): readonly (readonly [string, unknown])[] {
  const clusters = Object.entries({ ...clusterVariants, 'with users by IAM': allByIam }).map(
    ([name, settings]) => [name, synthesizeStack((app) => elasticacheStack(app, settings))] as const,
  );
  const whole = Object.entries(environmentVariants).flatMap(([name, input]) =>
    Object.entries(synthesize(input).stacks).map(([stack, value]) => [`${name}: ${stack}`, value] as const),
  );
  return [...clusters, ...whole];
}

rehearsalTest('no value of what no shipped environment has is one that the API of its service refuses', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'variants-'));
  try {
    for (const [name, stack] of variantStacks()) {
      mkdirSync(path.join(folder, 'stacks', name), { recursive: true });
      writeFileSync(path.join(folder, 'stacks', name, 'cdk.tf.json'), JSON.stringify(stack));
    }
    const { resources, refused } = checkValues(folder);
    expect(refused).toEqual([]);
    expect(resources).toBeGreaterThan(minimumChecked * Object.keys(environmentVariants).length);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
