/**
 * The configuration of Alertmanager: a file of its own, or the value `alertmanager.config` of kube-prometheus-stack.
 *
 * The routes of severities are in this base configuration and not in objects of the namespace of a platform: to those the
 * Prometheus operator adds a matcher for their namespace, which the dead man's switch and most alerts don't pass.
 */
import type { AlertRule } from '../rules/alert';
import { deadMansSwitch } from '../rules/watching-rules';
import { duration, type Pace } from '../rules/watched-platform';
import { inhibitions } from './inhibitions';
import { receiver, receiverNames, type Receivers } from './receivers';

export interface AlertmanagerProps {
  readonly receivers: Receivers;
  /** Rules whose alerts explain one another. */
  readonly rules: readonly AlertRule[];
  readonly pace: Pick<Pace, 'speed'>;
}

const minute = 60;
const hour = 60 * minute;

/**
 * How long a warning is held back. What explains it may fire later, by a minute for a server that is down and by two
 * intervals of scrapes and evaluations; told before that, it could not be silenced any more.
 */
const explanationSeconds = 90;

/** Alerts of one kind on one platform come in one message. */
const groupBy = ['namespace', 'alertname', 'redis_cluster'];

export function alertmanagerConfiguration({ receivers, rules, pace: { speed } }: AlertmanagerProps) {
  const wait = (seconds: number) => duration(Math.max(1, seconds / speed));
  const timings = (group: number, interval: number, repeat: number) => ({
    group_wait: wait(group),
    group_interval: wait(interval),
    repeat_interval: wait(repeat),
  });
  return {
    route: {
      // What has no severity, or one that nobody knows, is read by day rather than by nobody.
      receiver: receiverNames.chat,
      group_by: groupBy,
      ...timings(explanationSeconds, 5 * minute, 12 * hour),
      routes: [
        {
          receiver: receiverNames.deadMansSwitch,
          matchers: [`alertname="${deadMansSwitch}"`],
          // A repetition that is not yet due at a minute's end would wait for the next.
          ...timings(0, minute, 50),
        },
        { receiver: receiverNames.nobody, matchers: ['severity=~"none|info"'] },
        { receiver: receiverNames.page, matchers: ['severity="critical"'], ...timings(10, 2 * minute, hour) },
        { receiver: receiverNames.chat, matchers: ['severity="warning"'] },
      ],
    },
    inhibit_rules: inhibitions(rules),
    receivers: [
      receiver(receiverNames.page, receivers.page),
      receiver(receiverNames.chat, receivers.chat),
      receiver(receiverNames.deadMansSwitch, receivers.deadMansSwitch),
      receiver(receiverNames.nobody, []),
    ],
  };
}
