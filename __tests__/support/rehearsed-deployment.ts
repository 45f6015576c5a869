/** What every environment beyond this machine has to pass as a whole: a file for each, so that they are rehearsed side by side. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isCloudEnvironment, isLocalEnvironment } from '../../environments/environment';
import { environmentNames, loadEnvironment } from '../../environments/index';
import { checkValues } from './checked-values';
import { testDay } from './kubernetes';
import { compareWithPlans } from './planned-values';
import { rehearsalTest, rehearse } from './rehearsal';
import { synthesizeToFolder, type SynthesisFolder } from './synthesis-folder';

const root = path.resolve(__dirname, '../..');

/** Environments beyond this machine. */
export const remoteNames = environmentNames.filter((name) => !isLocalEnvironment(loadEnvironment(name, {}, testDay)));

export const isInAws = (name: string) => isCloudEnvironment(loadEnvironment(name, {}, testDay));

const isOnKubernetes = (name: string) => loadEnvironment(name, {}, testDay).platform.kind.startsWith('bitnami-');

/** Resources of one environment that are checked, at least: fewer means that the check no longer sees them. */
export const minimumChecked = 100;

/** Synthesized by main.ts, checked by Checkov, deployed and destroyed where a cloud is rehearsed. */
export function describeDeployment(name: string): void {
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
}
