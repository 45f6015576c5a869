/** The programs that run beside a server: how it is asked, what it does before it stops, who tells it of changes. */
import type { BitnamiSettings } from '../../environments/bitnami-settings';
import { resources } from '../cluster-services/pods';
import { redisPorts } from './names';
import { podPaths } from './pod-configuration';
import { volumeMount } from './pod-volumes';
import { sidecarSecurityContext } from './shared-values';
import { handOverSeconds } from './timing';

/** A variable of a container. */
export interface EnvironmentVariable {
  readonly name: string;
  readonly value: string;
}

/** A program in a container; bash runs it. */
export const programPath = (name: string) => `${podPaths.programs}/${name}`;

const program = (name: string, ...environment: readonly string[]) => ({
  exec: { command: [...(environment.length > 0 ? ['env', ...environment] : []), 'bash', programPath(name)] },
});

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

/** The pod's Sentinel, as the programs know it. */
export const ownSentinel = `127.0.0.1:${redisPorts.sentinel}`;

/** A Sentinel is asked by the same programs, and is ready when it knows of a master. */
export const sentinelProbes = {
  customStartupProbe: {
    ...program('alive', `SELF=${ownSentinel}`),
    periodSeconds: 5,
    timeoutSeconds: 5,
    failureThreshold: 60,
  },
  customLivenessProbe: {
    ...program('alive', `SELF=${ownSentinel}`),
    periodSeconds: 10,
    timeoutSeconds: 5,
    failureThreshold: 6,
  },
  customReadinessProbe: { ...program('watches'), periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 2 },
} as const;

const beforeStop = (name: string, settings: BitnamiSettings) => ({
  preStop: program(name, `HAND_OVER_SECONDS=${handOverSeconds(settings)}`),
});

/** Before a server is told to stop: its master is handed over. */
export const serverLifecycle = (settings: BitnamiSettings) => beforeStop('hand-over', settings);

/** Before a Sentinel is told to stop: the server beside it has handed over. */
export const sentinelLifecycle = (settings: BitnamiSettings) => beforeStop('stay', settings);

/** Mebibytes: shells, and redis-cli now and then. */
const keeperMebibytes = 64;

/**
 * Tells the server, and the pod's Sentinel if there is one, of changed users, passwords, certificates and addresses.
 *
 * @param environment variables of the program
 */
export function keeperSidecar(image: string, environment: readonly EnvironmentVariable[] = []) {
  return {
    name: 'keeper',
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['bash', programPath('keep')],
    env: environment,
    // The image of Redis names no user: without one the kubelet would not start it.
    securityContext: sidecarSecurityContext,
    resources: resources({ cpuMillicores: 25, memoryMebibytes: keeperMebibytes }),
    volumeMounts: (['programs', 'users', 'replication', 'certificates', 'keeper', 'exporter'] as const).map(
      volumeMount,
    ),
  };
}
