/** What watches a platform as it is tested together: versions and sizes. */
import type { ObservabilitySettings } from './observability-settings';

/** Everything but where the runbooks are: `{ ...defaultObservability, runbooksUrl }`. */
export const defaultObservability: Omit<ObservabilitySettings, 'runbooksUrl'> = {
  operator: {
    chart: '88.5.3',
    definitionsChart: '31.0.1',
    image: 'v0.93.1',
    stateMetricsImage: 'v2.20.0',
    digests: {},
    memoryMebibytes: 256,
  },
  prometheus: {
    image: 'v3.14.0-distroless',
    digests: {},
    replicas: 2,
    scrapeSeconds: 15,
    retentionDays: 30,
    volumeGibibytes: 50,
    memoryMebibytes: 2_048,
  },
  alertmanager: { image: 'v0.34.0', digests: {}, replicas: 3, volumeGibibytes: 2 },
  logs: {
    loki: {
      chart: '18.11.0',
      image: '3.7.6',
      digests: {},
      volumeGibibytes: 10,
      memoryMebibytes: 1_024,
    },
    alloy: { chart: '1.11.1', image: 'v1.18.1', digests: {}, replicas: 2, memoryMebibytes: 512 },
    retentionDays: 30,
  },
  // Version 13 takes some 300 MiB when nobody looks, and every data source is a process beside it.
  grafana: { chart: '12.11.1', image: '13.2.0', digests: {}, memoryMebibytes: 1_024, passwordGeneration: 1 },
  destruction: { kind: 'prevented' },
};
