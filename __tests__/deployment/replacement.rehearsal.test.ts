/**
 * What holds data isn't replaced by a changed setting: each argument whose change replaces a resource is changed alone,
 * and Terraform refuses the plan. The rehearsal knows these arguments for the types below.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rehearsalTest, rehearse } from '../support/rehearsal';
import type { Arguments, Configuration } from '../support/synthesized-construct';
import { synthesizeToFolder, type SynthesisFolder } from '../support/synthesis-folder';

/** Arguments whose change replaces a resource of a type, each with another value. Source: the provider's own schema. */
const replacing: Readonly<Record<string, Arguments>> = {
  aws_s3_bucket: { bucket: 'another-bucket', object_lock_enabled: 'toggled' },
  aws_vpc: { cidr_block: '10.99.0.0/16' },
  aws_subnet: { availability_zone: 'us-east-1f', cidr_block: '10.99.0.0/24', vpc_id: 'vpc-another' },
  aws_eks_cluster: { name: 'another-cluster', role_arn: 'arn:aws:iam::111122223333:role/another' },
};

const environment = 'production';
const changes = Object.entries(replacing).flatMap(([type, others]) =>
  Object.entries(others).map(([argument, value]) => [type, argument, value] as const),
);

let synthesis: SynthesisFolder;
let work: string;

beforeAll(() => {
  synthesis = synthesizeToFolder(environment);
  work = mkdtempSync(path.join(tmpdir(), 'replacement-'));
});

afterAll(() => {
  synthesis.remove();
  rmSync(work, { recursive: true, force: true });
});

/** A stack by itself: its state in a file, and in place of what other stacks tell some text. */
function standalone(stack: string): Configuration {
  const file = path.join(synthesis.folder, 'stacks', stack, 'cdk.tf.json');
  const text = readFileSync(file, 'utf8')
    .replace(/\$\{data\.terraform_remote_state\.[^}]+\}/g, 'of-another-stack')
    // Within a call, such as base64decode: text that is Base64 as well.
    .replace(/data\.terraform_remote_state\.[\w.-]+/g, '\\"b2YtYW5vdGhlci1zdGFjaw==\\"');
  const {
    data,
    terraform: settings,
    ...others
  } = JSON.parse(text) as Configuration & { data?: Configuration['resource'] };
  const otherData = Object.entries(data ?? {}).filter(([type]) => type !== 'terraform_remote_state');
  return {
    ...others,
    ...(otherData.length > 0 && { data: Object.fromEntries(otherData) }),
    terraform: { ...settings, backend: { local: {} } },
  };
}

function terraform(stack: string, ...options: readonly string[]) {
  return rehearse('rehearse', 'terraform', `-chdir=${path.join(work, stack)}`, ...options);
}

function write(stack: string, configuration: Configuration): void {
  writeFileSync(path.join(work, stack, 'cdk.tf.json'), JSON.stringify(configuration, undefined, 2));
}

/** Stacks that have been deployed by this test. */
const deployed = new Set<string>();

function deploy(stack: string): void {
  if (deployed.has(stack)) return;
  mkdirSync(path.join(work, stack), { recursive: true });
  write(stack, standalone(stack));
  for (const options of [
    ['init', '-input=false'],
    ['apply', '-input=false', '-auto-approve', '-no-color'],
  ]) {
    const { status, output } = terraform(stack, ...options);
    if (status !== 0) throw new Error(output);
  }
  deployed.add(stack);
}

/** The first resource of a type in each stack. */
function stacksWith(type: string): (readonly [stack: string, name: string])[] {
  return readdirSync(path.join(synthesis.folder, 'stacks')).flatMap((stack) => {
    const [name] = Object.keys(standalone(stack).resource?.[type] ?? {});
    return name === undefined ? [] : [[stack, name] as const];
  });
}

rehearsalTest.each(changes)('a change of %s.%s is refused when it is planned', (type, argument, value) => {
  const holders = stacksWith(type);
  expect(holders).not.toEqual([]);
  for (const [stack, name] of holders) {
    deploy(stack);
    const before = standalone(stack);
    const resource = before.resource?.[type]?.[name] ?? {};
    const other = value === 'toggled' ? resource[argument] !== true : value;
    const resources = { ...before.resource?.[type], [name]: { ...resource, [argument]: other } };
    write(stack, { ...before, resource: { ...before.resource, [type]: resources } });
    const { status, output } = terraform(stack, 'plan', '-input=false', '-no-color');
    expect(output.replace(/[\s│]+/g, ' ')).toContain(`Resource ${type}.${name} has lifecycle.prevent_destroy set`);
    expect(status).toBe(1);
  }
});
