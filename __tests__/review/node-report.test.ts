import { productionEnvironment } from '../../environments/production';
import { stagingEnvironment } from '../../environments/staging';
import { nodeReports } from '../../review/node-report';
import { renderNodeReport } from '../../review/node-text';

test('general nodes of production', () => {
  const [general, ...others] = nodeReports(productionEnvironment);
  expect(others).toEqual([]);
  expect(general).toMatchObject({
    kind: 'general',
    instanceType: 'm7g.xlarge',
    perZone: 2,
    zones: 3,
    allocatable: { cpuMillicores: 3_920, memoryMebibytes: 14_162, pods: 58 },
    forPods: { cpuMillicores: 3_740, memoryMebibytes: 14_042, pods: 54 },
    highestMaxima: {
      'clusterServices.gateway.maximumReplicas': 12,
      'application.api.replicas.maximum': 17,
      'application.worker.replicas.maximum': 17,
    },
  });
  // 6 × $0.1632 × 730 hours.
  expect(general?.dollarsAMonth).toBeCloseTo(714.816, 3);
  expect(general?.situations.map(({ name, nodes, unplaced }) => [name, nodes, unplaced])).toEqual([
    ['at the minima of replicas with all zones', 6, 0],
    ['at the minima of replicas with a zone lost', 4, 0],
    ['at the maxima of replicas with all zones', 6, 0],
    ['at the maxima of replicas with a zone lost', 4, 0],
  ]);
  // 12 + 12 programs, 9 of the gateway, 37 others, less 2 whose volumes are in the lost zone.
  expect(general?.situations.at(-1)?.requested.pods).toBe(68);
});

test('nodes for Redis have one pod each', () => {
  const redis = nodeReports(stagingEnvironment).find(({ kind }) => kind === 'redis');
  expect(redis?.situations.map(({ requested, nodes }) => [requested.pods, nodes])).toEqual([
    [6, 6],
    [4, 4],
    [6, 6],
    [4, 4],
  ]);
  expect(redis?.highestMaxima).toEqual({});
});

test('as text', () => {
  const texts = nodeReports(stagingEnvironment).map(renderNodeReport);
  expect(texts).toHaveLength(2);
  expect(texts[0]).toMatch(/^Nodes for everything but Redis: 6 × m7g\.large, 2 in each zone, \$357 a month\n/);
  expect(texts[0]).toMatch(
    /^ {2}maxima with a zone lost +6\.6 CPUs \(94 %\) +18\.2 GiB \(69 %\) +47 pods \(47 %\) +all fit$/m,
  );
  expect(texts[0]).toMatch(
    /^ {2}Highest maximum, the others as they are: clusterServices\.gateway\.maximumReplicas 4, /m,
  );
  expect(texts[1]).toMatch(/^Nodes for Redis: 6 × r7g\.large/);
  expect(texts[1]).not.toContain('Highest maximum');
});

test('pods without a place are counted, and an unknown price is unknown', () => {
  const { kubernetes } = productionEnvironment;
  const generalNodes = { ...kubernetes.generalNodes, instanceType: 'm7i.large' };
  const text = nodeReports({ ...productionEnvironment, kubernetes: { ...kubernetes, generalNodes } })
    .map(renderNodeReport)
    .join('\n');
  expect(text).toContain('6 × m7i.large, 2 in each zone, unknown a month');
  expect(text).toMatch(/maxima with a zone lost .* 27 find no place$/m);
});
