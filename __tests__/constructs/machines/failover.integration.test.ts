/** Sentinel for real: servers started from the files of machines, and the application's library through failovers. */
import { isAlive } from '../../../apps/local-platform/daemon';
import { eventually } from '../../support/eventually';
import { LibraryLoad } from '../../support/library-load';
import { startMachines, type TestMachines } from '../../support/machines';

let machines: TestMachines;
let load: LibraryLoad | undefined;

beforeAll(async () => {
  machines = await startMachines();
});

afterEach(() => load?.close());

afterAll(() => machines.stop());

interface Fault {
  readonly strike: (master: string) => Promise<unknown>;
  readonly heal: (former: string) => Promise<unknown>;
}

const signal = (name: string, which: NodeJS.Signals) =>
  Promise.resolve(process.kill(machines.pid(name, 'redis'), which));

/** As systemd stops a server: first what is to be done before, then SIGTERM. */
async function stopServer(name: string): Promise<void> {
  expect(await machines.program(name, 'hand-over')).toMatch(/^handed over to 127\.0\.0\.1 \d+$/m);
  await signal(name, 'SIGTERM');
}

const faults: Readonly<Record<string, Fault>> = {
  'is killed': { strike: (name) => signal(name, 'SIGKILL'), heal: (name) => machines.start(name, 'redis') },
  'is frozen': { strike: (name) => signal(name, 'SIGSTOP'), heal: (name) => signal(name, 'SIGCONT') },
  'is stopped': { strike: stopServer, heal: (name) => machines.start(name, 'redis') },
};

test.each(Object.entries(faults))(
  'a master that %s under load loses nothing that was acknowledged',
  async (_, { strike, heal }) => {
    load = new LibraryLoad(machines);
    await load.start();
    const former = await machines.master();
    await strike(former);
    await eventually(async () => (await machines.master().catch(() => former)) !== former, 20_000);
    await load.flow();
    await heal(former);
    await machines.whole();
    await load.flow();
    const report = await load.finish();

    expect(await machines.ask(former, 'redis', 'ROLE')).toEqual(expect.arrayContaining(['slave', 'connected']));
    expect(report).toMatchObject({ lost: [], refused: [], wrongReads: [], mostHolders: 1, fenceBreaches: 0 });
    expect(report.acknowledged).toBeGreaterThan(600);
    expect(report.longestMilliseconds).toBeLessThan(10_000);
  },
);

test('nobody was refused what it needs: no server and no Sentinel has noted a denied command', async () => {
  for (const { name } of machines.platform.machines) {
    expect(await machines.ask(name, 'redis', 'ACL', 'LOG')).toEqual([]);
    expect(await machines.ask(name, 'sentinel', 'ACL', 'LOG')).toEqual([]);
  }
});

test('a Sentinel that starts again goes by what it has learnt, not by what was written at first', async () => {
  const master = await machines.master();
  expect(master).not.toBe('machine-1');
  const pid = machines.pid('machine-1', 'sentinel');
  process.kill(pid, 'SIGKILL');
  await eventually(() => !isAlive(pid));
  await machines.start('machine-1', 'sentinel');
  await machines.whole();
  expect(await machines.master()).toBe(master);
});
