/** Who hears of alarms in AWS. The alarms are there in any case. */
import { z } from 'zod';
import type { DeepReadonly } from './environment';

export const alertingSettings = z.discriminatedUnion('kind', [
  /** Nobody, and why that is right here. */
  z.strictObject({ kind: z.literal('none'), reason: z.string().trim().min(10) }),
  z.strictObject({
    kind: z.literal('email'),
    /** AWS writes to each once, and sends alarms only after a click on the link in it. */
    addresses: z.array(z.email()).min(1),
  }),
]);

export type AlertingSettings = DeepReadonly<z.output<typeof alertingSettings>>;
