import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { alarmAlerts } from '../../constructs/observability/alarms/announcement';
import { releases } from '../../constructs/observability/cluster/names';
import { prometheusRules } from '../../constructs/observability/prometheus-rules';
import { runbookFile } from '../../constructs/observability/rules/alert';
import { alertsOf } from '../../constructs/observability/rules/rules';
import { testPlatform } from '../support/promtool';
import {
  anchorsOf,
  commandsOf,
  linksOf,
  otherRunbooks,
  readRunbook,
  runbookFiles,
  runbooksFolder,
} from '../support/runbooks';

const sentinels = { ...testPlatform, redis: { ...testPlatform.redis, topology: 'sentinel' } } as const;
const alerts = [
  ...new Set<string>([...[testPlatform, sentinels].flatMap(alertsOf).map(({ alert }) => alert), ...alarmAlerts]),
].sort();

test('every alert has a runbook, and every runbook an alert', () => {
  expect(runbookFiles()).toEqual([...alerts.map(runbookFile), ...otherRunbooks].sort());
});

test.each(alerts)('%s: what it means, what follows, why, and what to do', (alert) => {
  const text = readRunbook(runbookFile(alert));
  expect(text.startsWith(`# ${alert}\n`)).toBe(true);
  expect(text.match(/^## .+$/gm)).toEqual(['## Meaning', '## Impact', '## Diagnosis', '## Mitigation']);
  expect(
    text
      .split(/^#+ .+$/m)
      .slice(2)
      .filter((section) => section.trim().length < 20),
  ).toEqual([]);
});

test('every runbook_url leads to a heading', () => {
  const urls = [testPlatform, sentinels]
    .flatMap((platform) => prometheusRules(platform).groups)
    .flatMap(({ rules }) => rules)
    .flatMap((rule) => ('alert' in rule ? [rule.annotations.runbook_url] : []));
  expect(urls.length).toBeGreaterThan(50);
  const broken = urls.filter((url) => {
    const [file = '', anchor = ''] = url.replace(`${testPlatform.runbooksUrl}/`, '').split('#');
    return !runbookFiles().includes(file) || !anchorsOf(readRunbook(file)).includes(anchor);
  });
  expect(broken).toEqual([]);
});

test.each(runbookFiles())('%s: its links lead somewhere', (file) => {
  const broken = linksOf(readRunbook(file)).filter((link) => {
    const [target = '', anchor] = link.split('#');
    const full = target === '' ? path.join(runbooksFolder, file) : path.resolve(runbooksFolder, target);
    return !existsSync(full) || (anchor !== undefined && !anchorsOf(readFileSync(full, 'utf8')).includes(anchor));
  });
  expect(broken).toEqual([]);
});

test.each(runbookFiles())('%s: its commands are those of a shell', (file) => {
  for (const platform of ['local', 'kubernetes', 'elasticache'] as const) {
    for (const block of commandsOf(readRunbook(file), platform)) {
      expect(() => execFileSync('bash', ['-n'], { input: block, stdio: 'pipe' })).not.toThrow();
    }
  }
});

// With `pipefail` what is still writing then fails, now and then.
test.each(runbookFiles())('%s: no command ends before it has read everything', (file) => {
  expect(readRunbook(file)).not.toMatch(/\| *(?:head|grep -\w*[qm])\b/);
});

// The operator puts the kind before the name of its object, which is the release's.
test('what watches a cluster is called by the names that it has there', () => {
  const named = runbookFiles().flatMap((file) => [
    ...readRunbook(file).matchAll(/-n observability \w+ statefulset\/(\S+)/g),
  ]);
  expect(named.length).toBeGreaterThan(0);
  for (const [, name] of named) {
    expect([`alertmanager-${releases.monitoring}`, `prometheus-${releases.monitoring}`]).toContain(name);
  }
});

test('no block of commands is for no platform', () => {
  const blocks = runbookFiles().flatMap((file) => readRunbook(file).match(/^ *```\w.*$/gm) ?? []);
  expect(new Set(blocks.map((block) => block.trim()))).toEqual(
    new Set(['```sh local', '```sh kubernetes', '```sh elasticache']),
  );
});
