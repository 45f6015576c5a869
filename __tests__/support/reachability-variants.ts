/** Environments that together have every setting which connections follow from. */
import type { CloudEnvironment } from '../../environments/cloud-environment';
import type { EnvironmentInput } from '../../environments/environment';
import { productionEnvironment } from '../../environments/production';
import { cloudVariants } from './cloud-variants';

const { network, kubernetes, clusterServices, alerting, application } = productionEnvironment;

const withGateway = (loadBalancer: typeof clusterServices.gateway.loadBalancer): CloudEnvironment => ({
  ...productionEnvironment,
  clusterServices: {
    ...clusterServices,
    gateway: {
      ...clusterServices.gateway,
      loadBalancer,
      certificate: {
        kind: 'acm',
        certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012',
      },
    },
  },
});

export const mailAndRegistry: EnvironmentInput = {
  ...productionEnvironment,
  application: { ...application, image: { ...application.image, registry: 'registry.example.com:5443' } },
  alerting: {
    ...alerting,
    receivers: {
      ...alerting.receivers,
      chat: [
        {
          kind: 'email',
          to: ['redis@example.com'],
          from: 'alerts@example.com',
          smarthost: 'mail.example.com:587',
          username: 'alerts',
          passwordSecret: 'mail',
        },
      ],
    },
  },
};

export const callersOutside: EnvironmentInput = {
  ...withGateway({ kind: 'internal', clientCidrs: ['10.40.0.0/16', '10.99.0.0/24'] }),
  kubernetes: { ...kubernetes, endpoint: { kind: 'private', privateCidrs: ['10.98.0.0/24'] } },
};

/** Beside those of every platform and database: the other member of each union, several in one environment. */
export const reachabilityVariants: Readonly<Record<string, EnvironmentInput>> = {
  ...cloudVariants,
  'a gateway on the internet, one NAT gateway': {
    ...withGateway({ kind: 'internet', reason: 'everybody may be a customer' }),
    network: { ...network, nat: { kind: 'single', zone: 'us-east-1a', reason: 'an hour without a way out is fine' } },
  },
  'a gateway and an API for known addresses on the internet, no interface endpoints': {
    ...withGateway({ kind: 'internet-allow-list', clientCidrs: ['198.51.100.0/24', '203.0.113.0/25'] }),
    kubernetes: {
      ...kubernetes,
      endpoint: { kind: 'public-allow-list', publicCidrs: ['198.51.100.0/24'], privateCidrs: [] },
    },
    network: { ...network, interfaceEndpoints: { kind: 'none', reason: 'few calls are made here' } },
  },
  'callers outside of the network': callersOutside,
  'a mail server and a registry on ports of their own': mailAndRegistry,
};
