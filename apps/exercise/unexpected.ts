/** Ways a check ends without a verdict of its own; the runner turns them into rows. */

/** Something other than what the contract promises was seen: the row fails. */
export class Unexpected extends Error {
  override readonly name = 'Unexpected';
  readonly expected: string;
  readonly seen: string;

  constructor(expected: string, seen: string) {
    super(`expected ${expected}, seen ${seen}`);
    this.expected = expected;
    this.seen = seen;
  }
}

/** The check cannot be made here: the row is skipped. The message says why. */
export class CannotTell extends Error {
  override readonly name = 'CannotTell';
}
