/** What Redis on Kubernetes is called: names that pods, clients, policies and other stacks go by. */
import { namespaces } from '../cluster-services/names';
import { defaultStorageClass } from '../kubernetes/storage-class-names';
import { defaultPorts } from '../redis/names';
import type { BitnamiUserName } from './users';

export const redisNamespace = namespaces.redis;

/** Of the release, and first part of the names of what the charts make. */
export const releaseName = 'redis';

/** The label that all pods of the release have, and nothing else. */
export const redisPodLabels = { 'app.kubernetes.io/instance': releaseName } as const;

export const redisPorts = { ...defaultPorts, bus: 16_379, exporter: 9_121 } as const;

/** What Sentinels call the master. */
export const sentinelMasterName = 'main';

export const redisPriorityClass = 'redis';

/** Secret with certificate, key and authority of the servers. */
export const serverCertificateSecret = 'redis-certificate';

/**
 * Secret from which clients take the authority's certificate. It has a certificate and a key of its own, which nobody uses: a
 * Secret can be read as a whole only, and the servers' key is nobody else's.
 */
export const authoritySecret = 'redis-authority';

/** Secret with `users.acl`: digests, no passwords. */
export const usersSecret = 'redis-users';

/** Secret with `replication.conf`: how a replica logs in to its master. */
export const replicationSecret = 'redis-replication';

/** Secret of one user, so that who needs one password sees no other. */
export const userSecret = (name: BitnamiUserName) => `redis-user-${name}`;

/** Key of the password in it. */
export const passwordKey = 'password';

/** Zone of names in the cluster; EKS has no other. */
const clusterDomain = 'cluster.local';

export const serviceHost = (service: string) => `${service}.${redisNamespace}.svc.${clusterDomain}`;

/** The service without an address, by which pods have names. Both charts name it so. */
export const headlessService = `${releaseName}-headless`;

/** The name that a pod is reached by. */
export const podHost = (pod: string) => `${pod}.${serviceHost(headlessService)}`;

/** The class of the charts' templates of claims, which no claim of ours has. */
export const templateStorageClass = defaultStorageClass;

/** The claim of a pod, as a StatefulSet looks for it. */
export const claimName = (pod: string) => `redis-data-${pod}`;
