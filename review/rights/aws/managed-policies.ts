/** Policies that AWS keeps, as they were on the day in managed-policies.json. Source: AWS Managed Policy Reference Guide. */
import type { JsonObject } from '../evaluation/json-document';
import { parsePolicy, type Policy } from '../evaluation/policy';
import file from './managed-policies.json';

const documents: Readonly<Partial<Record<string, { readonly document: JsonObject }>>> = file.policies;

/** @throws Error if the policy isn't in the file: what it allows isn't known */
export function managedPolicy(arn: string): Policy<'identity'> {
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  const known = documents[name];
  if (!known) throw new Error(`the policy ${arn} isn't in review/rights/aws/managed-policies.json; add it`);
  return parsePolicy('identity', `aws:${name}`, known.document);
}
