/** Machines in EC2, as their settings say: names, memory, and where passwords are. */
import type { MachinesSettings } from '../../environments/machines-settings';
import type { AwsAccount } from '../aws/account';
import { environmentSecret, redisUserSecrets, secretNames } from '../aws/secret-names';
import { defaultPorts, platformName } from '../redis/names';
import { instanceMebibytes } from './instance-types';
import type { Machine, MachinePlatform } from './platform';
import { machineMaxmemoryBytes } from './room';

/** Name of the platform, and first part of the names of what it consists of. */
export const machinesName = (account: AwsAccount) => platformName(account);

/** Name of the master, as clients ask Sentinels for it. */
export const masterName = 'main';

/** The machine in a zone: `redis-a`, by the letter its name ends in. */
export function machineIn(zone: string, { region }: AwsAccount, privateZone: string): Machine {
  const name = `redis-${zone.slice(region.length)}`;
  return { name, host: `${name}.${privateZone}`, redisPort: defaultPorts.redis, sentinelPort: defaultPorts.sentinel };
}

type Shared = Pick<MachinesSettings, 'failover' | 'appendFsync'>;

/** What servers are told, on machines of any kind. */
export function serverSettings({ failover, appendFsync }: Shared, machineMebibytes: number) {
  const { quorum, downAfterMilliseconds, failoverTimeoutMilliseconds, writesWithoutReplicaSeconds } = failover;
  return {
    redis: {
      maxmemoryBytes: machineMaxmemoryBytes(machineMebibytes),
      persistence: { appendFsync },
      writeQuorum: { replicas: 1, maximumLagSeconds: writesWithoutReplicaSeconds },
    },
    failover: { masterName, quorum, downAfterMilliseconds, failoverTimeoutMilliseconds },
  };
}

/** @throws Error if there are no machines, which the settings don't allow */
export function ec2Platform(account: AwsAccount, settings: MachinesSettings): MachinePlatform {
  const [first, ...others] = settings.machines.map(({ zone }) => machineIn(zone, account, settings.privateZone));
  if (!first) throw new Error('platform.machines is empty; name three zones');
  return {
    clusterName: machinesName(account),
    machines: [first, ...others],
    ...serverSettings(settings, instanceMebibytes(settings.instanceType)),
    secretsManager: {
      prefix: environmentSecret(account, redisUserSecrets),
      authority: environmentSecret(account, secretNames.redisAuthority),
      certificate: environmentSecret(account, secretNames.redisCertificate),
    },
  };
}
