import { customObject, externalSecretSpec } from '../../../kubernetes/stand-ins/secrets/objects';
import { durationMilliseconds, isDue, versionOf } from '../../../kubernetes/stand-ins/secrets/schedule';

const now = Date.parse('2026-11-30T12:00:00Z');
const minutesAgo = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

const objectWith = (status: Readonly<Record<string, unknown>>, generation = 1) =>
  customObject.parse({
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name: 'one', namespace: 'two', uid: 'u', resourceVersion: '1', generation },
    spec: {},
    status,
  });

const read = (minutes: number) => ({
  refreshTime: minutesAgo(minutes),
  syncedResourceVersion: versionOf(objectWith({})),
});

const specWith = (spec: Readonly<Record<string, unknown>>) => externalSecretSpec.parse({ target: {}, ...spec });

test.each([
  ['never read', {}, {}, 1, true],
  ['read within the interval', { refreshInterval: '5m' }, read(4), 1, false],
  ['read before the interval', { refreshInterval: '5m' }, read(6), 1, true],
  ['changed since', { refreshInterval: '5m' }, read(1), 2, true],
  ['no interval', { refreshInterval: '0s' }, read(1_000), 1, false],
  ['created once', { refreshPolicy: 'CreatedOnce' }, read(1_000), 2, false],
  ['created once, and never read', { refreshPolicy: 'CreatedOnce' }, {}, 1, true],
  ['on change, unchanged', { refreshPolicy: 'OnChange' }, read(1_000), 1, false],
  ['on change, changed', { refreshPolicy: 'OnChange' }, read(1), 2, true],
])('%s', (_, spec, status, generation, expected) => {
  expect(isDue(objectWith(status, generation), specWith(spec), now)).toBe(expected);
});

test.each([
  ['5m', 300_000],
  ['1h0m0s', 3_600_000],
  ['1.5s', 1_500],
  ['250ms', 250],
])('%s', (text, expected) => {
  expect(durationMilliseconds(text)).toBe(expected);
});

test.each(['', '5', '5 m', 'm5', '1d'])("'%s' is no duration", (text) => {
  expect(() => durationMilliseconds(text)).toThrow(`'${text}' is no duration`);
});
