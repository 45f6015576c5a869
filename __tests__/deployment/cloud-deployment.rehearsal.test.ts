/** The environments in AWS as a whole: synthesized by main.ts, checked by Checkov, deployed where a cloud is rehearsed. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { isCloudEnvironment } from '../../environments/environment';
import { environmentNames, loadEnvironment } from '../../environments/index';
import { testDay } from '../support/kubernetes';
import { rehearsalTest, rehearse } from '../support/rehearsal';
import { synthesizeToFolder, type SynthesisFolder } from '../support/synthesis-folder';

const root = path.resolve(__dirname, '../..');
const cloudNames = environmentNames.filter((name) => isCloudEnvironment(loadEnvironment(name, {}, testDay)));

test('there is an environment in AWS', () => {
  expect(cloudNames).toContain('production');
});

describe.each(cloudNames)('%s', (name) => {
  let synthesis: SynthesisFolder;

  beforeAll(() => (synthesis = synthesizeToFolder(name)));
  afterAll(() => synthesis.remove());

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
    const { status, output } = rehearse('rehearse-stacks', synthesis.folder, `${name}-*`);
    expect(output).not.toContain('FAILED');
    const deployed = [...output.matchAll(/^(\S+) .* {2}ok$/gm)].map((line) => line[1]);
    expect(deployed.sort()).toEqual(readdirSync(path.join(synthesis.folder, 'stacks')));
    expect(status).toBe(0);
  });
});
