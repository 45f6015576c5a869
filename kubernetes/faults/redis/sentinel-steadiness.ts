/** Whether the servers follow one master, and the Sentinels agree on it. */
import { replicationFindings } from './cluster-steadiness';
import type { ServerState } from './server-state';

/** What a Sentinel said: reply of SENTINEL GET-MASTER-ADDR-BY-NAME and of SENTINEL CKQUORUM. */
export interface SentinelState {
  readonly pod: string;
  readonly masterHost: string;
  readonly quorum: string;
}

/** @returns what is missing; none if all agree and all replicas are in sync */
export function sentinelFindings(
  servers: readonly ServerState[],
  sentinels: readonly SentinelState[],
): readonly string[] {
  const masters = servers.filter(({ fields }) => fields.get('role') === 'master');
  const [master] = masters;
  if (!master || masters.length > 1) return [`masters: ${masters.map(({ pod }) => pod).join(', ') || 'none'}`];
  const strangers = servers.filter(
    ({ fields }) => fields.get('role') === 'slave' && podOf(fields.get('master_host') ?? '') !== master.pod,
  );
  const online = [...master.fields].filter(
    ([name, value]) => /^slave\d+$/.test(name) && value.includes('state=online'),
  );
  return [
    ...servers.flatMap(({ pod, fields }) => replicationFindings(fields).map((finding) => `${pod}: ${finding}`)),
    ...strangers.map(({ pod, fields }) => `${pod} follows ${fields.get('master_host') ?? 'no master'}`),
    ...(online.length === servers.length - 1 ? [] : [`${online.length} replicas are online`]),
    ...sentinels
      .filter(({ masterHost }) => podOf(masterHost) !== master.pod)
      .map(({ pod, masterHost }) => `Sentinel of ${pod}: the master is ${masterHost}`),
    ...sentinels
      .filter(({ quorum }) => !quorum.startsWith(`OK ${sentinels.length} `))
      .map(({ pod, quorum }) => `Sentinel of ${pod}: ${quorum}`),
  ];
}

export const podOf = (host: string) => host.split('.')[0] ?? '';
