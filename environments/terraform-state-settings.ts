/** Where the Terraform state of an environment in AWS is kept. */
import { z } from 'zod';
import type { DeepReadonly } from './environment';
import { destruction } from './setting-forms';

export const terraformStateSettings = z.strictObject({
  /** Whether Terraform may destroy the bucket and its key. S3 itself refuses as long as there is a state in it. */
  destruction,
});

export type TerraformStateSettings = DeepReadonly<z.output<typeof terraformStateSettings>>;
