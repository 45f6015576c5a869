/** Machines of one's own, as their settings say. */
import type { BareMetalEnvironment } from '../../environments/bare-metal';
import { platformName } from '../redis/names';
import { serverSettings } from './ec2-platform';
import type { Machine, MachinePlatform } from './platform';

/** @throws Error if there are no machines, which the settings don't allow */
export function bareMetalPlatform({ name, platform }: BareMetalEnvironment): MachinePlatform {
  const { redis: redisPort, sentinel: sentinelPort } = platform.ports;
  const [first, ...others] = platform.machines.map((machine): Machine => ({
    name: machine.name,
    host: machine.host,
    redisPort,
    sentinelPort,
  }));
  if (!first) throw new Error('platform.machines is empty; name three machines');
  return {
    clusterName: platformName({ environment: name }),
    machines: [first, ...others],
    ...serverSettings(platform, platform.memoryMebibytes),
  };
}
