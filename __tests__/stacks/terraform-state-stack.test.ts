import { ownStateOf, TerraformStateStack, type TerraformStateStackProps } from '../../stacks/terraform-state-stack';
import { resourcesOf, synthesizeStack, testAccount } from '../support/synthesized-construct';

function stackWith(props: Partial<TerraformStateStackProps> = {}) {
  return synthesizeStack(
    (app) =>
      new TerraformStateStack(app, 'test-terraform-state', {
        account: testAccount,
        settings: { destruction: { kind: 'prevented' } },
        ownState: 'bucket',
        ...props,
      }),
  );
}

const stack = stackWith();

test('the stack', () => {
  expect(stack).toMatchSnapshot();
});

test('its own state is a file at first, of the same resources', () => {
  const bootstrap = stackWith({ ownState: 'file' });
  expect(bootstrap.terraform?.backend).toEqual({
    local: { path: '../../../terraform.test-terraform-state.tfstate' },
  });
  expect(bootstrap.resource).toEqual(stack.resource);
});

test.each([
  ['prevented', { kind: 'prevented' }, true],
  ['allowed', { kind: 'allowed', reason: 'an environment for a day' }, false],
] as const)('destruction is %s', (_, destruction, preventDestroy) => {
  const configuration = stackWith({ settings: { destruction } });
  const lifecycles = ['aws_s3_bucket', 'aws_kms_key']
    .flatMap((type) => Object.values(resourcesOf(configuration, type)))
    .map(({ lifecycle }) => lifecycle);
  expect(lifecycles).toEqual(Array(3).fill({ prevent_destroy: preventDestroy }));
});

test.each([
  [{}, 'bucket'],
  [{ OWN_STATE: 'bucket' }, 'bucket'],
  [{ OWN_STATE: 'file' }, 'file'],
])('%j: its own state is in the %s', (variables, expected) => {
  expect(ownStateOf(variables)).toBe(expected);
});

test('what is neither a file nor the bucket is refused', () => {
  expect(() => ownStateOf({ OWN_STATE: 'local' })).toThrow(
    "OWN_STATE is 'local'; set it to 'file' or 'bucket', or to nothing for 'bucket'",
  );
});

test('a state in the bucket is encrypted with the key that every stack names', () => {
  const aliases = Object.values(resourcesOf(stack, 'aws_kms_alias')).map(({ name }) => String(name));
  expect(aliases).toEqual(['alias/test-terraform-state']);
  expect(stack.terraform?.backend?.s3?.kms_key_id).toContain(`:${aliases[0] ?? ''}`);
});
