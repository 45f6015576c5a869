import { violationsOf } from '../../constructs/validation/schema-violations';
import { terraformStateSettings } from '../../environments/terraform-state-settings';

function problems(input: unknown): string[] {
  const { error } = terraformStateSettings.safeParse(input);
  return error
    ? violationsOf(error, terraformStateSettings, input).map(({ setting, expected }) => `${setting}: ${expected}`)
    : [];
}

test.each([
  [{ destruction: { kind: 'prevented' } }],
  [{ destruction: { kind: 'allowed', reason: 'an environment for a day' } }],
])('%j is right', (settings) => {
  expect(problems(settings)).toEqual([]);
});

test.each([
  [{}, 'destruction: a value of type object'],
  [{ destruction: { kind: 'never' } }, 'destruction.kind: one of: prevented, allowed'],
  [{ destruction: { kind: 'allowed' } }, 'destruction.reason: a value of type string'],
  [{ destruction: { kind: 'allowed', reason: 'why not' } }, 'destruction.reason: at least 10 characters'],
  [{ destruction: { kind: 'prevented', reason: 'why not' } }, 'destruction.reason: no such setting'],
  [{ destruction: { kind: 'prevented' }, bucket: 'x' }, 'bucket: no such setting'],
])('%j is refused', (settings, problem) => {
  expect(problems(settings)).toEqual([problem]);
});
