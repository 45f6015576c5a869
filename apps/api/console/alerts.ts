/** Alerts that fire now, as Alertmanager tells. */
import { z } from 'zod';
import type { FiringAlert } from './state';

/** Longest wait for Alertmanager, in milliseconds. */
const answerMilliseconds = 1_000;

const texts = z.record(z.string(), z.string());

/** Source: `GET /alerts` of Alertmanager's API, version 2. */
const answer = z.array(z.object({ labels: texts, annotations: texts, status: z.object({ state: z.string() }) }));

/** @throws Error if Alertmanager doesn't answer in time, or not as it should */
export async function readAlerts(alertmanagerUrl: string): Promise<readonly FiringAlert[]> {
  const response = await fetch(`${alertmanagerUrl}/api/v2/alerts?silenced=false`, {
    signal: AbortSignal.timeout(answerMilliseconds),
  });
  if (!response.ok) throw new Error(`Alertmanager answers ${response.status}`);
  return answer
    .parse(await response.json())
    .filter(({ labels }) => labels.severity !== 'none')
    .map(({ labels, annotations, status }) => ({
      name: labels.alertname ?? '',
      severity: labels.severity ?? '',
      summary: annotations.summary ?? '',
      runbook: annotations.runbook_url ?? '',
      isExplained: status.state === 'suppressed',
    }))
    .sort((one, other) => `${one.severity}${one.name}`.localeCompare(`${other.severity}${other.name}`));
}
