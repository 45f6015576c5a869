import { callStatements, taskResource } from '../../../constructs/backup/api-calls';
import { backupDefinition, mostShards, type BackupDefinitionProps } from '../../../constructs/backup/backup-definition';
import {
  branchesOf,
  statesOf,
  taskResources,
  type Branch,
  type State,
} from '../../../constructs/backup/states-language';
import { testAccount } from '../../support/synthesized-construct';

const unlockedProps: BackupDefinitionProps = {
  region: 'eu-central-1',
  replicationGroupId: 'test-redis',
  shards: 3,
  bucketName: 'test-backup',
  topicArn: 'arn:aws:sns:eu-central-1:111122223333:alarms',
  dailyHourUtc: 3,
  timeoutMinutes: 60,
  keepSnapshotDays: 2,
};
const props: BackupDefinitionProps = { ...unlockedProps, objectLock: { mode: 'governance', days: 3 } };

const target = {
  account: testAccount,
  replicationGroupId: 'test-redis',
  bucketArn: 'arn:aws:s3:::test-backup',
  topicArn: props.topicArn,
};

/** States that may come right after a state; none for its end. */
function successors(state: State): string[] {
  const next = 'Next' in state ? [state.Next] : [];
  const choices = state.Type === 'Choice' ? [...state.Choices.map(({ Next }) => Next), state.Default] : [];
  const catchers = 'Catch' in state ? (state.Catch ?? []).map(({ Next }) => Next) : [];
  return [...next, ...choices, ...catchers];
}

const ends = (state: State | undefined) =>
  state !== undefined && ('End' in state || state.Type === 'Succeed' || state.Type === 'Fail');

/** Branches at every level. */
const branches = (branch: Branch): Branch[] => [
  branch,
  ...Object.values(branch.States).flatMap((state) => branchesOf(state).flatMap(branches)),
];

/** Names of the states that the state may come to. */
function reachable({ States }: Branch, from: string, seen = new Set<string>()): Set<string> {
  const state = States[from];
  if (state === undefined || seen.has(from)) return seen;
  seen.add(from);
  for (const next of successors(state)) reachable({ StartAt: from, States }, next, seen);
  return seen;
}

describe.each([
  ['with a lock', backupDefinition(props)],
  ['without a lock', backupDefinition(unlockedProps)],
])('the state machine %s', (_, definition) => {
  const levels = branches(definition);

  test('has three levels: what catches, what backs up, what is done for each', () => {
    expect(levels.length).toBeGreaterThanOrEqual(3);
  });

  test('goes to states that exist, in the same branch', () => {
    const dangling = levels.flatMap(({ StartAt, States }) =>
      [StartAt, ...Object.values(States).flatMap(successors)].filter((name) => !(name in States)),
    );
    expect(dangling).toEqual([]);
  });

  test('has no state that is never reached', () => {
    for (const branch of levels) {
      expect([...reachable(branch, branch.StartAt)].sort()).toEqual(Object.keys(branch.States).sort());
    }
  });

  test('ends from every state', () => {
    for (const branch of levels) {
      const stuck = Object.keys(branch.States).filter(
        (name) => ![...reachable(branch, name)].some((other) => ends(branch.States[other])),
      );
      expect(stuck).toEqual([]);
    }
  });

  test('names each state once', () => {
    const names = statesOf(definition).map(([name]) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  test('leaves every loop after a number of turns, or with the list', () => {
    const waits = statesOf(definition).filter(([, { Type }]) => Type === 'Wait');
    expect(waits.map(([name]) => name)).toEqual(['WaitForSnapshot', 'WaitForObjects']);
    for (const [name] of waits) {
      const back = statesOf(definition)
        .flatMap(([, state]) => (state.Type === 'Choice' ? state.Choices : []))
        .filter(({ Next }) => Next === name);
      expect(back).toHaveLength(1);
      expect(back[0]?.Condition).toContain('$polls < 60');
    }
  });

  test('catches every error but those of telling it', () => {
    const { BackUp, Notify, Failed } = definition.States;
    expect(BackUp).toMatchObject({ Type: 'Parallel', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Notify' }] });
    expect(Notify).toMatchObject({ Next: 'Failed', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Failed' }] });
    expect(Failed?.Type).toBe('Fail');
    expect(Object.keys(definition.States)).toEqual(['BackUp', 'BackedUp', 'Notify', 'Failed']);
  });

  test('calls AWS by its SDK, and tries again more and more slowly', () => {
    const tasks = statesOf(definition).flatMap(([, state]) => (state.Type === 'Task' ? [state] : []));
    expect(tasks.length).toBeGreaterThan(5);
    for (const { Resource, Retry } of tasks) {
      expect(Resource).toMatch(/^arn:aws:states:::aws-sdk:(elasticache|s3|sns):[a-z][A-Za-z0-9]+$/);
      expect(Retry.at(-1)).toMatchObject({ BackoffRate: 2, JitterStrategy: 'FULL' });
      expect(Retry.every(({ ErrorEquals }) => !ErrorEquals.includes('States.ALL'))).toBe(true);
    }
  });

  test('closes every JSONata expression', () => {
    const texts = JSON.stringify(definition);
    expect(texts.split('{%').length).toBe(texts.split('%}').length);
    const expressions = [...texts.matchAll(/\{%(.*?)%\}/g)].map(([, text]) => text ?? '');
    expect(expressions.filter((text) => count(text, '(') !== count(text, ')'))).toEqual([]);
    expect(expressions.filter((text) => count(text, '[') !== count(text, ']'))).toEqual([]);
    expect(expressions.filter((text) => count(text, "'") % 2 !== 0)).toEqual([]);
  });

  test('uses no variable before it is assigned', () => {
    const text = JSON.stringify(definition);
    const assigned = statesOf(definition).flatMap(([, state]) => [
      ...('Assign' in state ? Object.keys(state.Assign ?? {}) : []),
      ...('Catch' in state ? (state.Catch ?? []).flatMap(({ Assign }) => Object.keys(Assign ?? {})) : []),
    ]);
    const local = [...text.matchAll(/\$(\w+) :=/g)].map(([, name]) => name ?? '');
    const used = [...text.matchAll(/\$([a-z]\w*\b)(?!\()(?! :=)/g)].map(([, name]) => name ?? '');
    expect(new Set(used.filter((name) => ![...assigned, ...local, 'states'].includes(name)))).toEqual(new Set());
  });

  test('takes less time than Step Functions gives it', () => {
    expect(definition.TimeoutSeconds).toBeGreaterThan(2 * 60 * 60);
  });
});

const count = (text: string, part: string) => text.split(part).length - 1;

test('a cluster that was scaled out is copied whole, and one with fewer shards than declared fails', () => {
  const text = JSON.stringify(backupDefinition(props));
  expect(text).toContain('$max([$states.result.Snapshots[0].NumNodeGroups, 3])');
  expect(text).toContain('$count($objects) = $shards');
});

test('objects are locked by the kind and time of the settings', () => {
  expect(JSON.stringify(backupDefinition(props))).toMatch(/"Mode":"GOVERNANCE".*\$millis\(\) \+ 3 \* 86400000/);
  expect(taskResources(backupDefinition(unlockedProps))).not.toContain(taskResource('lockObject', props));
});

test('in China the calls are of its partition', () => {
  for (const resource of taskResources(backupDefinition({ ...props, region: 'cn-north-1' }))) {
    expect(resource).toMatch(/^arn:aws-cn:states:::aws-sdk:/);
  }
});

test('a page of snapshots of the largest cluster is an answer that Step Functions takes', () => {
  expect(20 * (1_500 + mostShards * 240)).toBeLessThanOrEqual(256 * 1024);
  expect(mostShards).toBe(48);
});

describe('the role', () => {
  /** Actions of the role by the calls of the state machine. */
  const actions = (definition: Branch) => [
    ...new Set(callStatements(taskResources(definition), target).flatMap((statement) => statement.actions)),
  ];

  test('allows each call of the state machine by the action of its name', () => {
    const granted = actions(backupDefinition(props)).map((action) => action.toLowerCase());
    const called = [...taskResources(backupDefinition(props))].map((resource) => resource.split('aws-sdk:')[1] ?? '');
    expect(called).toHaveLength(7);
    expect(called.filter((name) => !granted.includes(actionOf(name)))).toEqual([]);
  });

  test('allows nothing else, beside what the export needs of S3', () => {
    expect(actions(backupDefinition(props)).sort()).toEqual([
      'elasticache:CopySnapshot',
      'elasticache:CreateSnapshot',
      'elasticache:DeleteSnapshot',
      'elasticache:DescribeSnapshots',
      's3:DeleteObject',
      's3:GetBucketAcl',
      's3:GetBucketLocation',
      's3:GetObject',
      's3:ListAllMyBuckets',
      's3:ListBucket',
      's3:PutObject',
      's3:PutObjectRetention',
      'sns:Publish',
    ]);
  });

  test('locks no objects where nothing is locked', () => {
    expect(actions(backupDefinition(unlockedProps))).not.toContain('s3:PutObjectRetention');
  });

  test("uses the topic's key where there is one", () => {
    const key = 'arn:aws:kms:eu-central-1:111122223333:key/1';
    const statements = callStatements(taskResources(backupDefinition(props)), { ...target, topicKeyArn: key });
    expect(statements.at(-1)).toMatchObject({ actions: ['kms:GenerateDataKey', 'kms:Decrypt'], resources: [key] });
  });

  test('is about this cluster, its backups and its bucket; two lists take no resource', () => {
    const statements = callStatements(taskResources(backupDefinition(props)), target);
    expect(statements.filter(({ resources }) => resources?.includes('*')).map(({ actions: listed }) => listed)).toEqual(
      [['elasticache:DescribeSnapshots'], ['s3:ListAllMyBuckets']],
    );
    expect(statements.find(({ sid }) => sid === 'DeleteSnapshot')?.resources).toEqual([
      'arn:aws:elasticache:eu-central-1:111122223333:snapshot:hourly-test-redis-*',
      'arn:aws:elasticache:eu-central-1:111122223333:snapshot:daily-test-redis-*',
      'arn:aws:elasticache:eu-central-1:111122223333:snapshot:monthly-test-redis-*',
    ]);
  });
});

/** The action that a call is allowed by: its own name, but for the listing of a bucket. */
const actionOf = (call: string) => (call === 's3:listObjectsV2' ? 's3:listbucket' : call.toLowerCase());
