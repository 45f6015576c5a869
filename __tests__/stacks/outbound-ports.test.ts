import { productionEnvironment } from '../../environments/production';
import { stagingEnvironment } from '../../environments/staging';
import type { CloudEnvironment } from '../../environments/cloud-environment';
import { outboundPorts } from '../../stacks/outbound-ports';
import type { Arguments } from '../support/synthesized-construct';
import { synthesize } from '../support/synthesized';

const { alerting, clusterServices, application } = productionEnvironment;

const mail = {
  kind: 'email',
  to: ['team@example.com'],
  from: 'alerts@example.com',
  smarthost: 'smtp.example.com:587',
  username: 'alerts',
  passwordSecret: 'smtp',
} as const;

const registry = { kind: 'other', host: 'registry.example.com:5000' } as const;

const { platform: bitnami } = stagingEnvironment;
if (bitnami.kind !== 'bitnami-cluster') throw new Error('staging has another platform');

const withMail = {
  ...productionEnvironment,
  alerting: { ...alerting, receivers: { ...alerting.receivers, chat: [mail] } },
  clusterServices: { ...clusterServices, source: { kind: 'mirror', registry, prefix: 'mirror' } },
} satisfies CloudEnvironment;

test.each<[string, CloudEnvironment, readonly number[], readonly number[]]>([
  ['production as shipped', productionEnvironment, [], []],
  ['staging as shipped', stagingEnvironment, [], []],
  ['mail and a mirror', withMail, [5000], [587]],
  [
    'mail on the port of a mirror',
    {
      ...withMail,
      alerting: {
        ...alerting,
        receivers: { ...alerting.receivers, chat: [{ ...mail, smarthost: 'smtp.example.com:5000' }] },
      },
    },
    [5000],
    [],
  ],
  [
    "the application's image",
    {
      ...productionEnvironment,
      application: { ...application, image: { ...application.image, registry: 'r.test:8443' } },
    },
    [8443],
    [],
  ],
  [
    'a chart of Redis by its URL, an image by its host',
    {
      ...stagingEnvironment,
      platform: {
        ...bitnami,
        chart: {
          ...bitnami.chart,
          source: { kind: 'other', url: 'oci://charts.test:5443/bitnami', reason: 'as tested' },
        },
        images: {
          ...bitnami.images,
          exporter: { ...bitnami.images.exporter, registry: { kind: 'other', host: 'r.test' } },
        },
      },
    },
    [5443],
    [],
  ],
])('%s', (_, environment, registries, mailServers) => {
  expect(outboundPorts(environment)).toEqual({ registries, mail: mailServers });
});

describe('servers on other ports', () => {
  const { stacks } = synthesize(withMail);
  const inStack = (name: string, type: string) =>
    Object.values(stacks[name]?.resource[type] ?? {}) as unknown as readonly Arguments[];
  const egress = (group: string) =>
    inStack('production-kubernetes', 'aws_vpc_security_group_egress_rule')
      .filter(({ security_group_id: id }) => String(id).includes(`security-groups_${group}_`))
      .map(({ from_port: port }) => port);

  test('nodes may call what the policies of their pods let them call', () => {
    const policy = inStack('production-observability', 'kubernetes_network_policy_v1').find(
      ({ metadata }) => (metadata as { readonly name: string }).name === 'tell-receivers',
    );
    const { egress: rules = [] } = (policy?.spec ?? {}) as { egress?: { ports: { port: string }[] }[] };
    const ports = rules.flatMap(({ ports: named }) => named.map(({ port }) => Number(port)));
    expect(ports).toEqual([443, 587]);
    expect(egress('nodes')).toEqual(expect.arrayContaining([...ports, 5000]));
  });

  test('a runner pulls charts, and sends no mail', () => {
    expect(new Set(egress('runner'))).toEqual(new Set([443, 5000]));
  });
});
