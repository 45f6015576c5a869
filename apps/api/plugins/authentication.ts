/** Who a request comes from: the session of its bearer token or cookie. */
import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { ProblemError } from '../schemas/problem';
import type { UserSession, UserSessions } from '../sessions';
import type { Api } from '../zod-routes';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a request that `authenticate` admitted. */
    session: UserSession;
  }
}

/** Name of the cookie that carries the token. */
export const sessionCookie = 'session';

/** Makes the hook that admits requests with a valid session. */
export function authenticator(app: Api, sessions: UserSessions): onRequestAsyncHookHandler {
  // Shapes all requests alike, which V8 rewards; the value is set before any handler sees it.
  app.decorateRequest('session', null as never);
  return async (request) => {
    const token = tokenOf(request);
    const session = token === undefined ? undefined : (await sessions.read(token)).session;
    if (!session) {
      throw new ProblemError(401, 'There is no valid session: log in with POST /sessions.', {
        'www-authenticate': 'Bearer',
      });
    }
    request.session = session;
  };
}

/** Whose requests carry the cookie by the will of this api's own pages, or of somebody who typed an address. */
const ownSites: ReadonlySet<unknown> = new Set([undefined, 'same-origin', 'none']);

/**
 * The token of a request; of both places the header wins.
 *
 * `SameSite` keeps the cookie from other sites, but not from another port or a sibling's name, where somebody else may
 * have a page: a request that a browser says is from there has no cookie here.
 * Source: Fetch Metadata Request Headers, W3C, `Sec-Fetch-Site`.
 */
export function tokenOf(request: FastifyRequest): string | undefined {
  const bearer = /^Bearer ([\w.-]{1,2048})$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return bearer;
  return ownSites.has(request.headers['sec-fetch-site']) ? request.cookies[sessionCookie] : undefined;
}

/** Hands the token to a browser, out of reach of its scripts and of other sites. */
export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, token: string, expires: Date): void {
  const secure = request.protocol === 'https';
  reply.setCookie(sessionCookie, token, { httpOnly: true, sameSite: 'strict', secure, path: '/', expires });
}
