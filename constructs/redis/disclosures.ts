/**
 * What users may learn beside the contents of their own keys and the messages on their own channels, and why. All else is
 * secret to them: the test of this list tries every user of every platform with every known way to learn it, and fails for a
 * way that is not here, and for one that is here and leads nowhere.
 *
 * Clients, addresses, figures, and the names of users and commands are no secret to a user that may log in.
 */

/** What is secret: passwords, and what leads to one; values of keys; names of keys; messages on channels. */
export type Secret = 'passwords' | 'contents' | 'names' | 'messages';

export interface Disclosure {
  /** Name of an ACL user, on every platform that has it. */
  readonly user: string;
  readonly secrets: readonly Secret[];
  /** Commands that disclose it. */
  readonly by: readonly string[];
  readonly reason: string;
}

/**
 * A server logs in as `replica` at whichever server it is sent to, if that has a certificate of the platform's authority. A user
 * that may send one so learns that password, and by it all data.
 */
export const disclosures: readonly Disclosure[] = [
  {
    user: 'replica',
    secrets: ['contents', 'names', 'messages'],
    by: ['psync'],
    reason: 'A replica copies its master.',
  },
  {
    user: 'sentinel',
    secrets: ['passwords'],
    by: ['slaveof'],
    reason: 'A Sentinel makes servers replicas of a new master. Its password is only where that of `replica` is.',
  },
  {
    user: 'keeper',
    secrets: ['passwords'],
    by: ['config|set', 'cluster|meet'],
    reason: 'The keeper gives its server the password of `replica`, and finds servers whose address changed.',
  },
  {
    user: 'arranger',
    secrets: ['passwords'],
    by: ['cluster|meet'],
    reason: 'Who forms a cluster says which servers are of it.',
  },
  {
    user: 'arranger',
    secrets: ['names'],
    by: ['cluster|getkeysinslot'],
    reason: 'Slots are moved key by key.',
  },
  {
    user: 'arranger',
    secrets: ['contents'],
    by: ['dump', 'migrate'],
    reason: 'Slots are moved with what is in them, in pods.',
  },
  {
    user: 'operator',
    secrets: ['names'],
    by: ['scan', 'cluster|getkeysinslot'],
    reason: 'The runbook of RedisMemoryHigh looks for the largest keys.',
  },
  {
    user: 'operator',
    secrets: ['names'],
    by: ['acl|log'],
    reason: 'The runbook of RedisAccessRefused looks for who tried what.',
  },
  {
    user: 'operator',
    secrets: ['contents', 'names'],
    by: ['slowlog|get'],
    reason:
      'The runbook of RedisLatencyHigh looks for the slow command: the first 128 bytes of its first 32 arguments. Passwords ' +
      'are not among them, sessions are encrypted.',
  },
  {
    user: 'exporter',
    secrets: ['contents', 'names'],
    by: ['slowlog|get'],
    reason:
      'redis_exporter sends SLOWLOG GET with every scrape and can not be kept from it. Refused, it would fill ACL LOG, which is ' +
      'to be empty. It returns what it returns to the operator.',
  },
];
