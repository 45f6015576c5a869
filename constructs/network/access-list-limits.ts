/** Limits of access lists. */
import type { Violation } from '../validation/violations';
import { fixedRules } from './access-rules';
import { admittedEntries, type AdmittedBlock, type AdmittedEntry } from './admitted-blocks';

/**
 * Rules that AWS grants one access list in one direction at first; the one that refuses all else counts. Source: "Rules
 * per network ACL", Amazon VPC quotas.
 */
export const rulesPerDirection = 20;

/** Entries that private subnets have left for callers outside the network. */
export const maximumAdmittedEntries = rulesPerDirection - 1 - fixedRules.private.ingress.length;

/** Violations of limits of the access list of private subnets. */
export function admittedBlockViolations(networkCidr: string, blocks: readonly AdmittedBlock[]): Violation[] {
  const entries = admittedEntries(networkCidr, blocks);
  return [...tooMany(entries), ...sameNumber(entries)];
}

function tooMany(entries: readonly AdmittedEntry[]): Violation[] {
  if (entries.length <= maximumAdmittedEntries) return [];
  return [
    {
      setting: [...new Set(entries.map(({ setting }) => setting))].sort().join(' and '),
      value: `${entries.length} blocks outside the network`,
      expected: `at most ${maximumAdmittedEntries} together: an access list takes ${rulesPerDirection} rules in one direction (AWS quota "Rules per network ACL")`,
      remedy: 'Name larger blocks that hold several of them',
    },
  ];
}

function sameNumber(entries: readonly AdmittedEntry[]): Violation[] {
  return entries.flatMap((entry, index) => {
    const other = entries.slice(0, index).find(({ number }) => number === entry.number);
    return other
      ? [
          {
            setting: entry.setting,
            value: entry.cidr,
            expected: `a block whose entry in the access list has another number (${entry.number}) than that of ${other.cidr}`,
            remedy: 'Name its two halves, or the block of twice its size that holds it',
          },
        ]
      : [];
  });
}
