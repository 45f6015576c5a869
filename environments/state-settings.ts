/** Where the Terraform state of an environment outside AWS is kept. */
import { z } from 'zod';
import type { Violation } from '../constructs/validation/violations';
import type { DeepReadonly } from './environment';

/** Arguments of a backend that are secret, by part of their name. */
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
    arguments: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  }),
]);

export type StateSettings = DeepReadonly<z.output<typeof stateSettings>>;

/** Cross-field validation rules of the state. Values of credentials are in no message. */
export function stateViolations(settings: StateSettings): Violation[] {
  if (settings.kind === 'file') return [];
  const { type, arguments: given } = settings;
  return Object.keys(given).flatMap((name): Violation[] => {
    const setting = `terraformState.arguments.${name}`;
    if (secretArgument.test(name)) {
      return [
        {
          setting,
          value: '(not shown)',
          expected: 'no credentials: synthesized files, plans and .terraform would have them',
          remedy: `Remove it, and set the environment variable of the backend ${type} for it where Terraform runs`,
        },
      ];
    }
    if (name !== stateArguments[type]) return [];
    return [
      {
        setting,
        value: given[name],
        expected: 'not to be set: each stack has its own, the name of the stack',
        remedy: 'Remove it',
      },
    ];
  });
}
