/** Shapes of the api's answers, as far as the exercise relies on them. */
import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import type { Answer } from './api';
import { Unexpected } from './unexpected';

export const resourceShape = z.object({
  id: z.string(),
  name: z.string(),
  priceCents: z.int(),
  available: z.boolean(),
  unitsSold: z.int(),
  version: z.int(),
});

export type Resource = z.infer<typeof resourceShape>;

export const sessionShape = z.object({
  token: z.string().min(1),
  user: z.object({ id: z.string().min(1), name: z.string() }),
  idleExpiresAt: z.iso.datetime(),
  absoluteExpiresAt: z.iso.datetime(),
});

export const currentSessionShape = sessionShape.omit({ token: true });

export const revocationShape = z.object({ revoked: z.int() });

export const orderShape = z.object({
  id: z.string().min(1),
  status: z.enum(['accepted', 'effected', 'dead']),
  resourceId: z.string(),
  quantity: z.int(),
  createdAt: z.iso.datetime(),
  effectedAt: z.iso.datetime().nullish(),
  worker: z.string().nullish(),
  failureReason: z.string().nullish(),
});

export type Order = z.infer<typeof orderShape>;

export const lockRunShape = z.object({
  fencingToken: z.int(),
  waitedMilliseconds: z.number(),
  counter: z.int(),
});

export const leaderShape = z.object({ leader: z.string().nullable(), fencingToken: z.int().nullable() });

export const openApiShape = z.object({
  openapi: z.string().startsWith('3.'),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
});

const problemShape = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
});

export type Problem = z.infer<typeof problemShape>;

/** Longest part of a problem's detail that a row repeats. */
const maxDetailLength = 120;

/** @throws Unexpected unless the status is one of these */
export function expectStatus(answer: Answer, ...statuses: readonly number[]): void {
  if (statuses.includes(answer.status)) return;
  throw new Unexpected(`${describeRequest(answer)}: ${statuses.join(' or ')}`, describeStatus(answer));
}

/**
 * The body of an answer.
 *
 * @throws Unexpected unless the status is this one and the body has this shape
 */
export function readBody<Shape extends z.ZodType>(
  answer: Answer,
  status: number | readonly number[],
  shape: Shape,
): z.infer<Shape> {
  expectStatus(answer, ...[status].flat());
  const result = shape.safeParse(parseJson(answer));
  if (result.success) return result.data;
  // Where it differs, and never the values: an answer may hold a token.
  const differences = result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new Unexpected(`${describeRequest(answer)}: the contract's body`, differences.slice(0, 3).join('; '));
}

/**
 * A refusal.
 *
 * @throws Unexpected unless the status is this one and the body is a problem (RFC 9457) that repeats it
 */
export function readProblem(answer: Answer, status: number): Problem {
  expectStatus(answer, status);
  const contentType = answer.headers['content-type'] ?? 'none';
  if (!contentType.startsWith('application/problem+json')) {
    throw new Unexpected(`${describeRequest(answer)}: ${status} with application/problem+json`, contentType);
  }
  const problem = readBody(answer, status, problemShape);
  if (problem.status !== status) {
    throw new Unexpected(`${describeRequest(answer)}: problem with status ${status}`, `status ${problem.status}`);
  }
  return problem;
}

/** `503 Service Unavailable: Redis does not answer`. */
export function describeStatus(answer: Answer): string {
  const detail = problemShape.safeParse(tryJson(answer.text));
  const reason = detail.success ? (detail.data.detail ?? detail.data.title) : STATUS_CODES[answer.status];
  return `${answer.status}${reason === undefined ? '' : ` (${shorten(reason)})`}`;
}

function describeRequest({ method, url }: Answer): string {
  return `${method} ${url.pathname}`;
}

function parseJson(answer: Answer): unknown {
  const value = tryJson(answer.text);
  if (value === undefined)
    throw new Unexpected(`${describeRequest(answer)}: JSON`, `${answer.text.length} other bytes`);
  return value;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const shorten = (text: string) => (text.length > maxDetailLength ? `${text.slice(0, maxDetailLength)}…` : text);
