/** Condition operators. Source: "IAM JSON policy elements: Condition operators". */
import { matchesArn, parseArn, splitArnPattern } from './arn';
import { isAddress, isAddressRange, isInRange, parseBoolean, parseDate, parseNumber } from './condition-values';
import { literalText, matchesPieces, type Piece } from './pattern';

export interface ConditionOperator {
  /** Whether it is true for values that don't match, as StringNotEquals is. */
  readonly negated: boolean;
  /** Whether `*` and `?` in its values are wildcards. */
  readonly wildcards: boolean;
  /** Whether its values may have policy variables. */
  readonly variables: boolean;
  /** What a value of a policy must be, for the error. */
  readonly expects: string;
  /** Whether a value of a policy is well-formed. */
  readonly accepts: (pieces: readonly Piece[]) => boolean;
  /** Whether a value of the request is well-formed. */
  readonly acceptsActual: (actual: string) => boolean;
  /** Whether one value of the request matches one of the policy, before negation. */
  readonly matches: (actual: string, pieces: readonly Piece[]) => boolean;
}

const always = () => true;

function textOperators(): Record<string, ConditionOperator> {
  const text = { variables: true, expects: 'text', accepts: always, acceptsActual: always };
  const equals = (actual: string, pieces: readonly Piece[]) => actual === literalText(pieces);
  const like = (actual: string, pieces: readonly Piece[]) => matchesPieces(pieces, actual);
  const equalsIgnoreCase = (actual: string, pieces: readonly Piece[]) =>
    actual.toLowerCase() === literalText(pieces).toLowerCase();
  return {
    StringEquals: { ...text, negated: false, wildcards: false, matches: equals },
    StringNotEquals: { ...text, negated: true, wildcards: false, matches: equals },
    StringEqualsIgnoreCase: { ...text, negated: false, wildcards: false, matches: equalsIgnoreCase },
    StringNotEqualsIgnoreCase: { ...text, negated: true, wildcards: false, matches: equalsIgnoreCase },
    StringLike: { ...text, negated: false, wildcards: true, matches: like },
    StringNotLike: { ...text, negated: true, wildcards: true, matches: like },
  };
}

/** ArnEquals and ArnLike are the same: both have wildcards, and compare each component of the ARN on its own. */
function arnOperators(): Record<string, ConditionOperator> {
  const arn = {
    wildcards: true,
    variables: true,
    expects: 'an ARN or a pattern of one, with all six components',
    accepts: (pieces: readonly Piece[]) => splitArnPattern(pieces) !== undefined,
    acceptsActual: (actual: string) => parseArn(actual) !== undefined,
    matches(actual: string, pieces: readonly Piece[]) {
      const [value, components] = [parseArn(actual), splitArnPattern(pieces)];
      return value !== undefined && components !== undefined && matchesArn(components, value);
    },
  };
  return {
    ArnEquals: { ...arn, negated: false },
    ArnLike: { ...arn, negated: false },
    ArnNotEquals: { ...arn, negated: true },
    ArnNotLike: { ...arn, negated: true },
  };
}

/** Operators that compare values of an order: numbers and dates. */
function orderOperators(
  name: string,
  expects: string,
  parse: (text: string) => number | undefined,
): Record<string, ConditionOperator> {
  const operator = (compare: (actual: number, expected: number) => boolean, negated = false): ConditionOperator => ({
    negated,
    wildcards: false,
    variables: false,
    expects,
    accepts: (pieces) => parse(literalText(pieces)) !== undefined,
    acceptsActual: (actual) => parse(actual) !== undefined,
    matches(actual, pieces) {
      const [left, right] = [parse(actual), parse(literalText(pieces))];
      return left !== undefined && right !== undefined && compare(left, right);
    },
  });
  const equal = (actual: number, expected: number) => actual === expected;
  return {
    [`${name}Equals`]: operator(equal),
    [`${name}NotEquals`]: operator(equal, true),
    [`${name}LessThan`]: operator((actual, expected) => actual < expected),
    [`${name}LessThanEquals`]: operator((actual, expected) => actual <= expected),
    [`${name}GreaterThan`]: operator((actual, expected) => actual > expected),
    [`${name}GreaterThanEquals`]: operator((actual, expected) => actual >= expected),
  };
}

function otherOperators(): Record<string, ConditionOperator> {
  const address = {
    wildcards: false,
    variables: false,
    expects: 'an IPv4 address or range, or an IPv6 range',
    accepts: (pieces: readonly Piece[]) => isAddressRange(literalText(pieces)),
    acceptsActual: isAddress,
    matches: (actual: string, pieces: readonly Piece[]) => isInRange(actual, literalText(pieces)),
  };
  return {
    IpAddress: { ...address, negated: false },
    NotIpAddress: { ...address, negated: true },
    Bool: {
      negated: false,
      wildcards: false,
      variables: true,
      expects: 'true or false',
      accepts: (pieces) => parseBoolean(literalText(pieces)) !== undefined,
      acceptsActual: (actual) => parseBoolean(actual) !== undefined,
      matches: (actual, pieces) => parseBoolean(actual) === parseBoolean(literalText(pieces)),
    },
  };
}

/** By name; without Null, which asks whether a key is there, and BinaryEquals, which isn't supported. */
export const conditionOperators: ReadonlyMap<string, ConditionOperator> = new Map(
  Object.entries({
    ...textOperators(),
    ...arnOperators(),
    ...orderOperators('Numeric', 'an integer or a decimal', parseNumber),
    ...orderOperators('Date', 'a date of ISO 8601 with a time zone, or seconds since 1970', parseDate),
    ...otherOperators(),
  }),
);
