/** Which ports outside the network an environment's settings make its nodes and its deployments call. */
import type { OutboundPorts } from '../constructs/kubernetes/security-groups';
import { mailPorts } from '../constructs/observability/cluster/receiver-secrets';
import type { CloudEnvironment } from '../environments/cloud-environment';

type OutboundSettings = Pick<CloudEnvironment, 'platform' | 'alerting' | 'clusterServices' | 'application'>;

/** Ports beyond 443 of registries and of servers that take mail: each once, for AWS refuses a second rule for the same. */
export function outboundPorts(environment: OutboundSettings): OutboundPorts {
  const registryPorts = beyondHttps(registries(environment).map(portOf));
  const mail = beyondHttps(mailPorts(environment.alerting.receivers)).filter((port) => !registryPorts.includes(port));
  return { registries: registryPorts, mail };
}

/** Registries that the settings name, as `host`, `host:port` or a URL. Those of AWS and upstream ones are on 443. */
function registries({ platform, clusterServices: { source }, application }: OutboundSettings): readonly string[] {
  return [
    application.image.registry,
    ...(source.kind === 'mirror' ? hostsOf(source) : []),
    ...(platform.kind === 'bitnami-cluster' || platform.kind === 'bitnami-sentinel'
      ? [
          ...(platform.chart.source.kind === 'other' ? [platform.chart.source.url] : hostsOf(platform.chart.source)),
          ...Object.values(platform.images).flatMap((image) => (image.kind === 'mirror' ? hostsOf(image) : [])),
        ]
      : []),
  ];
}

interface Mirror {
  readonly registry: { readonly kind: 'own' } | { readonly kind: 'other'; readonly host: string };
}

const hostsOf = ({ registry }: Mirror) => (registry.kind === 'other' ? [registry.host] : []);

function portOf(registry: string): number {
  const [, port = '443'] = /^(?:[a-z]+:\/\/)?[^/:]+:(\d+)/.exec(registry) ?? [];
  return Number(port);
}

const beyondHttps = (ports: readonly number[]) =>
  [...new Set(ports)].filter((port) => port !== 443).sort((a, b) => a - b);
