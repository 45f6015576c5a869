/** How long Terraform would wait for a resource. */
import type { ResolvedResource } from '../../review/synthesis/resources';
import type { StackFile } from '../../review/synthesis/stack-files';

/** Seconds of the provider where a resource says nothing. Source: "Timeouts" of its Deployments and Jobs. */
const defaultSeconds = 600;

const unitSeconds: Readonly<Record<string, number>> = { h: 3_600, m: 60, s: 1 };

/** Seconds of a duration of Go, such as `20m` or `180s`. @throws Error if it is none */
export function secondsOf(duration: string): number {
  const parts = [...duration.matchAll(/(\d+)([hms])/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== duration) {
    throw new Error(`'${duration}' is no duration such as 20m or 180s`);
  }
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (unitSeconds[unit ?? ''] ?? 0), 0);
}

/** Seconds that a resource may take to be created: its own `timeouts`, or `timeout` of a release. */
export function timeoutSeconds({ configuration }: StackFile, { type, id, values }: ResolvedResource): number {
  if (typeof values.timeout === 'number') return values.timeout;
  const { timeouts } = (configuration.resource?.[type]?.[id] ?? {}) as {
    readonly timeouts?: { readonly create?: string };
  };
  return timeouts?.create === undefined ? defaultSeconds : secondsOf(timeouts.create);
}
