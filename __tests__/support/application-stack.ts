/** The application's stack with endpoints of each kind. */
import type { DeployedRedisEndpoint } from '../../constructs/application/mounted-endpoints';
import type { ManagedDatabaseEndpoint } from '../../constructs/database/endpoint';
import { redisClientNames, type RedisClientName } from '../../constructs/redis/acl';
import type { KubernetesSecretValue, SecretsManagerPassword } from '../../constructs/redis/endpoint';
import { ApplicationStack, type ApplicationStackProps } from '../../stacks/application-stack';
import { testDeployment } from './application-deployment';
import { synthesizeStack, testAccount, type Configuration } from './synthesized-construct';

const secretArn = (name: string) => `arn:aws:secretsmanager:eu-central-1:111122223333:secret:${name}-AbCdEf`;

const kept = (name: string): SecretsManagerPassword => ({
  kind: 'secrets-manager',
  secretArn: secretArn(name),
  arnPattern: secretArn(name),
  field: 'password',
});

const credentialsOf = <Password>(password: (user: RedisClientName) => Password) =>
  Object.fromEntries(
    redisClientNames.map((username) => [username, { username, password: password(username) }]),
  ) as Record<RedisClientName, { username: string; password: Password }>;

/** ElastiCache: one address, passwords in Secrets Manager, a certificate that everyone trusts. */
export const managedRedis: DeployedRedisEndpoint = {
  topology: 'cluster',
  clusterName: 'test-redis',
  seeds: [{ host: 'clustercfg.test-redis.abc123.euc1.cache.amazonaws.com', port: 6379 }],
  failoverMilliseconds: 30_000,
  credentials: credentialsOf((user) => kept(`test-redis/${user}`)),
};

const inNamespace = (name: string, key: string): KubernetesSecretValue => ({
  kind: 'kubernetes-secret',
  namespace: 'redis',
  name,
  key,
});

/** Pods behind Sentinels: passwords and certificates in Secrets of their namespace. */
export const sentinelRedis: DeployedRedisEndpoint = {
  topology: 'sentinel',
  clusterName: 'test-redis',
  sentinels: [0, 1, 2].map((index) => ({ host: `redis-node-${index}.redis.svc.cluster.local`, port: 26_379 })),
  masterName: 'platform',
  failoverMilliseconds: 15_000,
  caCertificate: inNamespace('redis-certificates', 'ca.crt'),
  credentials: credentialsOf((user) => inNamespace('redis-users', user)),
  sentinelCredentials: { password: inNamespace('redis-users', 'sentinel') },
};

export const managedDatabase: ManagedDatabaseEndpoint = {
  address: { host: 'test-postgres.abc123.eu-central-1.rds.amazonaws.com', port: 5432 },
  database: 'application',
  caCertificateFile: '/etc/redis-platform/certificates/rds.pem',
  application: { username: 'application', password: kept('test/postgres/application') },
  administrator: { username: 'administrator', password: kept('rds!db-1') },
};

export const stackProps: ApplicationStackProps = {
  account: testAccount,
  settings: testDeployment,
  kubernetes: {
    clusterName: 'test-eks',
    clusterArn: 'arn:aws:eks:eu-central-1:111122223333:cluster/test-eks',
    endpoint: 'https://test.eks.example',
    certificateAuthority: 'dGVzdA==',
    nodeSecurityGroupId: 'sg-1',
    volumeKeyArn: 'arn:aws:kms:eu-central-1:111122223333:key/1',
  },
  addresses: { networkCidr: '10.20.0.0/16', serviceCidr: '172.20.0.0/16' },
  redis: managedRedis,
  database: managedDatabase,
  databasePasswordGeneration: 1,
  gateway: { minimumReplicas: 3 },
  topicArn: 'arn:aws:sns:eu-central-1:111122223333:test-alarms',
};

/** The stack with some of what it is made from changed. */
export function applicationStackWith(change: Partial<ApplicationStackProps> = {}): Configuration {
  return synthesizeStack((app) => new ApplicationStack(app, 'test-application', { ...stackProps, ...change }));
}
