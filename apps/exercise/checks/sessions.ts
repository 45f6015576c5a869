/**
 * Sessions. They run before everything that shares a session, because the last one ends all of the user's.
 *
 * Logins have a limit of their own, so a run logs in six times in all.
 */
import type { Answer } from '../api';
import type { Check, CheckContext } from '../check';
import { currentSessionShape, describeStatus, readBody, readProblem, revocationShape } from '../contract';
import { Findings } from '../findings';

/** Where a session is looked at that another process made. */
function elsewhere({ api }: CheckContext, answer: Answer): string {
  return api.instances.find((name) => name !== answer.instance) ?? answer.instance;
}

async function me({ api }: CheckContext, instance: string, token: string): Promise<Answer> {
  return api.sendTo(instance, { path: '/sessions/me', token });
}

const login: Check = {
  id: 'session-login',
  capability: 'sessions',
  proves: 'a login at one process is known to the other',
  crossProcess: true,
  async run(context) {
    const { token, session, answer } = await context.logins.current();
    const instance = elsewhere(context, answer);
    const current = readBody(await me(context, instance, token), 200, currentSessionShape);
    const cookie = [answer.headers['set-cookie'] ?? []].flat().find((text) => text.startsWith('session=')) ?? '';
    const byCookie = await context.api.sendTo(instance, {
      path: '/sessions/me',
      headers: { cookie: cookie.split(';', 1)[0] ?? '' },
    });
    const attributes = ['HttpOnly', 'SameSite=Strict', ...(answer.url.protocol === 'https:' ? ['Secure'] : [])];
    const has = new Set(cookie.split(';').map((attribute) => attribute.trim().toLowerCase()));
    const lacking = attributes.filter((attribute) => !has.has(attribute.toLowerCase()));
    return new Findings()
      .equal('user', context.logins.username, current.user.name)
      .equal('cookie', 200, byCookie.status)
      .require(current.user.id === session.user.id, 'the same user id at login and later', 'two user ids')
      .require(lacking.length === 0, `cookie 'session' with ${attributes.join(', ')}`, `without ${lacking.join(', ')}`)
      .require(
        Date.parse(current.idleExpiresAt) <= Date.parse(current.absoluteExpiresAt),
        'idle end ≤ absolute end',
        `${current.idleExpiresAt} > ${current.absoluteExpiresAt}`,
      ).finding;
  },
};

const tampered: Check = {
  id: 'session-tampered',
  capability: 'sessions',
  proves: 'no token, altered and forged tokens are refused',
  async run(context) {
    const { token } = await context.logins.current();
    const findings = new Findings();
    const forged: Readonly<Record<string, string | undefined>> = { 'no token': undefined, ...alterations(token) };
    let refused = 0;
    for (const [name, text] of Object.entries(forged)) {
      const answer = await context.api.send({ path: '/sessions/me', ...(text === undefined ? {} : { token: text }) });
      findings.require(answer.status === 401, `${name}: 401`, `${name}: ${describeStatus(answer)}`);
      if (answer.status !== 401) continue;
      readProblem(answer, 401);
      refused++;
    }
    const genuine = await context.api.send({ path: '/sessions/me', token });
    return findings.equal('refused', Object.keys(forged).length, refused).equal('genuine', 200, genuine.status).finding;
  },
};

/** Tokens that a thief could make of one. */
function alterations(token: string): Readonly<Record<string, string>> {
  const parts = token.split('.');
  const others = { 'one character changed': changed(token), 'made up': 'a'.repeat(43) };
  const [header, payload, signature] = parts;
  if (parts.length !== 3 || header === undefined || payload === undefined || signature === undefined) return others;
  const unsigned = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
  return {
    ...others,
    'payload changed': [header, changed(payload), signature].join('.'),
    'signature changed': [header, payload, changed(signature)].join('.'),
    'signature removed': `${header}.${payload}.`,
    'algorithm none': `${unsigned}.${payload}.`,
  };
}

/** Another character in the middle: the last one of base64url may carry bits without a meaning. */
function changed(text: string): string {
  const middle = Math.floor(text.length / 2);
  return `${text.slice(0, middle)}${text[middle] === 'A' ? 'B' : 'A'}${text.slice(middle + 1)}`;
}

const regenerate: Check = {
  id: 'session-regenerate',
  capability: 'sessions',
  proves: 'a login ends the session it was made with',
  async run(context) {
    const before = await context.logins.current();
    const after = await context.logins.login(before.token);
    context.logins.replace(after);
    const instance = elsewhere(context, after.answer);
    const old = await me(context, instance, before.token);
    const fresh = await me(context, instance, after.token);
    return new Findings()
      .equal('old token', 401, old.status)
      .equal('new token', 200, fresh.status)
      .require(before.token !== after.token, 'another token', 'the same one').finding;
  },
};

const logout: Check = {
  id: 'session-logout',
  capability: 'sessions',
  proves: 'a logout ends the session everywhere, repeated too',
  async run(context) {
    const { token, answer } = await context.logins.login();
    const instance = elsewhere(context, answer);
    const findings = new Findings().require((await me(context, instance, token)).status === 200, 'a session', 'none');
    for (const attempt of ['logout', 'once more']) {
      const ended = await context.api.send({ method: 'DELETE', path: '/sessions/me', token });
      findings.equal(attempt, 204, ended.status);
    }
    return findings.equal('token', 401, (await me(context, instance, token)).status).finding;
  },
};

const wrongPassword: Check = {
  id: 'session-wrong-password',
  capability: 'sessions',
  proves: 'a wrong password and an unknown user look alike',
  async run(context) {
    const wrong = await context.logins.attempt({ wrongPassword: true });
    const unknown = await context.logins.attempt({ username: `nobody-${context.runId}`, wrongPassword: true });
    const [first, second] = [readProblem(wrong, 401), readProblem(unknown, 401)];
    return new Findings()
      .equal('wrong password', 401, wrong.status)
      .equal('unknown user', 401, unknown.status)
      .require(
        first.title === second.title && first.detail === second.detail,
        'the same problem',
        `'${first.detail ?? first.title}', '${second.detail ?? second.title}'`,
      ).finding;
  },
};

const revokeAll: Check = {
  id: 'session-revoke-all',
  capability: 'sessions',
  proves: 'all sessions of a user end at once',
  async run(context) {
    const first = await context.logins.current();
    const second = await context.logins.login();
    const answer = await context.api.send({ method: 'DELETE', path: '/sessions', token: second.token });
    context.logins.replace(undefined);
    const { revoked } = readBody(answer, 200, revocationShape);
    const findings = new Findings().atLeast('revoked', 2, revoked);
    const looks = [first, second].flatMap(({ token }) =>
      context.api.instances.map((instance) => me(context, instance, token)),
    );
    const refused = (await Promise.all(looks)).filter(({ status }) => status === 401);
    return findings.equal('refused', looks.length, refused.length).finding;
  },
};

export const sessionChecks: readonly Check[] = [login, tampered, regenerate, logout, wrongPassword, revokeAll];
