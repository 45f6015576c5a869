/** kubectl of this machine, with the one cluster that a kubeconfig names. */
import { spawn } from 'node:child_process';
import { referenceText, type Manifest, type ObjectReference } from './manifests/manifest';

/** An object as the API server returns it. */
export interface LiveObject extends Manifest {
  readonly metadata: Manifest['metadata'] & {
    readonly uid?: string;
    readonly generation?: number;
    readonly resourceVersion?: string;
    readonly deletionTimestamp?: string;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
}

/** Who changes fields, for server-side apply. */
const fieldManager = 'redis-platform';

/** What the API server says of a member that it doesn't know, where it stores the object all the same. */
const droppedMember = 'Warning: unknown field';

interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

export class Kubectl {
  readonly #kubeconfig: string;
  readonly #program: string;

  /** @param program @default kubectl */
  constructor(kubeconfig: string, program = 'kubectl') {
    this.#kubeconfig = kubeconfig;
    this.#program = program;
  }

  /**
   * Creates objects, or changes those that are there to what they are to be. They go by stdin: what is secret in them is on
   * no command line.
   *
   * @throws Error with what kubectl printed, also if the API server doesn't know a member of an object
   */
  async apply(manifests: readonly Manifest[]): Promise<void> {
    if (manifests.length === 0) return;
    const { code, errors } = await this.#run(
      ['apply', '--server-side', '--force-conflicts', `--field-manager=${fieldManager}`, '--filename=-'],
      listOf(manifests),
    );
    if (code !== 0 || errors.includes(droppedMember)) throw new Error(`kubectl apply: ${errors.trim()}`);
  }

  /** Whether the API server would take objects as they are; it changes nothing. */
  async accepts(manifests: readonly Manifest[]): Promise<boolean> {
    const { code } = await this.#run(
      [
        ...['apply', '--server-side', '--force-conflicts', '--dry-run=server'],
        ...[`--field-manager=${fieldManager}`, '--filename=-'],
      ],
      listOf(manifests),
    );
    return code === 0;
  }

  /** Deletes objects and waits until they are gone; what isn't there is no error. @throws Error if they stay */
  async remove(references: readonly ObjectReference[], timeoutSeconds: number): Promise<void> {
    if (references.length === 0) return;
    const manifests = references.map(({ apiVersion, kind, ...metadata }) => ({ apiVersion, kind, metadata }));
    await this.text(
      ['delete', '--ignore-not-found', '--wait=true', `--timeout=${timeoutSeconds}s`, '--filename=-'],
      listOf(manifests),
    );
  }

  /** An object; undefined if it isn't there. */
  async find({ apiVersion, kind, name, namespace }: ObjectReference): Promise<LiveObject | undefined> {
    const [version = '', group = ''] = apiVersion.split('/').reverse();
    const type = group === '' ? kind : `${kind}.${version}.${group}`;
    const output = await this.text([
      ...['get', type, name, '--ignore-not-found', '--output=json'],
      ...(namespace === undefined ? [] : [`--namespace=${namespace}`]),
    ]);
    return output.trim() === '' ? undefined : (JSON.parse(output) as LiveObject);
  }

  /** @throws Error if it isn't there */
  async get(reference: ObjectReference): Promise<LiveObject> {
    const found = await this.find(reference);
    if (!found) throw new Error(`${referenceText(reference)} is not in the cluster`);
    return found;
  }

  /** Objects of a type, `pods` or `certificates.cert-manager.io`. @param namespace @default - all */
  async list(type: string, options: { readonly namespace?: string; readonly selector?: string } = {}) {
    const { namespace, selector } = options;
    const output = await this.text([
      ...['get', type, '--output=json'],
      namespace === undefined ? '--all-namespaces' : `--namespace=${namespace}`,
      ...(selector === undefined ? [] : [`--selector=${selector}`]),
    ]);
    return (JSON.parse(output) as { readonly items: readonly LiveObject[] }).items;
  }

  /** Replaces the status of an object that was read before; only its controller does so. */
  async replaceStatus(object: LiveObject, plural: string): Promise<void> {
    const { namespace, name } = object.metadata;
    const place = namespace === undefined ? '' : `namespaces/${namespace}/`;
    await this.text(
      ['replace', `--raw=/apis/${object.apiVersion}/${place}${plural}/${name}/status`, '--filename=-'],
      JSON.stringify(object),
    );
  }

  /** What kubectl prints. @throws Error with what it said if it fails */
  async text(command: readonly string[], input?: string): Promise<string> {
    const { code, output, errors } = await this.#run(command, input);
    if (code !== 0) throw new Error(`kubectl ${command[0] ?? ''}: ${errors.trim()}`);
    return output;
  }

  #run(command: readonly string[], input = ''): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const child = spawn(this.#program, [`--kubeconfig=${this.#kubeconfig}`, ...command]);
      const output: Buffer[] = [];
      const errors: Buffer[] = [];
      child.stdout.on('data', (part: Buffer) => output.push(part));
      child.stderr.on('data', (part: Buffer) => errors.push(part));
      child.on('error', (error) => reject(new Error(`${this.#program} can't be started: ${error.message}`)));
      child.on('close', (code) =>
        resolve({
          code: code ?? 1,
          output: Buffer.concat(output).toString(),
          errors: Buffer.concat(errors).toString(),
        }),
      );
      // A program that ends before it has read its input closes the pipe; its exit code says why.
      child.stdin.on('error', () => undefined);
      child.stdin.end(input);
    });
  }
}

const listOf = (items: readonly object[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
