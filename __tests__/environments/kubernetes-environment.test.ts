import { developmentEnvironment } from '../../environments/development';
import { parseEnvironment } from '../../environments/environment';
import { kubernetesEnvironment } from '../../environments/kubernetes';
import { productionEnvironment } from '../../environments/production';

const { platform, kubernetes, application, clusterServices } = kubernetesEnvironment;

test('the shipped environment is valid', () => {
  expect(parseEnvironment(kubernetesEnvironment)).toEqual(kubernetesEnvironment);
});

const own = { kind: 'mirror', registry: { kind: 'own' } } as const;

const wrong: Readonly<Record<string, readonly [change: object, message: RegExp]>> = {
  'a platform of AWS': [
    { platform: productionEnvironment.platform },
    /platform\.kind: "elasticache".*one of: bitnami-cluster, bitnami-sentinel/s,
  ],
  'two zones': [
    { kubernetes: { ...kubernetes, zones: ['a', 'b'] } },
    /kubernetes\.zones: 2.*three or more for Redis on Kubernetes/s,
  ],
  'a zone twice': [
    { kubernetes: { ...kubernetes, zones: ['a', 'b', 'b'] } },
    /kubernetes\.zones: "b".*each zone once/s,
  ],
  'too few nodes': [
    { kubernetes: { ...kubernetes, redisNodes: { ...kubernetes.redisNodes, perZone: 1 } } },
    /kubernetes\.redisNodes\.perZone: 1.*at least 2/s,
  ],
  'the registry of an account that there is none of': [
    { platform: { ...platform, images: { ...platform.images, exporter: { ...platform.images.exporter, ...own } } } },
    /platform\.images\.exporter\.registry\.kind: "own".*Set it to \{ kind: 'other'/s,
  ],
  'charts of such a registry': [
    { clusterServices: { ...clusterServices, source: { ...own, prefix: 'mirror' } } },
    /clusterServices\.source\.registry\.kind: "own"/,
  ],
  'more connections than the server accepts': [
    { application: { ...application, databasePoolSize: 50 } },
    /application\.databasePoolSize: 50.*raise database\.maximumConnections/s,
  ],
  'credentials of the state': [
    { terraformState: { kind: 'backend', type: 's3', arguments: { bucket: 'states', secret_key: 'never-shown' } } },
    /terraformState\.arguments\.secret_key: "\(not shown\)"; expected no credentials/,
  ],
  'the name of a state': [
    { terraformState: { kind: 'backend', type: 's3', arguments: { bucket: 'states', key: 'one' } } },
    /terraformState\.arguments\.key: "one"; expected not to be set/,
  ],
  'a setting of AWS': [{ accountId: '111122223333' }, /accountId/],
};

test.each(Object.entries(wrong))('refuses %s', (_, [change, message]) => {
  expect(() => parseEnvironment({ ...kubernetesEnvironment, ...change })).toThrow(message);
});

test('the value of a credential is in no message', () => {
  const arguments_ = { bucket: 'states', secret_key: 'never-shown' };
  const terraformState = { kind: 'backend', type: 's3', arguments: arguments_ };
  expect(() => parseEnvironment({ ...kubernetesEnvironment, terraformState })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('never-shown') as unknown }) as Error,
  );
});

test('Redis behind Sentinels is a platform of its own', () => {
  const sentinels = developmentEnvironment.platform;
  const chart = { ...platform.chart, version: sentinels.kind === 'bitnami-sentinel' ? sentinels.chart.version : '' };
  const environment = { ...kubernetesEnvironment, platform: { ...sentinels, chart, images: platform.images } };
  expect(parseEnvironment(environment).platform.kind).toBe('bitnami-sentinel');
});
