/** Names of Postgres on Kubernetes. */
import { namespaces } from '../cluster-services/names';
import { administrator } from './postgres-server';

export const databaseNamespace = namespaces.database;

/** Name of the StatefulSet, its Service and its claim. */
export const serverName = 'postgres';

export const serverPort = 5_432;

/** Labels that its pods are selected by. */
export const serverLabels = { 'app.kubernetes.io/name': serverName } as const;

/** Name of the server in the cluster, and in its certificate. */
export const serverHost = `${serverName}.${databaseNamespace}.svc.cluster.local`;

/** Secret with the server's certificate and key. */
export const serverCertificateSecret = 'postgres-certificate';

/** Secret from which clients take the authority's certificate. Its own key is used by no program. */
export const databaseAuthoritySecret = 'postgres-authority';

/** Secret with the administrator's password. */
export const administratorSecret = 'postgres-administrator';

/** Key of the password in it. */
export const administratorKey = 'password';

/** The role that owns the database. */
export const administratorRole = administrator;
