/** Objects of External Secrets, as far as this project writes them. Members that aren't known here are errors. */
import { z } from 'zod';

const metadata = z.looseObject({
  name: z.string(),
  namespace: z.string().default(''),
  uid: z.string(),
  generation: z.number().default(1),
  resourceVersion: z.string(),
  labels: z.record(z.string(), z.string()).default({}),
  annotations: z.record(z.string(), z.string()).default({}),
});

const reference = z.strictObject({
  key: z.string(),
  /** @default - the value as a whole */
  property: z.string().optional(),
  version: z.string().optional(),
  conversionStrategy: z.literal('Default').optional(),
  decodingStrategy: z.literal('None').optional(),
  metadataPolicy: z.literal('None').optional(),
  nullBytePolicy: z.literal('Ignore').optional(),
});

const generatorReference = z.strictObject({
  apiVersion: z.literal('generators.external-secrets.io/v1alpha1'),
  kind: z.literal('Password'),
  name: z.string(),
});

const source = z.strictObject({ sourceRef: z.strictObject({ generatorRef: generatorReference }) });

const template = z.strictObject({
  engineVersion: z.literal('v2').default('v2'),
  mergePolicy: z.literal('Replace').default('Replace'),
  type: z.string().optional(),
  metadata: z
    .strictObject({
      labels: z.record(z.string(), z.string()).optional(),
      annotations: z.record(z.string(), z.string()).optional(),
      finalizers: z.array(z.string()).max(0).optional(),
    })
    .optional(),
  data: z.record(z.string(), z.string()).optional(),
});

export const storeReference = z.strictObject({ kind: z.enum(['SecretStore', 'ClusterSecretStore']), name: z.string() });

export type StoreReference = z.output<typeof storeReference>;

export const externalSecretSpec = z.strictObject({
  refreshPolicy: z.enum(['Periodic', 'CreatedOnce', 'OnChange']).default('Periodic'),
  refreshInterval: z.string().default('1h0m0s'),
  secretStoreRef: storeReference.optional(),
  target: z.strictObject({
    name: z.string().optional(),
    creationPolicy: z.enum(['Owner', 'Orphan']).default('Owner'),
    deletionPolicy: z.literal('Retain').default('Retain'),
    immutable: z.boolean().optional(),
    template: template.optional(),
  }),
  data: z.array(z.strictObject({ secretKey: z.string(), remoteRef: reference })).default([]),
  dataFrom: z.array(source).default([]),
});

export type ExternalSecretSpec = z.output<typeof externalSecretSpec>;
export type RemoteReference = z.output<typeof reference>;
export type GeneratorReference = z.output<typeof generatorReference>;

export const condition = z.looseObject({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
  lastTransitionTime: z.string().optional(),
});

export type Condition = z.output<typeof condition>;

const status = z
  .looseObject({
    refreshTime: z.string().nullish(),
    syncedResourceVersion: z.string().optional(),
    conditions: z.array(condition).default([]),
  })
  .prefault({});

/** One of External Secrets' own kinds: a status, and a specification that is read apart, so that one bad object stops no other. */
export const customObject = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata,
  spec: z.unknown(),
  status,
});

export type CustomObject = z.output<typeof customObject>;

/** Items of a list have neither `kind` nor `apiVersion` of their own. */
export function listOf(list: unknown, apiVersion: string, kind: string): readonly CustomObject[] {
  const { items } = z.looseObject({ items: z.array(z.looseObject({})) }).parse(list);
  return items.map((item) => customObject.parse({ ...item, apiVersion, kind }));
}

export const secretStoreSpec = z.strictObject({
  conditions: z.array(z.strictObject({ namespaces: z.array(z.string()) })).default([]),
  provider: z.union([
    z.strictObject({
      aws: z.strictObject({
        service: z.literal('SecretsManager'),
        region: z.string(),
        sessionTagsPolicy: z.literal('None').optional(),
      }),
    }),
    z.strictObject({
      kubernetes: z.strictObject({
        remoteNamespace: z.string(),
        auth: z.strictObject({ serviceAccount: z.strictObject({ name: z.string() }) }),
        server: z.strictObject({
          url: z.string().optional(),
          caProvider: z.strictObject({ type: z.literal('ConfigMap'), name: z.string(), key: z.string() }),
        }),
      }),
    }),
  ]),
});

export type SecretStoreSpec = z.output<typeof secretStoreSpec>;

/** A Secret: its values in base64. */
export const secretObject = z.looseObject({
  metadata,
  data: z.record(z.string(), z.string()).default({}),
});

export const configMapObject = z.looseObject({ data: z.record(z.string(), z.string()).default({}) });

export const tokenResponse = z.looseObject({ status: z.looseObject({ token: z.string() }) });

export const accessReview = z.looseObject({ status: z.looseObject({ allowed: z.boolean() }) });
