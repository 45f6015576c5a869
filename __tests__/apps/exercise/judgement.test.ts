/** That a row fails when it should, against a double that breaks the contract in one way, and passes when it should. */
import type { ExerciseOptions } from '../../../apps/exercise/arguments';
import { capabilities } from '../../../apps/exercise/check';
import { allChecks } from '../../../apps/exercise/checks/all';
import { exercise, type Outcome } from '../../../apps/exercise/exercise';
import type { Row } from '../../../apps/exercise/runner';
import { faultNames, type Fault } from './double/faults';
import { startPlatform, type PlatformDoubleOptions } from './double/platform';
import { password, username } from './double/sessions';

// Mostly waits, five tests beside each other; the machine may be busy with other things too.
jest.setTimeout(60_000);

interface RunOptions extends Partial<ExerciseOptions> {
  /** Checks that run, besides the gate. @default - all */
  readonly checks?: readonly string[];
}

async function run(
  double: PlatformDoubleOptions,
  { checks, ...options }: RunOptions = {},
): Promise<Outcome & { readonly logins: number }> {
  const platform = await startPlatform(double);
  try {
    const outcome = await exercise({
      options: {
        urls: platform.urls,
        username,
        password,
        ca: undefined,
        orders: 20,
        stampede: 40,
        only: capabilities,
        timeoutSeconds: 60,
        allowSkips: false,
        json: false,
        ...options,
      },
      checks: allChecks().filter(({ id, gate }) => gate === true || (checks?.includes(id) ?? true)),
      progress: () => undefined,
    });
    return { ...outcome, logins: platform.sessions.logins };
  } finally {
    await platform.close();
  }
}

const results = (rows: readonly Row[]) => Object.fromEntries(rows.map(({ id, result }) => [id, result]));
const failures = (rows: readonly Row[]) => rows.filter(({ result }) => result !== 'passed');

describe('a platform that keeps the contract', () => {
  test.concurrent('passes every row, and logs in so rarely that runs can follow one another', async () => {
    const { rows, exitCode, logins } = await run({});
    expect(failures(rows)).toEqual([]);
    expect(rows).toHaveLength(allChecks().length);
    expect(exitCode).toBe(0);
    // One of them under a name that is made up.
    expect(logins).toBe(7);
  });

  test.concurrent('may refuse an order for a while: it is sent again', async () => {
    const { rows } = await run({ refusals: 4 }, { only: ['orders'] });
    expect(failures(rows)).toEqual([]);
  });

  test.concurrent('may not refuse it without end', async () => {
    const { rows } = await run({ refusals: 1_000 }, { checks: ['orders-effected-once'] });
    expect(results(rows)).toMatchObject({ 'orders-effected-once': 'failed' });
    expect(failures(rows)[0]).toMatchObject({ expected: 'POST /orders: 202', seen: '503 (Overloaded)' });
  });

  test.concurrent('may not refuse it without Retry-After, and the row has the refusal', async () => {
    const { rows } = await run({ refusals: 1, faults: ['no Retry-After'] }, { checks: ['orders-effected-once'] });
    expect(failures(rows)[0]).toMatchObject({ expected: 'POST /orders: 202', seen: '503 (Overloaded)' });
  });

  test.concurrent('passes every row behind a balancer', async () => {
    const { rows, exitCode } = await run({ balanced: true });
    expect(failures(rows)).toEqual([]);
    expect(exitCode).toBe(0);
  });
});

describe('a platform of one process', () => {
  const instances = ['api-1'];

  test.concurrent('proves nothing between processes: those rows are skipped, and the run fails', async () => {
    const { rows, exitCode } = await run({ instances });
    const crossProcess = allChecks().flatMap(({ id, crossProcess: crosses }) => (crosses === true ? [id] : []));
    expect(Object.keys(results(failures(rows))).sort()).toEqual(crossProcess.sort());
    for (const { result, seen } of failures(rows)) {
      expect(result).toBe('skipped');
      expect(seen).toContain('one instance seen (api-1)');
    }
    expect(exitCode).toBe(1);
  });

  test.concurrent('--allow-skips lets the run pass', async () => {
    expect((await run({ instances }, { allowSkips: true })).exitCode).toBe(0);
  });

  test.concurrent('what fails within one process fails', async () => {
    const { rows } = await run({ instances, faults: ['a lost update'] }, { only: ['locks'], allowSkips: true });
    expect(results(rows)).toEqual({ reachable: 'passed', 'lock-contention': 'failed' });
  });
});

/** Fault, the check it must fail, and what the row must say: expected, seen. */
const faults: Readonly<Record<Fault, readonly [check: string, expected: RegExp, seen: RegExp]>> = {
  'no instance header': ['reachable', /X-Instance/, /none from http/],
  'no answer': ['reachable', /an answer to GET \/healthz/, /connection reset/],
  'not ready': ['health', /api-1\/readyz 200/, /503 \(Redis does not answer\)/],
  'malformed metrics': ['metrics', /well formed/, /'http requests 12'/],
  'an undocumented operation': ['openapi', /operations 13/, /operations 12; get \/leader/],
  'documentation that is no page': ['openapi', /text\/html/, /text\/plain/],
  'sessions of one process': ['session-login', /GET \/sessions\/me: 200/, /401 \(No session\)/],
  'a cookie without HttpOnly': ['session-login', /HttpOnly/, /without HttpOnly/],
  'altered tokens accepted': ['session-tampered', /signature changed: 401/, /signature changed: 200/],
  'unsigned tokens accepted': ['session-tampered', /algorithm none: 401/, /algorithm none: 200/],
  'the old session survives a login': ['session-regenerate', /old token 401/, /old token 200/],
  'a second logout is refused': ['session-logout', /once more 204/, /once more 401/],
  'a logout that ends nothing': ['session-logout', /token 401/, /token 200/],
  'unknown users told apart': ['session-wrong-password', /the same problem/, /'No such user'/],
  'wrong passwords accepted': ['session-wrong-password', /POST \/sessions: 401/, /201/],
  'one session revoked of all': ['session-revoke-all', /refused 4/, /refused 2/],
  'a cache for each process': ['cache-miss-hit', /second hit/, /second miss/],
  'no local tier': ['cache-local', /again local/, /again hit/],
  'no X-Cache': ['cache-miss-hit', /with X-Cache/, /none/],
  'no negative cache': ['cache-negative', /again 404 negative/, /again 404 miss/],
  'negative for ever': ['cache-negative', /once made 200/, /once made 404/],
  'no invalidation': ['cache-invalidation', /version \d at api-\d within/, /version \d/],
  'slow invalidation': ['cache-invalidation', /stale ms ≤ 500/, /stale ms (?:[5-9]\d\d|\d,\d)/],
  'stale for its writer': ['cache-invalidation', /version 2 at api-\d, which wrote it/, /version \d/],
  'two loads': ['stampede-cold', /loads ≤ 1/, /loads 2/],
  'two bodies': ['stampede-cold', /bodies 1/, /bodies 2/],
  'a read that hangs': ['stampede-cold', /answers 40/, /answers 39; first failure: .*whole run/],
  'a read without an answer': ['stampede-cold', /answers 40/, /answers 39; first failure: .*connection reset/],
  'a read that fails': ['stampede-cold', /answers 40/, /answers 39; first refusal: 503 \(Overloaded\)/],
  'reads that bypass the cache': ['stampede-cold', /loads ≤ 1/, /loads 40/],
  'two loads after a write': ['stampede-write', /loads ≤ 1/, /loads 2/],
  'a version from nowhere': ['stampede-write', /old or new version/, /version 77/],
  'one more allowed': ['limit-fixed', /allowed 20; denied 50/, /allowed 21; denied 49/],
  'one less allowed': ['limit-sliding', /allowed 20/, /allowed 19/],
  'a count for each process': ['limit-sliding', /allowed 20/, /allowed 40/],
  'no RateLimit': ['limit-fixed', /RateLimit: "fixed";r=n;t=n/, /none/],
  'no RateLimit-Policy': ['limit-fixed', /RateLimit-Policy: "fixed";q=n;w=n/, /none/],
  'no Retry-After': ['limit-fixed', /Retry-After/, /none/],
  'a plain 429': ['limit-fixed', /application\/problem\+json/, /none/],
  'r that stays': ['limit-sliding', /each r from 0 up once/, /1 values of r for 20/],
  'another quota when denied': ['limit-sliding', /q=20;w=2/, /q=21;w=2/],
  'a fixed window called sliding': ['limit-sliding-border', /allowed 10, 10, 10/, /allowed 10, 10, 20/],
  'one order lost': ['orders-effected-once', /all 20 orders effected/, /\d+ neither effected nor dead/],
  'one order effected twice': ['orders-effected-once', /units sold 60/, /units sold 64/],
  'one order dead': ['orders-effected-once', /effected 20/, /effected 19; first reason: the resource/],
  'no effect behind the status': ['orders-effected-once', /units sold 60/, /units sold 56, 56/],
  'an order for each request': ['orders-effected-once', /one order for one Idempotency-Key/, /two of them/],
  'a repetition that says nothing': ['orders-effected-once', /Idempotency-Replayed 20 times/, /0 times/],
  'no Location': ['orders-effected-once', /Location/, /none/],
  'a key for two orders': ['orders-refused', /other body 422/, /other body 202/],
  'unknown resources ordered': ['orders-refused', /unknown resource 422/, /unknown resource 202/],
  'a key not required': ['orders-refused', /no key 400/, /no key 202/],
  'a repetition at the end counts': ['orders-once-at-end', /units sold 60/, /units sold 120/],
  'poison effected': ['orders-poison', /the order dead/, /effected/],
  'poison without a reason': ['orders-poison', /dead with a reason/, /''/],
  'poison that stays dead': ['orders-poison', /the order effected/, /dead \(the resource is not available\)/],
  'effected orders replayed': ['orders-poison', /409/, /202/],
  'a lost update': ['lock-contention', /counter 50; each count/, /counter 49; 49 different counts; waited/],
  'one token twice': ['lock-contention', /fencing tokens 50/, /fencing tokens 49/],
  'tokens out of order': ['lock-contention', /tokens that grow/, /121 after 1,?120/],
  'a lock that gives up': ['lock-contention', /runs: 200/, /503 \(Too many want the lock\)/],
  'two leaders': ['leader-one', /leaders 1/, /leaders 2; worker-1 with token 7, worker-2 with token 7/],
  'no leader': ['leader-one', /a leader with a fencing token > 0 within the run's time/, /nobody/],
  'a leader that stays': ['leader-resignation', /a leader with a fencing token > 7/, /worker-1 with token 7/],
  'a term with the old token': ['leader-resignation', /a leader with a fencing token > 7/, /worker-2 with token 7/],
};

/** Faults by which something never comes about: the run is cut off soon. */
const endless: ReadonlySet<string> = new Set<Fault>([
  'no invalidation',
  'a read that hangs',
  'one order lost',
  'no effect behind the status',
  'no leader',
  'a leader that stays',
  'a term with the old token',
]);

describe('a platform with', () => {
  test.concurrent.each(Object.entries(faults))('%s fails', async (fault, [check, expected, seen]) => {
    const name = faultNames.find((known) => known === fault);
    if (name === undefined) throw new Error(`no such fault: ${fault}`);
    // The check at the end looks again at what another one did.
    const checks = check === 'orders-once-at-end' ? ['orders-effected-once', check] : [check];
    const { rows, exitCode } = await run({ faults: [name] }, { checks, timeoutSeconds: endless.has(fault) ? 2 : 30 });
    const failed = failures(rows);
    expect(failed).toMatchObject([{ id: check, result: 'failed' }]);
    expect(failed[0]?.expected).toMatch(expected);
    expect(failed[0]?.seen).toMatch(seen);
    expect(exitCode).toBe(1);
  });
});
