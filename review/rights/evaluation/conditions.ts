/**
 * The Condition element: parsed, and compared with a request context.
 *
 * Sources: "IAM JSON policy elements: Condition", "Condition operators", "Creating a condition that tests multiple key values".
 */
import { isKnownKey, isMultivaluedKey } from './condition-keys';
import { conditionOperators, type ConditionOperator } from './condition-operators';
import { parseBoolean } from './condition-values';
import { isJsonObject } from './json-document';
import {
  literalText,
  parsePattern,
  resolvePattern,
  variablesOf,
  type Pattern,
  type Piece,
  type PolicyVersion,
} from './pattern';
import { PolicyError, type StatementLocation } from './policy-error';
import type { RequestContext } from './request-context';

/** One operator with one key; all of a statement must be true. */
export interface Condition {
  readonly location: StatementLocation;
  /** Path in the statement, for errors. */
  readonly element: string;
  readonly key: string;
  readonly test: NullTest | ValueTest;
}

interface NullTest {
  readonly kind: 'null';
  /** Each `true` asks for a key that is absent. */
  readonly absent: readonly boolean[];
}

interface ValueTest {
  readonly kind: 'values';
  readonly operator: ConditionOperator;
  readonly set: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly ifExists: boolean;
  readonly values: readonly Pattern[];
}

/** @throws PolicyError if an operator is unknown, or a value malformed */
export function parseConditions(
  location: StatementLocation,
  element: unknown,
  version: PolicyVersion,
): readonly Condition[] {
  if (element === undefined) return [];
  if (!isJsonObject(element)) throw new PolicyError(location, 'Condition', 'it must be an object of operators');
  return Object.entries(element).flatMap(([name, keys]) => {
    const path = `Condition.${name}`;
    if (!isJsonObject(keys) || Object.keys(keys).length === 0)
      throw new PolicyError(location, path, 'it must be an object of condition keys and values, with at least one');
    return Object.entries(keys).map(([key, value]): Condition => {
      const place = { location, element: `${path}.${key}`, key };
      return { ...place, test: parseTest(place, name, readValues(place, value), version) };
    });
  });
}

type Place = Omit<Condition, 'test'>;

function readValues({ location, element }: Place, value: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.length === 0) throw new PolicyError(location, element, 'it has no value');
  return values.map((each) => {
    if (typeof each === 'string') return each;
    if (typeof each === 'boolean' || typeof each === 'number') return String(each);
    throw new PolicyError(location, element, 'each value must be text, a number or a boolean');
  });
}

function parseTest(place: Place, name: string, values: readonly string[], version: PolicyVersion): Condition['test'] {
  const { location, element } = place;
  if (name === 'Null') return { kind: 'null', absent: values.map((value) => readAbsent(place, value)) };
  const [, set, base = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(.+?)(IfExists)?$/.exec(name) ?? [];
  const operator = conditionOperators.get(base);
  if (!operator)
    throw new PolicyError(location, `Condition.${name}`, 'there is no such operator, or it is unsupported');
  if (set === undefined && isMultivaluedKey(place.key))
    throw new PolicyError(location, element, 'the key has several values; put ForAllValues: or ForAnyValue: before it');
  return {
    kind: 'values',
    operator,
    set: set === 'ForAllValues' || set === 'ForAnyValue' ? set : undefined,
    ifExists: ifExists !== undefined,
    values: values.map((value) => parseValue(location, element, operator, value, version)),
  };
}

function readAbsent({ location, element }: Place, value: string): boolean {
  const absent = parseBoolean(value);
  if (absent === undefined) throw new PolicyError(location, element, `'${value}' must be true or false`);
  return absent;
}

function parseValue(
  location: StatementLocation,
  element: string,
  operator: ConditionOperator,
  value: string,
  version: PolicyVersion,
): Pattern {
  let pattern: Pattern;
  try {
    pattern = parsePattern(value, version, operator.wildcards);
  } catch (error) {
    throw new PolicyError(location, element, error instanceof Error ? error.message : String(error));
  }
  const pieces = pattern.filter((piece) => piece.kind !== 'variable');
  if (pieces.length === pattern.length) checkExpected(location, element, operator, pieces);
  else if (!operator.variables)
    throw new PolicyError(location, element, `'${value}': this operator takes no variables`);
  return pattern;
}

function checkExpected(
  location: StatementLocation,
  element: string,
  operator: ConditionOperator,
  pieces: readonly Piece[],
): void {
  if (operator.accepts(pieces)) return;
  throw new PolicyError(location, element, `'${literalText(pieces)}' must be ${operator.expects}`);
}

/** @throws PolicyError if a key, or the key of a variable, is in no table and not in the context */
export function checkConditionKeys(conditions: readonly Condition[], context: RequestContext): void {
  for (const { location, element, key, test } of conditions) {
    const variables = test.kind === 'values' ? test.values.flatMap(variablesOf).map((variable) => variable.key) : [];
    const unknown = [key, ...variables].find((each) => !isKnownKey(each, context));
    if (unknown !== undefined) throw unknownKey(location, element, unknown);
  }
}

export function unknownKey(location: StatementLocation, element: string, key: string): PolicyError {
  return new PolicyError(
    location,
    element,
    `there is no condition key '${key}'; correct it, add it to the table in condition-keys.ts, or put it in the context`,
  );
}

/** Whether all conditions are true. */
export function matchesConditions(conditions: readonly Condition[], context: RequestContext): boolean {
  return conditions.every((condition) => matchesCondition(condition, context));
}

function matchesCondition(condition: Condition, context: RequestContext): boolean {
  const { key, test } = condition;
  const value = context.get(key);
  // Of a key with several values, an empty list or an empty string is no value.
  const present = (typeof value === 'string' ? [value] : (value ?? [])).filter((each) => each !== '');
  if (test.kind === 'null') return test.absent.some((absent) => absent === (present.length === 0));
  if (test.set) return matchesSet(condition, test, present, context);
  if (value === undefined || value.length === 0) return absentValue(condition, test, value, context);
  if (typeof value !== 'string')
    throw new PolicyError(
      condition.location,
      condition.element,
      'the request has a list of values for this key; put ForAllValues: or ForAnyValue: before the operator',
    );
  return matchesValue(condition, test, value, context);
}

/** An empty string is compared as any other by operators of text, and is no value for the others. */
function absentValue(
  condition: Condition,
  test: ValueTest,
  value: string | readonly string[] | undefined,
  context: RequestContext,
): boolean {
  if (value === '' && test.operator.acceptsActual('')) return matchesValue(condition, test, '', context);
  return test.ifExists || test.operator.negated;
}

function matchesSet(
  condition: Condition,
  test: ValueTest,
  values: readonly string[],
  context: RequestContext,
): boolean {
  if (values.length === 0) return test.ifExists || test.set === 'ForAllValues';
  const matches = (value: string) => matchesValue(condition, test, value, context);
  return test.set === 'ForAllValues' ? values.every(matches) : values.some(matches);
}

/** One value of the request with all of the policy: any of them, or with a negated operator none. */
function matchesValue({ location, element }: Condition, test: ValueTest, actual: string, context: RequestContext) {
  const { operator, values } = test;
  if (!operator.acceptsActual(actual))
    throw new PolicyError(location, element, `the request's value '${actual}' must be ${operator.expects}`);
  const matched = values.some((value) => {
    const pieces = resolvePattern(value, context);
    if (pieces === undefined) return false;
    checkExpected(location, element, operator, pieces);
    return operator.matches(actual, pieces);
  });
  return matched !== operator.negated;
}
