/** What watches the platform on this machine, and who is told. */
import { Construct } from 'constructs';
import type { ResourceKind } from '../../apps/local-platform/resources';
import type { LocalEnvironment } from '../../environments/local-environment';
import { exporterArguments } from '../redis/exporter-login';
import { applicationProcesses, localDirectory, redisExporters, watchers } from './layout';
import { LocalComponent } from './local-component';
import type { LocalObservation } from './observation';
import { alertmanagerFiles, prometheusFiles } from './watcher-files';

export interface LocalObservabilityProps {
  readonly environment: LocalEnvironment;
  readonly observation: LocalObservation;
  /** Digest of the bundle of the process that alerts are sent to. */
  readonly receiverDigest: string;
}

const retention = ['--storage.tsdb.retention.time=2d', '--storage.tsdb.retention.size=256MB'];

/** The receiver first, and who asks last: nothing is found missing that is only not there yet. */
export class LocalObservability extends Construct {
  /** URL by what is there. */
  readonly addresses: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: LocalObservabilityProps) {
    super(scope, id);
    const { environment } = props;
    const { prometheus, alertmanager, alertReceiver } = watchers(environment);
    const exporters = this.exporters(props);
    const receiver = new LocalComponent(this, alertReceiver.name, {
      kind: 'alert-receiver',
      resource: { ...base(props, alertReceiver.name), port: alertReceiver.port, bundleDigest: props.receiverDigest },
    });
    const manager = this.watcher(props, 'alertmanager', {
      port: alertmanager.port,
      files: alertmanagerFiles(environment),
      arguments: [
        '--config.file=alertmanager.yml',
        '--storage.path=data',
        // Alone: it has no peers to agree with.
        '--cluster.listen-address=',
      ],
      dependsOn: [receiver],
    });
    const watching = this.watcher(props, 'prometheus', {
      port: prometheus.port,
      files: prometheusFiles(environment),
      arguments: [
        '--config.file=prometheus.yml',
        '--storage.tsdb.path=data',
        ...retention,
        // An alert that is raised before Alertmanager was found is dropped, and sent again only after this.
        '--rules.alert.resend-delay=5s',
      ],
      dependsOn: [...exporters, manager],
    });
    this.addresses = addressesOf(environment);
    new LocalComponent(this, 'addresses', {
      kind: 'addresses',
      resource: { name: 'addresses', directory: localDirectory, addresses: this.addresses },
      dependsOn: [watching],
    });
  }

  private exporters(props: LocalObservabilityProps): LocalComponent<'redis-exporter'>[] {
    return redisExporters(props.environment).map(
      ({ name, port, node }) =>
        new LocalComponent(this, name, {
          kind: 'redis-exporter',
          resource: { ...base(props, name), port, redisPort: node.port, arguments: exporterArguments(node.port) },
        }),
    );
  }

  private watcher(
    props: LocalObservabilityProps,
    program: 'prometheus' | 'alertmanager',
    { port, files, arguments: given, dependsOn }: Watcher,
  ): LocalComponent<'watcher'> {
    return new LocalComponent(this, program, {
      kind: 'watcher',
      resource: {
        ...base(props, program),
        program,
        port,
        files,
        arguments: [...given, `--web.listen-address=127.0.0.1:${port}`],
      },
      dependsOn,
    });
  }
}

interface Watcher {
  readonly port: number;
  readonly files: Readonly<Record<string, string>>;
  readonly arguments: readonly string[];
  readonly dependsOn: readonly LocalComponent<ResourceKind>[];
}

const base = ({ observation }: LocalObservabilityProps, name: string) => ({
  name,
  directory: localDirectory,
  incarnation: observation.incarnation(name),
});

function addressesOf(environment: LocalEnvironment): Record<string, string> {
  const { prometheus, alertmanager, alertReceiver } = watchers(environment);
  const url = (port: number, path = '') => `http://127.0.0.1:${port}${path}`;
  return {
    ...Object.fromEntries(
      (['api', 'worker'] as const)
        .flatMap((program) => applicationProcesses(program, environment))
        .map(({ name, port }) => [name, url(port)]),
    ),
    console: url(applicationProcesses('api', environment)[0]?.port ?? 0, '/console'),
    prometheus: url(prometheus.port),
    alertmanager: url(alertmanager.port),
    notifications: url(alertReceiver.port),
  };
}
