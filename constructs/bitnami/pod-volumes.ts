/** What pods of Redis have mounted: programs, configuration, and of each Secret only what a container needs. */
import { passwordKey, replicationSecret, userSecret, usersSecret } from './names';
import { podPaths } from './pod-configuration';

/** What can be mounted. The charts make the volumes of the certificate and of the keeper's password themselves. */
export type PodVolume = keyof typeof podPaths;

/** Names of volumes that the charts make. */
const chartVolumes: Readonly<Partial<Record<PodVolume, string>>> = {
  certificates: 'redis-certificates',
  keeper: 'redis-password',
  data: 'redis-data',
};

/** For the owner and the group, which containers are in; nobody else. */
const secretMode = 0o440;
const programMode = 0o555;

export const volumeName = (volume: PodVolume) => chartVolumes[volume] ?? `platform-${volume}`;

/** Where a container has it. */
export const volumeMount = (volume: PodVolume) => ({
  name: volumeName(volume),
  mountPath: podPaths[volume],
  readOnly: true,
});

/** What a server has mounted beside what the charts mount. */
export const serverVolumes = ['programs', 'configuration', 'users', 'replication'] as const;

/** Names of the ConfigMaps of programs and of configuration; they are made of their content. */
export interface PodFiles {
  readonly programs: string;
  readonly configuration: string;
}

/** The volume with the Sentinel's own password. */
export const sentinelVolume = () => secretVolume('sentinel', userSecret('sentinel'), passwordKey);

/** The volumes that the charts don't make. */
export function podVolumes({ programs, configuration }: PodFiles) {
  return [
    { name: volumeName('programs'), configMap: { name: programs, defaultMode: programMode } },
    { name: volumeName('configuration'), configMap: { name: configuration } },
    secretVolume('users', usersSecret),
    secretVolume('replication', replicationSecret),
    secretVolume('exporter', userSecret('exporter'), 'passwords.json'),
  ];
}

function secretVolume(volume: PodVolume, secretName: string, onlyKey?: string) {
  return {
    name: volumeName(volume),
    secret: {
      secretName,
      defaultMode: secretMode,
      ...(onlyKey !== undefined && { items: [{ key: onlyKey, path: onlyKey }] }),
    },
  };
}
