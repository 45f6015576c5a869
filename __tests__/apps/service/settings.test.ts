import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { apiVariables } from '../../../apps/api/settings';
import { ensureSessionKeys } from '../../../apps/local-platform/session-keys';
import { databaseSettings, readSettings, redisSettings, type Variables } from '../../../apps/service/settings';
import { workerVariables } from '../../../apps/worker/settings';
import { ViolationsError } from '../../../constructs/validation/violations';

const directory = mkdtempSync(path.join(tmpdir(), 'settings-test-'));
const secret = 'Kq3-never-to-be-shown-9fW';

/** Writes a file into the test's folder. */
function write(name: string, content: string, mode = 0o600): string {
  const file = path.join(directory, name);
  writeFileSync(file, content);
  chmodSync(file, mode);
  return file;
}

ensureSessionKeys(directory, 'session-keys');

const common: Variables = {
  INSTANCE_NAME: 'api-1',
  PORT: '8080',
  REDIS_TOPOLOGY: 'cluster',
  REDIS_ADDRESSES: '127.0.0.1:7001,redis-2.example:7002',
  REDIS_USERNAME: 'app',
  REDIS_PASSWORD_FILE: write('password', `${secret}\n`),
  REDIS_CA_FILE: write('ca.crt', 'certificate', 0o644),
  DATABASE_HOST: '127.0.0.1',
  DATABASE_PORT: '5432',
  DATABASE_NAME: 'shop',
  DATABASE_USERNAME: 'application',
  DATABASE_PASSWORD_FILE: write('database-password', secret, 0o640),
  DATABASE_CA_FILE: path.join(directory, 'ca.crt'),
};
const api: Variables = { ...common, SESSION_KEYS_FILE: path.join(directory, 'session-keys') };

const files = {
  missing: path.join(directory, 'nowhere'),
  empty: write('empty', ''),
  open: write('open', secret, 0o604),
  noJson: write('no-json', secret),
  noKeys: write('no-keys', JSON.stringify({ encryption: [{ id: 'a', key: secret }], signing: [] })),
};

const readable = 'the path of a readable file that is not empty';

const readApi = (variables: Variables) => readSettings('the api', apiVariables, variables);
const readWorker = (variables: Variables) => readSettings('the worker', workerVariables, variables);

/** What is said of bad settings. */
function complaint(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof ViolationsError) return error.message;
    throw error;
  }
  throw new Error('the settings were accepted');
}

afterAll(() => rmSync(directory, { recursive: true }));

describe('settings', () => {
  test.each([
    ['INSTANCE_NAME', 'api 1', '1 to 64 letters, digits, dots, hyphens or underscores'],
    ['LOG_LEVEL', 'loud', 'one of: fatal, error, warn, info, debug, trace, silent'],
    ['PORT', 'http', 'a whole number from 0 to 65535'],
    ['PORT', '-1', 'a whole number from 0 to 65535'],
    ['PORT', '80.5', 'a whole number from 0 to 65535'],
    ['PORT', '65536', 'a whole number from 0 to 65535'],
    ['REDIS_TOPOLOGY', 'ring', 'one of: cluster, sentinel, standalone'],
    ['REDIS_ADDRESSES', '127.0.0.1', 'host:port, several divided by commas, ports from 1 to 65535'],
    ['REDIS_ADDRESSES', '127.0.0.1:7001,', 'host:port, several divided by commas, ports from 1 to 65535'],
    ['REDIS_ADDRESSES', '127.0.0.1:0', 'host:port, several divided by commas, ports from 1 to 65535'],
    ['REDIS_ADDRESSES', '127.0.0.1:70000', 'host:port, several divided by commas, ports from 1 to 65535'],
    ['REDIS_PASSWORD_FILE', files.missing, readable],
    ['REDIS_PASSWORD_FILE', files.empty, readable],
    ['REDIS_PASSWORD_FILE', directory, readable],
    ['REDIS_PASSWORD_FILE', files.open, 'a file that others can not open (chmod o= it)'],
    ['REDIS_CA_FILE', files.missing, readable],
    ['REDIS_FAILOVER_MILLISECONDS', '999', 'a whole number from 1000 to 300000'],
    ['REDIS_DEADLINE_MILLISECONDS', '1e3', 'a whole number from 10 to 60000'],
    ['DATABASE_PORT', '0', 'a whole number from 1 to 65535'],
    ['DATABASE_PASSWORD_FILE', files.missing, readable],
    ['DATABASE_PASSWORD_FILE', files.open, 'a file that others can not open (chmod o= it)'],
    ['DATABASE_CA_FILE', files.empty, readable],
    ['DATABASE_POOL_SIZE', '0', 'a whole number from 1 to 1000'],
    ['API_INSTANCES', '0', 'a whole number from 1 to 10000'],
    ['TRUST_PROXY', 'yes', 'one of: true, false'],
    ['SESSION_KEYS_FILE', files.missing, readable],
    ['SESSION_KEYS_FILE', files.open, 'a file that others can not open (chmod o= it)'],
    ['SESSION_KEYS_FILE', files.noJson, 'Session keys: the text is no JSON'],
    ['SESSION_KEYS_FILE', files.noKeys, "Session keys: the key of encryption[0] isn't 32 bytes in base64url"],
    ['SESSION_IDLE_SECONDS', '59', 'a whole number from 60 to 31536000'],
    ['CACHE_TTL_MILLISECONDS', '99', 'a whole number from 100 to 86400000'],
    ['CACHE_LOCAL_TTL_MILLISECONDS', '0', 'a whole number from 1 to 60000'],
    ['RATE_LIMIT_LOGIN', '20', '<quota>/<seconds>, such as 20/60'],
    ['RATE_LIMIT_DEFAULT', '0/10', '<quota>/<seconds>, such as 20/60'],
    ['RATE_LIMIT_FIXED', '10/0', '<quota>/<seconds>, such as 20/60'],
    ['RATE_LIMIT_SLIDING', 'many/10', '<quota>/<seconds>, such as 20/60'],
  ])('the api refuses %s=%s', (name, value, expected) => {
    const text = complaint(() => readApi({ ...api, [name]: value }));
    expect(text).toContain('settings of the api has 1 problem:\n');
    expect(text).toContain(`- ${name}: ${JSON.stringify(value)}; expected ${expected}`);
    expect(text).toContain(`Change ${name}.`);
    expect(text).not.toContain(secret);
  });

  test.each([
    ['WORKER_BATCH_SIZE', '1001', 'a whole number from 1 to 1000'],
    ['WORKER_CONCURRENCY', '0', 'a whole number from 1 to 100'],
    ['HANDLER_TIMEOUT_MILLISECONDS', '99', 'a whole number from 100 to 600000'],
    ['MAX_ATTEMPTS', 'five', 'a whole number from 1 to 100'],
    ['RETRY_DELAY_MILLISECONDS', '9', 'a whole number from 10 to 600000'],
    ['OUTBOX_REPLAY_AFTER_MILLISECONDS', '10', 'a whole number from 1000 to 86400000'],
    ['LEADER_TTL_MILLISECONDS', '300001', 'a whole number from 1000 to 300000'],
  ])('the worker refuses %s=%s', (name, value, expected) => {
    expect(complaint(() => readWorker({ ...common, [name]: value }))).toContain(
      `- ${name}: ${JSON.stringify(value)}; expected ${expected}. Change ${name}.`,
    );
  });

  test.each(Object.keys(api))('an absent or empty %s is missing', (name) => {
    for (const value of [undefined, '']) {
      const text = complaint(() => readApi({ ...api, [name]: value }));
      expect(text).toContain('has 1 problem:\n');
      expect(text).toMatch(new RegExp(`- ${name}: missing; expected .+\\. Set ${name}\\.$`));
    }
  });

  test('all problems are told at once', () => {
    const text = complaint(() => readApi({ ...api, PORT: 'x', REDIS_TOPOLOGY: undefined, RATE_LIMIT_LOGIN: '1' }));
    expect(text).toContain('settings of the api has 3 problems:');
    for (const name of ['PORT: "x"', 'REDIS_TOPOLOGY: missing', 'RATE_LIMIT_LOGIN: "1"']) expect(text).toContain(name);
  });

  test('Sentinels need the name of their master', () => {
    const settings = readApi({ ...api, REDIS_TOPOLOGY: 'sentinel' });
    expect(complaint(() => redisSettings(settings))).toContain(
      'REDIS_MASTER_NAME: missing; expected the name under which the Sentinels watch the master',
    );
    expect(redisSettings({ ...settings, REDIS_MASTER_NAME: 'main' })).toMatchObject({
      topology: 'sentinel',
      masterName: 'main',
      sentinels: [
        { host: '127.0.0.1', port: 7001 },
        { host: 'redis-2.example', port: 7002 },
      ],
    });
  });

  test('Sentinels may know a program by another user and password than the servers', () => {
    const sentinels = { ...api, REDIS_TOPOLOGY: 'sentinel', REDIS_MASTER_NAME: 'main' };
    const file = write('sentinel-password', 'of-sentinels');
    expect(redisSettings(readApi(sentinels))).not.toHaveProperty('sentinelLogin');
    expect(redisSettings(readApi({ ...sentinels, REDIS_SENTINEL_PASSWORD_FILE: file }))).toMatchObject({
      sentinelLogin: { password: 'of-sentinels' },
    });
    const named = { ...sentinels, REDIS_SENTINEL_PASSWORD_FILE: file, REDIS_SENTINEL_USERNAME: 'guest' };
    expect(redisSettings(readApi(named))).toMatchObject({
      sentinelLogin: { username: 'guest', password: 'of-sentinels' },
    });
  });

  test('what is not set has its default', () => {
    expect(readApi({ ...api, LOG_LEVEL: '', RATE_LIMIT_LOGIN: '' })).toMatchObject({
      ...{ LOG_LEVEL: 'info', HOST: '127.0.0.1', REDIS_FAILOVER_MILLISECONDS: 15_000, DATABASE_POOL_SIZE: 10 },
      ...{ API_INSTANCES: 1, TRUST_PROXY: false, SESSION_IDLE_SECONDS: 1_800, SESSION_ABSOLUTE_SECONDS: 43_200 },
      RATE_LIMIT_LOGIN: { quota: 20, windowSeconds: 60 },
      RATE_LIMIT_DEFAULT: { quota: 20_000, windowSeconds: 10 },
    });
    expect(readWorker(common)).toMatchObject({
      ...{ WORKER_CONCURRENCY: 2, WORKER_BATCH_SIZE: 100, HANDLER_TIMEOUT_MILLISECONDS: 30_000, MAX_ATTEMPTS: 5 },
      ...{ OUTBOX_REPLAY_AFTER_MILLISECONDS: 10_000, LEADER_TTL_MILLISECONDS: 10_000 },
    });
  });

  test('what is set reaches the connections', () => {
    const settings = readApi({ ...api, RATE_LIMIT_FIXED: '7/3', REDIS_FAILOVER_MILLISECONDS: '8000' });
    expect(settings.RATE_LIMIT_FIXED).toEqual({ quota: 7, windowSeconds: 3 });
    expect(redisSettings(settings)).toMatchObject({
      ...{ topology: 'cluster', username: 'app', password: secret, caCertificate: 'certificate' },
      ...{ failoverMilliseconds: 8_000, connectionName: 'api-1' },
    });
    expect(databaseSettings(settings)).toMatchObject({ port: 5_432, user: 'application', poolSize: 10 });
    expect(redisSettings({ ...settings, REDIS_TOPOLOGY: 'standalone' })).toMatchObject({
      address: { host: '127.0.0.1', port: 7001 },
    });
  });
});
