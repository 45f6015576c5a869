/** Faults that are planted in the plan of production, and what the check of rights says of each. */
import { productionEnvironment } from '../../../environments/production';
import { rightsReport } from '../../../review/rights/rights-report';
import type { EnvironmentPlan } from '../../../review/synthesis/environment-plan';
import { unknownPart } from '../../../review/synthesis/known-types';
import { planOf, planWith } from '../../support/environment-plan';

const production = planOf(productionEnvironment);

const text = (address: RegExp, argument: string) =>
  String(production.resources.find((resource) => address.test(resource.address))?.values[argument]);

const withText = (address: RegExp, argument: string, from: string | RegExp, to: string): EnvironmentPlan => {
  const before = text(address, argument);
  const after = before.replace(from, to);
  if (after === before) throw new Error(`nothing changes in ${before}`);
  return planWith(production, address, { [argument]: after });
};

const externalSecretsRole = /aws_iam_role\.external-secrets_/;
const sourceAccount = /,"Condition":\{"StringEquals":\{"aws:SourceAccount":"\d+"\}\}/;

const faults: readonly (readonly [fault: string, plan: () => EnvironmentPlan, message: RegExp])[] = [
  [
    'a trust policy that takes any pod',
    () => withText(externalSecretsRole, 'assume_role_policy', /,"Condition":\{.*?\}\}(?=\}\])/, ''),
    /a role is taken on by the pods of one service account/,
  ],
  [
    'a topic that any account may publish to by a service',
    () => withText(/aws_sns_topic_policy\.alerts_/, 'policy', sourceAccount, ''),
    /services act for resources of this account alone/,
  ],
  [
    'a bucket that is open to everyone',
    () =>
      withText(
        /aws_s3_bucket_policy\.state_/,
        'policy',
        '"Statement":[',
        '"Statement":[{"Sid":"Open","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::production-tfstate-111122223333-us-east-1/*"},',
      ),
    /roles of other accounts are kept out/,
  ],
  [
    'a bucket that takes plain text',
    () => withText(/aws_s3_bucket_policy\.copies_/, 'policy', '"Action":["s3:*"]', '"Action":["s3:DeleteBucket"]'),
    /requests are encrypted/,
  ],
  [
    'an endpoint that serves credentials of others',
    () => withText(/aws_vpc_endpoint\.network_endpoints_secretsmanager_/, 'policy', /,"Condition":\{.*?\}\}/, ''),
    /endpoints serve credentials of this account alone/,
  ],
  [
    'a pattern of actions',
    () => withText(/aws_iam_role_policy\.schedule_/, 'policy', 'states:StartExecution', 'states:*'),
    /is wider than its needs/,
  ],
  [
    'every resource instead of one',
    () => withText(/aws_iam_role_policy\.users_rotation_/, 'policy', /"arn:aws:elasticache:[^\]]*/, '"*"'),
    /is wider than its needs/,
  ],
  [
    'a queue under another name',
    () => planWith(production, /aws_sqs_queue\./, { arn: 'arn:aws:sqs:us-east-1:111122223333:another-name' }),
    /which no stack makes/,
  ],
  [
    'a pod that administers the cluster',
    () =>
      planWith(production, /aws_eks_access_entry\./, {
        principal_arn: 'arn:aws:iam::111122223333:role/production-eks-grafana',
      }),
    /is a role of the platform/,
  ],
  [
    'secrets under another name',
    () => withText(/aws_iam_role_policy\.secrets_access_/, 'policy', /production-redis\/app/g, 'production-cache/app'),
    /the Secret redis-app is made from it/,
  ],
];

test.each(faults)('%s is found', (_, plan, message) => {
  const { problems } = rightsReport(plan());
  expect(problems.join('\n')).toMatch(message);
});

test.each([
  ['aws_iam_user_policy', {}, 'nothing reads aws_iam_user_policy'],
  ['kubernetes_cluster_role_binding', {}, 'nothing reads kubernetes_cluster_role_binding'],
  ['aws_iam_role', { inline_policy: [{ policy: '{}' }] }, "nothing reads the argument 'inline_policy'"],
  ['helm_release', { set: [{ name: 'a', value: 'b' }] }, "nothing reads the argument 'set'"],
])('%s with %j is refused', (type, values, message) => {
  expect(unknownPart(type, values)).toContain(message);
});

test('what is known is taken', () => {
  expect(unknownPart('aws_iam_role', { inline_policy: [] })).toBeUndefined();
  expect(unknownPart('terraform_data', {})).toBeUndefined();
});
