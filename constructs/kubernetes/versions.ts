/** How long EKS supports which version of Kubernetes. */

/** What EKS does for a version: `standard` for 14 months, then `extended` for 12 more, at six times the price. */
export type Support = 'standard' | 'extended';

/** Last days of support, `YYYY-MM-DD` in UTC. */
type Calendar = Readonly<Record<Support, string>>;

/**
 * Versions that are supported, oldest first. A version that comes out is added here, with its dates.
 * Source: "Amazon EKS Kubernetes release calendar" of the EKS User Guide, read 2026-11-23.
 */
export const kubernetesVersions = ['1.32', '1.33', '1.34', '1.35'] as const;

export type KubernetesVersion = (typeof kubernetesVersions)[number];

const calendars: Readonly<Record<KubernetesVersion, Calendar>> = {
  '1.32': { standard: '2026-03-23', extended: '2027-03-23' },
  '1.33': { standard: '2026-07-29', extended: '2027-07-29' },
  '1.34': { standard: '2026-12-02', extended: '2027-12-02' },
  '1.35': { standard: '2027-03-27', extended: '2028-03-27' },
};

/** The last day, `YYYY-MM-DD` in UTC, on which EKS leaves a cluster of this version as it is. */
export function supportedUntil(version: KubernetesVersion, support: Support): string {
  return calendars[version][support];
}

/** Whether a cluster may be of this version on that day. */
export function isSupported(version: KubernetesVersion, support: Support, day: Date): boolean {
  return day.toISOString().slice(0, 10) <= supportedUntil(version, support);
}
