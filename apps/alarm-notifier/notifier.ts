/** Tells the receivers of alerts what CloudWatch and other services tell a topic of SNS. */
import { readNews, snsEvent, type News } from './message';
import { notificationRequest, type NotificationRequest } from './requests';
import type { NotifierSettings, Target } from './settings';

export interface NotifierParts {
  readonly settings: NotifierSettings;
  /** Text of a secret by its name. */
  readonly readSecret: (name: string) => Promise<string>;
  /** @returns the status of the answer */
  readonly send: (request: NotificationRequest) => Promise<number>;
}

export class Notifier {
  readonly #parts: NotifierParts;

  constructor(parts: NotifierParts) {
    this.#parts = parts;
  }

  /**
   * Tells every receiver, even if another can't be told. Lambda repeats a call that failed twice: receivers may hear of the
   * same thing again, rather than not at all.
   *
   * @throws Error naming the secrets of those that weren't told, and never what is in them
   */
  async handle(event: unknown): Promise<void> {
    const { Records } = snsEvent.parse(event);
    const news = Records.flatMap(({ Sns }) => readNews(Sns) ?? []);
    const failures = (await Promise.all(news.map((each) => this.#tellAll(each)))).flat();
    if (failures.length > 0) throw new Error(`Not told: ${failures.join('; ')}`);
  }

  async #tellAll(news: News): Promise<readonly string[]> {
    const { page, chat } = this.#parts.settings.receivers;
    const targets = news.kind === 'alarm' && news.severity === 'critical' ? page : chat;
    const outcomes = await Promise.all(targets.map((target) => this.#tell(news, target)));
    return outcomes.flatMap((failure) => failure ?? []);
  }

  /** @returns why it wasn't told */
  async #tell(news: News, target: Target): Promise<string | undefined> {
    const name = `${target.kind} by '${target.secret}'`;
    let secret: string;
    try {
      secret = (await this.#parts.readSecret(target.secret)).trim();
    } catch (error) {
      return `${name}: its secret can't be read (${nameOf(error)})`;
    }
    const request = notificationRequest(news, target, secret, this.#parts.settings);
    if (request === undefined) return undefined;
    try {
      const status = await this.#parts.send(request);
      return status >= 200 && status < 300 ? undefined : `${name}: it answered ${status}`;
    } catch (error) {
      // Its message may name the URL, which is a secret.
      return `${name}: it can't be reached (${nameOf(error)})`;
    }
  }
}

const nameOf = (error: unknown) => (error instanceof Error ? error.name : 'unknown');
