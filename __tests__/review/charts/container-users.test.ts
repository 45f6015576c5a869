import { userProblem } from '../../../review/charts/container-users';
import { releasesWithFacts } from '../../../review/charts/facts';
import { imageFacts, imageUsers, imageUsersReadOn } from '../../../review/charts/image-users';
import { containersOf } from '../../../review/charts/synthesized-containers';
import { cloudStacks } from '../../support/cloud-synthesis';

const ofCharts = releasesWithFacts().flatMap(({ id, facts }) =>
  facts.workloads.flatMap(({ name, containers }) =>
    containers.map((container) => ({ where: `${id} ${name}`, container })),
  ),
);

const ofTerraform = Object.entries(cloudStacks()).flatMap(([stack, synthesized]) =>
  containersOf(synthesized).map(({ resource, container }) => ({ where: `${stack} ${resource}`, container })),
);

test.each([
  ['charts make', ofCharts, 50],
  ['Terraform makes', ofTerraform, 14],
])('every container that %s runs as a user that the kubelet accepts', (_, containers, atLeast) => {
  expect(
    containers.flatMap(({ where, container }) => {
      const problem = userProblem(container);
      return problem === undefined ? [] : [`${where}: ${problem}`];
    }),
  ).toEqual([]);
  expect(containers.length).toBeGreaterThanOrEqual(atLeast);
});

test('each writes to volumes only, gets no more privileges, and keeps no capabilities', () => {
  for (const { where, container } of ofCharts) {
    expect({ where, ...container.security }).toMatchObject({
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      droppedCapabilities: ['ALL'],
      runAsNonRoot: true,
    });
    expect(container.security).not.toMatchObject({ privileged: true });
  }
});

const redis = 'mirror.example/docker.io/library/redis:8';

test.each([
  ['an image without a user', redis, { runAsNonRoot: true }, 'names no user, and the kubelet refuses it'],
  ['root of an image', redis, {}, 'names no user, and it runs as that'],
  ['a name', 'quay.io/prometheus/alertmanager:v1', { runAsNonRoot: true }, "the user 'nobody', not a number"],
  ['root by its number', 'docker.io/grafana/loki:3', { runAsUser: 0 }, 'runs as root'],
  ['an image that nothing is known of', 'docker.io/library/nginx:1', { runAsUser: 1 }, 'nothing is known of the image'],
])('%s is a problem', (_, image, security, problem) => {
  expect(userProblem({ name: 'one', image, security })).toContain(problem);
});

test.each([
  ['a user that is set', redis, { runAsNonRoot: true, runAsUser: 1001 }],
  ['a number of the image', 'docker.io/oliver006/redis_exporter@sha256:0', { runAsNonRoot: true }],
])('%s is none', (_, image, security) => {
  expect(userProblem({ name: 'one', image, security })).toBeUndefined();
});

test('images are found by their whole name, in any registry, with a port, a tag or a digest', () => {
  expect(imageFacts('host:5000/mirror/docker.io/grafana/loki')?.user).toEqual({ id: 10_001 });
  expect(imageFacts('docker.io/grafana/loki:3.7@sha256:ab')?.user).toEqual({ id: 10_001 });
  expect(imageFacts('docker.io/grafana/loki-canary:3.7')).toBeUndefined();
  expect(imageFacts('docker.io/notgrafana/loki:3.7')).toBeUndefined();
});

test('every image that is known of runs somewhere, and says where its user is from', () => {
  const running = [...ofCharts, ...ofTerraform].map(({ container }) => imageFacts(container.image)?.repository);
  for (const { repository, source } of imageUsers) {
    expect(running).toContain(repository);
    expect(source.length).toBeGreaterThan(20);
  }
  expect(imageUsersReadOn).toMatch(/^\d{4}-\d\d-\d\d$/);
});
