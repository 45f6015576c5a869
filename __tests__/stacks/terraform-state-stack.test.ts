import { TerraformStateStack, type TerraformStateStackProps } from '../../stacks/terraform-state-stack';
import { resourcesOf, synthesizeStack, testAccount } from '../support/synthesized-construct';

function stackWith(props: Partial<TerraformStateStackProps> = {}) {
  return synthesizeStack(
    (app) =>
      new TerraformStateStack(app, 'test-terraform-state', { account: testAccount, ownState: 'bucket', ...props }),
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

test.each([true, false])('with preventDestroy %s nothing that holds data differs from it', (preventDestroy) => {
  const configuration = stackWith({ preventDestroy });
  const lifecycles = ['aws_s3_bucket', 'aws_kms_key']
    .flatMap((type) => Object.values(resourcesOf(configuration, type)))
    .map(({ lifecycle }) => lifecycle);
  expect(lifecycles).toEqual(Array(3).fill({ prevent_destroy: preventDestroy }));
});

test('a state in the bucket is encrypted with the key that every stack names', () => {
  const aliases = Object.values(resourcesOf(stack, 'aws_kms_alias')).map(({ name }) => String(name));
  expect(aliases).toEqual(['alias/test-terraform-state']);
  expect(stack.terraform?.backend?.s3?.kms_key_id).toContain(`:${aliases[0] ?? ''}`);
});
