import { redisTraffic } from '../../../constructs/bitnami/redis-traffic';
import type { BitnamiSettings } from '../../../environments/bitnami-settings';
import { bitnamiClusterTestSettings, bitnamiSentinelTestSettings } from '../../support/bitnami-settings';

const server = { 'app.kubernetes.io/instance': 'redis' };

/** Who connects to servers, and to which ports. */
const intoServers = (settings: BitnamiSettings) =>
  Object.fromEntries(
    redisTraffic(settings)
      .filter(({ direction }) => direction === 'ingress')
      .map(({ name, pods, peers, ports }) => {
        expect(pods).toEqual(server);
        return [
          name,
          {
            from: peers.map((peer) => ('namespace' in peer ? peer.namespace : 'redis')),
            ports: ports?.map(({ port }) => port),
          },
        ];
      }),
  );

test('a cluster is reached by its own pods, api, worker and gateway, and by nobody else', () => {
  expect(intoServers(bitnamiClusterTestSettings)).toEqual({
    'from-servers': { from: ['redis'], ports: [6_379] },
    'bus-from-servers': { from: ['redis'], ports: [16_379] },
    'from-clients': { from: ['application', 'application', 'gateway'], ports: [6_379] },
    'from-prometheus': { from: ['observability'], ports: [9_121] },
  });
});

test('Sentinels are asked by api and worker; the gateway, which does not know Sentinels, reaches nothing', () => {
  expect(intoServers(bitnamiSentinelTestSettings)).toEqual({
    'from-servers': { from: ['redis'], ports: [6_379, 26_379] },
    'from-clients': { from: ['application', 'application'], ports: [6_379, 26_379] },
    'from-prometheus': { from: ['observability'], ports: [9_121] },
  });
});

test('exporters are reached by Prometheus alone', () => {
  expect(intoServers(bitnamiClusterTestSettings)).toMatchObject({
    'from-prometheus': { from: ['observability'], ports: [9_121] },
  });
});

test('pods of Redis reach each other and resolve names, and nothing else', () => {
  const out = redisTraffic(bitnamiClusterTestSettings).filter(({ direction }) => direction === 'egress');
  expect(out.map(({ name }) => name)).toEqual(['resolve-names', 'to-servers']);
  expect(out[1]?.peers).toEqual([{ pods: server }]);
});
