/** Alerts about what is watched from outside of any one thing, and about the watching itself. */
import type { AlertRule } from './alert';
import { ofPlatform, waitOf, type WatchedPlatform } from './watched-platform';

export const deadMansSwitch = 'DeadMansSwitch';

const day = 86_400;

export function watchingRules(platform: WatchedPlatform): readonly AlertRule[] {
  const s = ofPlatform(platform);
  const left = `min by (server) (tls_certificate_expiry_timestamp_seconds{${s}}) - time()`;
  const certificate = {
    component: 'redis',
    alert: 'CertificateExpiring',
    forSeconds: waitOf(300, platform.pace),
    summary: 'The certificate of {{ $labels.server }} expires in {{ $value | humanizeDuration }}',
    description: 'What renews it has failed for weeks. When it has expired, no client connects any more.',
  } as const;
  return [
    { ...certificate, severity: 'warning', expr: `${left} < ${14 * day}` },
    { ...certificate, severity: 'critical', expr: `${left} < ${2 * day}` },
    {
      component: 'watching',
      alert: deadMansSwitch,
      severity: 'none',
      expr: 'vector(1)',
      forSeconds: 0,
      summary: 'Alerts come through',
      description: 'It fires always. Whoever gets it raises the alarm when it is no longer there.',
    },
  ];
}
