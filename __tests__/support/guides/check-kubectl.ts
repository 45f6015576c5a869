/** Commands of kubectl, by its recorded options and the objects in the synthesis. */
import { nodeProgram } from '../../../constructs/application/programs';
import { namespaces as clusterNamespaces } from '../../../constructs/cluster-services/names';
import type { DeployedNames } from './deployed-names';
import { couldBe, isKnown } from './fill-ins';
import { readCommand, valuesOf, type ReadCommand } from './program-options';
import { recordedPrograms } from './recorded';

/** Objects that charts of others make, which no synthesis holds, and why they have these names. */
export const objectsOfCharts: Readonly<Record<string, string>> = {
  '/apiservice/v1beta1.external.metrics.k8s.io': "KEDA's chart registers the API for external metrics",
  'gateway/service/traefik': "Traefik's chart names its service as its release",
  'observability/service/grafana': "Grafana's chart names its service as its release",
  'observability/service/monitoring-prometheus': 'kube-prometheus-stack: fullnameOverride and the part',
  'observability/service/monitoring-alertmanager': 'kube-prometheus-stack: fullnameOverride and the part',
  'redis/pod/redis-0': "Bitnami's chart: a pod of the stateful set `redis`",
};

const applicationNamespace = clusterNamespaces.application;

const otherKinds = ['apiservice', 'event', 'node', 'persistentvolume', 'pod'];
const shortKinds: Readonly<Record<string, string>> = {
  pv: 'persistentvolume',
  pvc: 'persistentvolumeclaim',
};

/** Faults of `kubectl <words>`; those of a program that it runs in a pod are found by `checkProgram`. */
export function checkKubectl(
  words: readonly string[],
  names: DeployedNames,
  checkProgram: (words: readonly string[]) => readonly string[],
): readonly string[] {
  const program = recordedPrograms().programs.kubectl;
  if (!program) return ['nothing of kubectl is recorded'];
  const command = readCommand(program, words);
  const namespaces = valuesOf(command, '-n', '--namespace');
  return [
    ...command.faults,
    ...namespaces.filter((name) => !couldBe(name, names.namespaces)).map((name) => `there is no namespace ${name}`),
    ...valuesOf(command, '-l', '--selector')
      .filter((label) => !couldBe(label, names.labels))
      .map((label) => `no pod has the label ${label}`),
    ...objectsOf(command).flatMap(([kind, name]) => checkObject(namespaces[0], kind, name, names)),
    ...(command.command === 'exec' ? [...checkPath(namespaces[0], command.rest), ...checkProgram(command.rest)] : []),
  ];
}

/** The image of the application has one program, on no path, and no shell. */
const checkPath = (namespace: string | undefined, [program = '']: readonly string[]) =>
  namespace === applicationNamespace && program !== nodeProgram
    ? [`the image of the application has ${nodeProgram} alone, and not ${program}`]
    : [];

/** Kinds and names that a command is about; a name is undefined where it is about all of a kind. */
function objectsOf(command: ReadCommand): readonly (readonly [kind: string, name: string | undefined])[] {
  // A label to be set is no object.
  const positionals = command.positionals.filter((word) => !word.includes('='));
  const [first, ...others] = positionals;
  const from = valuesOf(command, '--from').map(kindAndName);
  const slashed = positionals.filter((word) => word.includes('/')).map(kindAndName);
  if (first === undefined || first.includes('/')) return [...slashed, ...from];
  if (['annotate', 'get', 'describe', 'delete', 'label', 'rollout restart'].includes(command.command)) {
    const objects = others.length === 0 ? [undefined] : others;
    return first.split(',').flatMap((kind) => objects.map((name) => [kind, name] as const));
  }
  if (['logs', 'exec'].includes(command.command)) return [['pod', first]];
  return [...slashed, ...from];
}

function kindAndName(word: string): readonly [string, string] {
  const [kind = '', name = ''] = word.split('/');
  return [kind, name];
}

function checkObject(namespace: string | undefined, kind: string, name: string | undefined, names: DeployedNames) {
  const objects = [...names.objects, ...Object.keys(objectsOfCharts)];
  const singular = shortKinds[kind] ?? kind;
  const kinds = new Set([...objects.map((object) => object.split('/')[1]), ...otherKinds]);
  const known = [singular, singular.replace(/s$/, '')].find((candidate) => kinds.has(candidate));
  if (known === undefined) return [`there is no kind ${kind}`];
  if (name === undefined || (otherKinds.includes(known) && !isKnown(name))) return [];
  const anywhere = namespace ?? '‹namespace›';
  const candidates = objects.map((object) => (namespace === undefined ? object.replace(/^\//, 'none/') : object));
  return couldBe(`${anywhere}/${known}/${name}`, candidates) ? [] : [`there is no ${known} ${name} in ${anywhere}`];
}
