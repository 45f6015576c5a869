import { isBurstable, isTooSmall, parseInstanceType } from '../../../constructs/kubernetes/instance-type';

test.each([
  ['m7g.large', 'arm64'],
  ['r7gd.2xlarge', 'arm64'],
  ['c7gn.16xlarge', 'arm64'],
  ['im4gn.xlarge', 'arm64'],
  ['t4g.medium', 'arm64'],
  ['g5g.xlarge', 'arm64'],
  ['a1.large', 'arm64'],
  ['m7i.large', 'x86_64'],
  ['m7i-flex.large', 'x86_64'],
  ['r6a.metal', 'x86_64'],
  ['m7i.metal-24xl', 'x86_64'],
  ['g4dn.xlarge', 'x86_64'],
  ['i3en.large', 'x86_64'],
])('%s is %s', (name, architecture) => {
  expect(parseInstanceType(name)?.architecture).toBe(architecture);
});

test.each(['', 'm7g', 'large', 'm7g.huge', '7g.large', 'M7G.large', 'cache.r7g.large', 'm7g.large '])(
  "'%s' is none",
  (name) => expect(parseInstanceType(name)).toBeUndefined(),
);

test.each([
  ['t3.small', true, true],
  ['t4g.medium', true, false],
  ['m7g.large', false, false],
  ['trn1.2xlarge', false, false],
])('%s: burstable %s, too small %s', (name, burstable, tooSmall) => {
  const type = parseInstanceType(name);
  expect(type && [isBurstable(type), isTooSmall(type)]).toEqual([burstable, tooSmall]);
});
