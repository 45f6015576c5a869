/** What containers get is what the values say: a chart merges its own defaults under them. */
import { chartFacts, releasesWithFacts } from '../../../review/charts/facts';

const workloads = releasesWithFacts().flatMap(({ id, facts }) =>
  facts.workloads.map((workload) => ({ where: `${id} ${workload.name}`, ...workload })),
);

const containers = workloads.flatMap(({ where, containers: own }) =>
  own.map(({ name, resources }) => ({ where: `${where}: ${name}`, resources })),
);

test('each container has requests and limits, memory alike, and no limit to processors', () => {
  for (const { where, resources } of containers) {
    const { requests = {}, limits = {} } = resources;
    expect({ where, requests: Object.keys(requests).sort(), limits: Object.keys(limits).sort() }).toEqual({
      where,
      requests: ['cpu', 'ephemeral-storage', 'memory'],
      limits: ['ephemeral-storage', 'memory'],
    });
    expect({ where, memory: requests.memory }).toEqual({ where, memory: limits.memory });
  }
  expect(containers.length).toBeGreaterThan(50);
});

/** Folders that the makers' charts, and the operator, leave without a size; the limits of their containers bound them. */
const withoutSize: Readonly<Record<string, string>> = {
  'grafana: storage': 'has one in memory only',
  'grafana: search': 'is fixed in the chart',
  'loki: temp': 'is fixed in the chart',
  'redis: empty-dir': 'is fixed in the chart redis-cluster; the chart redis has a value for it',
  'prometheus-monitoring: config-out': 'is in memory, which the containers have a limit to; fixed in the operator',
  'alertmanager-monitoring: config-out': 'is in memory, which the containers have a limit to; fixed in the operator',
};

test('emptyDirs have a size, wherever their chart takes one', () => {
  const unlimited = workloads.flatMap(({ name, emptyDirs }) =>
    emptyDirs.filter(({ sizeLimit }) => sizeLimit === undefined).map((folder) => `${name}: ${folder.name}`),
  );
  expect([...new Set(unlimited)].sort()).toEqual(Object.keys(withoutSize).sort());
});

const mebibytes = (quantity: unknown) => Number(/^(\d+)Mi$/.exec(String(quantity))?.[1]);

test('limits of a pod’s containers are more than its emptyDirs on disk and its logs take', () => {
  const logs = 50;
  for (const { where, containers: own, emptyDirs } of workloads) {
    const running = own.filter(({ isInitial }) => !isInitial);
    const limit = running.reduce((sum, { resources }) => sum + mebibytes(resources.limits?.['ephemeral-storage']), 0);
    const folders = emptyDirs.filter(({ sizeLimit }) => sizeLimit !== undefined);
    const needed = folders.reduce((sum, { sizeLimit }) => sum + mebibytes(sizeLimit), logs * running.length);
    expect({ where, isEnough: limit > needed }).toEqual({ where, isEnough: true });
  }
});

test('claims outlive the pods that they are for, and their StatefulSet', () => {
  const retained = { whenDeleted: 'Retain', whenScaled: 'Retain' };
  for (const { where, claims, claimRetention = retained } of workloads) {
    if (claims.length > 0) expect({ where, ...claimRetention }).toEqual({ where, ...retained });
  }
  // Where the values say so, the chart does.
  for (const id of ['production-observability/loki', 'staging-redis/redis', 'development-redis/redis']) {
    expect(chartFacts(id).workloads.map(({ claimRetention }) => claimRetention)).toContainEqual(retained);
  }
});
