/** Certificates that the environment's authority signs. */
import type { KubernetesObject } from '../kubernetes/custom-resources';
import { platformIssuer } from './names';

/** Hours that a certificate is valid, and before its end that it is renewed: 90 days, and 30. */
const validity = { duration: `${90 * 24}h`, renewBefore: `${30 * 24}h` } as const;

/** The object that has cert-manager make a Secret of the same name, and renew it. @param spec names and usages */
export function certificate(name: string, spec: Readonly<Record<string, unknown>>): KubernetesObject {
  return {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name },
    spec: {
      secretName: name,
      ...validity,
      privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
      issuerRef: platformIssuer,
      ...spec,
    },
  };
}
