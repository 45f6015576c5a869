/** What S3 takes for the name of a general purpose bucket. Source: "Bucket naming rules" of the S3 User Guide. */
import { Token } from 'cdktf';
import type { Violation } from '../validation/violations';

const maximumLength = 63;

/** Prefixes and suffixes that S3 keeps for itself. */
const reserved = /^(?:xn--|sthree-|amzn-s3-demo-)|(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;

/**
 * Violations of the rules by a name; none for a token. Dots are refused, although S3 takes them: the certificate of
 * `bucket.s3.amazonaws.com` doesn't cover a name with one.
 *
 * @param setting the setting the name comes from
 */
export function bucketNameViolations(setting: string, name: string): Violation[] {
  if (Token.isUnresolved(name)) return [];
  const violations: Violation[] = [];
  if (name.length > maximumLength) {
    violations.push({
      setting,
      value: name,
      expected: `at most ${maximumLength} characters; these are ${name.length}`,
      remedy: 'Shorten the name of the environment or of the bucket',
    });
  }
  if (!/^[a-z0-9][a-z0-9-]+[a-z0-9]$/.test(name)) {
    violations.push({
      setting,
      value: name,
      expected: '3 or more lower-case letters, digits and hyphens, with a letter or digit at either end',
      remedy: 'Use such characters only',
    });
  }
  if (reserved.test(name)) {
    violations.push({
      setting,
      value: name,
      expected: 'no prefix or suffix that S3 keeps for itself',
      remedy: 'Use another one',
    });
  }
  return violations;
}
