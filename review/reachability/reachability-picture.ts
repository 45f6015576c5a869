/** The picture of who connects to whom, in Mermaid's flowcharts, drawn from the table. */
import type { Party } from './party';
import type { ReachabilityRow } from './reachability-table';

const isDrawn = ({ port }: ReachabilityRow) => !port.endsWith('/53');

/** Pods are drawn as their namespace and services of AWS by how they are reached; DNS is left out, which every pod asks. */
export function reachabilityPicture(rows: readonly ReachabilityRow[], parties: readonly Party[]): string {
  const areas = new Map(parties.map(({ name, area }) => [name, area]));
  const boxOf = (name: string) => boxName(name, areas.get(name));
  const ports = new Map<string, Set<string>>();
  for (const { from, to, port } of rows.filter(isDrawn)) {
    const edge = `${boxOf(from)}|${boxOf(to)}`;
    if (boxOf(from) !== boxOf(to)) ports.set(edge, (ports.get(edge) ?? new Set()).add(shortPort(port)));
  }
  const boxes = [...new Set([...ports.keys()].flatMap((edge) => edge.split('|')))].sort();
  const grouped = new Map<string, string[]>();
  for (const box of boxes) grouped.set(groupOf(box), [...(grouped.get(groupOf(box)) ?? []), box]);
  return [
    'flowchart LR',
    ...[...grouped]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .flatMap(([group, members]) => [
        `  subgraph ${idOf(group)}_group["${group}"]`,
        ...members.map((box) => `    ${idOf(box)}["${box}"]`),
        '  end',
      ]),
    ...[...ports]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([edge, numbers]) => {
        const [from = '', to = ''] = edge.split('|');
        return `  ${idOf(from)} -->|"${[...numbers].sort(byNumber).join(', ')}"| ${idOf(to)}`;
      }),
  ].join('\n');
}

/** Pods are drawn as their namespace, services of AWS as one box for each way to them. */
function boxName(name: string, area: string | undefined): string {
  if (name.startsWith('AWS ')) return name.endsWith('(NAT)') ? 'AWS by NAT' : 'AWS by endpoints';
  return name.includes('/') && !name.startsWith('clients ')
    ? `pods: ${name.split('/')[0] ?? ''}`
    : area === 'Nodes'
      ? 'nodes'
      : name;
}

function groupOf(box: string): string {
  if (box.startsWith('pods: ') || box === 'nodes') return 'Kubernetes';
  return ['control-plane', 'load-balancer', 'redis', 'postgres', 'runner'].includes(box) ? 'Network' : 'Outside';
}

const idOf = (box: string) => box.replace(/[^A-Za-z0-9]+/g, '_');

/** TCP is not named. */
const shortPort = (port: string) => port.replace(/^tcp\//, '').replace(/^udp\/(\d+)$/, '$1/udp');

const byNumber = (one: string, other: string) => parseInt(one, 10) - parseInt(other, 10) || (one < other ? -1 : 1);
