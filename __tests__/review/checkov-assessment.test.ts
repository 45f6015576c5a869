import {
  assessCheckov,
  goneFrom,
  renderAssessment,
  type CheckovOutput,
  type FailedCheck,
} from '../../review/checkov-assessment';
import { checkovSkips, type CheckovSkip } from '../../review/checkov-skips';

const failure = (check: string, resource: string, stack = 'production-network'): FailedCheck => ({
  check_id: check,
  check_name: 'Ensure something',
  resource,
  file_path: `/stacks/${stack}/cdk.tf.json`,
});

const output = (...failed: FailedCheck[]): CheckovOutput => ({
  results: { failed_checks: failed },
  summary: { passed: 1, parsing_errors: 0 },
});

const skip: CheckovSkip = {
  check: 'CKV_AWS_1',
  asks: 'something',
  stacks: ['network'],
  resources: ['network_list'],
  reason: 'a reason that says why',
};

const assess = (failed: FailedCheck[], skips = [skip], resources = ['production-network/network_list']) =>
  renderAssessment(assessCheckov(output(...failed), skips, resources));

test.each(['aws_network_acl.network_list_0123ABCD', 'resource.network_list_0123ABCD'])(
  'a failed check that was decided on is skipped: %s',
  (resource) => {
    expect(assess([failure('CKV_AWS_1', resource)])).toBe('0 failed, 1 skipped with a reason');
  },
);

test.each([
  ['another check', failure('CKV_AWS_2', 'a.network_list_0123ABCD')],
  ['another resource', failure('CKV_AWS_1', 'a.network_list-two_0123ABCD')],
  ['another stack', failure('CKV_AWS_1', 'a.network_list_0123ABCD', 'production-database')],
])('%s fails', (_, failed) => {
  const lines = assess([failed]).split('\n');
  expect(lines[0]).toBe(
    `${failed.check_id} ${failed.file_path.split('/')[2] ?? ''} ${failed.resource}: Ensure something`,
  );
  expect(lines.at(-1)).toBe('1 failed, 0 skipped with a reason');
});

test('a decision that nothing needs any more is told', () => {
  expect(assess([])).toContain('CKV_AWS_1 of network_list: no check fails for it any more; remove it');
});

test('a decision about a stack that is not there is kept', () => {
  expect(assess([], [skip], ['production-network/network_other', 'production-database/network_list'])).toBe(
    '0 failed, 0 skipped with a reason',
  );
});

test('a decision about one environment is none about another', () => {
  const ofDevelopment = { ...skip, environments: ['development'] };
  const resources = ['production-network/network_list', 'development-network/network_list'];
  const failures = resources.map((there) => failure('CKV_AWS_1', 'a.network_list_0123ABCD', there.split('/')[0]));
  expect(assess(failures, [ofDevelopment], resources)).toBe(
    'CKV_AWS_1 production-network a.network_list_0123ABCD: Ensure something\n1 failed, 1 skipped with a reason',
  );
  expect(goneFrom(resources, [ofDevelopment])).toEqual([]);
  expect(goneFrom(resources.slice(0, 1), [ofDevelopment])).toEqual(['CKV_AWS_1 of network_list']);
});

test('every decision has a reason, and none is there twice', () => {
  const decisions = checkovSkips.flatMap(({ check, environments = ['all'], stacks, resources }) =>
    environments.flatMap((environment) =>
      stacks.flatMap((stack) => resources.map((resource) => `${check} ${environment} ${stack} ${resource}`)),
    ),
  );
  expect(new Set(decisions).size).toBe(decisions.length);
  for (const { reason } of checkovSkips) expect(reason.length).toBeGreaterThan(40);
});
