/** Pods of charts listen where the check of connections says, by the facts of what the charts render. */
import { releasesWithFacts } from '../../../review/charts/facts';
import { chartPods, chartsWithoutPods } from '../../../review/reachability/chart-pods';

const production = releasesWithFacts().filter(({ id }) => !id.startsWith('development-') || id.endsWith('/redis'));

test.each(production.map((release) => [release.id, release] as const))('%s', (_, { chart, facts }) => {
  const pods = chartPods[chart] ?? [];
  if (chartsWithoutPods.includes(chart)) {
    expect(facts.workloads).toEqual([]);
    return;
  }
  const unknown = facts.workloads.flatMap(({ name, podLabels, containers }) => {
    const kind = pods.find(({ labels }) => Object.entries(labels).every(([key, value]) => podLabels[key] === value));
    if (!kind) return [`${name}: no pods with its labels`];
    const ports = containers.flatMap((container) => container.ports);
    return ports
      .map(({ containerPort: port, protocol = 'TCP' }) => ({ port, protocol: protocol.toLowerCase() }))
      .filter(({ port, protocol }) =>
        kind.listeners.every((listener) => listener.port !== port || listener.protocol !== protocol),
      )
      .map(({ port, protocol }) => `${name}: nothing says that it listens on ${protocol}/${port}`);
  });
  expect(unknown).toEqual([]);
});
