/** The rounds in which Secrets are made and kept up to date. */
import { z } from 'zod';
import type { KubernetesApi } from '../api';
import {
  customObject,
  externalSecretSpec,
  listOf,
  type CustomObject,
  type ExternalSecretSpec,
  type GeneratorReference,
} from './objects';
import { generatePasswords, passwordSpec } from './password';
import { isDue, versionOf } from './schedule';
import { isReadyAs, writeStatus, type Readiness } from './status';
import { readerOf, validateStore } from './stores';
import { isValid, targetName, write } from './target';
import type { Values } from './template';

const apiVersion = 'external-secrets.io/v1';
const folder = `/apis/${apiVersion}`;

/** Kinds of stores, with the names that paths have for them. */
const storeKinds = { SecretStore: 'secretstores', ClusterSecretStore: 'clustersecretstores' } as const;

/** Milliseconds before the first try again of what failed, and at most. */
const retry = { first: 1_000, longest: 10_000 };

/** Milliseconds after which a store that is ready is looked at again. */
const storeMilliseconds = 60_000;

const validStore: Readiness = { ready: true, reason: 'Valid', message: 'store validated' };

export type Log = (entry: Readonly<Record<string, unknown>>) => void;

export class SecretsController {
  readonly #api: KubernetesApi;
  readonly #log: Log;
  /** By uid: when what failed is tried again, and after how long. */
  readonly #failures = new Map<string, { readonly at: number; readonly pause: number }>();

  /** By uid and generation of a store: when it was looked at. */
  readonly #storeChecks = new Map<string, number>();

  constructor(api: KubernetesApi, log: Log) {
    this.#api = api;
    this.#log = log;
  }

  /** Looks at all stores and ExternalSecrets once. @throws Error if they can't be listed; what one of them fails with is in its status */
  async round(now = Date.now()): Promise<void> {
    const stores = await this.#stores();
    for (const store of stores) await this.#checkStore(store, now);
    const list = await this.#api.get(`${folder}/externalsecrets`);
    for (const object of listOf(list, apiVersion, 'ExternalSecret')) await this.#checkSecret(object, stores, now);
  }

  async #stores(): Promise<readonly CustomObject[]> {
    const lists = Object.entries(storeKinds).map(async ([kind, plural]) =>
      listOf(await this.#api.get(`${folder}/${plural}`), apiVersion, kind),
    );
    return (await Promise.all(lists)).flat();
  }

  async #checkStore(store: CustomObject, now: number): Promise<void> {
    const { uid, generation } = store.metadata;
    const check = `${uid}/${generation}`;
    if (isReadyAs(store, validStore) && (this.#storeChecks.get(check) ?? 0) + storeMilliseconds > now) return;
    this.#storeChecks.set(check, now);
    const readiness = await this.#storeReadiness(store);
    if (isReadyAs(store, readiness)) return;
    const plural = storeKinds[store.kind as keyof typeof storeKinds];
    await this.#quietly(store, () =>
      writeStatus(this.#api, store, plural, readiness, readiness.ready ? { capabilities: 'ReadOnly' } : {}),
    );
  }

  async #storeReadiness(store: CustomObject): Promise<Readiness> {
    try {
      await validateStore(this.#api, store);
      return validStore;
    } catch (error) {
      return { ready: false, reason: 'InvalidProviderConfig', message: messageOf(error) };
    }
  }

  async #checkSecret(object: CustomObject, stores: readonly CustomObject[], now: number): Promise<void> {
    const { uid } = object.metadata;
    if ((this.#failures.get(uid)?.at ?? 0) > now) return;
    try {
      const spec = externalSecretSpec.parse(object.spec);
      if (!isDue(object, spec, now) && (await this.#isWritten(object, spec))) return;
      await write(this.#api, object, spec, await this.#valuesOf(object, spec, stores));
      await writeStatus(
        this.#api,
        object,
        'externalsecrets',
        { ready: true, reason: 'SecretSynced', message: 'secret synced' },
        {
          refreshTime: new Date(now).toISOString().replace(/\.\d+Z$/, 'Z'),
          syncedResourceVersion: versionOf(object),
          binding: { name: targetName(object, spec) },
        },
      );
      this.#failures.delete(uid);
      this.#log({ message: 'secret synced', externalSecret: nameOf(object) });
    } catch (error) {
      await this.#failed(object, error, now);
    }
  }

  async #isWritten(object: CustomObject, spec: ExternalSecretSpec): Promise<boolean> {
    const { namespace } = object.metadata;
    return isValid(await this.#api.find(`/api/v1/namespaces/${namespace}/secrets/${targetName(object, spec)}`), spec);
  }

  async #valuesOf(object: CustomObject, spec: ExternalSecretSpec, stores: readonly CustomObject[]): Promise<Values> {
    const { namespace } = object.metadata;
    const values: Record<string, string> = {};
    for (const { sourceRef } of spec.dataFrom)
      Object.assign(values, await this.#generate(sourceRef.generatorRef, namespace));
    if (spec.data.length === 0) return values;
    const reference = spec.secretStoreRef;
    const store = stores.find(
      ({ kind, metadata }) =>
        kind === reference?.kind &&
        metadata.name === reference.name &&
        (kind === 'ClusterSecretStore' || metadata.namespace === namespace),
    );
    if (!store) throw new Error(`there is no ${reference?.kind ?? 'store'} '${reference?.name ?? ''}'`);
    const read = await readerOf(this.#api, store, namespace);
    for (const { secretKey, remoteRef } of spec.data) values[secretKey] = await read(remoteRef);
    return values;
  }

  async #generate({ apiVersion: version, name }: GeneratorReference, namespace: string): Promise<Values> {
    const found = await this.#api.get(`/apis/${version}/namespaces/${namespace}/passwords/${name}`);
    return generatePasswords(passwordSpec.parse(customObject.parse(found).spec));
  }

  async #failed(object: CustomObject, error: unknown, now: number): Promise<void> {
    const { uid } = object.metadata;
    const pause = Math.min(2 * (this.#failures.get(uid)?.pause ?? retry.first / 2), retry.longest);
    this.#failures.set(uid, { at: now + pause, pause });
    const message = messageOf(error);
    this.#log({ message: 'secret not synced', externalSecret: nameOf(object), error: message });
    const readiness = { ready: false, reason: 'SecretSyncedError', message };
    if (isReadyAs(object, readiness)) return;
    await this.#quietly(object, () => writeStatus(this.#api, object, 'externalsecrets', readiness));
  }

  /** A status that can't be written now is written in a later round. */
  async #quietly(object: CustomObject, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#log({ message: 'status not written', object: nameOf(object), error: messageOf(error) });
    }
  }
}

const nameOf = ({ metadata: { namespace, name } }: CustomObject) => `${namespace}/${name}`;

/** One line. */
function messageOf(error: unknown): string {
  if (error instanceof z.ZodError) {
    return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  }
  return error instanceof Error ? error.message : String(error);
}
