import { resolveStacks } from '../../../review/synthesis/resources';
import type { StackFile } from '../../../review/synthesis/stack-files';

const provider = { aws: [{ region: 'eu-central-1', allowed_account_ids: ['111122223333'] }] };

const first: StackFile = {
  name: 'first',
  configuration: {
    provider,
    resource: {
      aws_iam_role: { reader: { name: 'reader', lifecycle: { prevent_destroy: true } } },
      aws_cloudformation_stack: {
        password: {
          template_body: JSON.stringify({
            Resources: { Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'a/b' } } },
            Outputs: { Arn: { Value: { Ref: 'Secret' } } },
          }),
        },
      },
    },
    output: { secret: { value: '${aws_cloudformation_stack.password.outputs}' } },
  },
};

const second = (arguments_: Readonly<Record<string, unknown>>): StackFile => ({
  name: 'second',
  configuration: {
    provider,
    data: { terraform_remote_state: { 'cross-stack-reference-input-first': {} } },
    resource: { aws_s3_bucket: { one: { bucket: 'one' } }, aws_iam_role_policy: { policy: arguments_ } },
  },
});

const valuesOf = (arguments_: Readonly<Record<string, unknown>>) =>
  resolveStacks([first, second(arguments_)]).resources.find(({ type }) => type === 'aws_iam_role_policy')?.values;

test('references are replaced in texts, lists and blocks', () => {
  expect(valuesOf({ a: 'of ${aws_s3_bucket.one.arn}', b: ['${aws_s3_bucket.one.id}'], c: [{ d: '$${e}' }] })).toEqual({
    a: 'of arn:aws:s3:::one',
    b: ['one'],
    c: [{ d: '${e}' }],
  });
});

test('an output of another stack is followed, through a template of CloudFormation too', () => {
  const secret =
    '${lookup(data.terraform_remote_state.cross-stack-reference-input-first.outputs.secret, "Arn", "none")}';
  expect(valuesOf({ secret })?.secret).toMatch(
    /^arn:aws:secretsmanager:eu-central-1:111122223333:secret:a\/b-[A-Za-z0-9]{6}$/,
  );
});

test('what says how Terraform works is no value', () => {
  const [role] = resolveStacks([first]).resources;
  expect(role?.values).toEqual({ name: 'reader' });
  expect(role?.attribute('arn')).toBe('arn:aws:iam::111122223333:role/reader');
});

test('a block that is written as one is referred to as the first of a list', () => {
  const role = { one: { metadata: { name: 'reader' } } };
  const binding = { one: { role_ref: { name: '${kubernetes_role_v1.one.metadata[0].name}' } } };
  const configuration = { resource: { kubernetes_role_v1: role, kubernetes_role_binding_v1: binding } };
  const { resources } = resolveStacks([{ name: 'third', configuration }]);
  expect(resources.map(({ values }) => values)).toContainEqual({ role_ref: { name: 'reader' } });
});

test("a reference that leads nowhere is an error, and nothing that isn't set", () => {
  const configuration = {
    resource: {
      kubernetes_role_v1: { one: { metadata: {} }, two: { rule: '${kubernetes_role_v1.one.metadata[0].name}' } },
    },
  };
  const [, two] = resolveStacks([{ name: 'third', configuration }]).resources;
  expect(() => two?.values).toThrow("third/kubernetes_role_v1.two: nothing is at 'name' of {}");
});

test.each([
  ['${aws_s3_bucket.two.id}', 'there is no aws_s3_bucket.two'],
  ['${aws_s3_bucket.one.website}', "no value of the attribute 'website' is known before a deployment"],
  [
    '${data.terraform_remote_state.cross-stack-reference-input-first.outputs.b}',
    "reads the output b, which first doesn't have",
  ],
  ['${data.terraform_remote_state.cross-stack-reference-input-third.outputs.b}', 'third, which is no stack here'],
  ['${formatdate("YYYY", "x")}', "the function formatdate isn't in review/synthesis/functions.ts"],
])('%s is an error that names the place', (text, message) => {
  expect(() => valuesOf({ text })).toThrow(message);
  expect(() => valuesOf({ text })).toThrow('second/aws_iam_role_policy.policy');
});
