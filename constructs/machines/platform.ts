/** A master, its replicas and their Sentinels on machines: who they are, and where things are on each. */
import { sentinelPlatformUserNames } from '../redis/acl';
import type { RedisConfiguration } from '../redis/configuration';
import type { NetworkAddress } from '../redis/endpoint';
import type { SentinelFailover } from '../redis/sentinel';

/** Folders and the owner of what servers write. */
export interface MachineLayout {
  /** What is rendered, with `secrets` and `certificates` beside it. */
  readonly configuration: string;
  /** What the servers write. */
  readonly state: string;
  readonly programs: string;
  /** User that the servers run as; its group is of the same name. */
  readonly owner: string;
}

/** Where things are on every machine. */
export const machineLayout: MachineLayout = {
  configuration: '/etc/redis-platform',
  state: '/var/lib/redis-platform',
  programs: '/usr/local/lib/redis-platform',
  owner: 'redis',
};

/** One machine, with a server of Redis and a Sentinel. */
export interface Machine {
  /** Lower-case letters, digits and hyphens; unique on the platform. */
  readonly name: string;
  /** Name or address that the others and the clients reach it by; its certificate is for it. */
  readonly host: string;
  readonly redisPort: number;
  readonly sentinelPort: number;
}

/** Where machines get passwords and certificates from, if not by hand: names of secrets in Secrets Manager. */
export interface SecretsManagerNames {
  /** What is before `/<user>` in the names of the passwords' secrets. */
  readonly prefix: string;
  /** Certificate and key of the platform's own authority. */
  readonly authority: string;
  /** The authority's certificate alone, for clients. */
  readonly certificate: string;
}

/** The whole platform. */
export interface MachinePlatform {
  /** Name of the platform, the label `redis_cluster` of its metrics and alerts. */
  readonly clusterName: string;
  /** The first one starts as the master; afterwards the Sentinels know better. */
  readonly machines: readonly [Machine, ...Machine[]];
  readonly redis: RedisConfiguration;
  readonly failover: SentinelFailover;
  /** @default - passwords and certificates are put on the machines by hand */
  readonly secretsManager?: SecretsManagerNames;
}

export const redisAddress = ({ host, redisPort }: Machine): NetworkAddress => ({ host, port: redisPort });

export const sentinelAddress = ({ host, sentinelPort }: Machine): NetworkAddress => ({ host, port: sentinelPort });

/** Longest time a server waits for another to take over before it stops, in milliseconds. */
const handOverMilliseconds = 20_000;

/**
 * The text of machine.env, which the programs of a machine read: assignments for bash.
 *
 * @throws Error if a value holds a character that a shell or a server could take for something else
 */
export function renderMachineEnvironment(platform: MachinePlatform, machine: Machine, layout: MachineLayout): string {
  const pair = ({ host, port }: NetworkAddress) => `${host} ${port}`;
  const [first] = platform.machines;
  const { secretsManager } = platform;
  const values: Readonly<Record<string, string | readonly string[]>> = {
    CLUSTER_NAME: platform.clusterName,
    MACHINE: machine.name,
    HOST: machine.host,
    REDIS_PORT: String(machine.redisPort),
    SENTINEL_PORT: String(machine.sentinelPort),
    MASTER_NAME: platform.failover.masterName,
    SENTINELS: platform.machines.map((one) => pair(sentinelAddress(one))),
    FIRST_MASTER: pair(redisAddress(first)),
    USERS: sentinelPlatformUserNames.join(' '),
    STATE: layout.state,
    OWNER: layout.owner,
    HAND_OVER_MILLISECONDS: String(handOverMilliseconds),
    ...(secretsManager && {
      SECRETS_PREFIX: secretsManager.prefix,
      AUTHORITY_SECRET: secretsManager.authority,
      CERTIFICATE_SECRET: secretsManager.certificate,
    }),
  };
  return Object.entries(values)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? quote(value) : `(${value.map(quote).join(' ')})`}\n`)
    .join('');
}

function quote(value: string): string {
  if (!/^[\w./: -]*$/.test(value)) {
    throw new Error(`machine.env: ${JSON.stringify(value)} must be letters, digits, spaces or _./:-; change it`);
  }
  return `'${value}'`;
}
