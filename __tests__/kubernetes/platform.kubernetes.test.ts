/**
 * An environment on real nodes of this machine: deployed, exercised, asked by the commands of the guides, broken and taken down.
 * KUBERNETES_ENVIRONMENT names another one than `kubernetes`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { loadEnvironment } from '../../environments/index';
import type { CloudEnvironment } from '../../environments/cloud-environment';
import { clusterShape, imageOptions } from '../../kubernetes/cluster-shape';
import {
  askGateway,
  gatewayAddresses,
  refusalOfSecondScaler,
  setMinimumWorkers,
  workerAutoscaler,
} from '../support/cluster-services-on-nodes';
import { guideScripts, maybeSilent, runbookScripts } from '../support/guides/on-nodes';
import { demoCluster as cluster, GuideCommands } from '../support/guides/run-on-nodes';
import { nodesTest, root, runCommand } from '../support/kubernetes-nodes';
import {
  alerts,
  answeringServers,
  notifiedReceivers,
  rules,
  runningPods,
  targets,
  untilPasses,
} from '../support/monitoring-on-nodes';

/** Without charts, as where all tests run, the short form; with them all of it. */
const isWhole = process.env.CHARTS !== undefined;
const wholeTest = isWhole ? nodesTest : test.skip;

const environment = process.env.KUBERNETES_ENVIRONMENT ?? 'kubernetes';

jest.setTimeout(40 * 60_000);

afterAll(() => {
  if (existsSync(cluster)) runCommand('scripts/demo-kubernetes-down.sh');
});

nodesTest('the demo deploys it, and every row of the exercise passes', () => {
  const { status, stdout, stderr } = runCommand('scripts/demo-kubernetes.sh', [environment]);
  expect({ status, problems: status === 0 ? '' : `${stdout}\n${stderr}`.slice(-4_000) }).toEqual({
    status: 0,
    problems: '',
  });
  expect(stdout).toMatch(/^\d+ passed, 0 failed, 0 skipped in /m);
});

const described = loadEnvironment(environment, {});
const shape = clusterShape(described);

(shape.hasMonitoring ? nodesTest : test.skip)(
  "Prometheus reads every pod and every rule, every server answers its exporter, and the dead man's switch is notified",
  async () => {
    const redis = runningPods('redis').filter((name) => /^redis(?:-node)?-\d+$/.test(name));
    const programs = runningPods('application').filter((name) => /^(?:api|worker)-/.test(name));
    const expected = [...redis, ...programs].sort();
    await untilPasses(() => {
      const found = targets();
      expect(found.filter(({ health }) => health !== 'up')).toEqual([]);
      expect(found.map(({ labels }) => labels.pod).sort()).toEqual(expected);
    });
    await untilPasses(() => {
      const evaluated = rules();
      expect(evaluated.length).toBeGreaterThan(50);
      expect(evaluated.filter(({ health }) => health !== 'ok')).toEqual([]);
    });
    await untilPasses(() => expect(notifiedReceivers()).toContain('dead-mans-switch'));
    await untilPasses(() => expect(answeringServers()).toEqual([...redis].sort()));
    // Those of the application may: the exercise spends budgets on a small machine.
    const firing = alerts().filter(({ state, labels }) => state === 'firing' && labels.component === 'redis');
    expect(firing.map(({ labels }) => labels)).toEqual([]);
  },
);

const clusterServicesTest = imageOptions(shape, process.env.CHARTS).includes('--cluster-services')
  ? nodesTest
  : test.skip;

clusterServicesTest('Traefik serves the api under its name alone, and its pods count the limit together', async () => {
  const { hostName: host, gatewayRateLimit: limit } = (described as CloudEnvironment).application;
  if (limit.kind !== 'by-client') throw new Error(`${environment} has no limit of the gateway to try`);
  const [first = ''] = gatewayAddresses();
  const ask = (path: string, name = host) => askGateway({ addresses: [first], host: name, path, requests: 1 }).statuses;
  await untilPasses(() => expect(ask('/sessions/me')).toEqual({ 401: 1 }));
  for (const path of ['/healthz', '/readyz', '/metrics']) expect([path, ask(path)]).toEqual([path, { 404: 1 }]);
  const addresses = gatewayAddresses();
  expect(addresses.length).toBeGreaterThan(1);
  // So many that a slow machine, too, sends more than pods let through together.
  const requests = 6_000;
  const { statuses, seconds } = askGateway({ addresses, host, path: '/sessions/me', requests });
  const { 401: allowed = 0, 429: refused = 0 } = statuses;
  expect({ statuses, answered: allowed + refused }).toEqual({ statuses, answered: requests });
  // Half as much again as the limit says is for requests out of order (constructs/cluster-services/rate-limit.ts).
  const together = 1.5 * (limit.burst + limit.requestsPerSecond * (seconds + 1));
  const alone = Math.min(requests, addresses.length * (limit.burst + limit.requestsPerSecond * seconds));
  expect(alone).toBeGreaterThan(together);
  expect(allowed).toBeLessThanOrEqual(together);
  expect(allowed).toBeGreaterThanOrEqual(limit.burst);
});

clusterServicesTest(
  'KEDA scales the workers by the depth of their queue, and refuses what makes no sense',
  async () => {
    const { minimum, maximum } = (described as CloudEnvironment).application.worker.replicas;
    const expected = { isActive: true, metrics: 1 };
    await untilPasses(() => expect(workerAutoscaler()).toMatchObject({ ...expected, replicas: { minimum, maximum } }));
    expect(refusalOfSecondScaler()).toMatch(/admission webhook .* denied the request: .* already managed by/);
    try {
      setMinimumWorkers(maximum);
      await untilPasses(() => {
        expect(workerAutoscaler()).toMatchObject({ ...expected, replicas: { minimum: maximum, maximum } });
        expect(runningPods('application').filter((name) => name.startsWith('worker-'))).toHaveLength(maximum);
      });
    } finally {
      setMinimumWorkers(minimum);
    }
  },
);

describe('commands of guides and runbooks work there:', () => {
  const commands = new GuideCommands(environment);

  wholeTest('a server that was ended starts again', () => expect(commands.restartServer()).toBeGreaterThan(0));

  for (const { place, text } of [...runbookScripts(), ...guideScripts()]) {
    wholeTest(place, () => {
      const outcome = commands.run(text);
      if (outcome === undefined) return;
      expect(outcome.complaints).toEqual([]);
      if (!maybeSilent.test(text)) expect(outcome.stdout).not.toBe('');
    });
  }
});

/** The one that leaves no server in place, or the short form. */
const faults = isWhole ? ['--short'] : ['--fault', 'all-pods-killed'];

nodesTest('it survives faults under load: no order is lost, and none is fulfilled twice', () => {
  const { status, stdout, stderr } = runCommand(process.execPath, [
    ...['--import', 'tsx', 'kubernetes/faults/main.ts', environment, ...faults],
    ...['--kubeconfig', path.join(cluster, 'kubeconfig'), '--run', cluster],
    // What is published is measured on purpose, and not by tests.
    ...['--results', path.join(root, '.kubernetes/results')],
  ]);
  expect({ status, problems: status === 0 ? '' : `${stdout}\n${stderr}`.slice(-4_000) }).toEqual({
    status: 0,
    problems: '',
  });
});

nodesTest('taking it down leaves nothing', () => {
  expect(runCommand('scripts/demo-kubernetes-down.sh').status).toBe(0);
  expect(existsSync(cluster)).toBe(false);
  const links = execFileSync('ip', ['-brief', 'link'], { encoding: 'utf8' });
  expect(links).not.toMatch(/k8s/);
  expect(execFileSync('cat', ['/proc/mounts'], { encoding: 'utf8' })).not.toContain(cluster);
});
