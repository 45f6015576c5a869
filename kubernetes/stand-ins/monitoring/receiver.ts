/**
 * The pod that gets every notification of Alertmanager, in the place of a pager, a chat and a dead man's switch. The receiver of
 * `local`, apps/alert-receiver, is larger than a ConfigMap may be.
 */
import type { Manifest } from '../../deployment/manifests/manifest';
import { standInsNamespace as namespace, standInsNamespaceManifest } from '../namespace';
import { nodeProgramManifests } from '../node-program';
import { receiverPort as port } from './receiver-program/port';

const name = 'alert-receiver';
const labels = { 'app.kubernetes.io/name': name };

/** Where a receiver of Alertmanager sends. */
export const receiverUrl = (receiver: string) => `http://${name}.${namespace}.svc:${port}/notifications/${receiver}`;

/** @param image that has Node.js where the application's image has it */
export const receiverManifests = (image: string): readonly Manifest[] => [
  standInsNamespaceManifest,
  ...nodeProgramManifests({
    ...{ name, namespace, labels, image, port },
    entry: 'kubernetes/stand-ins/monitoring/receiver-program/main.ts',
    memoryMebibytes: 64,
  }),
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels },
    spec: { selector: labels, ports: [{ name: 'http', port, targetPort: port }] },
  },
];
