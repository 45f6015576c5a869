/** What a deployed local platform's receiver of alerts was told, and what Alertmanager keeps to itself. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Notification } from '../../apps/alert-receiver/notifications';
import type { ListedAlert } from './alertmanager';

/** An alert, or its end, as it reached the receiver. */
export interface Told {
  readonly receiver: string;
  /** Pods, or other subjects, of all alerts of that name and severity in the message. */
  readonly subjects: readonly string[];
  /** Seconds after what was waited for began. */
  readonly afterSeconds: number;
}

/** What is waited for. */
interface Expected {
  /** Milliseconds since 1970. */
  readonly since: number;
  /** @default - any */
  readonly receiver?: string;
  /** @default 90 */
  readonly seconds?: number;
  /** @default [] */
  readonly pods?: readonly string[];
}

const pollMilliseconds = 200;

export class AlertWatch {
  readonly #receiverUrl: string;
  readonly #alertmanagerUrl: string;

  constructor(addresses: { readonly notifications: string; readonly alertmanager: string }) {
    this.#receiverUrl = addresses.notifications;
    this.#alertmanagerUrl = addresses.alertmanager;
  }

  /** Waits until an alert is told of in one message for all of `pods`. @throws Error with what was told instead */
  async told(status: 'firing' | 'resolved', alert: string, expected: Expected): Promise<Told> {
    const { since, receiver, seconds = 90, pods = [] } = expected;
    const end = Date.now() + seconds * 1_000;
    for (;;) {
      const notifications = (await this.notifications()).filter(({ receivedAt }) => Date.parse(receivedAt) >= since);
      for (const { receiver: toldTo, alerts, receivedAt } of notifications) {
        if (receiver !== undefined && toldTo !== receiver) continue;
        const subjects = alerts
          .filter((each) => each.status === status && each.labels.alertname === alert)
          .map(({ labels }) => labels.pod ?? labels.zone ?? '');
        if (subjects.length > 0 && pods.every((pod) => subjects.includes(pod))) {
          return { receiver: toldTo, subjects, afterSeconds: (Date.parse(receivedAt) - since) / 1_000 };
        }
      }
      if (Date.now() > end)
        throw new Error(`not told within ${seconds} s that ${alert} is ${status}: ${summaryOf(notifications)}`);
      await sleep(pollMilliseconds);
    }
  }

  async notifications(): Promise<readonly Notification[]> {
    const answer = (await (await fetch(`${this.#receiverUrl}/notifications`)).json()) as {
      readonly notifications: readonly Notification[];
    };
    return answer.notifications;
  }

  async signsOfLife(): Promise<number> {
    const answer = (await (await fetch(`${this.#receiverUrl}/notifications`)).json()) as {
      readonly signsOfLife: { readonly count: number };
    };
    return answer.signsOfLife.count;
  }

  /** Waits until Alertmanager has an alert and tells nobody, because another explains it. */
  async suppressed(alert: string, seconds = 60): Promise<void> {
    const end = Date.now() + seconds * 1_000;
    for (;;) {
      const listed = (await (await fetch(`${this.#alertmanagerUrl}/api/v2/alerts`)).json()) as readonly ListedAlert[];
      const states = listed.filter(({ labels }) => labels.alertname === alert).map(({ status }) => status.state);
      if (states.includes('suppressed') && !states.includes('active')) return;
      if (Date.now() > end)
        throw new Error(`${alert} is not suppressed within ${seconds} s: ${states.join(', ') || 'not there'}`);
      await sleep(pollMilliseconds);
    }
  }
}

const summaryOf = (notifications: readonly Notification[]) =>
  notifications
    .flatMap(({ receiver, alerts }) =>
      alerts.map(({ status, labels }) => `${receiver} ${status} ${labels.alertname ?? ''} ${labels.pod ?? ''}`),
    )
    .join('; ') || 'nothing at all';
