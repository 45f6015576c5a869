import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { chromium, type Browser, type Page } from 'playwright-core';
import { queueStateTopic } from '../../../apps/service/order-queue';
import { alertmanagerConfiguration } from '../../../constructs/observability/alertmanager/configuration';
import { alertsOf } from '../../../constructs/observability/rules/rules';
import { startAlertmanager, type RunningAlertmanager } from '../../support/alertmanager';
import { startApis, type ApiInstance, type TestApis } from '../../support/api';
import { eventually } from '../../support/eventually';
import { freePorts } from '../../support/free-ports';
import { testPlatform } from '../../support/promtool';

const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const hasBrowser = existsSync(browserPath);
if (!hasBrowser)
  console.warn(`There is no browser at ${browserPath}: the tests of the console are SKIPPED. CHROMIUM names another.`);

let apis: TestApis;
let api: ApiInstance;
let alertmanager: RunningAlertmanager;
let browser: Browser;
let url: string;

(hasBrowser ? describe : describe.skip)('the console', () => {
  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    const nobody = [{ kind: 'webhook', url: 'http://127.0.0.1:9/' }] as const;
    alertmanager = await startAlertmanager(
      alertmanagerConfiguration({
        receivers: { page: nobody, chat: nobody, deadMansSwitch: nobody },
        rules: alertsOf(testPlatform),
        pace: { speed: 60 },
      }),
      port,
    );
    apis = await startApis();
    api = await apis.add('api-3', { CONSOLE: 'true', OPERATORS: 'user-1', ALERTMANAGER_URL: alertmanager.url });
    url = await api.app.listen({ host: '127.0.0.1', port: 0 });
    browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
  });

  afterAll(async () => {
    await browser.close();

    await apis.stop();

    alertmanager.stop();
  });

  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

  /** The page in a browser of its own, and what went wrong there. */
  async function open(): Promise<{ readonly page: Page; readonly errors: readonly string[] }> {
    const page = await (await browser.newContext()).newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await page.goto(`${url}/console`);
    return { page, errors };
  }

  /** Looks without a browser, on a connection of its own. */
  const look = () =>
    new Promise<IncomingMessage>((resolve, reject) => {
      get(`${url}/console/events`, { agent: false }, resolve).on('error', reject);
    });

  async function logIn(page: Page, user = 'user-1'): Promise<void> {
    await page.getByLabel('User name').fill(user);
    await page.getByLabel('Password').fill(apis.servers.password);
    await page.getByRole('button', { name: 'Log in to act' }).click();
  }

  const shows = (page: Page, id: string, text: string | RegExp) =>
    eventually(async () => {
      const shown = await page.locator(id).innerText();
      return typeof text === 'string' ? shown.includes(text) : text.test(shown);
    });

  /** An order that failed for good, with a reason that would be markup if it were taken for that. */
  async function deadOrder(): Promise<string> {
    const { database } = api.connected;
    const id = randomUUID();
    await database.query(
      `insert into orders (id, user_id, resource_id, quantity, idempotency_key, request_hash)
     select $1, users.id, resources.id, 1, $1, 'hash' from users, resources limit 1`,
      [id],
    );
    await database.query(`update orders set status = 'dead', failure_reason = 'it <b>failed</b>' where id = $1`, [id]);
    await database.query(
      `insert into order_outbox (order_id, payload, dead_at)
     select id, json_build_object('orderId', id, 'userId', user_id, 'resourceId', resource_id, 'quantity', quantity), now()
     from orders where id = $1`,
      [id],
    );
    return id;
  }

  const statusOf = async (id: string) =>
    (await api.connected.database.query<{ status: string }>('select status from orders where id = $1', [id])).rows[0]
      ?.status;

  test('it shows every shard with its servers, roles, slots and memory', async () => {
    const { page, errors } = await open();
    await shows(page, '#shards', '0-5460');
    const rows = await page.locator('#shards tbody tr').allInnerTexts();
    expect(rows).toHaveLength(6);
    expect(rows.filter((row) => row.includes('master'))).toHaveLength(3);
    expect(rows.filter((row) => /replica.* of .*MiB.* B\s+ok/.test(row))).toHaveLength(3);
    expect(await page.locator('#shards meter').count()).toBe(6);
    expect(errors).toEqual([]);
  });

  test('it shows what was read and what was allowed', async () => {
    const { page } = await open();
    await api.send('GET', '/resources/resource-1');
    await api.send('GET', '/resources/resource-1');
    await shows(page, '#figures', /Hit ratio of api-3\s+50\.0 %/);
  });

  test('the queue is what the leader tells, and unknown without one', async () => {
    const { page } = await open();
    await shows(page, '#queue', 'Not known: no leader of the workers tells it');
    const state = {
      depth: 1_234,
      pending: 3,
      delayed: 1,
      dead: 2,
      oldestAgeMilliseconds: 1_500,
      oldestInHandMilliseconds: 700,
    };
    await eventually(async () => (await apis.one.connected.events.publish(queueStateTopic, state)) > 0);
    await shows(page, '#queue', /Depth\s+1,234[\s\S]*Oldest in hand\s+0\.7 s[\s\S]*Dead letters\s+2/);
  });

  test('it shows who leads', async () => {
    const { page } = await open();
    await shows(page, '#leader', 'nobody');
    const lock = await apis.one.connected.locks.acquire('outbox-relay', {
      ttlMilliseconds: 30_000,
      waitMilliseconds: 1_000,
    });
    await shows(page, '#leader', /Holds the lock\s+api-1/);
    await lock.release();
  });

  test('alerts that fire are shown, and which of them another explains', async () => {
    const { page } = await open();
    await shows(page, '#alerts', 'Not known: Alertmanager has no DeadMansSwitch');
    const common = { namespace: 'redis', redis_cluster: 'test-redis' };
    await alertmanager.raise([{ ...common, alertname: 'DeadMansSwitch', severity: 'none' }]);
    await shows(page, '#alerts', 'None fires.');
    await alertmanager.raise([
      { ...common, alertname: 'RedisDown', severity: 'critical', pod: 'redis-0' },
      { ...common, alertname: 'RedisReplicaMissing', severity: 'warning', pod: 'redis-4' },
    ]);
    await shows(page, '#alerts', /critical\s+RedisDown[\s\S]*RedisReplicaMissing[\s\S]*explained by another/);
    expect(await page.locator('#alerts tbody tr').count()).toBe(2);
  });

  test('an alert that is silenced still shows', async () => {
    const { page } = await open();
    const common = { namespace: 'redis', redis_cluster: 'test-redis' };
    const noise = { ...common, alertname: 'LockWaitsLong', severity: 'warning' };
    await alertmanager.raise([{ ...common, alertname: 'DeadMansSwitch', severity: 'none' }, noise]);
    await alertmanager.silence('LockWaitsLong', 60);
    await shows(page, '#alerts', /LockWaitsLong[^\n]*\(silenced\)/);
  });

  test('who is refused asks again, and what is old looks it', async () => {
    const page = await (await browser.newContext()).newPage();
    await page.route('**/console/events', (route) => route.fulfill({ status: 503, body: 'away' }), { times: 1 });
    await page.goto(`${url}/console`);
    await shows(page, '#lost', 'What is shown is old');
    expect(await page.locator('body').getAttribute('class')).toBe('old');
    await shows(page, '#shards', '0-5460');
    expect(await page.locator('#lost').innerText()).toBe('');
    expect(await page.locator('body').getAttribute('class')).toBe('');
  });

  test('one address gets no more than its places', async () => {
    const crowd = await Promise.all(Array.from({ length: 60 }, () => look()));
    const refused = crowd.filter(({ statusCode }) => statusCode === 503);
    expect(refused).toHaveLength(20);
    expect(await text(refused[0] ?? Readable.from([]))).toContain('40 of your address look already');
    for (const answer of crowd) answer.destroy();
    await eventually(async () => {
      const answer = await look();
      answer.destroy();
      return answer.statusCode === 200;
    });
  });

  test('who comes and goes makes no more work than who stays', async () => {
    const asked = jest.spyOn(api.connected.locks, 'holder');
    const began = performance.now();
    for (let visit = 0; visit < 30; visit += 1) (await look()).destroy();
    const rounds = Math.ceil((performance.now() - began) / 1_000) + 1;
    expect(asked.mock.calls.length).toBeLessThanOrEqual(rounds);
    asked.mockRestore();
  });

  test('who has no session may look, and not act', async () => {
    const id = await deadOrder();
    const { page } = await open();
    await shows(page, '#dead-orders', id);
    await shows(page, '#dead-orders', 'it <b>failed</b>');
    expect(await page.getByRole('button', { name: 'Replay' }).count()).toBe(0);
    const { status } = await api.send('POST', `/console/dead-orders/${id}/replay`);
    expect(status).toBe(401);
    expect(await statusOf(id)).toBe('dead');
  });

  test('a user who is no operator may not act either', async () => {
    const id = await deadOrder();
    const { page } = await open();
    await logIn(page, 'user-2');
    await shows(page, '#dead-orders', id);
    await shows(page, '#message', 'This user is no operator.');
    expect(await page.getByRole('button', { name: 'Replay' }).count()).toBe(0);
    const { token } = (
      await api.send('POST', '/sessions', { body: { username: 'user-2', password: apis.servers.password } })
    ).body as { token: string };
    const { status } = await api.send('POST', `/console/dead-orders/${id}/replay`, { token });
    expect(status).toBe(403);
    expect(await statusOf(id)).toBe('dead');
  });

  test('an operator logs in and replays a dead order', async () => {
    const id = await deadOrder();
    const { page, errors } = await open();
    await logIn(page);
    await page.locator('#dead-orders tr', { hasText: id }).getByRole('button', { name: 'Replay' }).click();
    await eventually(async () => !(await page.locator('#dead-orders').innerText()).includes(id));
    expect(await statusOf(id)).toBe('accepted');
    expect(await page.locator('#login').isVisible()).toBe(false);
    expect(errors).toEqual([]);
  });

  test('what fails can be tried again, and who was logged out is told so', async () => {
    const id = await deadOrder();
    const { page } = await open();
    await logIn(page);
    const button = page.locator('#dead-orders tr', { hasText: id }).getByRole('button', { name: 'Replay' });
    await page.route('**/replay', (route) => route.abort(), { times: 1 });
    await button.click();
    await shows(page, '#message', 'The api does not answer: try again.');
    await page.route('**/replay', (route) => route.fulfill({ status: 502, body: '<html></html>' }), { times: 1 });
    await button.click();
    await shows(page, '#message', 'The api answers 502.');
    await page.context().clearCookies();
    await button.click();
    await shows(page, '#message', 'There is no valid session');
    await eventually(() => page.locator('#login').isVisible());
    expect(await button.count()).toBe(0);
    expect(await statusOf(id)).toBe('dead');
    await logIn(page);
    await button.click();
    await eventually(async () => !(await page.locator('#dead-orders').innerText()).includes(id));
    expect(await statusOf(id)).toBe('accepted');
  });

  test('who logs out can act no more', async () => {
    const id = await deadOrder();
    const { page } = await open();
    await logIn(page);
    const row = page.locator('#dead-orders tr', { hasText: id });
    await eventually(async () => (await row.getByRole('button').count()) === 1);
    await page.getByRole('button', { name: 'Log out' }).click();
    await eventually(async () => (await row.getByRole('button').count()) === 0);
    expect(await page.context().cookies()).toEqual([]);
  });

  test('a page of a neighbour has no use of the cookie', async () => {
    const id = await deadOrder();
    const { headers } = await api.send('POST', '/sessions', {
      body: { username: 'user-1', password: apis.servers.password },
    });
    const cookie = headers['set-cookie']?.split(';')[0] ?? '';
    const replay = (site: string) =>
      api.send('POST', `/console/dead-orders/${id}/replay`, { headers: { cookie, 'sec-fetch-site': site } });
    for (const site of ['same-site', 'cross-site']) expect((await replay(site)).status).toBe(401);
    expect(await statusOf(id)).toBe('dead');
    expect((await replay('same-origin')).status).toBe(202);
  });

  test('nothing that is told runs as a script', async () => {
    const { headers } = await api.send('GET', '/console');
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-/,
    );
    expect(headers['content-security-policy']).not.toContain('unsafe');
  });

  test('without its setting there is no console', async () => {
    expect((await apis.one.send('GET', '/console')).status).toBe(404);
    expect((await apis.one.send('GET', '/console/events')).status).toBe(404);
  });

  test('those who look do not keep the api from ending', async () => {
    const another = await apis.add('api-4', { CONSOLE: 'true' });
    const address = await another.app.listen({ host: '127.0.0.1', port: 0 });
    const response = await fetch(`${address}/console/events`);
    const reader = response.body?.getReader();
    await reader?.read();
    const began = performance.now();
    await another.app.close();
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
