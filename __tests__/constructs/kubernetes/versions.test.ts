import { isSupported, kubernetesVersions, supportedUntil } from '../../../constructs/kubernetes/versions';

test.each(kubernetesVersions)('%s is supported for a year longer in extended support', (version) => {
  const [standard, extended] = [supportedUntil(version, 'standard'), supportedUntil(version, 'extended')];
  expect(Number(extended.slice(0, 4)) - Number(standard.slice(0, 4))).toBe(1);
  expect(extended.slice(4)).toBe(standard.slice(4));
});

test('versions follow each other', () => {
  const days = kubernetesVersions.map((version) => supportedUntil(version, 'standard'));
  expect([...days].sort()).toEqual(days);
});

test.each([
  ['1.34', 'standard', '2026-12-02T23:59:59Z', true],
  ['1.34', 'standard', '2026-12-03T00:00:00Z', false],
  ['1.34', 'extended', '2026-12-03T00:00:00Z', true],
  ['1.34', 'extended', '2027-12-03T00:00:00Z', false],
] as const)('%s in %s support at %s: %s', (version, support, time, supported) => {
  expect(isSupported(version, support, new Date(time))).toBe(supported);
});
