/** Commands of the AWS CLI, by the operations that are recorded and the names in the synthesis. */
import type { DeployedNames } from './deployed-names';
import { couldBe, isKnown } from './fill-ins';
import { readCommand, type ReadCommand } from './program-options';
import { recordedOperations, type AwsOperation } from './recorded';

/** Where the names are that an option takes, by operation and option. */
const namesOf: Readonly<Record<string, (names: DeployedNames) => Iterable<string>>> = {
  'cloudwatch set-alarm-state --alarm-name': argument('aws_cloudwatch_metric_alarm.alarm_name'),
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
  const [service = '', name = '', ...others] = words;
  const operation = operations[`${service} ${name}`];
  if (!operation)
    return [`'${service} ${name}' is not among the recorded operations: run __tests__/support/guides/record.ts`];
  const command = readCommand({ source: '', commands: { '': { ...options, ...operation.options } } }, others);
  return [
    ...command.faults,
    ...(others.length === 0 ? [] : checkRequired(operation, command)),
    ...[...command.given].flatMap(([option, values]) =>
      values.flatMap((value) => checkValue(`${service} ${name} ${option}`, option, value, operation, names)),
    ),
  ];
}

function checkRequired({ required, positional }: AwsOperation, { given, positionals }: ReadCommand): readonly string[] {
  const missing = required.filter((option) => !given.has(option));
  const count =
    positionals.length === positional.length ? [] : [`it takes ${positional.length} words without an option`];
  return [...missing.map((option) => `${option} is required`), ...count];
}

function checkValue(key: string, option: string, value: string, { values }: AwsOperation, names: DeployedNames) {
  const allowed = values[option];
  if (allowed && isKnown(value) && !allowed.includes(value))
    return [`${option} ${value}: it is one of ${allowed.join(', ')}`];
  const known = namesOf[key]?.(names);
  return known === undefined || couldBe(value, known)
    ? []
    : [`${option} ${value}: nothing in the stacks has this name`];
}
