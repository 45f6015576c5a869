/** Units of systemd: the two servers with as few rights as they can do with, and timers. */
import type { MachineLayout } from './platform';

/** A section's lines; a key may be there several times. */
type Section = readonly (readonly [key: string, value: string])[];

function renderUnit(sections: Readonly<Record<string, Section>>): string {
  return Object.entries(sections)
    .map(([name, lines]) => `[${name}]\n${lines.map(([key, value]) => `${key}=${value}\n`).join('')}`)
    .join('\n');
}

/**
 * What a server can't do: become another user, load kernel modules, see devices and other users' files, write anywhere
 * but into its own folder, run code that it wrote. Source: systemd.exec(5); the unit that Debian ships with Redis.
 */
const confinement: Section = [
  ['NoNewPrivileges', 'yes'],
  ['CapabilityBoundingSet', ''],
  ['AmbientCapabilities', ''],
  ['ProtectSystem', 'strict'],
  ['ProtectHome', 'yes'],
  ['PrivateTmp', 'yes'],
  ['PrivateDevices', 'yes'],
  ['PrivateUsers', 'yes'],
  ['ProtectClock', 'yes'],
  ['ProtectControlGroups', 'yes'],
  ['ProtectHostname', 'yes'],
  ['ProtectKernelLogs', 'yes'],
  ['ProtectKernelModules', 'yes'],
  ['ProtectKernelTunables', 'yes'],
  ['ProtectProc', 'invisible'],
  ['RestrictAddressFamilies', 'AF_INET AF_INET6 AF_UNIX'],
  ['RestrictNamespaces', 'yes'],
  ['RestrictRealtime', 'yes'],
  ['RestrictSUIDSGID', 'yes'],
  ['RemoveIPC', 'yes'],
  ['LockPersonality', 'yes'],
  ['MemoryDenyWriteExecute', 'yes'],
  ['SystemCallArchitectures', 'native'],
  ['SystemCallFilter', '@system-service'],
  ['SystemCallFilter', '~@privileged'],
  ['SystemCallErrorNumber', 'EPERM'],
];

/** Files and sockets: connections (`maxclients` is 10,000 by default), and what Redis adds for itself. */
const openFiles = 65_536;

type Server = 'redis' | 'sentinel';

/** The unit of a server. `prepare` and `hand-over` run before and after it as root, unconfined (`+`). */
export function renderServerUnit(server: Server, { programs, state, owner }: MachineLayout): string {
  const isRedis = server === 'redis';
  const mode = isRedis ? '' : ' --sentinel';
  return renderUnit({
    Unit: [
      ['Description', isRedis ? 'Redis of the platform' : 'Sentinel of the platform'],
      ['Documentation', 'https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/'],
      ['Wants', 'network-online.target'],
      ['After', 'network-online.target nss-lookup.target'],
      ['RequiresMountsFor', state],
      // It is tried for ever: a machine that comes back hours later joins by itself.
      ['StartLimitIntervalSec', '0'],
    ],
    Service: [
      ['Type', 'notify'],
      ['User', owner],
      ['Group', owner],
      // Redis and Sentinel write passwords into the files they rewrite, and take their mode from this.
      ['UMask', '0077'],
      ['ExecStartPre', `+${programs}/prepare ${server}`],
      ['ExecStart', `/usr/bin/redis-server ${state}/${server}/${server}.conf${mode}`],
      ...(isRedis ? [['ExecStop', `+-${programs}/hand-over`] as const] : []),
      ['Restart', 'always'],
      ['RestartSec', '2s'],
      // Loading takes minutes when there is much to load.
      ['TimeoutStartSec', 'infinity'],
      // Handing over, then waiting for replicas (shutdown-timeout, 10 s), then the last writes to disk.
      ['TimeoutStopSec', isRedis ? '90s' : '10s'],
      ['LimitNOFILE', String(openFiles)],
      // The kernel takes anything else first when memory is short; a fork of Redis can be taken before Redis itself.
      ['OOMScoreAdjust', isRedis ? '-900' : '-950'],
      ['ReadWritePaths', `${state}/${server}`],
      ...confinement,
    ],
    Install: [['WantedBy', 'multi-user.target']],
  });
}

/** A program that a timer starts, as root: it changes files of others, and restarts units. */
export function renderTaskUnit(
  program: string,
  description: string,
  { programs, configuration, state }: MachineLayout,
) {
  return renderUnit({
    Unit: [
      ['Description', description],
      ['Wants', 'network-online.target'],
      ['After', 'network-online.target'],
    ],
    Service: [
      ['Type', 'oneshot'],
      ['ExecStart', `${programs}/${program}`],
      ['TimeoutStartSec', '10min'],
      ['NoNewPrivileges', 'yes'],
      ['ProtectSystem', 'strict'],
      ['ProtectHome', 'yes'],
      ['PrivateTmp', 'yes'],
      ['ProtectKernelModules', 'yes'],
      ['ProtectKernelTunables', 'yes'],
      ['RestrictRealtime', 'yes'],
      ['ReadWritePaths', `${configuration} -${state} /run`],
    ],
  });
}

/** When a program is started: `OnCalendar` of systemd.time(7). */
export function renderTimerUnit(description: string, onCalendar: string): string {
  return renderUnit({
    Unit: [['Description', description]],
    Timer: [
      ['OnCalendar', onCalendar],
      ['OnBootSec', '2min'],
      ['AccuracySec', '1s'],
    ],
    Install: [['WantedBy', 'timers.target']],
  });
}
