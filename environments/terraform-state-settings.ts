/** Where the Terraform state of an environment in AWS is kept. */
import { z } from 'zod';
import type { DeepReadonly } from './environment';

export const terraformStateSettings = z.strictObject({
  /** Whether Terraform may destroy the bucket and its key. S3 itself refuses as long as there is a state in it. */
  destruction: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('prevented') }),
    z.strictObject({ kind: z.literal('allowed'), reason: z.string().trim().min(10) }),
  ]),
});

export type TerraformStateSettings = DeepReadonly<z.output<typeof terraformStateSettings>>;
