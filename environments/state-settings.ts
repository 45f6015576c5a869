/** Where the Terraform state of an environment outside AWS is kept. */
import { z } from 'zod';
import type { DeepReadonly } from './environment';

/** Arguments of a backend that are secret, by part of their name. Terraform would write them to `.terraform` and plans. */
const secretArgument = /secret|password|token|key_?id|access_key|credentials|conn_str|sas/i;

/** Backends, and the argument of each that tells stacks apart. Source: "Backend Configuration" of Terraform's documentation. */
export const stateArguments = {
  s3: 'key',
  gcs: 'prefix',
  azurerm: 'key',
  consul: 'path',
  kubernetes: 'secret_suffix',
} as const;

export const stateSettings = z.discriminatedUnion('kind', [
  /** A file in the checkout for each stack, `terraform.<stack>.tfstate`: for one engineer, or for tests. */
  z.strictObject({ kind: z.literal('file') }),
  /** A backend of Terraform. Each stack has its own name in it. */
  z.strictObject({
    kind: z.literal('backend'),
    type: z.enum(Object.keys(stateArguments) as [keyof typeof stateArguments, ...(keyof typeof stateArguments)[]]),
    /** Arguments of the backend: `{ bucket, region }` of S3, say. Credentials come from the environment of the process. */
    arguments: z.record(
      z.string().refine((name) => !secretArgument.test(name), {
        error: 'credentials are in no synthesized file: set them as environment variables of the backend',
      }),
      z.union([z.string(), z.number(), z.boolean()]),
    ),
  }),
]);

export type StateSettings = DeepReadonly<z.output<typeof stateSettings>>;
