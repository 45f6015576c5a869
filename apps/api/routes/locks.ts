/** Locks to try: work that loses updates unless only one process does it at a time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { StaleFencingTokenError } from '../../database/fences';
import { incrementUnderLock } from '../../database/lock-counters';
import { LockLostError, LockTimeoutError } from '../../redis/lock-errors';
import { problems, ProblemError } from '../schemas/problem';
import type { ApiServices } from '../services';
import type { Api } from '../zod-routes';

/** Longest wait for a lock, in milliseconds. */
const waitMilliseconds = 10_000;

export function addLockRoutes(app: Api, { authenticate, database, locks }: ApiServices): void {
  app.post(
    '/locks/:name/runs',
    {
      schema: {
        summary: 'Add one to a counter under a lock, by reading it and writing it back',
        tags: ['locks'],
        security: [{ session: [] }],
        params: z.object({
          name: z.string().regex(/^[\w-]{1,64}$/, '1 to 64 letters, digits, hyphens or underscores'),
        }),
        body: z.strictObject({ holdMilliseconds: z.int().min(0).max(1_000).default(0) }),
        response: {
          200: z.object({ fencingToken: z.int(), waitedMilliseconds: z.number(), counter: z.int() }),
          ...problems(400, 401, 503),
        },
      },
      onRequest: authenticate,
    },
    async (request) => {
      const name = `run-${request.params.name}`;
      const startedAt = performance.now();
      try {
        return await locks.withLock(name, { waitMilliseconds }, async (signal, lock) => {
          const waitedMilliseconds = Math.round(performance.now() - startedAt);
          const token = await lock.fencingToken();
          await sleep(request.body.holdMilliseconds, undefined, { signal });
          const counter = await incrementUnderLock(database, name, token);
          return { fencingToken: Number(token), waitedMilliseconds, counter };
        });
      } catch (error) {
        throw lockProblem(error) ?? error;
      }
    },
  );
}

/** What the client is told of a lock that it couldn't have, or that was lost on the way. */
function lockProblem(error: unknown): ProblemError | undefined {
  // The hold was cut short by the lock's signal, whose reason is the loss.
  const cause = error instanceof Error && error.name === 'AbortError' ? error.cause : error;
  const isOfLock =
    cause instanceof LockTimeoutError || cause instanceof LockLostError || cause instanceof StaleFencingTokenError;
  return isOfLock ? new ProblemError(503, cause.message, { 'retry-after': '1' }) : undefined;
}
