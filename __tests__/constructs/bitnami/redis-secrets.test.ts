import { digestTemplates, redisSecretObjects } from '../../../constructs/bitnami/redis-secrets';
import { bitnamiClusterUserNames, renderClusterUsers } from '../../../constructs/bitnami/users';
import { bitnamiClusterTestSettings } from '../../support/bitnami-settings';

const generations = { ...bitnamiClusterTestSettings.passwordGenerations, app: 2 };

const inSecretsManager = (name: string) =>
  ({ kind: 'secrets-manager', secretArn: `arn:${name}`, arnPattern: `arn:${name}`, field: 'password' }) as const;

const passwords = new Map(
  bitnamiClusterUserNames.map((name) => [
    name,
    { current: inSecretsManager(name), previous: { ...inSecretsManager(name), version: 'AWSPREVIOUS' } },
  ]),
);

const objects = redisSecretObjects(
  {
    users: bitnamiClusterUserNames,
    generations,
    aclFiles: { 'users.acl': renderClusterUsers(digestTemplates(generations)) },
  },
  passwords,
);

const named = (name: string) => objects.find(({ metadata }) => metadata.name === name)?.spec;

test('users are known by digests, which External Secrets fills in; a changed password and the one before are accepted', () => {
  const { target, data } = named('redis-users') as {
    target: { template: { data: { 'users.acl': string } } };
    data: unknown[];
  };
  const lines = target.template.data['users.acl'].split('\n');
  expect(lines.find((line) => line.startsWith('user app '))).toContain(
    'user app on #{{ index . "app" | sha256sum }} #{{ index . "app-previous" | sha256sum }} resetkeys',
  );
  expect(lines.find((line) => line.startsWith('user worker '))).toContain(
    'user worker on #{{ index . "worker" | sha256sum }} resetkeys',
  );
  expect(data).toContainEqual({
    secretKey: 'app-previous',
    remoteRef: { key: 'arn:app', property: 'password', version: 'AWSPREVIOUS' },
  });
  // A secret that was never changed has no version before, and asking for one fails all of it.
  expect(JSON.stringify(data)).not.toContain('worker-previous');
});

test('each user has a Secret of its own, the replicas none that others could read', () => {
  expect(named('redis-user-app')).toMatchObject({
    data: [{ secretKey: 'password', remoteRef: { key: 'arn:app', property: 'password' } }],
  });
  expect(named('redis-user-replica')).toBeUndefined();
});

test("the exporter's password is by the address it asks, with its user and without", () => {
  expect(named('redis-user-exporter')).toMatchObject({
    target: {
      template: {
        data: {
          'passwords.json':
            '{ "rediss://exporter@127.0.0.1:6379": "{{ index . "exporter" }}", "rediss://127.0.0.1:6379": "{{ index . "exporter" }}" }',
        },
      },
    },
  });
});

test('a keeper that has another password has the one before as well, for servers that were not told yet', () => {
  expect(named('redis-user-keeper')).toMatchObject({ data: [{ secretKey: 'password' }] });
  const changed = redisSecretObjects(
    { users: bitnamiClusterUserNames, generations: { ...generations, keeper: 2 }, aclFiles: {} },
    passwords,
  ).find(({ metadata }) => metadata.name === 'redis-user-keeper')?.spec;
  expect(changed).toMatchObject({
    data: [{ secretKey: 'keeper' }, { secretKey: 'keeper-previous', remoteRef: { version: 'AWSPREVIOUS' } }],
    target: {
      template: { data: { password: '{{ index . "keeper" }}\n{{ index . "keeper-previous" }}\n' } },
    },
  });
});
