/** ARNs and patterns of ARNs. Source: "Amazon Resource Names (ARNs)" in the IAM User Guide. */
import { matchesPieces, type Piece } from './pattern';

export interface Arn {
  readonly partition: string;
  readonly service: string;
  /** Empty for global services. */
  readonly region: string;
  /** 12 digits, or empty where the ARN has none, as that of a bucket. */
  readonly account: string;
  /** All that follows the fifth colon. */
  readonly resource: string;
}

/** Number of components: `arn`, partition, service, region, account and resource. */
const componentCount = 6;

/** @returns undefined if the text is no ARN */
export function parseArn(text: string): Arn | undefined {
  const [prefix, partition, service, region, account, ...rest] = text.split(':');
  const resource = rest.join(':');
  if (prefix !== 'arn' || !partition || !service || region === undefined || account === undefined) return undefined;
  return resource === '' ? undefined : { partition, service, region, account, resource };
}

/**
 * Splits a pattern at its first five colons; the sixth component is all that follows.
 *
 * @returns undefined if it isn't the pattern of an ARN
 */
export function splitArnPattern(pieces: readonly Piece[]): readonly (readonly Piece[])[] | undefined {
  const components: Piece[][] = [[]];
  const append = (piece: Piece) => components.at(-1)?.push(piece);
  for (const piece of pieces) {
    if (piece.kind !== 'text') append(piece);
    else {
      const [first = '', ...others] = splitText(piece.text, componentCount - components.length);
      append({ kind: 'text', text: first });
      for (const text of others) components.push([{ kind: 'text', text }]);
    }
  }
  const filled = components.map((component) => component.filter((piece) => piece.kind !== 'text' || piece.text !== ''));
  return isComplete(filled) ? filled : undefined;
}

/** Region and account may be empty. */
function isComplete(components: readonly (readonly Piece[])[]): boolean {
  const [prefix = [], partition = [], service = [], , , resource = []] = components;
  const named = [partition, service, resource].every(({ length }) => length > 0);
  return components.length === componentCount && named && prefix.length === 1 && isText(prefix[0], 'arn');
}

function splitText(text: string, mostColons: number): readonly string[] {
  const parts = text.split(':');
  return [...parts.slice(0, mostColons), parts.slice(mostColons).join(':')].slice(0, parts.length);
}

function isText(piece: Piece | undefined, text: string): boolean {
  return piece?.kind === 'text' && piece.text === text;
}

/** Whether an ARN matches, each component on its own; a wildcard in the last spans `:` and `/`. */
export function matchesArn(components: readonly (readonly Piece[])[], arn: Arn): boolean {
  const values = ['arn', arn.partition, arn.service, arn.region, arn.account, arn.resource];
  return components.every((component, index) => matchesPieces(component, values[index] ?? ''));
}
