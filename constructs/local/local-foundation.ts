/** What every process of a local platform needs before it starts: its folder, free ports, secrets and certificates. */
import { Construct } from 'constructs';
import type { ResourceKind } from '../../apps/local-platform/resources';
import type { LocalEnvironment } from '../../environments/local-environment';
import { renderAclRule } from '../redis/acl';
import { clusterUsers } from '../redis/cluster-users';
import { applicationProcesses, localDirectory, postgresPort, redisExporters, redisNodes, watchers } from './layout';
import { LocalComponent } from './local-component';
import type { LocalObservation } from './observation';

export interface LocalFoundationProps {
  readonly environment: LocalEnvironment;
  readonly observation: LocalObservation;
}

/** Folder, ports, secrets and certificates. Nothing starts before all ports are known to be free. */
export class LocalFoundation extends Construct {
  /** What a process depends on. */
  readonly components: readonly LocalComponent<ResourceKind>[];

  constructor(scope: Construct, id: string, { environment, observation }: LocalFoundationProps) {
    super(scope, id);
    const base = { directory: localDirectory };
    const directory = new LocalComponent(this, 'directory', {
      kind: 'directory',
      resource: { ...base, name: 'directory' },
    });
    const ports = new LocalComponent(this, 'ports', {
      kind: 'ports',
      resource: { ...base, name: 'ports', ...portsOf(environment, observation) },
      dependsOn: [directory],
    });
    const secrets = new LocalComponent(this, 'secrets', {
      kind: 'secrets',
      resource: {
        ...base,
        name: 'secrets',
        passwords: [
          ...clusterUsers.map(({ name }) => `redis-${name}`),
          ...['superuser', 'owner', 'application'].map((role) => `postgres-${role}`),
          'demo-user',
        ],
        sessionKeys: 'session-keys.json',
        redisUsers: Object.fromEntries(clusterUsers.map((user) => [user.name, renderAclRule(user)])),
      },
      dependsOn: [ports],
    });
    const certificates = new LocalComponent(this, 'certificates', {
      kind: 'certificates',
      resource: {
        ...base,
        name: 'certificates',
        servers: [...redisNodes(environment).map(({ name }) => name), 'postgres'],
      },
      dependsOn: [ports],
    });
    this.components = [secrets, certificates];
  }
}

function portsOf(environment: LocalEnvironment, observation: LocalObservation) {
  const redis = redisNodes(environment);
  const programs = [
    ...applicationProcesses('api', environment),
    ...applicationProcesses('worker', environment),
    ...redisExporters(environment),
    ...Object.values(watchers(environment)),
  ];
  const names = [...redis, ...programs].map(({ name }) => name).concat('postgres');
  return {
    ports: Object.fromEntries([
      ...redis.flatMap(({ name, port, busPort }) => [
        [name, port],
        [`${name} bus`, busPort],
      ]),
      ['postgres', postgresPort(environment)],
      ...programs.map(({ name, port }) => [name, port]),
    ]) as Record<string, number>,
    incarnations: Object.fromEntries(names.map((name) => [name, observation.incarnation(name)])),
  };
}
