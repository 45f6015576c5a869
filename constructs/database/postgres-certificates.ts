/** Certificates of Postgres on Kubernetes, signed by the environment's authority. */
import { certificate } from '../cluster-services/certificate';
import type { KubernetesObject } from '../kubernetes/custom-resources';
import {
  databaseAuthoritySecret,
  databaseNamespace,
  serverCertificateSecret,
  serverHost,
  serverName,
} from './pod-names';

/** The server's own; and one without names, from which clients take the authority's certificate. */
export const postgresCertificates: readonly KubernetesObject[] = [
  certificate(serverCertificateSecret, {
    commonName: serverName,
    dnsNames: [serverHost, `${serverName}.${databaseNamespace}.svc`, serverName, 'localhost'],
    usages: ['digital signature', 'server auth'],
  }),
  certificate(databaseAuthoritySecret, { commonName: databaseAuthoritySecret, usages: ['digital signature'] }),
];
