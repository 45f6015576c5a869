import { connectRedis, disconnectRedis } from '../../../apps/redis/client';
import { aclUsers, redisUserNames, type RedisUserName } from '../../../constructs/redis/acl';
import { startStandaloneRedis } from '../../support/redis-sentinel';

describe('of all commands that Redis knows', () => {
  let commands: string[];
  let dangerous: Set<string>;
  let permitted: Record<RedisUserName, string[]>;

  /** Names, subcommands as `container|name`, with as many arguments as they need at least. */
  function flatten(entries: readonly unknown[]): Map<string, number> {
    const arities = new Map<string, number>();
    for (const entry of entries as [string, number, ...unknown[]][]) {
      const [name, arity] = entry;
      const subcommands = (entry[9] ?? []) as unknown[];
      if (subcommands.length === 0) arities.set(name, Math.abs(arity));
      for (const [one, least] of flatten(subcommands)) arities.set(one, least);
    }
    return arities;
  }

  beforeAll(async () => {
    const server = await startStandaloneRedis();
    const inspector = connectRedis({ ...server.settings, username: 'inspector' });
    const arities = flatten((await inspector.call('COMMAND')) as unknown[]);
    commands = [...arities.keys()].sort();
    const categories = ['dangerous', 'admin'].map((category) => inspector.call('ACL', 'CAT', category));
    dangerous = new Set((await Promise.all(categories)).flat() as string[]);
    const mayRun = async (user: string, name: string, words: number) => {
      const line = name.split('|');
      while (line.length < words) line.push('x');
      const verdict = await inspector.call('ACL', 'DRYRUN', user, ...line).catch(String);
      return !String(verdict).includes('no permissions to run the');
    };
    const ofUser = async (user: RedisUserName) => {
      const verdicts = await Promise.all([...arities].map(([name, words]) => mayRun(user, name, words)));
      return [user, [...arities.keys()].filter((_, index) => verdicts[index]).sort()] as const;
    };
    permitted = Object.fromEntries(await Promise.all(redisUserNames.map(ofUser))) as typeof permitted;
    await disconnectRedis(inspector);
    await server.stop();
  });

  const ofCommand = () => commands.filter((name) => name.startsWith('command|'));

  test.each(redisUserNames)('%s may run those that are declared, and no other', (user) => {
    // Granted, COMMAND is so with what its subcommands say of commands. No other command is granted with its subcommands.
    const declared = aclUsers[user].commands.flatMap((name) => (name === 'command' ? ofCommand() : name));
    expect(declared.filter((name) => !commands.includes(name))).toEqual([]);
    // Redis lets everybody log in and out, whatever their rule says.
    const always = ['auth', 'hello', 'quit', 'reset'];
    expect(permitted[user]).toEqual([...new Set([...declared, ...always])].sort());
  });

  test.each([
    ['app', ['info', 'role']],
    ['worker', ['info', 'role']],
    ['exporter', ['info', 'latency|histogram', 'latency|latest', 'role', 'slowlog|get', 'slowlog|len']],
  ] as const)('%s may run, of the dangerous and administrative ones, only %j', (user, expected) => {
    expect(permitted[user].filter((name) => dangerous.has(name))).toEqual(expected);
  });
});
