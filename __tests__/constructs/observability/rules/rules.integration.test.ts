import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { prometheusRules } from '../../../../constructs/observability/prometheus-rules';
import { alertsOf } from '../../../../constructs/observability/rules/rules';
import { checkRuleCase, testPlatform, type RuleCase } from '../../../support/promtool';
import { applicationCases } from './application-cases';
import { objectiveCases } from './objective-cases';
import { redisReplicationCases, sentinelCases } from './redis-replication-cases';
import { redisServerCases } from './redis-server-cases';

const redisCases = [...redisServerCases, ...redisReplicationCases];

const sentinelPlatform = {
  ...testPlatform,
  redis: { ...testPlatform.redis, topology: 'sentinel', shards: 1 },
} as const;

const elasticachePlatform = { ...testPlatform, redis: { kind: 'cloudwatch', namespace: 'redis' } } as const;

test.each([
  ['Redis Cluster', testPlatform],
  ['Sentinels', sentinelPlatform],
  ['ElastiCache', elasticachePlatform],
  ['one machine', { ...testPlatform, pace: { scrapeSeconds: 2, speed: 20 } }],
])('the rules for %s are what Prometheus takes', (_, platform) => {
  const directory = mkdtempSync(path.join(tmpdir(), 'rules-'));
  try {
    writeFileSync(path.join(directory, 'rules.json'), JSON.stringify(prometheusRules(platform)));
    expect(execFileSync('promtool', ['check', 'rules', 'rules.json'], { cwd: directory, encoding: 'utf8' })).toMatch(
      /SUCCESS: \d+ rules found/,
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});

const name = ({ alert, severity, says }: RuleCase) => [alert, ...(severity ? [`(${severity})`] : []), says].join(' ');
const table = (cases: readonly RuleCase[]) => cases.map((each) => [name(each), each] as const);

test.each(table([...redisCases, ...applicationCases]))('%s', (_, ruleCase) => {
  expect(() => checkRuleCase(testPlatform, ruleCase)).not.toThrow();
});

test.each(table(sentinelCases))('%s', (_, ruleCase) => {
  expect(() => checkRuleCase(sentinelPlatform, ruleCase)).not.toThrow();
});

test.each(table(objectiveCases))('%s', (_, ruleCase) => {
  expect(() => checkRuleCase(testPlatform, ruleCase)).not.toThrow();
});

test('where exporters do not report how many clients a server takes, the configured number counts', () => {
  const configured = { ...testPlatform, redis: { ...testPlatform.redis, maxClients: 10_000 } };
  const cases = redisServerCases.filter(({ alert }) => alert === 'RedisClientsNearLimit');
  expect(cases.length).toBeGreaterThan(1);
  for (const { series, ...ruleCase } of cases) {
    const reported = series.filter(([metric]) => metric !== 'redis_max_clients');
    expect(() => checkRuleCase(configured, { ...ruleCase, series: reported })).not.toThrow();
  }
});

test('a case that is wrong is found', () => {
  const wrong: RuleCase = { alert: 'RedisDown', says: 'it would', series: [], firing: { '10m': [{ pod: 'redis-9' }] } };
  expect(() => checkRuleCase(testPlatform, wrong)).toThrow('redis-9');
});

test('every rule fires in some case, is silent in some, and comes to an end', () => {
  const cases = [...redisCases, ...sentinelCases, ...applicationCases, ...objectiveCases];
  const rules = [...alertsOf(testPlatform), ...alertsOf(sentinelPlatform)];
  const wanting = rules.filter(({ alert, severity }) => {
    const states = cases
      .filter((each) => each.alert === alert && (each.severity ?? severity) === severity)
      .flatMap(({ firing }) => [Object.values(firing).map((labels) => labels.length > 0)]);
    const ends = states.some((each) => each.lastIndexOf(true) >= 0 && each.lastIndexOf(true) < each.length - 1);
    return !states.flat().includes(true) || (alert !== 'DeadMansSwitch' && (!states.flat().includes(false) || !ends));
  });
  expect(wanting.map(({ alert, severity }) => `${alert} ${severity}`)).toEqual([]);
});
