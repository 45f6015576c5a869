import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { upstreamImages, type ImageName } from '../../../constructs/cluster-services/sources';
import { manifestOf } from '../../../kubernetes/deployment/manifests/kinds';
import { localImage, readImages, withLocalImages, type LocalImages } from '../../../kubernetes/stand-ins/images';
import { planNamed } from '../../support/environment-plans';
import { localImages } from '../../support/local-images';

const clusterServiceImages: Readonly<Partial<Record<ImageName, string>>> = {
  traefik: localImages.traefik,
  kedaOperator: localImages['keda-operator'],
  kedaMetrics: localImages['keda-metrics'],
  kedaWebhooks: localImages['keda-webhooks'],
};

test.each([
  ['111122223333.dkr.ecr.us-east-1.amazonaws.com/redis-platform/application:0.1.0', 'here/application:1'],
  ['registry:5000/mirror/docker.io/library/redis:8.8.1-trixie', 'here/redis:8'],
  ['docker.io/bitnamilegacy/redis-cluster@sha256:00', 'here/redis:8'],
  ['mirror/docker.io/oliver006/redis_exporter:v1.91.1', 'here/exporter:1'],
  ['docker.io/library/postgres:17', 'here/postgres:17'],
  ['here/redis:8', 'here/redis:8'],
  ['mirror/quay.io/prometheus/prometheus:v3.14.0-distroless', 'here/prometheus:2'],
  ['mirror/quay.io/prometheus/alertmanager@sha256:00', 'here/alertmanager:0'],
  ...Object.entries(clusterServiceImages).map(([name, local]): [string, string] => [
    upstreamImages[name as ImageName],
    local,
  ]),
])('%s', (reference, expected) => {
  expect(localImage(reference, localImages)).toBe(expected);
});

test('an image that there is none for is an error that says what to do', () => {
  expect(() => localImage('docker.io/library/nginx:1', localImages)).toThrow(
    /^there is no image here for docker\.io\/library\/nginx:1: add its repository/,
  );
});

test.each([
  ['prometheus', 'mirror/quay.io/prometheus/prometheus:2', '--monitoring'],
  ['keda-metrics', 'mirror/ghcr.io/kedacore/keda-metrics-apiserver:2', '--cluster-services'],
] as const)('%s that was not built is an error that says how to build it', (role, reference, option) => {
  const others = Object.fromEntries(Object.entries(localImages).filter(([name]) => name !== role));
  expect(() => localImage(reference, others as LocalImages)).toThrow(
    `the file of --images has no ${role}, for ${reference}: kubernetes/images/build.sh ${option}`,
  );
});

test('every container of the environments has an image here', () => {
  for (const name of ['staging', 'development']) {
    const workloads = planNamed(name).resources.filter(({ type }) =>
      /^kubernetes_(deployment|job|cron_job)/.test(type),
    );
    const texts = workloads.map((one) => JSON.stringify(withLocalImages(manifestOf(one), localImages)));
    expect(texts.length).toBeGreaterThan(3);
    for (const text of texts) {
      expect(text).toMatch(/"image":"here\//);
      expect(text).not.toMatch(/"image":"(?!here\/)/);
    }
  }
});

test('the file of images names what it lacks', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'images-'));
  const file = path.join(folder, 'images.json');
  try {
    const { redis, ...others } = Object.fromEntries(
      Object.entries(localImages).map(([role, reference]) => [role, { reference, version: '1' }]),
    );
    writeFileSync(file, JSON.stringify({ redis, ...others }));
    expect(readImages(file)).toEqual(localImages);
    const { application, exporter, postgres } = others;
    writeFileSync(file, JSON.stringify({ application, redis, exporter, postgres }));
    expect(Object.keys(readImages(file))).toEqual(['application', 'redis', 'exporter', 'postgres']);
    writeFileSync(file, JSON.stringify(others));
    expect(() => readImages(file)).toThrow(/images\.json: it is to name an image for each of .*; redis: /);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
