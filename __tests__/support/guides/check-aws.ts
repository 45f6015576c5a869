/** Commands of the AWS CLI, by the operations that are recorded and the names in the synthesis. */
import type { DeployedNames } from './deployed-names';
import { couldBe, isKnown } from './fill-ins';
import { readCommand, type ReadCommand } from './program-options';
import { operationWords, recordedOperations, type AwsOperation } from './recorded';

/** Where the names are that an option takes, by operation and option, and with `--filters` by the filter. */
const namesOf: Readonly<Record<string, (names: DeployedNames) => Iterable<string>>> = {
  'cloudwatch set-alarm-state --alarm-name': argument('aws_cloudwatch_metric_alarm.alarm_name'),
  'ec2 describe-route-tables --filters tag:Name': argument('aws_route_table.tags.Name'),
  'ec2 describe-security-groups --filters group-name': argument('aws_security_group.name'),
  'ec2 describe-subnets --filters tag:Name': argument('aws_subnet.tags.Name'),
  'ecr create-repository --repository-name': ({ imageRepositories }) => imageRepositories,
  'eks update-kubeconfig --name': argument('aws_eks_cluster.name'),
  'elasticache create-snapshot --replication-group-id': argument(
    'aws_elasticache_replication_group.replication_group_id',
  ),
  's3api get-object --key': stateObjects,
  's3api list-object-versions --prefix': stateObjects,
  'secretsmanager create-secret --name': argument('aws_secretsmanager_secret.name'),
  'stepfunctions start-execution --state-machine-arn': ({ outputs }) => outputs,
};

function argument(key: string) {
  return ({ arguments: known }: DeployedNames): Iterable<string> => known.get(key) ?? [];
}

function stateObjects({ stacks }: DeployedNames): Iterable<string> {
  return stacks.map((stack) => `${stack}/terraform.tfstate`);
}

/** Faults of `aws <words>`. */
export function checkAws(words: readonly string[], names: DeployedNames): readonly string[] {
  const { options, operations } = recordedOperations();
  const identity = operationWords(words);
  const name = identity.join(' ');
  const others = words.slice(identity.length);
  const operation = operations[name];
  if (!operation) return [`'${name}' is not among the recorded operations: run __tests__/support/guides/record.ts`];
  const command = readCommand({ source: '', commands: { '': { ...options, ...operation.options } } }, others);
  return [
    ...command.faults,
    ...(others.length === 0 ? [] : checkRequired(operation, command)),
    ...[...command.given].flatMap(([option, values]) =>
      values.flatMap((value) => checkValue(`${name} ${option}`, option, value, operation, names)),
    ),
  ];
}

function checkRequired({ required, positional }: AwsOperation, { given, positionals }: ReadCommand): readonly string[] {
  const missing = required.filter((option) => !given.has(option));
  const count =
    positionals.length === positional.length ? [] : [`it takes ${positional.length} words without an option`];
  return [...missing.map((option) => `${option} is required`), ...count];
}

function checkValue(
  key: string,
  option: string,
  value: string,
  { values, results }: AwsOperation,
  names: DeployedNames,
): readonly string[] {
  if (option === '--filters') return checkFilter(key, value, names);
  if (option === '--query') return checkQuery(value, results);
  const allowed = values[option];
  if (allowed && isKnown(value) && !allowed.includes(value))
    return [`${option} ${value}: it is one of ${allowed.join(', ')}`];
  const known = namesOf[key]?.(names);
  return known === undefined || couldBe(value, known)
    ? []
    : [`${option} ${value}: nothing in the stacks has this name`];
}

/** A filter as the CLI's shorthand has it. Its values may have `*`. */
function checkFilter(key: string, filter: string, names: DeployedNames): readonly string[] {
  const [, name = '', values = ''] = /^Name=([^,]+),Values=(.+)$/.exec(filter) ?? [];
  const known = namesOf[`${key} ${name}`]?.(names);
  if (known === undefined) return [`--filters ${filter}: no test compares this filter with the stacks`];
  return values
    .split(',')
    .filter((value) => !couldBe(value, known, { globs: true }))
    .map((value) => `--filters ${name} ${value}: nothing in the stacks has this name`);
}

/** @param results members of the answer, or nothing if they are not recorded */
function checkQuery(query: string, results: readonly string[]): readonly string[] {
  const [member = ''] = /^\w*/.exec(query) ?? [];
  return results.length === 0 || results.includes(member)
    ? []
    : [`--query ${query}: the answer has ${results.join(', ')}`];
}
