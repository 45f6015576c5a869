import { z } from 'zod';
import { violationsOf } from '../../../constructs/validation/schema-violations';

const shape = z.discriminatedUnion('form', [
  z.strictObject({ form: z.literal('circle'), radius: z.number().positive() }),
  z.strictObject({ form: z.literal('square'), side: z.number() }),
]);

const schema = z.strictObject({
  name: z.string().min(2),
  shape,
  drawing: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('single'), shape }),
    z.strictObject({ kind: z.literal('many'), shapes: z.array(shape) }),
  ]),
});

const circle = { form: 'circle', radius: 1 };
const valid = { name: 'ab', shape: circle, drawing: { kind: 'single', shape: circle } };

/** Setting, what is expected, and the remedy of the only violation. */
function violationOf(change: Readonly<Record<string, unknown>>) {
  const input = { ...valid, ...change };
  const { error } = schema.safeParse(input);
  const violations = error ? violationsOf(error, schema, input) : [];
  expect(violations).toHaveLength(1);
  return violations[0];
}

const many = (...shapes: unknown[]) => ({ drawing: { kind: 'many', shapes } });
const single = (of: unknown) => ({ drawing: { kind: 'single', shape: of } });

test.each([
  ['at the top', { nam: 1 }, 'nam', "Did you mean 'name'?"],
  ['in a member of a union', { shape: { ...circle, radios: 1 } }, 'shape.radios', "Did you mean 'radius'?"],
  ['of another member', { shape: { ...circle, side: 1 } }, 'shape.side', 'Use one of: form, radius'],
  ['in a union in a union', single({ ...circle, radios: 1 }), 'drawing.shape.radios', "Did you mean 'radius'?"],
  ['in a list', many(circle, { ...circle, radios: 1 }), 'drawing.shapes.1.radios', "Did you mean 'radius'?"],
])('an unknown key %s', (_, change, setting, remedy) => {
  expect(violationOf(change)).toMatchObject({
    setting,
    expected: 'no such setting',
    remedy: expect.stringContaining(remedy) as unknown,
  });
});

test.each([
  ['at the top', { shape: { form: 'circl' } }, 'shape.form'],
  ['in a union', single({ form: 'circl' }), 'drawing.shape.form'],
  ['in a list', many(circle, { form: 'circl' }), 'drawing.shapes.1.form'],
])('an unknown member of a union %s', (_, change, setting) => {
  expect(violationOf(change)).toEqual({
    setting,
    value: 'circl',
    expected: 'one of: circle, square',
    remedy: "Did you mean 'circle'? Known: circle, square",
  });
});

test('a member that is not named', () => {
  expect(violationOf({ shape: {} })).toEqual({
    setting: 'shape.form',
    value: undefined,
    expected: 'one of: circle, square',
    remedy: 'Set it to one of them',
  });
});

test.each([
  [{ name: undefined }, 'a value of type string', 'Set name'],
  [{ name: 'a' }, 'at least 2 characters', 'Change name'],
  [{ shape: { form: 'circle', radius: 0 } }, 'more than 0', 'Change shape.radius'],
])('%j', (change, expected, remedy) => {
  expect(violationOf(change)).toMatchObject({ expected, remedy });
});
