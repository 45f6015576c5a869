/** What each ACL user of the platform is to be able to do, and not, as commands. */
import { channels, keys, orderPartitionTags, orderQueue } from '../../apps/redis/keys';
import type { RedisUserName } from '../../constructs/redis/acl';

export type CommandLine = readonly [name: string, ...rest: (string | number)[]];

const [tag = ''] = orderPartitionTags;
const cached = keys.cachedResource('1');
const lock = keys.lock('report');
const session = keys.session('hash');
const sessions = keys.userSessions('hash');
const counter = keys.fixedWindow('login', 'subject');
const log = keys.slidingWindow('default', 'subject');
/** The bucket of a client at the gateway, and what is done with it. */
const bucket = 'rate:application-client-rate@kubernetescrd:192.0.2.1';
const bucketScript = "redis.call('HSET', KEYS[1], 'last', 1); return redis.call('EXPIRE', KEYS[1], 10)";
const stream = keys.stream(orderQueue.name, tag);
const delayed = keys.delayed(orderQueue.name, tag);
const dead = keys.deadLetters(orderQueue.name, tag);
export const released = channels.lockReleased('report');
export const events = channels.events('operations');

/** What a client of any user does on its own: log in, find the nodes, follow redirections. */
const connecting: CommandLine[] = [
  ['PING'],
  ['INFO'],
  ['ROLE'],
  ['CLIENT', 'SETNAME', 'name'],
  ['CLUSTER', 'SLOTS'],
  ['CLUSTER', 'SHARDS'],
  ['CLUSTER', 'INFO'],
  ['CLUSTER', 'NODES'],
  ['READONLY'],
  ['READWRITE'],
  ['ASKING'],
];

const strings = (key: string): [CommandLine, string][] => [
  [['SET', key, 'value', 'NX', 'GET', 'PX', 60_000], key],
  [['GET', key], key],
  [['EXISTS', key], key],
  [['PTTL', key], key],
  [['PEXPIRE', key, 60_000], key],
  [['EVAL', "return redis.call('GET', KEYS[1])", 1, key], key],
  [['EVAL', "return redis.call('TIME')", 1, key], key],
  [['UNLINK', key], key],
  [['DEL', key], key],
];

const speaking: [CommandLine, string][] = [
  [['PUBLISH', channels.cacheInvalidation, 'key'], cached],
  [['SPUBLISH', released, ''], released],
  [['SPUBLISH', events, ''], events],
  [['EVAL', "return redis.call('SPUBLISH', ARGV[1], '')", 1, lock, released], lock],
];

/** A user, a command, and the key or channel whose slot it goes to. */
export const allowed: [RedisUserName, CommandLine, string?][] = [
  ...(['app', 'worker', 'gateway', 'exporter', 'operator'] as const).flatMap((user) =>
    connecting.map((line): [RedisUserName, CommandLine] => [user, line]),
  ),
  ...[cached, keys.cacheLease(cached), lock, session, counter].flatMap((one) =>
    strings(one).map(([line, key]): [RedisUserName, CommandLine, string] => ['app', line, key]),
  ),
  ...[cached, keys.cacheLease(cached), lock].flatMap((one) =>
    strings(one).map(([line, key]): [RedisUserName, CommandLine, string] => ['worker', line, key]),
  ),
  ...(['app', 'worker'] as const).flatMap((user) =>
    speaking.map(([line, key]): [RedisUserName, CommandLine, string] => [user, line, key]),
  ),
  ['app', ['INCRBY', counter, 1], counter],
  ['app', ['ZADD', log, 1, 'member'], log],
  ['app', ['ZCARD', log], log],
  ['app', ['ZREMRANGEBYSCORE', log, 0, 1], log],
  ['app', ['ZADD', sessions, 1, 'member'], sessions],
  ['app', ['ZRANGE', sessions, 0, -1], sessions],
  ['app', ['ZREM', sessions, 'member'], sessions],
  ['app', ['XADD', stream, '*', 'field', 'value'], stream],
  ['app', ['WAIT', 0, 1]],
  ['worker', ['XGROUP', 'CREATE', stream, 'group', '$', 'MKSTREAM'], stream],
  ['worker', ['XGROUP', 'CREATECONSUMER', stream, 'group', 'consumer'], stream],
  ['worker', ['XADD', stream, '*', 'field', 'value'], stream],
  ['worker', ['XREADGROUP', 'GROUP', 'group', 'consumer', 'COUNT', 1, 'STREAMS', stream, '>'], stream],
  ['worker', ['XPENDING', stream, 'group', '-', '+', 10], stream],
  ['worker', ['XAUTOCLAIM', stream, 'group', 'consumer', 0, '0-0'], stream],
  ['worker', ['XCLAIM', stream, 'group', 'consumer', 0, '0-1'], stream],
  ['worker', ['XACK', stream, 'group', '0-1'], stream],
  ['worker', ['XDEL', stream, '0-1'], stream],
  ['worker', ['XRANGE', stream, '-', '+', 'COUNT', 1], stream],
  ['worker', ['XLEN', stream], stream],
  ['worker', ['XINFO', 'STREAM', stream], stream],
  ['worker', ['XINFO', 'GROUPS', stream], stream],
  ['worker', ['XINFO', 'CONSUMERS', stream, 'group'], stream],
  ['worker', ['ZADD', delayed, 1, 'message'], delayed],
  ['worker', ['ZRANGE', delayed, 0, -1], delayed],
  ['worker', ['ZCARD', delayed], delayed],
  ['worker', ['ZREM', delayed, 'message'], delayed],
  ['worker', ['XADD', dead, '*', 'reason', 'value'], dead],
  ['worker', ['XRANGE', dead, '-', '+'], dead],
  ['worker', ['WAIT', 0, 1]],
  ['gateway', ['COMMAND']],
  ['gateway', ['EVAL', bucketScript, 1, bucket], bucket],
  ['gateway', ['HGETALL', bucket], bucket],
  ['exporter', ['SLOWLOG', 'GET', 1]],
  ['exporter', ['SLOWLOG', 'LEN']],
  ['exporter', ['LATENCY', 'LATEST']],
  ['exporter', ['LATENCY', 'HISTOGRAM']],
  ['operator', ['SLOWLOG', 'GET', 1]],
  ['operator', ['LATENCY', 'DOCTOR']],
  ['operator', ['MEMORY', 'USAGE', stream], stream],
  ['operator', ['XINFO', 'GROUPS', stream], stream],
  ['operator', ['CLUSTER', 'MYID']],
  ['operator', ['CLUSTER', 'COUNTKEYSINSLOT', 0]],
  ['operator', ['CLIENT', 'LIST']],
  ['operator', ['CLIENT', 'KILL', 'ID', 999_999_999]],
  ['operator', ['ACL', 'USERS']],
  ['operator', ['ACL', 'LOG']],
  ['operator', ['LASTSAVE']],
  ['operator', ['SCAN', 0]],
  ['operator', ['TYPE', cached], cached],
  ['operator', ['XLEN', stream], stream],
];

/** What destroys, spies or administers. */
const administration: CommandLine[] = [
  ['FLUSHALL'],
  ['FLUSHDB'],
  ['SWAPDB', 0, 1],
  ['KEYS', '*'],
  ['SCAN', 0],
  ['RANDOMKEY'],
  ['CONFIG', 'GET', 'maxmemory'],
  ['CONFIG', 'SET', 'maxmemory', 1],
  ['CONFIG', 'REWRITE'],
  ['DEBUG', 'SLEEP', 0],
  ['SCRIPT', 'FLUSH'],
  ['SCRIPT', 'KILL'],
  ['FUNCTION', 'LOAD', 'x'],
  ['SHUTDOWN', 'NOSAVE'],
  ['MONITOR'],
  ['SAVE'],
  ['BGREWRITEAOF'],
  ['REPLICAOF', 'NO', 'ONE'],
  ['CLUSTER', 'MEET', '127.0.0.1', 1],
  ['CLUSTER', 'RESET'],
  ['CLUSTER', 'FAILOVER'],
  ['CLUSTER', 'FORGET', 'x'],
  ['ACL', 'LIST'],
  ['ACL', 'SETUSER', 'app', 'on', '+@all'],
  ['ACL', 'DELUSER', 'app'],
  ['ACL', 'GETUSER', 'app'],
  ['ACL', 'LOAD'],
  ['ACL', 'WHOAMI'],
  ['CLIENT', 'KILL', 'TYPE', 'normal'],
  ['CLIENT', 'PAUSE', 1],
  ['MODULE', 'LOAD', 'x'],
  ['MIGRATE', '127.0.0.1', 1, cached, 0, 1],
  ['RESTORE', cached, 0, 'x'],
  ['DUMP', cached],
  ['PUBSUB', 'CHANNELS'],
];

const inspection: CommandLine[] = [
  ['CLIENT', 'LIST'],
  ['SLOWLOG', 'GET'],
];

/** Contents, by commands that others may use on them. */
const contents: CommandLine[] = [
  ['GET', cached],
  ['SET', cached, 'x'],
  ['DEL', cached],
  ['XRANGE', stream, '-', '+'],
  ['XINFO', 'STREAM', stream],
  ['XADD', stream, '*', 'a', 'b'],
  ['EVAL', 'return 1', 1, cached],
  ['PUBLISH', channels.cacheInvalidation, ''],
  ['SUBSCRIBE', channels.cacheInvalidation],
  ['SSUBSCRIBE', events],
];

const asUsers = (users: readonly RedisUserName[], lines: readonly CommandLine[]) =>
  users.flatMap((user) => lines.map((line): [RedisUserName, CommandLine] => [user, line]));

const operatorsOwn = /^(SCAN|SHUTDOWN|BGREWRITEAOF|CLUSTER (?!MEET)|CLIENT|ACL (LOAD|WHOAMI))/;

export const refused: [RedisUserName, CommandLine][] = [
  ...asUsers(['app', 'worker'], [...administration, ...inspection]),
  ...asUsers(['exporter', 'gateway'], [...administration, ...contents]),
  ...asUsers(['gateway'], [...inspection, ['HGETALL', session], ['HSET', lock, 'a', 'b'], ['EXPIRE', cached, 1]]),
  ...asUsers(['operator'], [...administration.filter((line) => !operatorsOwn.test(line.join(' '))), ...contents]),
  ...asUsers(
    ['app', 'worker'],
    [
      ['GET', 'foreign'],
      ['SET', 'foreign', 'x'],
      ['EVAL', "return redis.call('GET', 'foreign')", 1, 'foreign'],
      ['PUBLISH', 'foreign', ''],
      ['SUBSCRIBE', 'foreign'],
      ['PSUBSCRIBE', '*'],
      ['SPUBLISH', 'foreign:{a}', ''],
      ['SSUBSCRIBE', 'foreign:{a}'],
    ],
  ),
  ...asUsers(
    ['app'],
    [
      ['XREADGROUP', 'GROUP', 'group', 'consumer', 'STREAMS', stream, '>'],
      ['XRANGE', stream, '-', '+'],
      ['ZRANGE', delayed, 0, -1],
      ['EVAL', "return redis.call('ZRANGE', KEYS[1], 0, -1)", 1, delayed],
      ['XADD', dead, '*', 'reason', 'value'],
      ['XGROUP', 'DESTROY', stream, 'group'],
    ],
  ),
  ...asUsers(
    ['exporter'],
    [
      ['CLIENT', 'LIST'],
      ['DBSIZE'],
      ['TYPE', stream],
      ['XLEN', stream],
      ['ZCARD', delayed],
      ['MEMORY', 'USAGE', stream],
    ],
  ),
  ...asUsers(
    ['worker'],
    [
      ['GET', session],
      ['SET', session, 'x'],
      ['ZRANGE', sessions, 0, -1],
      ['GET', counter],
      ['XGROUP', 'DESTROY', stream, 'group'],
      ['XTRIM', stream, 'MAXLEN', 0],
    ],
  ),
];
