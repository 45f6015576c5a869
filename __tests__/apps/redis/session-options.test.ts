import { sessionNumbers, type SessionSettings } from '../../../apps/redis/session-options';

const settings: SessionSettings = { issuer: 'tests', audience: 'tests', idleSeconds: 60, absoluteSeconds: 600 };

test.each<[string, Partial<SessionSettings>, string]>([
  ['no issuer', { issuer: '' }, 'issuer is empty'],
  ['no audience', { audience: '' }, 'audience is empty'],
  ['no idle time', { idleSeconds: 0 }, 'idleSeconds is 0: give a whole number from 1'],
  ['an idle time beyond the longest life', { idleSeconds: 601 }, 'idleSeconds is 601, more than absoluteSeconds 600'],
  ['half a second of life', { idleSeconds: 1, absoluteSeconds: 1.5 }, 'absoluteSeconds is 1.5'],
  ['no deadline', { deadlineMilliseconds: 0 }, 'deadlineMilliseconds is 0'],
  ['no sessions', { maxSessionsPerUser: 0 }, 'maxSessionsPerUser is 0'],
])('a store with %s is refused', (_, change, message) => {
  expect(() => sessionNumbers({ ...settings, ...change })).toThrow(message);
});

test('everything wrong with a store is told at once', () => {
  expect(() => sessionNumbers({ ...settings, issuer: '', idleSeconds: -1 })).toThrow(
    /issuer is empty.*idleSeconds is -1/,
  );
});

test('what is left out has a default', () => {
  expect(sessionNumbers(settings)).toEqual({
    idleSeconds: 60,
    absoluteSeconds: 600,
    deadlineMilliseconds: 1_000,
    maxSessionsPerUser: 100,
  });
});
