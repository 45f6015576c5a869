/** Certificates of Redis on Kubernetes, signed by the environment's authority and renewed by cert-manager. */
import { certificate } from '../cluster-services/certificate';
import type { KubernetesObject } from '../kubernetes/custom-resources';
import { authoritySecret, redisNamespace, serverCertificateSecret, serviceHost } from './names';

/**
 * One certificate for all servers, for every name and address that one connects to: each pod by its own, the services, and
 * what runs beside a server by its loopback address. A name for any pod lets pods be added without a new certificate.
 *
 * @param services the headless service first, then others
 */
export function redisCertificates(services: readonly [string, ...string[]]): readonly KubernetesObject[] {
  const [headless] = services;
  return [
    certificate(serverCertificateSecret, {
      commonName: 'redis',
      dnsNames: [
        `*.${serviceHost(headless)}`,
        ...services.flatMap((service) => [serviceHost(service), `${service}.${redisNamespace}.svc`, service]),
        'localhost',
      ],
      ipAddresses: ['127.0.0.1', '::1'],
      // Between themselves servers are clients, too.
      usages: ['digital signature', 'server auth', 'client auth'],
    }),
    certificate(authoritySecret, { commonName: 'redis-authority', usages: ['digital signature'] }),
  ];
}
