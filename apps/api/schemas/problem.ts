/** Problem details (RFC 9457): how the api tells of every error. */
import { STATUS_CODES } from 'node:http';
import { z } from 'zod';

export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  /** What is wrong with each part of the request. */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

/** Body of an error. */
export type Problem = z.infer<typeof problem>;

export const problemContentType = 'application/problem+json';

/** An error that the client is told of. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly statusCode: number;
  /** Headers of the answer, such as `retry-after`. */
  readonly headers: Readonly<Record<string, string>>;

  /** @param detail what went wrong this time and what to do about it */
  constructor(statusCode: number, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.statusCode = statusCode;
    this.headers = headers;
  }
}

/** The body for a status. */
export function problemBody(status: number, detail: string): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail };
}

/** Answers that a route may give beside its own: for the OpenAPI document. */
export function problems(...statuses: readonly number[]): Record<number, typeof problem> {
  return Object.fromEntries(statuses.map((status) => [status, problem]));
}
