import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { App, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { except } from '../../../constructs/policies/exceptions';
import { protectWhatHoldsData, type Destruction } from '../../../constructs/policies/what-holds-data-is-protected';
import { messageOf } from '../../support/synthesized-construct';

interface Annotation {
  readonly level: string;
  readonly message: string;
}

/** What a synthesis of the stack throws and warns of. */
function synthesize(build: (stack: TerraformStack) => void, destruction: Destruction = { kind: 'prevented' }) {
  const outdir = mkdtempSync(path.join(tmpdir(), 'cdktf-out-'));
  try {
    const app = new App({ outdir, skipValidation: true });
    const stack = new TerraformStack(app, 'test-backup');
    build(stack);
    protectWhatHoldsData(stack, destruction);
    const error = messageOf(() => app.synth());
    const manifest = error === '' ? readFileSync(path.join(outdir, 'manifest.json'), 'utf8') : '{"stacks":{}}';
    const { stacks } = JSON.parse(manifest) as { stacks: Record<string, { annotations: Annotation[] }> };
    const warnings = Object.values(stacks).flatMap(({ annotations }) => annotations.map(({ message }) => message));
    return { error, warnings };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

const bucket = (preventDestroy?: boolean) => (stack: Construct) => {
  new S3Bucket(stack, 'bucket', preventDestroy === undefined ? {} : { lifecycle: { preventDestroy } });
};

test('what holds data and is protected passes, and so does what holds none', () => {
  const { error, warnings } = synthesize((stack) => {
    bucket(true)(stack);
    new SnsTopic(stack, 'topic', {});
  });
  expect({ error, warnings }).toEqual({ error: '', warnings: [] });
});

test.each([false, undefined])(
  'preventDestroy %s stops the synthesis, and the error says where and what to do',
  (value) => {
    const { error } = synthesize(bucket(value));
    expect(error).toContain(
      '[test-backup/bucket] what-holds-data-is-protected: aws_s3_bucket holds objects, and Terraform may destroy it; ' +
        'set lifecycle.preventDestroy, or make an exception with a reason',
    );
  },
);

test('settings that allow it are a warning with their reason', () => {
  const { error, warnings } = synthesize(bucket(false), { kind: 'allowed', reason: 'the environment is to go' });
  expect({ error, warnings }).toEqual({
    error: '',
    warnings: ['test-backup may be destroyed with its data: the environment is to go'],
  });
});

test('an exception is for a construct and what is in it, and for nothing else', () => {
  const build = (stack: Construct) => {
    const inner = new Construct(stack, 'excepted');
    except(inner, 'what-holds-data-is-protected', 'a reason that says why');
    bucket(false)(inner);
  };
  expect(synthesize(build).error).toBe('');
  const withAnother = synthesize((stack) => {
    build(stack);
    bucket(false)(stack);
  });
  expect(withAnother.error).toContain('[test-backup/bucket]');
  expect(withAnother.error).not.toContain('[test-backup/excepted/bucket]');
});

test('an exception says why', () => {
  expect(messageOf(() => synthesize((stack) => except(stack, 'what-holds-data-is-protected', ' because ')))).toContain(
    "the exception from 'what-holds-data-is-protected' gives the reason ' because '; say why",
  );
});
