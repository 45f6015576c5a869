/** What a deployment has put into a cluster, in a file: what a destruction removes, and nothing else. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { referenceOf, type Manifest, type ObjectReference } from './manifests/manifest';

const entries = z.strictObject({
  environment: z.string(),
  objects: z.array(
    z.strictObject({ apiVersion: z.string(), kind: z.string(), name: z.string(), namespace: z.string().optional() }),
  ),
});

export class Inventory {
  readonly #file: string;
  readonly #environment: string;
  readonly #objects = new Map<string, ObjectReference>();

  /** @param folder of the deployment's state, made if it isn't there @throws Error if another environment's is there */
  constructor(folder: string, environment: string) {
    this.#file = path.join(folder, 'objects.json');
    this.#environment = environment;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!existsSync(this.#file)) return;
    const found = entries.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
    if (found.environment !== environment) {
      throw new Error(
        `--state: ${folder} is of the environment ${found.environment}: name another folder for ${environment}, or destroy that one first`,
      );
    }
    for (const { namespace, ...reference } of found.objects) {
      this.#add({ ...reference, ...(namespace !== undefined && { namespace }) });
    }
  }

  /** All objects, in the order in which they were first applied. */
  get objects(): readonly ObjectReference[] {
    return [...this.#objects.values()];
  }

  /** Notes objects, before they are applied: what is there after a failure is known as well. */
  note(manifests: readonly Manifest[]): void {
    for (const manifest of manifests) this.#add(referenceOf(manifest));
    const text = JSON.stringify({ environment: this.#environment, objects: this.objects }, undefined, 2);
    writeFileSync(`${this.#file}.new`, text, { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
  }

  #add(reference: ObjectReference): void {
    const { apiVersion, kind, namespace = '', name } = reference;
    this.#objects.set([apiVersion, kind, namespace, name].join('/'), reference);
  }
}
