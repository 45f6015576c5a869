import { PriorityClassV1 } from '@cdktf/provider-kubernetes/lib/priority-class-v1';
import { ChartRelease, type ChartReleaseProps } from '../../../constructs/kubernetes/chart-release';
import { resourceOf, synthesizeConstruct } from '../../support/synthesized-construct';

const releaseWith = (props: Partial<ChartReleaseProps> = {}) =>
  resourceOf(
    synthesizeConstruct((stack) => {
      new ChartRelease(stack, 'chart', { name: 'shop', namespace: 'shops', chart: 'shop', values: {}, ...props });
    }),
    'helm_release',
  );

test('a release is installed as a whole or not at all', () => {
  expect(releaseWith({ repository: 'oci://registry.example/charts', version: '1.2.3' })).toEqual({
    name: 'shop',
    namespace: 'shops',
    chart: 'shop',
    repository: 'oci://registry.example/charts',
    version: '1.2.3',
    values: ['{}'],
    timeout: 600,
    wait: true,
    wait_for_jobs: true,
    atomic: true,
    cleanup_on_fail: true,
    max_history: 5,
    depends_on: [],
  });
});

test('a chart in a folder has neither repository nor version', () => {
  expect(releaseWith()).not.toHaveProperty('repository');
  expect(releaseWith()).not.toHaveProperty('version');
});

test('values keep what they are: nulls, numbers and text that looks like either', () => {
  const values = { replicas: null, port: 443, text: '443', nested: { list: [true, 'a: b\n# c'] } };
  const [written = ''] = releaseWith({ values }).values as string[];
  expect(JSON.parse(written)).toEqual(values);
});

test('a release waits for what it depends on', () => {
  const configuration = synthesizeConstruct((stack) => {
    const first = new PriorityClassV1(stack, 'first', { metadata: { name: 'first' }, value: 1 });
    new ChartRelease(stack, 'chart', { name: 'a', namespace: 'b', chart: 'c', values: {}, dependsOn: [first] });
  });
  expect(resourceOf(configuration, 'helm_release').depends_on).toEqual(['kubernetes_priority_class_v1.first']);
});
