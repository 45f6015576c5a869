/** One source of rights: what each platform gives to its servers is what `constructs/redis` has. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  ensureSecrets,
  redisSecretNames,
  userFile,
  writeRedisUserFiles,
} from '../../../apps/local-platform/secret-files';
import {
  bitnamiClusterUsers,
  bitnamiSentinelUsers,
  renderClusterUsers,
  renderSentinelUsers,
  renderWatchedUsers,
  watchedUsers,
} from '../../../constructs/bitnami/users';
import { supportedCommands, type ElasticacheKind } from '../../../constructs/elasticache/access-string';
import { renderMachineSentinelUsers, renderMachineUsers } from '../../../constructs/machines/server-files';
import {
  aclUsers,
  redisClientNames,
  redisUsers,
  renderAclRule,
  sentinelPlatformUserNames,
  sentinelPlatformUsers,
  type AclUser,
} from '../../../constructs/redis/acl';
import { clusterUsers } from '../../../constructs/redis/cluster-users';
import { disclosures } from '../../../constructs/redis/disclosures';
import { sentinelUsers } from '../../../constructs/redis/sentinel';

const root = path.resolve(__dirname, '../../..');
const placeholder = (name: string) => `<${name}>`;

/** What the deployment of the local platform writes. */
function localAcl(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'acl-'));
  try {
    ensureSecrets(directory, redisSecretNames);
    writeRedisUserFiles(directory);
    return readFileSync(userFile(directory), 'utf8');
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const compose = () => readFileSync(path.join(root, 'deploy/compose/redis/users.acl.template'), 'utf8');

/** Rules by user, of an ACL file; without the user `default`. */
function rulesIn(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').flatMap((line) => {
    const [, name = '', rule = ''] = /^user (\S+) on .*?(resetkeys .*)$/.exec(line) ?? [];
    return name === '' ? [] : [[name, rule] as const];
  });
  return new Map(lines);
}

const servers: readonly (readonly [platform: string, text: () => string, users: readonly AclUser<string>[]])[] = [
  ['local', localAcl, clusterUsers],
  ['docker compose', compose, redisUsers],
  ['machines', renderMachineUsers, sentinelPlatformUsers],
  ['Bitnami, cluster', () => renderClusterUsers(placeholder), bitnamiClusterUsers],
  ['Bitnami, Sentinel', () => renderWatchedUsers(placeholder), watchedUsers],
];

const sentinels: typeof servers = [
  ['machines', renderMachineSentinelUsers, sentinelUsers],
  ['Bitnami, Sentinel', () => renderSentinelUsers(placeholder), bitnamiSentinelUsers],
];

test.each(servers)('%s: the servers have these users, and those of every platform among them', (_, text, users) => {
  expect(text()).toMatch(/^user default off resetpass /);
  expect(rulesIn(text())).toEqual(new Map(users.map((user) => [user.name, renderAclRule(user)])));
  for (const user of redisUsers) expect(users).toContain(user);
});

test.each(sentinels)('%s: the Sentinels have these users', (_, text, users) => {
  expect(text()).toMatch(/^user default off resetpass /);
  expect(rulesIn(text())).toEqual(new Map(users.map((user) => [user.name, renderAclRule(user)])));
  for (const user of sentinelUsers) expect(users).toContain(user);
});

test.each<ElasticacheKind>(['elasticache', 'elasticache-serverless'])(
  '%s: no user may do more than elsewhere',
  (kind) => {
    for (const name of redisClientNames) {
      const { commands } = aclUsers[name];
      expect(supportedCommands(aclUsers[name], kind).filter((command) => !commands.includes(command))).toEqual([]);
    }
  },
);

/** Commands that have subcommands; not COMMAND, which returns nothing but what commands there are. */
const containers =
  'acl client cluster config debug function latency memory module object pubsub script sentinel slowlog xgroup xinfo'.split(
    ' ',
  );

test.each([...servers, ...sentinels])('%s: no command is granted with all its subcommands', (_, __, users) => {
  const granted = users.flatMap(({ name, commands }) => commands.map((command) => `${name} ${command}`));
  expect(granted.filter((line) => containers.includes(line.split(' ')[1] ?? ''))).toEqual([]);
});

test('disclosures are of users that there are', () => {
  const names = [...servers, ...sentinels].flatMap(([, , users]) => users.map(({ name }) => name));
  expect(disclosures.filter(({ user }) => !names.includes(user))).toEqual([]);
});

function filesBelow(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.relative(root, path.join(parentPath, name)));
}

test('rights are written nowhere else', () => {
  const folders = ['apps', 'bench', 'constructs', 'deploy', 'environments', 'kubernetes', 'scripts', 'stacks'];
  const withRights = folders
    .flatMap(filesBelow)
    .filter((file) => /(?:^|[\s'"`])[-+]@[a-z]/m.test(readFileSync(path.join(root, file), 'utf8')));
  expect(withRights.sort()).toEqual([
    // The user that ElastiCache demands, and that can not log in.
    'constructs/elasticache/users.ts',
    'constructs/redis/acl.ts',
    // As it is rendered: see the tests of the compose files.
    'deploy/compose/redis/users.acl.template',
  ]);
});

test('the guide of machines names every user that needs a password', () => {
  const guide = readFileSync(path.join(root, 'docs/guides/machines.md'), 'utf8');
  const list = /`\/etc\/redis-platform\/secrets\/<user>` for (.*?): the password/s.exec(guide)?.[1] ?? '';
  expect([...list.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual([...sentinelPlatformUserNames]);
});
