/** Postgres on a Kubernetes cluster: one server with a volume, TLS and an administrator's password of the cluster's own. */
import { PersistentVolumeClaimV1 } from '@cdktf/provider-kubernetes/lib/persistent-volume-claim-v1';
import { ServiceAccountV1 } from '@cdktf/provider-kubernetes/lib/service-account-v1';
import { ServiceV1 } from '@cdktf/provider-kubernetes/lib/service-v1';
import { StatefulSetV1 } from '@cdktf/provider-kubernetes/lib/stateful-set-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { PostgresSettings } from '../../environments/postgres-settings';
import { certificateKeys } from '../cluster-services/names';
import { ServiceNamespace } from '../cluster-services/service-namespace';
import { CustomResources } from '../kubernetes/custom-resources';
import { addFileMap } from '../kubernetes/file-map';
import { zoneVolumes } from '../kubernetes/zone-storage';
import type { PasswordStore } from '../passwords/password-store';
import type { KubernetesSecretValue } from '../redis/endpoint';
import type { DeployedDatabaseEndpoint } from './endpoint';
import { postgresCertificates } from './postgres-certificates';
import { postgresPod } from './postgres-pod';
import { serverFiles } from './pod-files';
import {
  databaseAuthoritySecret,
  databaseNamespace,
  serverHost,
  serverLabels,
  serverName,
  serverPort,
} from './pod-names';
import { PostgresPasswords } from './postgres-passwords';
import { databaseTraffic } from './postgres-traffic';

export interface PostgresOnKubernetesProps {
  readonly settings: PostgresSettings;
  /** Name of the environment. */
  readonly environment: string;
  readonly passwords: PasswordStore;
  /** Zone of the volume, and so of the pod. */
  readonly zone: string;
}

const labels = { ...serverLabels };

export class PostgresOnKubernetes extends Construct {
  readonly endpoint: DeployedDatabaseEndpoint<KubernetesSecretValue>;
  /** Exists once the server is ready. */
  readonly server: ITerraformDependable;

  constructor(scope: Construct, id: string, props: PostgresOnKubernetesProps) {
    super(scope, id);
    const { settings } = props;
    const { dependables: namespace } = new ServiceNamespace(this, 'namespace', {
      name: databaseNamespace,
      traffic: databaseTraffic,
    });
    const passwords = new PostgresPasswords(this, 'passwords', { ...props, dependsOn: namespace });
    const { release: certificates } = new CustomResources(this, 'certificates', {
      name: 'postgres-certificates',
      namespace: databaseNamespace,
      objects: postgresCertificates,
      dependsOn: namespace,
    });
    const dependsOn = [...namespace, ...passwords.dependables, certificates];
    this.server = this.#server(props, dependsOn);
    this.endpoint = {
      address: { host: serverHost, port: serverPort },
      database: settings.database,
      // Programs have it mounted: the image doesn't know this authority.
      caCertificateFile: certificateKeys.authority,
      caCertificate: {
        kind: 'kubernetes-secret',
        namespace: databaseNamespace,
        name: databaseAuthoritySecret,
        key: certificateKeys.authority,
      },
      pods: { namespace: databaseNamespace, labels: serverLabels },
      ...passwords.roles,
    };
  }

  #server({ settings, zone }: PostgresOnKubernetesProps, dependsOn: readonly ITerraformDependable[]) {
    const files = addFileMap(this, 'files', {
      name: `${serverName}-files`,
      namespace: databaseNamespace,
      files: serverFiles(),
      dependsOn,
    });
    const claim = this.#claim(settings, zone, dependsOn);
    const metadata = { name: serverName, namespace: databaseNamespace, labels };
    const account = new ServiceAccountV1(this, 'service-account', {
      metadata,
      automountServiceAccountToken: false,
      dependsOn: [...dependsOn],
    });
    const service = new ServiceV1(this, 'service', {
      metadata,
      spec: {
        type: 'ClusterIP',
        selector: labels,
        port: [{ name: 'postgres', port: serverPort, targetPort: String(serverPort) }],
      },
      waitForLoadBalancer: false,
      dependsOn: [...dependsOn],
    });
    return new StatefulSetV1(this, 'server', {
      metadata,
      spec: {
        serviceName: serverName,
        replicas: '1',
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: postgresPod(settings, files.name, serverName) },
        updateStrategy: [{ type: 'RollingUpdate', rollingUpdate: [{ partition: 0 }] }],
      },
      waitForRollout: true,
      timeouts: { create: '15m', update: '15m', delete: '10m' },
      dependsOn: [...dependsOn, files.map, claim, account, service],
    });
  }

  #claim({ volumeGibibytes, destruction }: PostgresSettings, zone: string, dependsOn: readonly ITerraformDependable[]) {
    return new PersistentVolumeClaimV1(this, 'claim', {
      metadata: { name: serverName, namespace: databaseNamespace, labels },
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: zoneVolumes(zone),
        resources: { requests: { storage: `${volumeGibibytes}Gi` } },
      },
      waitUntilBound: false,
      lifecycle: { preventDestroy: destruction.kind === 'prevented' },
      dependsOn: [...dependsOn],
    });
  }
}
