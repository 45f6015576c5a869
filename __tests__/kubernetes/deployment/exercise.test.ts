/** The exercise's table, from a kubectl that answers from files. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { printExercise } from '../../../kubernetes/deployment/exercise';
import { Kubectl } from '../../../kubernetes/deployment/kubectl';
import { readOptions } from '../../../kubernetes/deployment/options';
import { planNamed } from '../../support/environment-plans';

const images = Object.fromEntries(
  ['application', 'redis', 'exporter', 'postgres'].map((role) => [role, { reference: `here/${role}:1`, version: '1' }]),
);

let folder: string;
let output: jest.SpyInstance;
const file = (name: string) => path.join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exercise-'));
  output = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  writeFileSync(file('images.json'), JSON.stringify(images));
  writeFileSync(file('kubeconfig'), '');
});

afterEach(() => {
  output.mockRestore();
  rmSync(folder, { recursive: true });
});

/** A job that is over. @param podsOf selectors that find its pod, which ended with the code */
function kubectlWith(podsOf: RegExp, exitCode: number): string {
  const program = file('kubectl');
  const pod = {
    metadata: { name: 'exercise-pod' },
    status: { containerStatuses: [{ state: { terminated: { exitCode } } }] },
  };
  const job = { metadata: {}, status: { conditions: [{ type: 'Complete', status: 'True' }] } };
  writeFileSync(
    program,
    `#!/usr/bin/env node
const words = process.argv.slice(3);
const log = (text) => require('fs').appendFileSync(${JSON.stringify(file('calls'))}, text + '\\n');
const input = () => require('fs').readFileSync(0, 'utf8');
if (words[0] === 'logs') { log('logs'); console.log('26 passed, 0 failed, 0 skipped in 9 s'); }
else if (words[0] === 'apply') log('apply ' + JSON.parse(input()).items.map((one) => one.metadata.name).join());
else if (words[1] === 'pods') console.log(JSON.stringify({ items: ${podsOf}.test(words.join(' ')) ? [${JSON.stringify(pod)}] : [] }));
else console.log(${JSON.stringify(JSON.stringify(job))});
`,
  );
  chmodSync(program, 0o755);
  return program;
}

function print(program: string): Promise<number> {
  const options = readOptions(
    [
      ...['deploy', 'staging', '--kubeconfig', file('kubeconfig'), '--images', file('images.json')],
      ...['--state', file('state')],
    ],
    { KUBECTL: program },
  );
  return printExercise(options, planNamed('staging'), new Kubectl(options.kubeconfig, options.kubectl));
}

const calls = () => readFileSync(file('calls'), 'utf8').trim().split('\n');

test('the table of the job is printed, with its exit code', async () => {
  expect(await print(kubectlWith(/job-name=exercise-/, 3))).toBe(3);
  expect(calls()).toEqual(['logs']);
  expect(output).toHaveBeenCalledWith(expect.stringContaining('26 passed'));
});

test('a job whose pod is gone, as after a drain, runs again', async () => {
  expect(await print(kubectlWith(/job-name=exercise-again-/, 0))).toBe(0);
  expect(calls()).toEqual([expect.stringMatching(/^apply exercise-again-[0-9a-f]{8}$/), 'logs']);
});
