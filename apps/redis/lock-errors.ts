/** What can go wrong with a lock. */

/** A lock didn't become free in the time its caller would wait. */
export class LockTimeoutError extends Error {
  override readonly name = 'LockTimeoutError';
  readonly lockName: string;

  constructor(lockName: string, waitMilliseconds: number) {
    super(
      `Lock '${lockName}' did not become free within ${waitMilliseconds} ms: ` +
        'try again later, raise waitMilliseconds, or shorten what its holders do.',
    );
    this.lockName = lockName;
  }
}

/** A lock is not, or not for certain, held any more: what it protected may be done by someone else by now. */
export class LockLostError extends Error {
  override readonly name = 'LockLostError';
  readonly lockName: string;

  constructor(lockName: string, reason: string) {
    super(
      `Lock '${lockName}' was lost: ${reason}. ` +
        'Stop, and repeat the work under a new lock; a fencing token keeps what is still under way from doing harm.',
    );
    this.lockName = lockName;
  }
}

/** More callers wait for locks of this process than it has capacity for; the caller should shed the request. */
export class LocksOverloadedError extends Error {
  override readonly name = 'LocksOverloadedError';

  constructor(lockName: string, maximumWaiting: number) {
    super(
      `Lock '${lockName}': ${maximumWaiting} callers of this process wait for locks already; ` +
        'wait for fewer at a time, or raise maximumWaiting.',
    );
  }
}
