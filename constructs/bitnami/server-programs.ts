/** The programs that run beside a server: how it is asked, what it does before it stops, who tells it of changes. */
import type { BitnamiSettings } from '../../environments/bitnami-settings';
import { hardenedContainer, resources } from '../cluster-services/pods';
import { podPaths } from './pod-configuration';
import { volumeMount } from './pod-volumes';
import { handOverSeconds } from './timing';

const program = (name: string) => ({ exec: { command: ['bash', `${podPaths.programs}/${name}`] } });

/** Seconds that a server has to read its data when it starts; a probe that fails earlier would restart it for ever. */
const startSeconds = 3_600;
const startPeriodSeconds = 5;

/** Each asks the server once, in three seconds at most, and starts a shell for it. */
export const serverProbes = {
  customStartupProbe: {
    ...program('alive'),
    periodSeconds: startPeriodSeconds,
    timeoutSeconds: 5,
    failureThreshold: startSeconds / startPeriodSeconds,
  },
  customLivenessProbe: { ...program('alive'), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
  customReadinessProbe: { ...program('ready'), periodSeconds: 5, timeoutSeconds: 10, failureThreshold: 2 },
} as const;

/** Before it is told to stop: its master is handed over. */
export const serverLifecycle = (settings: BitnamiSettings) => ({
  preStop: {
    exec: {
      command: ['env', `HAND_OVER_SECONDS=${handOverSeconds(settings)}`, 'bash', `${podPaths.programs}/hand-over`],
    },
  },
});

/** Mebibytes: shells, and redis-cli now and then. */
const keeperMebibytes = 64;

/** Tells the server of changed users, passwords, certificates and addresses. */
export function keeperSidecar(image: string) {
  return {
    name: 'keeper',
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['bash', `${podPaths.programs}/keep`],
    securityContext: hardenedContainer,
    resources: resources({ cpuMillicores: 25, memoryMebibytes: keeperMebibytes }),
    volumeMounts: (['programs', 'users', 'replication', 'certificates', 'keeper'] as const).map(volumeMount),
  };
}
