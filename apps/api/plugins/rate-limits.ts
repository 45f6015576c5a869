/** Limits what clients may do, and tells them so in every answer. */
import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { rateLimitHeaders } from '../../redis/rate-limit-headers';
import type { RateLimiter } from '../../redis/rate-limiter';
import type { RateLimitResult } from '../../redis/rate-limit-policy';
import { ProblemError } from '../schemas/problem';

/**
 * Spends one unit of a subject's limit and sets the headers that tell what is left.
 *
 * @throws ProblemError 429 with `Retry-After` if nothing is left
 */
export async function spend(limiter: RateLimiter, subject: string, reply: FastifyReply): Promise<RateLimitResult> {
  const result = await limiter.check(subject);
  const headers = rateLimitHeaders({ policy: limiter.policy, result });
  reply.headers({ ...headers });
  if (!result.allowed) {
    throw new ProblemError(429, `The limit '${limiter.policy.name}' is used up; try again when Retry-After is over.`);
  }
  return result;
}

/** Limits the requests of each client to each route. */
export function limitClients(limiter: RateLimiter): onRequestAsyncHookHandler {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    await spend(limiter, `${request.method} ${request.routeOptions.url ?? ''} ${request.ip}`, reply);
  };
}
