/** Users that images name: who runs in a container that has no `runAsUser`. */

/** A number, a name that only the image can resolve, or none: root. */
export type ImageUser = { readonly id: number } | { readonly name: string } | 'none';

export interface ImageFacts {
  /** Name of the image where its makers publish it; mirrors have it at the end of theirs. */
  readonly repository: string;
  readonly user: ImageUser;
  /** What says so. */
  readonly source: string;
}

/** Day on which the sources were read. Read them again when a major version of an image changes. */
export const imageUsersReadOn = '2026-11-30';

const distroless = 'gcr.io/distroless/static, tag nonroot, of which its User is 65532';

/** Every image that a pod of the environments runs. */
export const imageUsers: readonly ImageFacts[] = [
  {
    repository: 'docker.io/library/redis',
    user: 'none',
    source:
      'redis/docker-library-redis, debian/Dockerfile: no USER; the entrypoint, which is not used here, steps down',
  },
  {
    repository: 'docker.io/oliver006/redis_exporter',
    user: { id: 59_000 },
    source: 'oliver006/redis_exporter, docker/Dockerfile: USER 59000:59000',
  },
  ...['controller', 'webhook', 'cainjector', 'startupapicheck'].map((part) => ({
    repository: `quay.io/jetstack/cert-manager-${part}`,
    user: { id: 65_532 },
    source: `cert-manager/cert-manager v1.21.1, hack/containers and hack/latest-base-images.sh: ${distroless}`,
  })),
  {
    repository: 'ghcr.io/external-secrets/external-secrets',
    user: { id: 65_534 },
    source: 'external-secrets/external-secrets v2.9.0, Dockerfile: USER 65534',
  },
  ...['keda', 'keda-metrics-apiserver', 'keda-admission-webhooks'].map((image) => ({
    repository: `ghcr.io/kedacore/${image}`,
    user: { id: 65_532 },
    source: 'kedacore/keda, Dockerfile, Dockerfile.adapter and Dockerfile.webhooks: USER 65532:65532',
  })),
  {
    repository: 'public.ecr.aws/eks/aws-load-balancer-controller',
    user: { id: 65_532 },
    source: 'aws/eks-distro-build-tooling, eks-distro-base/Dockerfile.minimal-base-nonroot, its base: USER 65532',
  },
  {
    repository: 'docker.io/library/traefik',
    user: { name: 'traefik' },
    source: 'traefik/traefik, Dockerfile of version 3: USER traefik; older ones name none',
  },
  {
    repository: 'quay.io/prometheus-operator/prometheus-operator',
    user: { id: 65_534 },
    source: 'prometheus-operator/prometheus-operator, Dockerfile: USER 65534',
  },
  {
    repository: 'quay.io/prometheus-operator/prometheus-config-reloader',
    user: { name: 'nobody' },
    source: 'prometheus-operator/prometheus-operator, cmd/prometheus-config-reloader/Dockerfile: USER nobody',
  },
  {
    repository: 'registry.k8s.io/kube-state-metrics/kube-state-metrics',
    user: { name: 'nobody' },
    source: 'kubernetes/kube-state-metrics, Dockerfile: USER nobody',
  },
  {
    repository: 'quay.io/prometheus/prometheus',
    user: { id: 65_532 },
    source:
      'prometheus/prometheus, Dockerfile.distroless: 65532; Dockerfile: USER nobody. Tags end with -distroless here',
  },
  {
    repository: 'quay.io/prometheus/alertmanager',
    user: { name: 'nobody' },
    source: 'prometheus/alertmanager, Dockerfile: USER nobody',
  },
  {
    repository: 'docker.io/grafana/loki',
    user: { id: 10_001 },
    source: 'grafana/loki, cmd/loki/Dockerfile: USER 10001',
  },
  {
    repository: 'docker.io/grafana/alloy',
    user: 'none',
    source: 'grafana/alloy v1.18.1, Dockerfile: makes user 473, and says that it is not the default',
  },
  {
    repository: 'docker.io/grafana/grafana',
    user: { id: 472 },
    source: 'grafana/grafana, Dockerfile: USER "$GF_UID", which is 472',
  },
  {
    repository: 'redis-platform/application',
    user: { id: 65_532 },
    source: 'Dockerfile of this repository: USER 65532:65532',
  },
];

/** Facts of an image, by its whole name, from whatever registry. @returns undefined if it isn't among them */
export function imageFacts(image: string): ImageFacts | undefined {
  const name = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  return imageUsers.find(({ repository }) => name === repository || name.endsWith(`/${repository}`));
}
