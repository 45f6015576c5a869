/** Pods of the image, in the terms that Deployments and Jobs share. */
import type { ApplicationDeploymentSettings } from '../../environments/application-deployment-settings';
import { ephemeralStorage, hardenedContainer } from '../cluster-services/pods';
import { mountedFolder, nodeProgram, programFolder, programLabels, programUser, type ProgramName } from './programs';
import type { NamespacedValue } from './secret-sources';

/** Files that a pod has mounted, by their path below `mountedFolder`. */
export type MountedValues = Readonly<Record<string, NamespacedValue>>;

export interface PodProps {
  readonly program: ProgramName;
  readonly settings: Pick<ApplicationDeploymentSettings, 'image'>;
  readonly resources: ApplicationDeploymentSettings['api']['resources'];
  /** Nothing secret: paths of files instead. */
  readonly variables: Readonly<Record<string, string>>;
  readonly files: MountedValues;
  /** @default - none */
  readonly arguments?: readonly string[];
  readonly terminationGracePeriodSeconds: number;
}

/** What is pulled: by digest, or by a tag that never moves. */
export function imageName({ image: { registry, repository, version } }: PodProps['settings']): string {
  const suffix = version.kind === 'digest' ? `@${version.digest}` : `:${version.tag}`;
  return `${registry}/${repository}${suffix}`;
}

/** Share of a pod's memory that JavaScript objects may take; buffers, code and threads need the rest. */
const heapFraction = 0.75;

/** What the templates of Deployments and Jobs have in common. */
export function podTemplate(props: PodProps) {
  const { program, files, terminationGracePeriodSeconds } = props;
  return {
    metadata: { labels: { ...programLabels(program) } },
    spec: {
      serviceAccountName: program,
      // None of the programs calls the API of Kubernetes.
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: String(programUser),
        runAsGroup: String(programUser),
        // Mounted files belong to root: this group may read them.
        fsGroup: String(programUser),
        seccompProfile: { type: 'RuntimeDefault' },
      },
      volume: Object.keys(files).length === 0 ? [] : [filesVolume(files)],
    },
  };
}

/** The container; probes and ports are the caller's. */
export function programContainer(props: PodProps) {
  const { program, settings, resources, variables, files } = props;
  return {
    name: program,
    image: imageName(settings),
    imagePullPolicy: 'IfNotPresent',
    command: [nodeProgram],
    args: [`${program}.js`, ...(props.arguments ?? [])],
    workingDir: programFolder,
    env: [
      { name: 'INSTANCE_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'NODE_OPTIONS', value: `--max-old-space-size=${heapMebibytes(resources)}` },
      ...Object.entries(variables).map(([name, value]) => ({ name, value })),
    ],
    resources: {
      requests: { ...quantities(resources.requests), ...ephemeralStorage().requests },
      limits: { ...quantities(resources.limits), ...ephemeralStorage().limits },
    },
    securityContext: {
      ...hardenedContainer,
      runAsNonRoot: true,
      privileged: false,
      capabilities: { drop: [...hardenedContainer.capabilities.drop] },
    },
    volumeMount: Object.keys(files).length === 0 ? [] : [{ name: 'files', mountPath: mountedFolder, readOnly: true }],
  };
}

const heapMebibytes = ({ limits }: PodProps['resources']) => Math.floor(limits.memoryMebibytes * heapFraction);

function quantities({ cpuMillicores, memoryMebibytes }: PodProps['resources']['limits']) {
  return { cpu: `${cpuMillicores}m`, memory: `${memoryMebibytes}Mi` };
}

/**
 * One folder of files from several Secrets, closed to all but the owner and the pod's group. A block of sources for each
 * file, since that is how the provider reads them back: `projected-sources` in review/convergence/known-reshapes.ts.
 */
function filesVolume(files: MountedValues) {
  return {
    name: 'files',
    projected: [
      {
        defaultMode: '0400',
        sources: Object.entries(files).map(([path, { secret, key }]) => ({
          secret: [{ name: secret, items: [{ key, path }] }],
        })),
      },
    ],
  };
}
