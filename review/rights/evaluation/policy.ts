/** A policy document. Source: "Grammar of the IAM JSON policy language". */
import { readJsonObject, type JsonObject } from './json-document';
import type { PolicyVersion } from './pattern';
import { PolicyError } from './policy-error';
import { parseStatement, type PolicyKind, type Statement } from './statement';

export interface Policy<Kind extends PolicyKind = PolicyKind> {
  readonly kind: Kind;
  /** What decisions and errors call it, such as the address of its resource. Unique among the policies of a request. */
  readonly name: string;
  readonly statements: readonly Statement[];
}

/**
 * Parses a policy document, once for any number of requests.
 *
 * @param document JSON text, or what it says
 * @throws PolicyError if it is malformed, or has something whose effect isn't documented
 */
export function parsePolicy<Kind extends PolicyKind>(
  kind: Kind,
  name: string,
  document: string | JsonObject,
): Policy<Kind> {
  const value = readJsonObject(name, document);
  const unknown = Object.keys(value).find((element) => !['Version', 'Id', 'Statement'].includes(element));
  if (unknown !== undefined) throw new PolicyError({ policy: name }, unknown, 'a policy has no such element');
  if (kind === 'identity' && 'Id' in value)
    throw new PolicyError({ policy: name }, 'Id', 'a policy of an identity has none; leave it out');
  const version = readVersion(name, value);
  const { Statement: content } = value;
  const list: readonly unknown[] = Array.isArray(content) ? content : [content];
  if (content === undefined || list.length === 0) throw new PolicyError({ policy: name }, 'Statement', 'it is missing');
  const statements = list.map((statement, index) => parseStatement(name, kind, version, statement, index + 1));
  const sids = statements.map(({ location }) => location.sid);
  const twice = sids.find((sid, index) => sids.indexOf(sid) !== index);
  if (twice !== undefined) throw new PolicyError({ policy: name, sid: twice }, 'Sid', 'another statement has it too');
  return { kind, name, statements };
}

/** A policy without a version is of 2008-10-17. Source: "IAM JSON policy elements: Version". */
function readVersion(policy: string, { Version: version = '2008-10-17' }: JsonObject): PolicyVersion {
  if (version === '2008-10-17' || version === '2012-10-17') return version;
  throw new PolicyError({ policy }, 'Version', `${JSON.stringify(version)} must be 2012-10-17 or 2008-10-17`);
}
