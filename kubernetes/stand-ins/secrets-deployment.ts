/** The pod that stands in for the controller of External Secrets. */
import { externalSecretsPods } from '../../constructs/cluster-services/external-secrets-values';
import {
  externalSecretsServiceAccount,
  namespaces,
  servicePriorityClass,
} from '../../constructs/cluster-services/names';
import { hardenedContainer, resources } from '../../constructs/cluster-services/pods';
import { shortDigest } from '../../constructs/application/secret-sources';
import { nodeProgram, programUser } from '../../constructs/application/programs';
import type { Manifest } from '../deployment/manifests/manifest';
import { bundleOfSecretsProgram } from './secrets/bundle';

const namespace = namespaces.externalSecrets;
const name = 'external-secrets';
const folder = '/opt/stand-in';

/** @param image that has Node.js where the application's image has it */
export function secretsDeployment(image: string): readonly Manifest[] {
  const labels = externalSecretsPods.controller;
  const data = { 'secrets.js': bundleOfSecretsProgram() };
  // Another program has another name, so that the pod is replaced for it.
  const program = `${name}-stand-in-${shortDigest(data)}`;
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: program, namespace },
      data,
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace, labels },
      spec: {
        replicas: 1,
        // Two that write the same Secrets would get in each other's way: the controller's have a leader.
        strategy: { type: 'Recreate' },
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: podSpec(image, program) },
      },
    },
  ];
}

function podSpec(image: string, program: string) {
  return {
    serviceAccountName: externalSecretsServiceAccount,
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    priorityClassName: servicePriorityClass,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: programUser,
      runAsGroup: programUser,
      fsGroup: programUser,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [
      {
        name: 'stand-in',
        image,
        imagePullPolicy: 'IfNotPresent',
        command: [nodeProgram, `${folder}/secrets.js`],
        securityContext: hardenedContainer,
        resources: resources({ memoryMebibytes: 256 }),
        readinessProbe: { httpGet: { path: '/readyz', port: 8081 }, periodSeconds: 2, timeoutSeconds: 2 },
        volumeMounts: [{ name: 'program', mountPath: folder, readOnly: true }],
      },
    ],
    volumes: [{ name: 'program', configMap: { name: program } }],
  };
}
