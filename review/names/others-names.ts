/** Values that two stacks have in common and no module of names has to own. */

/** Such a value. */
export interface OthersName {
  /** As `Mention` has it. */
  readonly kind: string;
  readonly value: string;
  /** Month in which this was looked at. */
  readonly since: string;
  /** Whose name it is, or what will end the exception. */
  readonly reason: string;
}

export const othersNames: readonly OthersName[] = [
  {
    kind: 'port of servers at addresses',
    value: '443',
    since: '2026-11',
    reason: 'HTTPS, by which AWS and the API of Kubernetes answer: a number of IANA, and no choice of ours',
  },
];
