import { readdirSync } from 'node:fs';
import path from 'node:path';
import { developmentEnvironment } from '../../../environments/development';
import type { EnvironmentInput } from '../../../environments/environment';
import { kubernetesEnvironment } from '../../../environments/kubernetes';
import { localEnvironment } from '../../../environments/local';
import { productionEnvironment } from '../../../environments/production';
import { stagingEnvironment } from '../../../environments/staging';
import { namesModules } from '../../../review/names/names-modules';
import { othersNames } from '../../../review/names/others-names';
import { accidentsIn, accidentText, pairsOf, type Accident } from '../../../review/names/pairs';
import { auroraEngine } from '../../support/database-settings';
import { serverlessTestSettings } from '../../support/elasticache-serverless';
import { machinesTestSettings } from '../../support/machines-settings';
import { markedMentions, mentionsOf } from '../../support/named-synthesis';

const { zones } = productionEnvironment.network;

/** Production on another platform, which makes its backups itself. */
const productionWith = (change: Partial<typeof productionEnvironment>): EnvironmentInput => ({
  ...productionEnvironment,
  capacity: { datasetMebibytes: 5_000 },
  backup: { kind: 'none', reason: 'the platform makes snapshots by itself' },
  ...change,
});

/** Each environment of the project, and each kind of platform and of database that none of them has. */
const environments: Readonly<Record<string, EnvironmentInput>> = {
  local: localEnvironment({}),
  kubernetes: kubernetesEnvironment,
  production: productionEnvironment,
  staging: stagingEnvironment,
  development: developmentEnvironment,
  'ElastiCache Serverless and Aurora': productionWith({
    platform: serverlessTestSettings,
    database: { ...productionEnvironment.database, engine: { ...auroraEngine, zones: zones.slice(0, 2) } },
  }),
  machines: productionWith({
    platform: { ...machinesTestSettings, machines: zones.map((zone) => ({ zone, generation: 1 })) },
  }),
};

const isOthers = ({ read: { kind, value } }: Accident) =>
  othersNames.some((name) => name.kind === kind && name.value === value);

const inMarked = markedMentions();
const found = Object.entries(environments).map(([name, environment]) => {
  const mentions = mentionsOf(environment);
  return { name, mentions, pairs: pairsOf(mentions), accidents: accidentsIn(mentions, inMarked(environment)) };
});

test.each(found)('$name: what stacks name alike comes from one export', ({ accidents }) => {
  expect(accidents.filter((accident) => !isOthers(accident)).map(accidentText)).toEqual([]);
});

test('each module of names is listed', () => {
  const root = path.resolve(__dirname, '../../..');
  const modules = readdirSync(path.join(root, 'constructs'), { recursive: true, encoding: 'utf8' })
    .map((file) => path.posix.join('constructs', file))
    .filter((file) => /(?:^|[/-])names\.ts$/.test(file));
  expect(modules.filter((file) => !Object.hasOwn(namesModules, file))).toEqual([]);
});

test('names of others are still shared', () => {
  const shared = found.flatMap(({ accidents }) => accidents).map(({ read: { kind, value } }) => ({ kind, value }));
  const gone = othersNames.filter(
    ({ kind, value }) => !shared.some((name) => name.kind === kind && name.value === value),
  );
  expect(gone).toEqual([]);
});

/** What a change of the finder must not lose sight of. */
test('the finder sees names of each kind', () => {
  const kinds = new Set(found.flatMap(({ pairs }) => pairs.map(({ read: { kind } }) => kind)));
  expect([...kinds].sort()).toEqual([
    'Secret in database',
    'Secret in passwords',
    'Secret in redis',
    'entry point',
    'field of secrets in AWS',
    'host',
    'issuer',
    'key of a taint of nodes',
    'key of the Secret postgres-administrator-1 in passwords',
    'key of the Secret redis-user-app in redis',
    'key of the Secret redis-user-gateway in redis',
    'key of the Secret redis-user-worker in redis',
    'label app of pods in keda',
    'label app.kubernetes.io/instance of pods in redis',
    'label app.kubernetes.io/name of pods in application',
    'label app.kubernetes.io/name of pods in database',
    'label app.kubernetes.io/name of pods in gateway',
    'label app.kubernetes.io/name of pods in observability',
    'label k8s-app of pods in kube-system',
    'label or taint dedicated of nodes',
    'master of Sentinels',
    'name in AWS',
    'namespace',
    'port for the control plane',
    'port name of pods in application',
    'port name of pods in redis',
    'port of pods in application',
    'port of pods in database',
    'port of pods in kube-system',
    'port of pods in redis',
    'port of servers at addresses',
    'priority class',
    'role in the database',
    'rule of a replication',
    'service account in external-secrets',
    'service account in gateway',
    'service in database',
    'service in redis',
    'storage class',
    'store of secrets',
  ]);
});

describe('a name that is written twice', () => {
  /** What takes the place of an export, by file. */
  const copies: Readonly<Record<string, readonly [used: string, copy: string]>> = {
    'constructs/observability/cluster/watched-cluster.ts': ['platformName({ environment: name })', '`${name}-redis`'],
    'constructs/observability/cluster/monitors.ts': ['port: programPortName', "port: 'http'"],
    'constructs/cluster-services/traffic.ts': [
      'Object.values(serverlessPorts).map((port) => ({ port }))',
      '[{ port: 6_379 }, { port: 6_380 }]',
    ],
    'constructs/kubernetes/pod-identity.ts': ['clusterName(account)', '`${account.environment}-eks`'],
    'constructs/cluster-services/certificate.ts': [
      'issuerRef: platformIssuer',
      "issuerRef: { ...platformIssuer, name: 'platform' }",
    ],
  };

  const edited = new Set<string>();
  const edit = (file: string, source: string) => {
    const [used, copy] = copies[file] ?? [];
    if (used === undefined || copy === undefined || !source.includes(used)) return source;
    edited.add(file);
    return source.replaceAll(used, copy);
  };

  test('is found, with both places', () => {
    const staging = found.find(({ name }) => name === 'staging');
    const accidents = accidentsIn(staging?.mentions ?? [], markedMentions(edit)(stagingEnvironment));
    expect([...edited].sort()).toEqual(Object.keys(copies).sort());
    const places = accidents
      .filter((accident) => !isOthers(accident))
      .map(({ defined, read }) => `${read.kind} ${read.value}: ${defined.stack}, ${read.stack}`);
    expect(places.sort()).toEqual([
      'issuer platform: staging-cluster-services, staging-redis',
      'name in AWS staging-eks: staging-kubernetes, staging-application',
      'name in AWS staging-eks: staging-kubernetes, staging-cluster-services',
      'name in AWS staging-eks: staging-kubernetes, staging-observability',
      'name in AWS staging-redis: staging-alerts, staging-observability',
      'port name of pods in application http: staging-application, staging-observability',
      'port of servers at addresses 6379: staging-redis, staging-cluster-services',
    ]);
  });
});
