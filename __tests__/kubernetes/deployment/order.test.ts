import { stacksInOrder, stepsOf } from '../../../kubernetes/deployment/order';
import { resolveStacks } from '../../../review/synthesis/resources';
import type { StackConfiguration } from '../../../review/synthesis/stack-files';
import { planNamed } from '../../support/environment-plans';

const stepsFor = (configuration: StackConfiguration, isOwn = (_type: string) => true) => {
  const stack = { name: 'one', configuration };
  const { resources } = resolveStacks([stack]);
  return stepsOf(
    stack,
    resources.filter(({ type }) => isOwn(type)),
  ).map((step) => step.map(({ id }) => id).sort());
};

test('what a resource names in depends_on, or refers to, comes before it', () => {
  const steps = stepsFor({
    resource: {
      a: {
        third: { depends_on: ['a.second'] },
        second: { value: '${a.first.name}-${join(",", [local.other])}' },
        first: { name: 'x' },
        other: { name: 'y' },
        alone: {},
      },
    },
    locals: { other: '${a.other.name}' },
  });
  expect(steps).toEqual([['alone', 'first', 'other'], ['second'], ['third']]);
});

test('what is between two resources and is not deployed keeps their order', () => {
  const configuration = {
    resource: {
      aws: { policy: { depends_on: ['kubernetes.namespace'] } },
      kubernetes: { namespace: {}, secret: { depends_on: ['aws.policy'] } },
    },
  };
  expect(stepsFor(configuration, (type) => type === 'kubernetes')).toEqual([['namespace'], ['secret']]);
});

test('a circle is an error that shows it', () => {
  const circle = { resource: { a: { one: { depends_on: ['a.two'] }, two: { depends_on: ['a.one'] } } } };
  expect(() => stepsFor(circle)).toThrow('These depend on each other: a.one → a.two → a.one');
});

test('stacks come after those that they depend on', () => {
  const names = stacksInOrder(planNamed('staging').stacks).map(({ name }) => name.replace('staging-', ''));
  for (const [first, second] of [
    ['kubernetes-storage', 'cluster-services'],
    ['cluster-services', 'redis'],
    ['redis', 'application'],
    ['database', 'application'],
    ['observability', 'application'],
  ] as const) {
    expect([first, second, names.indexOf(first) < names.indexOf(second)]).toEqual([first, second, true]);
  }
  expect(names).toHaveLength(10);
});

test('secrets come before the migration, that before the programs, and the exercise last', () => {
  const { stacks, resources } = planNamed('staging');
  const stack = stacks.find(({ name }) => name === 'staging-application');
  if (!stack) throw new Error('no stack of the application');
  const own = resources.filter(({ stack: name, type }) => name === stack.name && !type.startsWith('aws_'));
  const steps = stepsOf(stack, own).map((step) => step.map(({ type, id }) => `${type}.${id}`));
  const stepOf = (id: RegExp) => steps.findIndex((step) => step.some((one) => id.test(one)));
  const order = [
    /^kubernetes_namespace_v1\./,
    /^helm_release\.secrets_/,
    /^kubernetes_job_v1\.migration_/,
    /^kubernetes_deployment_v1\.programs_worker_/,
    /^kubernetes_deployment_v1\.programs_api_/,
    /^kubernetes_job_v1\.exercise_/,
  ];
  const found = order.map(stepOf);
  expect(found).toEqual([...found].sort((one, other) => one - other));
  expect(new Set(found).size).toBe(order.length);
  expect(found).not.toContain(-1);
});
