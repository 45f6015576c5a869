/** Sessions: log in, look, log out. */
import { z } from 'zod';
import { verifyCredentials } from '../../database/users';
import { sessionCookie, setSessionCookie, tokenOf } from '../plugins/authentication';
import { spend } from '../plugins/rate-limits';
import { problems, ProblemError } from '../schemas/problem';
import { credentials, currentSession, newSession } from '../schemas/session';
import type { ApiServices } from '../services';
import type { UserSession } from '../sessions';
import type { Api } from '../zod-routes';

const tags = ['sessions'];
const security = [{ session: [] }];

export function addSessionRoutes(app: Api, services: ApiServices): void {
  addLogin(app, services);
  addCurrent(app, services);
  addLogouts(app, services);
}

function addLogin(app: Api, { database, sessions, limiters }: ApiServices): void {
  app.post(
    '/sessions',
    {
      schema: {
        summary: 'Log in',
        tags,
        body: credentials,
        response: { 201: newSession, ...problems(400, 401, 429, 503) },
      },
    },
    async (request, reply) => {
      const { username, password } = request.body;
      await spend(limiters.login, `${request.ip} ${username}`, reply);
      const user = await verifyCredentials(database, username, password);
      if (!user) throw new ProblemError(401, 'The user name or the password is wrong.');
      const former = tokenOf(request);
      const data = { name: user.name };
      const { token, session } = await (former === undefined
        ? sessions.create(user.id, data)
        : sessions.regenerate(former, user.id, data));
      setSessionCookie(request, reply, token, session.absoluteExpiresAt);
      return reply.status(201).send({ ...describe(session), token });
    },
  );
}

function addCurrent(app: Api, { authenticate }: ApiServices): void {
  app.get(
    '/sessions/me',
    {
      schema: {
        summary: 'The session of the request',
        tags,
        security,
        response: { 200: currentSession, ...problems(401, 503) },
      },
      onRequest: authenticate,
    },
    (request) => describe(request.session),
  );
}

function addLogouts(app: Api, { authenticate, sessions }: ApiServices): void {
  app.delete(
    '/sessions/me',
    { schema: { summary: 'Log out', tags, security, response: { 204: z.undefined(), ...problems(503) } } },
    async (request, reply) => {
      const token = tokenOf(request);
      // Also without a session: who wants to be logged out is.
      if (token !== undefined) await sessions.destroy(token);
      return reply.clearCookie(sessionCookie, { path: '/' }).status(204).send();
    },
  );

  app.delete(
    '/sessions',
    {
      schema: {
        summary: 'Log out everywhere',
        tags,
        security,
        response: { 200: z.object({ revoked: z.int() }), ...problems(401, 503) },
      },
      onRequest: authenticate,
    },
    async (request, reply) => {
      const revoked = await sessions.destroyAll(request.session.userId);
      return reply.clearCookie(sessionCookie, { path: '/' }).send({ revoked });
    },
  );
}

function describe({
  userId,
  data,
  createdAt,
  idleExpiresAt,
  absoluteExpiresAt,
}: UserSession): z.input<typeof currentSession> {
  return { user: { id: userId, name: data.name }, createdAt, idleExpiresAt, absoluteExpiresAt };
}
