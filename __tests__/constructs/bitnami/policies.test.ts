/** The charts' pods are held to the same policies as those that Terraform makes itself. */
import { clusterValues } from '../../../constructs/bitnami/cluster-values';
import { sentinelValues } from '../../../constructs/bitnami/sentinel-values';
import { imageName, imagesOf } from '../../../constructs/bitnami/sources';
import { workloadPolicies } from '../../../constructs/policies/workload-policies';
import type { Workload } from '../../../constructs/policies/workload';
import { bitnamiClusterTestSettings, bitnamiSentinelTestSettings } from '../../support/bitnami-settings';
import { chartWorkload } from '../../support/chart-workload';
import { testAccount } from '../../support/synthesized-construct';

type Values = Readonly<Record<string, Record<string, unknown> & { sidecars: { name: string }[] }>>;

const files = { programs: 'redis-programs-1', configuration: 'redis-configuration-1' };

function cluster(): Workload {
  const images = imagesOf(bitnamiClusterTestSettings, testAccount);
  const values = clusterValues({ settings: bitnamiClusterTestSettings, images, files, zones: 3 }) as Values;
  const { redis = { sidecars: [] }, containerSecurityContext: securityContext } = values;
  return chartWorkload(
    redis,
    [{ name: 'redis', values: { ...redis, securityContext, image: imageName(images.redis) } }],
    6,
  );
}

function sentinel(): Workload {
  const images = imagesOf(bitnamiSentinelTestSettings, testAccount);
  const values = sentinelValues({ settings: bitnamiSentinelTestSettings, images, files }) as Values;
  const { replica = { sidecars: [] }, sentinel: watcher = { sidecars: [] } } = values;
  const containers = Object.entries({ redis: replica, sentinel: watcher }).map(([name, own]) => ({
    name,
    values: { ...own, securityContext: own.containerSecurityContext, image: imageName(images.redis) },
  }));
  return chartWorkload(replica, containers, 3);
}

/** The budgets are the charts' own; see the tests of values. */
const policies = Object.entries(workloadPolicies).filter(([name]) => name !== 'replicas-have-a-disruption-budget');

/** Nobody is served by the keeper: it runs as long as its program does, and ends with it. */
const expected: Readonly<Record<string, readonly string[]>> = {
  'servers-have-probes': [
    "container 'keeper' doesn't say when it is ready; set readiness_probe",
    "container 'keeper' doesn't say that it lives; set liveness_probe",
  ],
};

test.each(policies)('%s, in a cluster and with Sentinels', (name, policy) => {
  for (const workload of [cluster(), sentinel()]) {
    expect(policy.problems(workload)).toEqual(expected[name] ?? []);
  }
});

const bare = chartWorkload({ sidecars: [{ name: 'bare' }], extraVolumes: [{ name: 'bare', emptyDir: {} }] }, [], 3);

test.each(policies)('%s is broken by pods without settings', (_, policy) => {
  expect(policy.problems(bare)).not.toEqual([]);
});
