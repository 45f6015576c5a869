import { changedEnvironment } from '../../../kubernetes/deployment/plan';

const memoryOf = (changes: readonly string[]) => {
  const { platform } = changedEnvironment('staging', changes);
  return platform.kind === 'bitnami-cluster' ? platform.memoryMebibytes : undefined;
};

test('an environment with another number, the rest as it is', () => {
  expect(memoryOf([])).toBe(8_192);
  expect(memoryOf(['platform.memoryMebibytes=8320'])).toBe(8_320);
  expect(memoryOf(['platform.passwordGenerations.app=2'])).toBe(8_192);
});

test.each(['platform.memory=1', 'platform.memoryMebibytes', 'platform.memoryMebibytes=much', 'name=1', 'a.b.c=1'])(
  '--set %s is refused',
  (change) => expect(() => changedEnvironment('staging', [change])).toThrow(`--set ${change}`),
);

test('it is validated as a whole', () => {
  expect(() => changedEnvironment('staging', ['platform.shards=4'])).toThrow(/platform\.shards/);
});
