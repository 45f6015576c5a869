import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { commands, readOptions, usage } from '../../../kubernetes/deployment/options';

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'options-'));
  file = path.join(folder, 'file');
  writeFileSync(file, '');
});
afterAll(() => rmSync(folder, { recursive: true }));

const read = (words: string, variables = {}) => readOptions(words.replaceAll('FILE', file).split(' '), variables);

test('everything that a deployment needs, and what holds where nothing is said', () => {
  expect(
    read('deploy staging --kubeconfig FILE --images FILE --state state --stack redis --stack application'),
  ).toEqual({
    command: 'deploy',
    environment: 'staging',
    kubeconfig: file,
    images: file,
    state: path.resolve('state'),
    stacks: ['redis', 'application'],
    storage: 'host',
    changes: [],
    markdown: false,
    longestWaitSeconds: 900,
    kubectl: 'kubectl',
  });
});

test('charts and programs come by variables', () => {
  const { charts, kubectl } = read('list-stand-ins', { CHARTS: folder, HELM: '/h', KUBECTL: '/k' });
  expect({ charts, kubectl }).toEqual({ charts: { charts: folder, helm: '/h' }, kubectl: '/k' });
  expect(read('list-stand-ins', { CHARTS: '' }).charts).toBeUndefined();
});

test.each([
  ['', "There is no command ''"],
  ['deploi staging', "There is no command 'deploi'. Did you mean 'deploy'"],
  ['deploy', 'deploy needs the name of an environment'],
  ['deploy staging --images FILE --state s', 'deploy needs --kubeconfig'],
  ['destroy staging --kubeconfig FILE', 'destroy needs --state'],
  ['exercise staging --kubeconfig FILE --state s', 'exercise needs --images'],
  ['deploy staging other --kubeconfig FILE', "'other' is one word too many"],
  ['destroy staging --state s --kubeconfig /none', '--kubeconfig: there is no file /none'],
  ['list-stand-ins --storage disk', '--storage is disk: host and cluster are allowed'],
  ['list-stand-ins --longest-wait soon', '--longest-wait is soon: a number of seconds is allowed'],
  ['list-stand-ins --dry-run', "Unknown option '--dry-run'"],
])('%s', (words, message) => {
  expect(() => read(words)).toThrow(message);
});

test('the usage names every command', () => {
  for (const command of commands) expect(usage).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
});
