/** Turns what zod finds into violations: with the value, what is allowed, and for an unknown key the nearest known one. */
import { z } from 'zod';
import { didYouMean } from './did-you-mean';
import type { Violation } from './violations';

type Issue = z.core.$ZodIssue;

/** Every violation of the schema by the input. */
export function violationsOf(error: z.ZodError, schema: z.ZodType, input: unknown): Violation[] {
  return error.issues.flatMap((issue) => violationsOfIssue(issue, schema, input));
}

function violationsOfIssue(issue: Issue, schema: z.ZodType, input: unknown): Violation[] {
  const setting = issue.path.map(String).join('.');
  const value = valueAt(input, issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey([...issue.path, key], schema, input));
    case 'invalid_union':
      return [unknownMember(setting, value, declaredAt(schema, issue.path.slice(0, -1), input))];
    default:
      return [{ setting, value, expected: expectation(issue), remedy: remedyFor(setting, value) }];
  }
}

function unknownKey(path: readonly PropertyKey[], schema: z.ZodType, input: unknown): Violation {
  const parent = schemaAt(schema, path.slice(0, -1), input);
  const known = parent instanceof z.ZodObject ? Object.keys(parent.shape) : [];
  return {
    setting: path.map(String).join('.'),
    value: valueAt(input, path),
    expected: 'no such setting',
    remedy: didYouMean(String(path.at(-1)), known),
  };
}

/** A discriminator that names no member, such as `platform.kind`. */
function unknownMember(setting: string, value: unknown, union: unknown): Violation {
  const members = union instanceof z.ZodDiscriminatedUnion ? discriminators(union) : [];
  return {
    setting,
    value,
    expected: `one of: ${members.join(', ')}`,
    remedy: typeof value === 'string' ? didYouMean(value, members) : 'Set it to one of them',
  };
}

function remedyFor(setting: string, value: unknown): string {
  return value === undefined ? `Set ${setting}` : `Change ${setting}`;
}

/** What an issue says would be right, as the end of "expected …". */
function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `a value of type ${issue.expected}`;
    case 'too_small':
      return `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unitOf(issue.origin)}`;
    case 'invalid_value':
      return `one of: ${issue.values.map(String).join(', ')}`;
    case 'invalid_format':
      return `text of the form ${issue.pattern ?? issue.format}`;
    default:
      return issue.message;
  }
}

const unitOf = (origin: string) => (origin === 'string' ? ' characters' : '');

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    input,
  );
}

/** The schema of a setting; of a union the member that the input's discriminator names. */
function schemaAt(schema: z.ZodType, path: readonly PropertyKey[], input: unknown): unknown {
  return memberFor(declaredAt(schema, path, input), valueAt(input, path));
}

/** The schema of a setting as it is declared: a union as a whole. */
function declaredAt(schema: z.ZodType, path: readonly PropertyKey[], input: unknown): unknown {
  let current: unknown = schema;
  let value = input;
  for (const key of path) {
    current = partOf(memberFor(current, value), key);
    value = valueAt(value, [key]);
  }
  return current;
}

function partOf(schema: unknown, key: PropertyKey): unknown {
  if (schema instanceof z.ZodObject) return schema.shape[String(key)];
  return schema instanceof z.ZodArray ? schema.element : undefined;
}

function memberFor(schema: unknown, value: unknown): unknown {
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return schema;
  return schema.options.find((option) => option instanceof z.ZodType && acceptsDiscriminator(option, schema, value));
}

function acceptsDiscriminator(option: z.ZodType, union: z.ZodDiscriminatedUnion, value: unknown): boolean {
  if (!(option instanceof z.ZodObject)) return false;
  const literal: unknown = option.shape[union.def.discriminator];
  return literal instanceof z.ZodLiteral && literal.safeParse(valueAt(value, [union.def.discriminator])).success;
}

function discriminators(union: z.ZodDiscriminatedUnion): string[] {
  return union.options.flatMap((option) => {
    const literal: unknown = option instanceof z.ZodObject ? option.shape[union.def.discriminator] : undefined;
    return literal instanceof z.ZodLiteral ? [...literal.values].map(String) : [];
  });
}
