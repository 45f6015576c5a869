/** The pod that stands in for the controller of External Secrets. */
import { externalSecretsPods } from '../../constructs/cluster-services/external-secrets-values';
import {
  externalSecretsServiceAccount,
  namespaces,
  servicePriorityClass,
} from '../../constructs/cluster-services/names';
import type { Manifest } from '../deployment/manifests/manifest';
import { nodeProgramManifests } from './node-program';
import { readinessPort } from './secrets/readiness-port';

/** @param image that has Node.js where the application's image has it */
export const secretsDeployment = (image: string): readonly Manifest[] =>
  nodeProgramManifests({
    name: 'external-secrets',
    namespace: namespaces.externalSecrets,
    labels: externalSecretsPods.controller,
    entry: 'kubernetes/stand-ins/secrets/main.ts',
    image,
    port: readinessPort,
    memoryMebibytes: 256,
    serviceAccount: externalSecretsServiceAccount,
    priorityClass: servicePriorityClass,
  });
