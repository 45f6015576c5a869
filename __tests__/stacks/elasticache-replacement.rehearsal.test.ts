/**
 * Redis isn't replaced, and its data not lost, by a changed setting: Terraform refuses the plan, or sees no change. Where
 * it may be replaced, each life has a last snapshot of its own name.
 *
 * The rehearsal knows the arguments that replace a group by themselves. Those that the provider decides on in code are
 * not among them: shards of a place each, and an older engine.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ElasticacheSettings } from '../../environments/elasticache-settings';
import { elasticacheStack, secondary } from '../support/elasticache';
import { rehearsalTest, rehearse, type Outcome } from '../support/rehearsal';
import { synthesizeStack, type Arguments, type Configuration } from '../support/synthesized-construct';

const type = 'aws_elasticache_replication_group';
const folder = mkdtempSync(path.join(tmpdir(), 'elasticache-replacement-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is deployed. */
const deployedSettings: Partial<ElasticacheSettings> = {
  size: { kind: 'fixed', shards: 1, replicasPerShard: 1 },
  seed: { kind: 'snapshot', name: 'before-the-move' },
};
const allowed: Partial<ElasticacheSettings> = { destruction: { kind: 'allowed', reason: 'data of a test, made up' } };

/** The stack, with its state in a file. */
function configurationOf(change: Partial<ElasticacheSettings> = {}): Configuration {
  const stack = synthesizeStack((app) => elasticacheStack(app, { ...deployedSettings, ...change }));
  return { ...stack, terraform: { ...stack.terraform, backend: { local: {} } } };
}

/** The stack with some arguments of the group changed; undefined takes one away. */
function withArguments(change: Arguments): Configuration {
  const stack = configurationOf();
  const groups = Object.entries(stack.resource?.[type] ?? {});
  const changed = groups.map(([name, group]) => [name, { ...group, ...change }] as const);
  return { ...stack, resource: { ...stack.resource, [type]: Object.fromEntries(changed) } };
}

function terraform(command: string, ...options: readonly string[]): Outcome {
  return rehearse('rehearse', 'terraform', `-chdir=${folder}`, command, '-no-color', ...options);
}

function write(configuration: Configuration): void {
  writeFileSync(path.join(folder, 'cdk.tf.json'), JSON.stringify(configuration));
}

function succeed({ status, output }: Outcome): string {
  if (status !== 0) throw new Error(output);
  return output;
}

function apply(configuration: Configuration): void {
  write(configuration);
  succeed(terraform('apply', '-input=false', '-auto-approve'));
}

let deployed = false;

/** Deploys once, before the first plan: a hook would do it even where all tests are skipped. */
function plan(configuration: Configuration): Outcome {
  if (!deployed) {
    write(configurationOf());
    succeed(terraform('init', '-input=false'));
    apply(configurationOf());
    deployed = true;
  }
  write(configuration);
  return terraform('plan', '-input=false', '-detailed-exitcode');
}

const flat = ({ output }: Outcome) => output.replace(/[\s│]+/g, ' ');

rehearsalTest('what is deployed is what is planned', () => {
  expect(plan(configurationOf()).status).toBe(0);
});

rehearsalTest.each<[string, unknown]>([
  ['at_rest_encryption_enabled', 'false'],
  ['kms_key_id', 'arn:aws:kms:eu-central-1:111122223333:alias/test-redis'],
  ['data_tiering_enabled', true],
  ['network_type', 'ipv6'],
  ['port', 6380],
  ['replication_group_id', 'another-redis'],
  ['subnet_group_name', 'another-group'],
  ['global_replication_group_id', 'ldgnf-another'],
  ['security_group_names', ['another']],
])('a change of the argument %s is refused', (argument, value) => {
  const outcome = plan(withArguments({ [argument]: value }));
  expect(flat(outcome)).toMatch(/Resource aws_elasticache_replication_group\.\w+ has lifecycle\.prevent_destroy set/);
  expect(outcome.status).toBe(1);
});

rehearsalTest.each<[string, Partial<ElasticacheSettings>]>([
  ['addresses', { addresses: 'dual-stack' }],
  ['the kind of nodes', { nodes: { kind: 'data-tiering', nodeType: 'cache.r6gd.xlarge' } }],
  ['the datastore that it is a member of', { globalDatastore: secondary, seed: { kind: 'empty' } }],
])('a change of the setting of %s is refused', (_, change) => {
  const outcome = plan(configurationOf(change));
  expect(flat(outcome)).toMatch(/Resource aws_elasticache_replication_group\.\w+ has lifecycle\.prevent_destroy set/);
  expect(outcome.status).toBe(1);
});

rehearsalTest.each<[string, ElasticacheSettings['seed']]>([
  ['is no longer said', { kind: 'empty' }],
  ['is said to be another snapshot', { kind: 'snapshot', name: 'another' }],
])('nothing changes when what it was filled with %s', (_, seed) => {
  expect(plan(configurationOf({ seed })).status).toBe(0);
});

rehearsalTest.each<[string, Partial<ElasticacheSettings>]>([
  ['shards', { size: { kind: 'fixed', shards: 2, replicasPerShard: 2 } }],
  ['the engine', { engine: { kind: 'valkey', version: '8.2' }, disruptiveChanges: 'at-deployment' }],
  ['the type of nodes, and parameters with it', { nodes: { kind: 'memory', nodeType: 'cache.t4g.medium' } }],
])('a change of %s changes the group as it is', (_, change) => {
  const outcome = plan(configurationOf(change));
  expect(outcome.status).toBe(2);
  expect(flat(outcome)).toMatch(/aws_elasticache_replication_group\.\w+ will be updated in-place/);
});

interface State {
  readonly values: {
    readonly root_module: { readonly resources: { readonly type: string; readonly values: Arguments }[] };
  };
}

/** The name that ElastiCache will be given when the group is deleted. */
function finalSnapshot(): unknown {
  const state = JSON.parse(succeed(terraform('show', '-json'))) as State;
  return state.values.root_module.resources.find((resource) => resource.type === type)?.values
    .final_snapshot_identifier;
}

rehearsalTest('where it may be replaced, each life has a last snapshot of its own name', () => {
  expect(plan(configurationOf()).status).toBe(0);
  const first = finalSnapshot();
  apply(configurationOf(allowed));
  expect(finalSnapshot()).toBe(first);
  const replacement = plan(configurationOf({ ...allowed, addresses: 'dual-stack' }));
  expect(flat(replacement)).toMatch(/aws_elasticache_replication_group\.\w+ must be replaced/);
  apply(configurationOf({ ...allowed, addresses: 'dual-stack' }));
  const second = finalSnapshot();
  succeed(terraform('destroy', '-input=false', '-auto-approve'));
  apply(configurationOf(allowed));
  const names = [first, second, finalSnapshot()];
  for (const name of names) expect(name).toMatch(/^test-redis-final-[0-9a-f]{8}$/);
  expect(new Set(names).size).toBe(3);
});
