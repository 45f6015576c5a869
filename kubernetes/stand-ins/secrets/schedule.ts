/** When an ExternalSecret is read again. Source: `shouldRefresh` of External Secrets 2.9. */
import { createHash } from 'node:crypto';
import type { CustomObject, ExternalSecretSpec } from './objects';

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a duration of Go, such as `1h0m0s`. @throws Error if it is none */
export function durationMilliseconds(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.map(([whole]) => whole).join('') !== text || text === '') throw new Error(`'${text}' is no duration`);
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (units[unit ?? ''] ?? 0), 0);
}

/** Changes with what an object says: its specification, labels and annotations. */
export function versionOf({ metadata: { generation, labels, annotations } }: CustomObject): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([labels, annotations]))
    .digest('hex');
  return `${generation}-${digest.slice(0, 16)}`;
}

export function isDue(object: CustomObject, spec: ExternalSecretSpec, now: number): boolean {
  const { refreshTime, syncedResourceVersion = '' } = object.status;
  const wasRead = syncedResourceVersion !== '' && typeof refreshTime === 'string';
  if (!wasRead) return true;
  if (spec.refreshPolicy === 'CreatedOnce') return false;
  if (syncedResourceVersion !== versionOf(object)) return true;
  if (spec.refreshPolicy === 'OnChange') return false;
  const interval = durationMilliseconds(spec.refreshInterval);
  return interval > 0 && Date.parse(refreshTime) + interval <= now;
}
