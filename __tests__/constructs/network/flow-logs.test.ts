import { networkWith } from '../../support/network';
import { resourceOf, resourcesOf, statementsOf } from '../../support/synthesized-construct';

const network = networkWith();

test.each([
  ['all', 'ALL'],
  ['refused', 'REJECT'],
] as const)('of %s traffic are kept as long as told, with a key', (traffic, trafficType) => {
  const configuration = networkWith({ flowLogs: { retentionDays: 90, aggregationSeconds: 60, traffic } });
  expect(resourceOf(configuration, 'aws_flow_log')).toMatchObject({
    traffic_type: trafficType,
    max_aggregation_interval: 60,
    log_destination_type: 'cloud-watch-logs',
  });
  expect(resourceOf(configuration, 'aws_cloudwatch_log_group')).toMatchObject({
    name: '/aws/vpc/test',
    retention_in_days: 90,
    kms_key_id: expect.stringMatching(/^\$\{aws_kms_key\..*\.arn\}$/) as string,
    lifecycle: { prevent_destroy: true },
  });
});

test('are written by a role that may do nothing else, once it may', () => {
  const [id] = Object.keys(resourcesOf(network, 'aws_iam_role_policy'));
  expect(resourceOf(network, 'aws_flow_log').depends_on).toEqual([`aws_iam_role_policy.${id ?? ''}`]);
  expect(statementsOf(resourceOf(network, 'aws_iam_role_policy').policy)).toMatchObject({
    Write: {
      Action: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
      Resource: ['arn:aws:logs:eu-central-1:111122223333:log-group:/aws/vpc/test:*'],
    },
    Find: {
      Action: ['logs:DescribeLogGroups'],
      Resource: ['arn:aws:logs:eu-central-1:111122223333:log-group:*'],
    },
  });
});
