import { didYouMean, nearest } from '../../../constructs/validation/did-you-mean';

test.each([
  ['shard', ['shards', 'name'], 'shards'],
  ['datasetMib', ['datasetMebibytes', 'shards'], 'datasetMebibytes'],
  ['LOCAL', ['local', 'production'], 'local'],
  ['prodution', ['local', 'production'], 'production'],
  ['zebra', ['local', 'production'], undefined],
  ['x', [], undefined],
])('%s among %j means %s', (unknown, known, expected) => {
  expect(nearest(unknown, known)).toBe(expected);
});

test('lists what is known either way', () => {
  expect(didYouMean('locla', ['local', 'production'])).toBe("Did you mean 'local'? Known: local, production");
  expect(didYouMean('zebra', ['local', 'production'])).toBe('Use one of: local, production');
});
