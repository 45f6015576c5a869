/** Metrics, rules, notifications, logs and dashboards of an environment's cluster. */
import { z } from 'zod';
import type { Violation } from '../constructs/validation/violations';
import type { DeepReadonly } from './environment';
import { destruction, imageDigest } from './setting-forms';

/** `88.5.3`. */
const chart = z.string().regex(/^\d+\.\d+\.\d+$/);

/** `v0.34.0`, or `v3.14.0-distroless`. */
const image = z.string().regex(/^v?\d+\.\d+\.\d+(?:-[a-z0-9.]+)?$/);

/** Digest of an image; it is what is pulled if there is one, and the tag is for the reader. @default - by tag */
const digest = imageDigest.optional();

/** Mebibytes that the largest container gets; it is stopped if it takes more. */
const memoryMebibytes = z.int().min(128).max(65_536);

/** Gibibytes of each pod's volume. It can grow, and never shrink. */
const volumeGibibytes = z.int().min(1).max(16_384);

/** The operator, and what belongs to its chart but has images of its own. */
const operator = z.strictObject({
  chart,
  /** Chart of the definitions of its kinds; the same version of the operator. */
  definitionsChart: chart,
  /** Of the operator and of the program beside Prometheus and Alertmanager that reloads their configuration. */
  image,
  stateMetricsImage: image,
  digests: z.strictObject({
    prometheusOperator: digest,
    prometheusConfigReloader: digest,
    kubeStateMetrics: digest,
  }),
  memoryMebibytes,
});

const prometheus = z.strictObject({
  image,
  digests: z.strictObject({ prometheus: digest }),
  /** Servers that each ask everything and know everything: one may be away without a gap, or an alarm that is missing. */
  replicas: z.int().min(1).max(3),
  /** Seconds between two scrapes. */
  scrapeSeconds: z.int().min(10).max(60),
  /** Days that metrics are kept, unless their volume is full before. */
  retentionDays: z.int().min(4).max(400),
  volumeGibibytes,
  memoryMebibytes,
});

const alertmanager = z.strictObject({
  image,
  digests: z.strictObject({ alertmanager: digest }),
  /** Pods that tell each other what they told: one alone tells nobody while its node is drained. */
  replicas: z.int().min(2).max(5),
  /** Of silences and of what was told. */
  volumeGibibytes,
});

const logs = z.strictObject({
  loki: z.strictObject({
    chart,
    image,
    digests: z.strictObject({ loki: digest }),
    volumeGibibytes,
    memoryMebibytes,
  }),
  alloy: z.strictObject({
    chart,
    image,
    digests: z.strictObject({ alloy: digest }),
    /** Pods that share the containers among them. */
    replicas: z.int().min(2).max(10),
    memoryMebibytes,
  }),
  /** Days that a line is kept. */
  retentionDays: z.int().min(1).max(3_650),
});

const grafana = z.strictObject({
  chart,
  image,
  digests: z.strictObject({ grafana: digest }),
  memoryMebibytes,
  /** A higher number makes a new password of `admin`. */
  passwordGeneration: z.int().min(1),
});

export const observabilitySettings = z.strictObject({
  /** Where docs/runbooks of the deployed commit is to be read, without a slash at the end: alerts link to it. */
  runbooksUrl: z.url({ protocol: /^https$/ }).regex(/[^/]$/),
  operator,
  prometheus,
  alertmanager,
  logs,
  grafana,
  /** Whether Terraform may destroy the bucket of logs, keys and passwords; S3 keeps a bucket that isn't empty in any case. */
  destruction,
});

export type ObservabilitySettings = DeepReadonly<z.output<typeof observabilitySettings>>;

/** What is wrong with settings that each are of the right form. */
export function observabilityViolations({ prometheus: settings }: ObservabilitySettings): Violation[] {
  const { retentionDays } = settings;
  return retentionDays >= longestWindowDays + 1
    ? []
    : [
        {
          setting: 'observability.prometheus.retentionDays',
          value: retentionDays,
          expected: `at least ${longestWindowDays + 1}: burn rates are taken over ${longestWindowDays} days`,
          remedy: 'Raise it',
        },
      ];
}

/** The longest window of a rule; see constructs/observability/rules/objectives.ts. */
const longestWindowDays = 3;
