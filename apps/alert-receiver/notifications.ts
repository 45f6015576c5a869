/** What Alertmanager tells, and the last of it. */
import { appendFileSync, existsSync, renameSync, statSync } from 'node:fs';
import { z } from 'zod';
import { receiverNames } from '../../constructs/observability/alertmanager/receivers';

const texts = z.record(z.string(), z.string());

/**
 * What a webhook of Alertmanager gets, as far as it is kept.
 * Source: "webhook_config" in the documentation of Alertmanager, version 4 of the message.
 */
export const webhookMessage = z.object({
  version: z.literal('4'),
  status: z.enum(['firing', 'resolved']),
  groupLabels: texts,
  alerts: z.array(
    z.object({
      status: z.enum(['firing', 'resolved']),
      labels: texts,
      annotations: texts,
      startsAt: z.string(),
      endsAt: z.string(),
    }),
  ),
});

export type WebhookMessage = z.output<typeof webhookMessage>;

/** Who was told of what, and when. */
export interface Notification extends WebhookMessage {
  /** ISO 8601. */
  readonly receivedAt: string;
  /** Who would have been told: the last part of the path. */
  readonly receiver: string;
}

/** Notifications kept in memory. */
const longest = 500;

/** Bytes after which a new file is begun. The one before is kept, and none older. */
const largestFile = 5_000_000;

/** The last notifications, in memory and in a file. Signs of life are counted and not kept: one comes every few seconds. */
export class Notifications {
  readonly #file: string;
  readonly #kept: Notification[] = [];
  #signsOfLife = 0;
  #lastSignOfLife: string | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  add(receiver: string, message: WebhookMessage): void {
    const receivedAt = new Date().toISOString();
    if (receiver === receiverNames.deadMansSwitch) {
      this.#signsOfLife++;
      this.#lastSignOfLife = receivedAt;
      return;
    }
    const notification = { receivedAt, receiver, ...message };
    this.#kept.push(notification);
    if (this.#kept.length > longest) this.#kept.shift();
    this.#write(notification);
  }

  /** Oldest first. */
  get kept(): readonly Notification[] {
    return this.#kept;
  }

  /** Of the dead man's switch: how many there were, and when the last one came. */
  get signsOfLife(): { readonly count: number; readonly last: string | undefined } {
    return { count: this.#signsOfLife, last: this.#lastSignOfLife };
  }

  #write(notification: Notification): void {
    if (existsSync(this.#file) && statSync(this.#file).size > largestFile) {
      renameSync(this.#file, `${this.#file}.before`);
    }
    appendFileSync(this.#file, `${JSON.stringify(notification)}\n`, { mode: 0o600 });
  }
}
