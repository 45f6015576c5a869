import {
  instanceClasses,
  instanceClassNames,
  isBurstable,
  isForAurora,
  plannableConnections,
} from '../../../constructs/database/instance-classes';

// From the table of the RDS guide.
test.each([
  ['db.t4g.medium', 2, 4],
  ['db.m7g.large', 2, 8],
  ['db.m8g.4xlarge', 16, 64],
  ['db.r7g.large', 2, 16],
  ['db.r8g.16xlarge', 64, 512],
] as const)('%s has %i vCPUs and %i GiB', (name, vcpus, memoryGibibytes) => {
  expect(instanceClasses[name]).toEqual({ vcpus, memoryGibibytes });
});

test('there are all sizes of four families, and two small servers', () => {
  expect(instanceClassNames).toHaveLength(4 * 7 + 2);
  expect(instanceClassNames.filter(isBurstable)).toEqual(['db.t4g.medium', 'db.t4g.large']);
  expect(instanceClassNames.filter((name) => !isForAurora(name)).every((name) => /^db\.m[78]g\./.test(name))).toBe(
    true,
  );
});

test('connections grow with the memory up to 5,000', () => {
  expect([4, 16, 512].map(plannableConnections)).toEqual([405, 1_622, 5_000]);
});
