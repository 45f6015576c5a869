/** Environments beyond this machine as a whole: synthesized by main.ts, checked by Checkov, deployed where a cloud is rehearsed. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isCloudEnvironment, isLocalEnvironment } from '../../environments/environment';
import { environmentNames, loadEnvironment } from '../../environments/index';
import { checkValues } from '../support/checked-values';
import { environmentVariants } from '../support/environment-variants';
import { allByIam, elasticacheStack, variants as clusterVariants } from '../support/elasticache';
import { testDay } from '../support/kubernetes';
import { compareWithPlans } from '../support/planned-values';
import { rehearsalTest, rehearse } from '../support/rehearsal';
import { synthesizeToFolder, type SynthesisFolder } from '../support/synthesis-folder';
import { synthesize } from '../support/synthesized';
import { synthesizeStack } from '../support/synthesized-construct';

const root = path.resolve(__dirname, '../..');
const remoteNames = environmentNames.filter((name) => !isLocalEnvironment(loadEnvironment(name, {}, testDay)));
const isOnKubernetes = (name: string) => loadEnvironment(name, {}, testDay).platform.kind.startsWith('bitnami-');
const isInAws = (name: string) => isCloudEnvironment(loadEnvironment(name, {}, testDay));

/** Resources of one environment that are checked, at least: fewer means that the check no longer sees them. */
const minimumChecked = 100;

test('there are environments in AWS, and one on any Kubernetes cluster', () => {
  expect(remoteNames).toEqual(expect.arrayContaining(['production', 'kubernetes']));
  expect(remoteNames.filter(isInAws)).not.toContain('kubernetes');
});

describe.each(remoteNames)('%s', (name) => {
  let synthesis: SynthesisFolder;
  let plans: string;

  beforeAll(() => {
    synthesis = synthesizeToFolder(name);
    plans = mkdtempSync(path.join(tmpdir(), 'plans-'));
  });
  afterAll(() => {
    synthesis.remove();
    rmSync(plans, { recursive: true, force: true });
  });

  test('no check of Checkov fails but those that are skipped with a reason', () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', 'review/checkov.ts', synthesis.folder],
      { cwd: root, encoding: 'utf8' },
    );
    expect(stdout + stderr).toMatch(/^\d{3,} passed, 0 failed, \d+ skipped with a reason\n$/);
    expect(status).toBe(0);
  });

  rehearsalTest('deploys, plans no change the second time, and is destroyed', () => {
    const { status, output } = rehearse('rehearse-stacks', '--plans', plans, synthesis.folder, `${name}-*`);
    expect(output).not.toContain('FAILED');
    const deployed = [...output.matchAll(/^(\S+) .* {2}ok$/gm)].map((line) => line[1]);
    expect(deployed.sort()).toEqual(readdirSync(path.join(synthesis.folder, 'stacks')));
    expect(status).toBe(0);
  });

  // Of the plans of the test before: they are made only once. What kubernetes/ deploys without Terraform is read from the synthesis.
  if (isOnKubernetes(name)) {
    rehearsalTest('every argument of an object in Kubernetes is as Terraform plans it', () => {
      const { resolved, planned, compared, differences } = compareWithPlans(name, synthesis.folder, plans);
      expect(resolved).toEqual(planned);
      expect(differences).toEqual([]);
      expect(compared).toBeGreaterThan(300);
    });
  }

  if (!isInAws(name)) return;

  rehearsalTest('no planned value is one that the API of its service refuses', () => {
    const stacks = readdirSync(path.join(synthesis.folder, 'stacks'));
    expect(readdirSync(plans).sort()).toEqual(stacks.map((stack) => `${stack}.json`).sort());
    const { resources, refused } = checkValues(plans);
    expect(refused).toEqual([]);
    expect(resources).toBeGreaterThan(minimumChecked);
  });
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
