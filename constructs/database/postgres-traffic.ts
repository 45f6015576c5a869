/** Which connections the pod of Postgres has; no others are allowed. */
import { podLabels, type ProgramName } from '../application/programs';
import { namespaces } from '../cluster-services/names';
import { resolveNames, type TrafficRule } from '../cluster-services/traffic';
import { serverLabels, serverPort } from './pod-names';

const clients: readonly ProgramName[] = ['api', 'worker', 'migration'];

export const databaseTraffic: readonly TrafficRule[] = [
  resolveNames,
  {
    name: 'from-programs',
    pods: serverLabels,
    direction: 'ingress',
    peers: clients.map((program) => ({ namespace: namespaces.application, pods: podLabels(program) })),
    ports: [{ port: serverPort }],
  },
];
