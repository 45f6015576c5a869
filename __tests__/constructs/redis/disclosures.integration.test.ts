/** What each user of each platform can learn, by every known way, of real servers with the platform's own files. */
import { hashSlot } from '../../../apps/redis/keys';
import { disclosures, type Secret } from '../../../constructs/redis/disclosures';
import { Prober } from '../../support/disclosure/prober';
import { plantedPasswords, PlantedKeys, type Planted } from '../../support/disclosure/secrets';
import { platforms, type ProbedPlatform, type ProbedServer } from '../../support/disclosure/sites';
import { acts, isRefusal, nameOf, waysOf, type Way } from '../../support/disclosure/ways';

/** `<user>: <secret> by <command>`. */
const describeDisclosure = (user: string, secret: Secret, command: string) => `${user}: ${secret} by ${command}`;

const intended = disclosures.flatMap(({ user, secrets, by }) =>
  by.flatMap((command) => secrets.map((secret) => describeDisclosure(user, secret, command))),
);

/** What was learnt on any platform. */
const learnt = new Set<string>();

/** What a user learns by a reply; not what it said itself. */
function secretsIn(user: string, way: Way, reply: string, planted: readonly Planted[]): Secret[] {
  const { command, leadsTo, owners = [] } = way;
  if (isRefusal(reply)) return [];
  if (leadsTo) return owners.includes(user) ? [] : [...leadsTo];
  return planted
    .filter(({ text, readers }) => reply.includes(text) && !readers.includes(user) && !command.join(' ').includes(text))
    .map(({ secret }) => secret);
}

describe.each(Object.entries(platforms))('%s', (_, start) => {
  let platform: ProbedPlatform;
  const keys = new PlantedKeys();

  const proberOf = ({ port }: ProbedServer, username: string) =>
    new Prober(port, platform.caCertificate, { username, password: platform.password(username) });

  beforeAll(async () => {
    platform = await start();
  });

  afterAll(() => platform.stop());

  /** Before each user: logs keep no more than some entries. */
  async function plant(): Promise<void> {
    const [server] = platform.servers;
    for (const [user, command] of keys.commands) {
      const prober = proberOf(server, user);
      const reply = await prober.send(command);
      prober.close();
      if (reply.startsWith('-') !== (user === 'gateway')) throw new Error(`${command.join(' ')}: ${reply}`);
    }
  }

  /** What a user learns at a server, each once. */
  async function probe(server: ProbedServer, user: string, planted: readonly Planted[]): Promise<string[]> {
    await plant();
    const found = new Set<string>();
    const slots = keys.keys.map((key) => [key, hashSlot(key)] as const);
    let prober = proberOf(server, user);
    for (const way of waysOf({ ...server, keys: slots })) {
      if (way.isLast) {
        prober.close();
        prober = proberOf(server, user);
      }
      const secrets = secretsIn(user, way, await prober.send(way.command), planted);
      for (const secret of secrets) found.add(describeDisclosure(user, secret, nameOf(way.command)));
    }
    prober.close();
    return [...found].sort();
  }

  test('no user learns more than is listed', async () => {
    const passwords = platform.servers.flatMap(({ users }) => users.map((user) => platform.password(user)));
    const planted = [...keys.planted, ...plantedPasswords(passwords)];
    const found: string[] = [];
    for (const server of platform.servers) {
      for (const user of server.users) found.push(...(await probe(server, user, planted)));
    }
    for (const one of found) learnt.add(one);
    expect(found.filter((one) => !intended.includes(one))).toEqual([]);
  });

  test('every command that a user may send is tried, or only acts', () => {
    const tried = platform.servers.flatMap((server) =>
      waysOf({ ...server, keys: [['key', 0]] }).map(({ command }) => nameOf(command)),
    );
    const granted = platform.servers.flatMap(({ commands }) => commands);
    expect([...new Set(granted)].filter((command) => ![...tried, ...acts].includes(command))).toEqual([]);
  });
});

test('what is listed is what is learnt', () => {
  expect([...learnt].sort()).toEqual([...intended].sort());
});
