/** How long programs that are told to end may go on, in milliseconds. What starts them has to wait longer than that. */

/** Longest time for requests in hand. */
export const apiGraceMilliseconds = 15_000;

/** Longest time of the worker in all: what is not finished then is redelivered. */
export const workerGraceMilliseconds = 60_000;

/** Part of the worker's time that is not for the order in hand: for handing back the others and for closing. */
const closingMilliseconds = 10_000;

/** What a worker adds to the longest time that an order may take. */
const handlerMarginMilliseconds = 1_000;

/** How long a worker that is told to end waits for the orders in hand. */
export function workerDrainMilliseconds(handlerTimeoutMilliseconds: number): number {
  return Math.min(
    handlerTimeoutMilliseconds + handlerMarginMilliseconds,
    workerGraceMilliseconds - closingMilliseconds,
  );
}

/** Longest time that an order may take and still be finished by a worker that is told to end. */
export const longestHandlerMilliseconds = workerGraceMilliseconds - closingMilliseconds - handlerMarginMilliseconds;
