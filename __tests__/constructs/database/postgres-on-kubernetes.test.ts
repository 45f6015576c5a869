import { serverArguments, serverFiles } from '../../../constructs/database/pod-files';
import { kubernetesEnvironment } from '../../../environments/kubernetes';
import { synthesize } from '../../support/synthesized';

interface Pod {
  readonly container: readonly {
    readonly name: string;
    readonly env: readonly { readonly name: string; readonly value: string }[];
    readonly volume_mount: readonly { readonly mount_path: string; readonly name: string }[];
  }[];
  readonly volume: readonly { readonly name: string }[];
}

const { stacks } = synthesize(kubernetesEnvironment);
const database = stacks['kubernetes-database'];
const [server] = Object.values(database?.resource.kubernetes_stateful_set_v1 ?? {}) as unknown as readonly {
  readonly spec: { readonly template: { readonly spec: Pod } };
}[];
const pod = server?.spec.template.spec;

test('logins are by password, from other pods over TLS alone', () => {
  const lines = (serverFiles()['pg_hba.conf'] ?? '').trim().split('\n');
  expect(lines.map((line) => line.split(/\s+/))).toEqual([
    ['local', 'all', 'all', 'scram-sha-256'],
    ['hostssl', 'all', 'all', '0.0.0.0/0', 'scram-sha-256'],
    ['hostssl', 'all', 'all', '::/0', 'scram-sha-256'],
  ]);
});

test('the server takes a quarter of its memory for pages', () => {
  expect(serverArguments(1_000, 100)).toEqual(
    expect.arrayContaining([
      'ssl=on',
      'shared_buffers=250MB',
      'max_connections=100',
      'ssl_min_protocol_version=TLSv1.2',
    ]),
  );
});

test('passwords are in files, and in no variable', () => {
  const variables = (pod?.container ?? []).flatMap(({ env }) => env);
  const secret = variables.filter(({ name }) => name.includes('PASSWORD'));
  expect(secret.length).toBeGreaterThan(0);
  for (const { name, value } of secret) {
    expect(name).toMatch(/_FILE$/);
    expect(value).toBe('/etc/redis-platform/administrator/password');
  }
});

test('every mount has its volume', () => {
  const volumes = (pod?.volume ?? []).map(({ name }) => name);
  const mounts = (pod?.container ?? []).flatMap((container) => container.volume_mount.map(({ name }) => name));
  expect(new Set(mounts)).toEqual(new Set(volumes));
});

test('programs know the server by the authority that is mounted, and reach its pods alone', () => {
  const application = JSON.stringify(stacks['kubernetes-application']);
  expect(application).toContain('/etc/redis-platform/mounted/database-ca.crt');
  expect(application).not.toContain('rds.pem');
  const policies = Object.values(stacks['kubernetes-application']?.resource.kubernetes_network_policy_v1 ?? {});
  const toDatabase = (policies as unknown as readonly Policy[]).find(
    ({ metadata }) => metadata.name === 'api-to-database',
  );
  expect(toDatabase?.spec.egress).toEqual([
    {
      to: [
        {
          namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': 'database' } },
          pod_selector: { match_labels: { 'app.kubernetes.io/name': 'postgres' } },
        },
      ],
      ports: [{ port: '5432', protocol: 'TCP' }],
    },
  ]);
});

interface Policy {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly egress: unknown };
}
