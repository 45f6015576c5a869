import type { SecretsApi, UsersApi } from '../../../apps/password-rotation/apis';
import {
  firstPassword,
  makePlatform,
  rotate,
  secretArn,
  secretName,
  step,
  steps,
  userId,
} from '../../support/password-rotation';
import { awsError } from '../../support/secrets-manager';

test('a rotation makes a new password, and the one before works on', async () => {
  const platform = makePlatform();
  platform.secret.beginRotation('second');
  await rotate(platform);
  const { secret, user } = platform;
  expect(secret.password('AWSCURRENT')).toMatch(/^[A-Za-z0-9]{40}$/);
  expect(secret.password('AWSPREVIOUS')).toBe(firstPassword);
  expect(user.passwords).toEqual([secret.password('AWSCURRENT'), firstPassword]);
  expect(user.status).toBe('active');
});

test('the next rotation ends the password before the last', async () => {
  const platform = makePlatform();
  const { secret, user } = platform;
  for (const token of ['second', 'third']) {
    secret.beginRotation(token);
    await rotate(platform, token);
  }
  expect(user.passwords).toEqual([secret.password('AWSCURRENT'), secret.password('AWSPREVIOUS')]);
  expect(user.passwords).not.toContain(firstPassword);
  expect(new Set(user.history.flat()).size).toBe(3);
});

test('a password becomes current only after all nodes know it', async () => {
  const platform = makePlatform();
  platform.secret.beginRotation('second');
  await step(platform, 'createSecret');
  await step(platform, 'setSecret');
  expect(platform.user.status).toBe('modifying');
  platform.patience = 0;
  await expect(step(platform, 'finishSecret')).rejects.toThrow(`User '${userId}' is still modifying`);
  expect(platform.secret.password('AWSCURRENT')).toBe(firstPassword);
});

const interruption = () => awsError('Interruption', 'the network is gone');

/** Fails the call with this number, before or after it has its effect. */
const interruptedAt = (failing: number, moment: 'before' | 'after') => (apis: SecretsApi & UsersApi) => {
  let calls = 0;
  const guard =
    <Input, Output>(operation: (input: Input) => Promise<Output>) =>
    async (input: Input): Promise<Output> => {
      calls += 1;
      const fails = calls === failing;
      if (fails && moment === 'before') throw interruption();
      const outcome = operation(input);
      if (!fails) return outcome;
      await Promise.allSettled([outcome]);
      throw interruption();
    };
  return {
    describeSecret: guard(apis.describeSecret.bind(apis)),
    getSecretValue: guard(apis.getSecretValue.bind(apis)),
    putSecretValue: guard(apis.putSecretValue.bind(apis)),
    updateSecretVersionStage: guard(apis.updateSecretVersionStage.bind(apis)),
    describeUsers: guard(apis.describeUsers.bind(apis)),
    modifyUser: guard(apis.modifyUser.bind(apis)),
  };
};

/** Calls of a rotation that nothing interrupts; one more is the first that can't be interrupted. */
const callsOfARotation = 19;

describe.each(Array.from({ length: callsOfARotation }, (_, index) => index + 1))('interrupted at call %i', (call) => {
  test.each(['before', 'after'] as const)('%s its effect, it is done by being asked again', async (moment) => {
    const platform = makePlatform({ between: interruptedAt(call, moment) });
    const { secret, user } = platform;
    secret.beginRotation('second');
    await expect(rotate(platform)).rejects.toThrow(/Interruption|the network is gone/);
    // Whoever reads the secret now can log in.
    expect(user.passwords).toContain(secret.password('AWSCURRENT'));
    await rotate(platform);
    expect(user.passwords).toEqual([secret.password('AWSCURRENT'), firstPassword]);
    expect(secret.password('AWSPREVIOUS')).toBe(firstPassword);
    expect(new Set(user.history.flat()).size).toBe(2);
  });
});

test('a rotation makes no more calls than are interrupted above', async () => {
  const platform = makePlatform({ between: interruptedAt(callsOfARotation + 1, 'before') });
  platform.secret.beginRotation('second');
  await expect(rotate(platform)).resolves.toBeUndefined();
});

test.each(steps)('%s of a version that is current does nothing', async (name) => {
  const platform = makePlatform();
  platform.secret.beginRotation('second');
  await rotate(platform);
  const changes = platform.user.history.length;
  await step(platform, name);
  expect(platform.user.history).toHaveLength(changes);
  expect(platform.log.at(-1)).toBe(`${name}: already the current version of ${secretArn}`);
});

test.each(steps)('%s of a version that is not pending is refused', async (name) => {
  await expect(step(makePlatform(), name, 'unknown')).rejects.toThrow('version unknown is not pending');
});

test.each([
  ['another secret', secretArn.replace('app', 'worker')],
  ['a name of every object', secretArn.replace(secretName, 'constructor')],
  ['a name', secretName],
])('%s is refused', async (_, id) => {
  const { rotation } = makePlatform();
  await expect(rotation.handle({ Step: 'setSecret', SecretId: id, ClientRequestToken: 'second' })).rejects.toThrow(
    'is not one that this function changes',
  );
});

test('a rotation that is only tried out changes nothing', async () => {
  const platform = makePlatform();
  platform.secret.beginRotation('second');
  await step(platform, 'testSecret');
  platform.secret.overwrite('second', JSON.stringify({ username: 'app', password: firstPassword }));
  await step(platform, 'testSecret');
  expect(platform.user.history).toEqual([[firstPassword]]);
});

test.each(['testSecret', 'finishSecret'] as const)('%s sees that a new password was overwritten', async (name) => {
  const platform = makePlatform();
  const { secret, user } = platform;
  secret.beginRotation('second');
  await step(platform, 'createSecret');
  await step(platform, 'setSecret');
  user.history.unshift([firstPassword]);
  await expect(step(platform, name)).rejects.toThrow('has one password, the new one was overwritten');
  expect(secret.password('AWSCURRENT')).toBe(firstPassword);
  await rotate(platform);
  expect(user.passwords).toEqual([secret.password('AWSCURRENT'), firstPassword]);
});

test('a user that something else changes is waited for', async () => {
  const platform = makePlatform();
  const { secret, user } = platform;
  secret.beginRotation('second');
  await step(platform, 'createSecret');
  let others = 2;
  user.beforeChange = () => {
    if (others-- > 0) user.status = 'modifying';
  };
  await step(platform, 'setSecret');
  expect(user.passwords).toHaveLength(2);
});

test('a user that is being deleted is given up', async () => {
  const platform = makePlatform();
  platform.secret.beginRotation('second');
  await step(platform, 'createSecret');
  platform.user.status = 'deleting';
  await expect(step(platform, 'setSecret')).rejects.toThrow(`User '${userId}' is being deleted`);
});

test.each([
  ['no JSON', 'a-secret-text', 'expected a JSON object with username and password'],
  ['no password', '{"username":"app"}', 'expected a JSON object with username and password'],
  ['another user', JSON.stringify({ username: 'worker', password: 'x'.repeat(40) }), 'is for another user'],
])('a version with %s is refused', async (_, text, message) => {
  const platform = makePlatform();
  platform.secret.beginRotation('second');
  platform.secret.overwrite('second', text);
  await expect(step(platform, 'setSecret')).rejects.toThrow(message);
});

test('a version that was never written is refused', async () => {
  const platform = makePlatform();
  platform.secret.beginRotation('second');
  await expect(step(platform, 'setSecret')).rejects.toThrow('version second is empty');
});

test('nothing that is logged or thrown has a password in it', async () => {
  const platform = makePlatform();
  const { secret, user, log } = platform;
  secret.beginRotation('second');
  // AWS refuses this password, and repeats it.
  const refused = 'refused@password-of-the-user';
  secret.overwrite('second', JSON.stringify({ username: 'app', password: refused }));
  const error = await step(platform, 'setSecret').catch(String);
  expect(error).toBe(`Error: changing user '${userId}' failed: InvalidParameterValueException`);
  secret.overwrite('second', 'no JSON but a password');
  expect(await step(platform, 'setSecret').catch(String)).not.toContain('no JSON but');
  secret.endRotation();
  secret.beginRotation('third');
  await rotate(platform, 'third');
  for (const password of user.history.flat()) expect(log.join('\n')).not.toContain(password);
  expect(log).toHaveLength(4);
});
