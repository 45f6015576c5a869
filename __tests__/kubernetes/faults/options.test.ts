import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { faults } from '../../../kubernetes/faults/faults';
import { readOptions } from '../../../kubernetes/faults/options';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'faults-'));
  writeFileSync(path.join(folder, 'kubeconfig'), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

const read = (...words: readonly string[]) =>
  readOptions(
    ['staging', '--kubeconfig', path.join(folder, 'kubeconfig'), '--run', folder, ...words],
    {},
    'results',
    faults,
  );

test('state and images are beside the cluster', () =>
  expect(read('--fault', 'node-lost', '--short')).toMatchObject({
    environment: 'staging',
    faults: ['node-lost'],
    isShort: true,
    state: path.join(folder, '../state'),
    images: path.join(folder, '../images/images.json'),
  }));

test.each([
  [['--fault', 'node-los'], /there is no fault 'node-los'. .*node-lost/],
  [['more'], /'more' is one word too many/],
  [['--run', '/missing'], /--run: there is no \/missing/],
  [['--unknown'], /Unknown option '--unknown'/],
])('%j is refused', (words, message) => expect(() => read(...words)).toThrow(message));

test('the page needs nothing else', () => expect(readOptions(['--markdown'], {}, 'results', faults)).toBe('markdown'));
