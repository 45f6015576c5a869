/** Turns every error into problem details. */
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { ZodError } from 'zod';
import { problemBody, problemContentType, ProblemError, type Problem } from '../schemas/problem';
import { isUnavailable } from '../unavailable';

/** Seconds after which a client may try again what failed because a server was away. */
const retryAfterSeconds = '1';

/** Makes all errors of the application, its own and those of Fastify, `application/problem+json`. */
export function addProblemDetails(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) =>
    send(reply, problemBody(404, `There is no ${request.method} ${request.url}.`)),
  );
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const cause = unwrap(error);
    if (cause instanceof ProblemError) {
      return send(reply.headers(cause.headers), problemBody(cause.statusCode, cause.message));
    }
    if (cause instanceof ZodError) return send(reply, invalid(cause, error.validationContext));
    if (isUnavailable(cause)) {
      request.log.warn({ err: cause }, 'unavailable');
      return send(
        reply.header('retry-after', retryAfterSeconds),
        problemBody(503, 'The service is overloaded or waits for a server to come back; try again.'),
      );
    }
    const status = error.statusCode ?? 500;
    if (status < 500) return send(reply, problemBody(status, error.message));
    request.log.error({ err: error }, 'failed');
    return send(reply, problemBody(500, 'The request failed; its cause is in the log.'));
  });
}

/** Answers a request whose URL Fastify can't read, which reaches no route and no hook. */
export function answerUnreadable(error: FastifyError, reply: FastifyReply): void {
  void send(reply, problemBody(error.statusCode ?? 400, error.message));
}

/** Fastify hands on what a validator returned, or wraps it. */
function unwrap(error: FastifyError): Error {
  return error.cause instanceof Error && error.code === 'FST_ERR_VALIDATION' ? error.cause : error;
}

function invalid(error: ZodError, where = 'request'): Problem {
  const errors = error.issues.map(({ path, message }) => ({ path: [where, ...path].join('.'), message }));
  const [first] = errors;
  return { ...problemBody(400, `${first?.path ?? where}: ${first?.message ?? 'is not valid'}`), errors };
}

function send(reply: FastifyReply, body: Problem): FastifyReply {
  // Serialized here: the schema of the route's own answers doesn't apply.
  return reply
    .status(body.status)
    .type(problemContentType)
    .serializer((value: unknown) => JSON.stringify(value))
    .send(body);
}
