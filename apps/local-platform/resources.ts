/**
 * What the local stacks declare and this program carries out: one shape for each kind of component.
 *
 * Values are settings, never secrets: they stand in synthesized files and in Terraform's state. Paths are relative to
 * the checkout.
 */
import type { ClusterNode } from './redis/layout';

/** What every component has. */
interface ComponentBase {
  /** Unique within the platform, such as `redis-1`. */
  readonly name: string;
  /** Folder that holds everything the platform writes. */
  readonly directory: string;
}

/** A component with a process. */
interface ProcessBase extends ComponentBase {
  /** Grows by one when the process was found dead, so that the next deployment brings it back. */
  readonly incarnation: number;
}

/** The folder itself. Its removal ends whatever of the platform still runs. */
export type DirectoryResource = ComponentBase;

/** Ports that must be free, or held by the platform's own processes, before anything starts. */
export interface PortsResource extends ComponentBase {
  /** Port by the name of what listens there. */
  readonly ports: Readonly<Record<string, number>>;
  /** Incarnations of the processes that will listen. */
  readonly incarnations: Readonly<Record<string, number>>;
}

/** Passwords and keys, made if missing. */
export interface SecretsResource extends ComponentBase {
  /** Files with one random password each. */
  readonly passwords: readonly string[];
  /** File with the api's session keys. */
  readonly sessionKeys: string;
  /** Permissions of the Redis users by name; for the record, the program renders them itself. */
  readonly redisUsers: Readonly<Record<string, string>>;
}

/** Certificates, made if missing. */
export interface CertificatesResource extends ComponentBase {
  /** Names of the servers that get one. */
  readonly servers: readonly string[];
}

/** A Redis process. */
export interface RedisNodeResource extends ProcessBase {
  readonly node: ClusterNode;
  /** Text of its redis.conf. */
  readonly configuration: string;
}

/** The cluster the Redis processes form. */
export interface RedisClusterResource extends ComponentBase {
  readonly nodes: readonly ClusterNode[];
  /** What makes the cluster converge again when it changes. */
  readonly revisions: Readonly<Record<string, string | number>>;
}

/** The Postgres server. */
export interface PostgresResource extends ProcessBase {
  readonly port: number;
  readonly maxConnections: number;
  readonly database: string;
}

/** The schema and the data to try it with. */
export interface MigrationsResource extends ComponentBase {
  readonly port: number;
  readonly database: string;
  /** Name of each migration, oldest first, with the digest of its text. */
  readonly migrations: Readonly<Record<string, string>>;
}

/** A process of the application. */
export interface ApplicationResource extends ProcessBase {
  /** Bundle in `dist/` that it runs, without the ending. */
  readonly program: 'api' | 'worker';
  /** Digest of the bundle. */
  readonly bundleDigest: string;
  /** Port on loopback where it answers `/readyz`. */
  readonly port: number;
  /** Environment variables. Secrets are named by the paths of their files. */
  readonly settings: Readonly<Record<string, string>>;
}

/** An exporter of the figures of one Redis process. */
export interface RedisExporterResource extends ProcessBase {
  /** Port on loopback where it answers `/metrics`. */
  readonly port: number;
  /** Port of the Redis process. */
  readonly redisPort: number;
  /** Arguments, but for files and its own port: a running one is replaced when they change. */
  readonly arguments: readonly string[];
}

/** Prometheus or Alertmanager. */
export interface WatcherResource extends ProcessBase {
  readonly program: 'prometheus' | 'alertmanager';
  /** Port on loopback where it answers. */
  readonly port: number;
  /** Arguments that name the files relative to its folder. */
  readonly arguments: readonly string[];
  /** Text of each of its files by name. */
  readonly files: Readonly<Record<string, string>>;
}

/** The process that alerts are sent to. */
export interface AlertReceiverResource extends ProcessBase {
  readonly port: number;
  /** Digest of its bundle. */
  readonly bundleDigest: string;
}

/** The file that tells people and the demo where to look. */
export interface AddressesResource extends ComponentBase {
  /** URL by what is there. */
  readonly addresses: Readonly<Record<string, string>>;
}

/** The file that tells the exercise where the application is. */
export interface ExerciseResource extends ComponentBase {
  readonly settings: {
    readonly apiUrls: readonly string[];
    readonly username: string;
    /** Relative to the file's folder. */
    readonly passwordFile: string;
  };
}

/** Shape by kind of component. */
export interface Resources {
  readonly directory: DirectoryResource;
  readonly ports: PortsResource;
  readonly secrets: SecretsResource;
  readonly certificates: CertificatesResource;
  readonly 'redis-node': RedisNodeResource;
  readonly 'redis-cluster': RedisClusterResource;
  readonly postgres: PostgresResource;
  readonly migrations: MigrationsResource;
  readonly application: ApplicationResource;
  readonly exercise: ExerciseResource;
  readonly 'redis-exporter': RedisExporterResource;
  readonly watcher: WatcherResource;
  readonly 'alert-receiver': AlertReceiverResource;
  readonly addresses: AddressesResource;
}

/** A kind of component. */
export type ResourceKind = keyof Resources;
