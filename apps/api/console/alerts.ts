/** Alerts that fire now, as Alertmanager tells. */
import { z } from 'zod';
import type { FiringAlert, Unknown } from './state';

/** Longest wait for Alertmanager, in milliseconds. */
const answerMilliseconds = 900;

/** The alert that always fires: without it nobody knows whether another does. */
const witness = 'DeadMansSwitch';

const texts = z.record(z.string(), z.string());

/** Source: `GET /alerts` of Alertmanager's API, version 2. */
const answer = z.array(
  z.object({
    labels: texts,
    annotations: texts,
    status: z.object({ silencedBy: z.array(z.string()), inhibitedBy: z.array(z.string()) }),
  }),
);

/**
 * Alerts that fire, those that nobody is told of included.
 *
 * @returns why they are not known, if no rule of Prometheus reaches Alertmanager
 * @throws Error if Alertmanager doesn't answer in time, or not as it should
 */
export async function readAlerts(alertmanagerUrl: string): Promise<readonly FiringAlert[] | Unknown> {
  const response = await fetch(`${alertmanagerUrl}/api/v2/alerts`, {
    signal: AbortSignal.timeout(answerMilliseconds),
  });
  if (!response.ok) throw new Error(`Alertmanager answers ${response.status}`);
  const alerts = answer.parse(await response.json());
  if (!alerts.some(({ labels }) => labels.alertname === witness)) {
    return { unknown: `Alertmanager has no ${witness}, so Prometheus or its rules do not reach it` };
  }
  return alerts
    .filter(({ labels }) => labels.severity !== 'none')
    .map(({ labels, annotations, status }) => ({
      name: labels.alertname ?? '',
      severity: labels.severity ?? '',
      summary: annotations.summary ?? '',
      runbook: annotations.runbook_url ?? '',
      ...quietBy(status),
    }))
    .sort((one, other) => `${one.severity}${one.name}`.localeCompare(`${other.severity}${other.name}`));
}

function quietBy({ silencedBy, inhibitedBy }: { silencedBy: readonly string[]; inhibitedBy: readonly string[] }) {
  if (silencedBy.length > 0) return { quiet: 'silenced' } as const;
  return inhibitedBy.length > 0 ? ({ quiet: 'explained by another' } as const) : {};
}
