import { firstPassword, makePlatform, rotate, secretName, step, type Platform } from '../../support/password-rotation';
import type { MemorySecret } from '../../support/secrets-manager';

describe('after a deployment that changed the access of a user', () => {
  const restore = ({ rotation }: Platform) => rotation.handle({ action: 'restore-passwords' });

  test('the password before the current one is given back', async () => {
    const platform = makePlatform();
    const { secret, user } = platform;
    secret.beginRotation('second');
    await rotate(platform);
    user.history.unshift([String(secret.password('AWSCURRENT'))]);
    await restore(platform);
    expect(new Set(user.passwords)).toEqual(new Set([secret.password('AWSCURRENT'), firstPassword]));
    expect(user.status).toBe('active');
  });

  test('two passwords are left as they are', async () => {
    const platform = makePlatform();
    platform.secret.beginRotation('second');
    await rotate(platform);
    const changes = platform.user.history.length;
    await restore(platform);
    expect(platform.user.history).toHaveLength(changes);
  });

  test('one password stays one while there was no other', async () => {
    const platform = makePlatform();
    await restore(platform);
    expect(platform.user.history).toEqual([[firstPassword]]);
  });

  test('the password of a rotation that is under way is kept', async () => {
    const platform = makePlatform();
    const { secret, user } = platform;
    secret.beginRotation('second');
    await step(platform, 'createSecret');
    await step(platform, 'setSecret');
    user.history.unshift([firstPassword]);
    await restore(platform);
    await step(platform, 'testSecret');
    await step(platform, 'finishSecret');
    expect(user.passwords).toContain(secret.password('AWSCURRENT'));
  });

  test('the password of a rotation that begins meanwhile is not lost', async () => {
    const platform = makePlatform();
    const { secret, user } = platform;
    secret.beginRotation('second');
    await rotate(platform);
    user.history.unshift([String(secret.password('AWSCURRENT'))]);
    const pending = 'password-that-is-made-meanwhile';
    user.beforeChange = () => {
      user.beforeChange = () => undefined;
      secret.beginRotation('third');
      secret.overwrite('third', JSON.stringify({ username: 'app', password: pending }));
    };
    await restore(platform);
    expect(new Set(user.passwords)).toEqual(new Set([pending, secret.password('AWSCURRENT')]));
  });
});

describe('the daily question', () => {
  const due = new Date('2026-03-01T12:00:00Z');
  const asked = async (now: string, rotation: MemorySecret['rotation']) => {
    const platform = makePlatform({ now: new Date(now) });
    platform.secret.rotation = rotation;
    await platform.rotation.handle({ action: 'check-rotations' });
  };

  test.each([
    ['before the day', '2026-02-20T12:00:00Z'],
    ['within a day after it', '2026-03-02T12:00:00Z'],
  ])('%s is answered with nothing', async (_, now) => {
    await expect(asked(now, { enabled: true, next: due })).resolves.toBeUndefined();
  });

  test.each<[string, string, MemorySecret['rotation'], string]>([
    [
      'more than a day after it',
      '2026-03-02T12:00:01Z',
      { enabled: true, next: due },
      `Secret '${secretName}' was to be changed by 2026-03-01T12:00:00.000Z`,
    ],
    ['without a rotation', '2026-02-20T12:00:00Z', { enabled: false }, 'its rotation is off'],
  ])('%s fails', async (_, now, rotation, message) => {
    await expect(asked(now, rotation)).rejects.toThrow(message);
  });
});
