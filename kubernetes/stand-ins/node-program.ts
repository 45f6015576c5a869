/** Programs of this repository in pods: their text in a ConfigMap, run by the Node.js of the application's image. */
import { nodeProgram, programUser } from '../../constructs/application/programs';
import { shortDigest } from '../../constructs/application/secret-sources';
import { hardenedContainer, resources, type Labels } from '../../constructs/cluster-services/pods';
import type { Manifest } from '../deployment/manifests/manifest';
import { bundleOf } from './bundle';

const folder = '/opt/stand-in';
const volume = 'program';

/** @param entry path of the program's source, from the checkout */
export function programConfigMap(name: string, namespace: string, entry: string): Manifest {
  const data = { 'program.js': bundleOf(entry) };
  // Another program has another name, so that the pod is replaced for it.
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `${name}-stand-in-${shortDigest(data)}`, namespace },
    data,
  };
}

/** The volume of a pod with a program's ConfigMap. */
export const programVolume = ({ metadata }: Manifest) => ({ name: volume, configMap: { name: metadata.name } });

/** A container that runs the program of `programVolume`. @param image with Node.js where the application's image has it */
export const programContainer = (name: string, image: string, memoryMebibytes: number) => ({
  name,
  image,
  imagePullPolicy: 'IfNotPresent',
  command: [nodeProgram, `${folder}/program.js`],
  securityContext: { ...hardenedContainer, runAsUser: programUser, runAsGroup: programUser },
  resources: resources({ memoryMebibytes }),
  volumeMounts: [{ name: volume, mountPath: folder, readOnly: true }],
});

export interface NodeProgram {
  /** Of the Deployment. */
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** Path of the program's source, from the checkout. */
  readonly entry: string;
  readonly image: string;
  /** Port of `/readyz`. */
  readonly port: number;
  readonly memoryMebibytes: number;
  /** Whose rights it has. @default - none, and no token */
  readonly serviceAccount?: string;
  readonly priorityClass?: string;
}

/** A ConfigMap and a Deployment of one pod, which meets the profile `restricted`. */
export function nodeProgramManifests(props: NodeProgram): readonly Manifest[] {
  const { name, namespace, labels, entry } = props;
  const program = programConfigMap(name, namespace, entry);
  return [
    program,
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace, labels },
      spec: {
        replicas: 1,
        // Two at a time would get in each other's way.
        strategy: { type: 'Recreate' },
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: podSpec(props, program) },
      },
    },
  ];
}

function podSpec(props: NodeProgram, program: Manifest) {
  const { image, port, memoryMebibytes, serviceAccount, priorityClass } = props;
  return {
    ...(serviceAccount !== undefined && { serviceAccountName: serviceAccount }),
    automountServiceAccountToken: serviceAccount !== undefined,
    enableServiceLinks: false,
    ...(priorityClass !== undefined && { priorityClassName: priorityClass }),
    securityContext: { runAsNonRoot: true, fsGroup: programUser, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        ...programContainer('stand-in', image, memoryMebibytes),
        ports: [{ name: 'http', containerPort: port }],
        readinessProbe: { httpGet: { path: '/readyz', port }, periodSeconds: 2, timeoutSeconds: 2 },
      },
    ],
    volumes: [programVolume(program)],
  };
}
