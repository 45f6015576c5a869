/** What the function is told by its environment. */
import { z } from 'zod';

/** Who is told, by the whole name of the secret with the address or the key. */
const target = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pagerduty'), secret: z.string() }),
  z.object({ kind: z.literal('slack'), secret: z.string(), channel: z.string() }),
  z.object({ kind: z.literal('webhook'), secret: z.string() }),
]);

export type Target = z.output<typeof target>;

const receivers = z.object({ page: z.array(target), chat: z.array(target) });

/** What is critical goes to `page`, all else to `chat`. */
export type Receivers = z.output<typeof receivers>;

export interface NotifierSettings {
  readonly receivers: Receivers;
  /** Of the repository's folder docs/runbooks, without a slash at the end. */
  readonly runbooksUrl: string;
  /** Value of the label `redis_cluster`. */
  readonly clusterName: string;
}

/** @throws Error that names the variable that is missing or wrong */
export function notifierSettings(environment: Readonly<Record<string, string | undefined>>): NotifierSettings {
  const text = (name: string) => {
    const value = environment[name];
    if (value === undefined || value === '') throw new Error(`${name}: missing; the deployment sets it`);
    return value;
  };
  const json = text('RECEIVERS');
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new Error('RECEIVERS: expected a JSON object', { cause: error });
  }
  const parsed = receivers.safeParse(value);
  if (!parsed.success) throw new Error(`RECEIVERS: ${z.prettifyError(parsed.error)}`);
  return { receivers: parsed.data, runbooksUrl: text('RUNBOOKS_URL'), clusterName: text('CLUSTER_NAME') };
}
