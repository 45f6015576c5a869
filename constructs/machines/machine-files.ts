/** Every file of a machine, with its place. None holds a secret. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  machineLayout,
  renderMachineEnvironment,
  type Machine,
  type MachineLayout,
  type MachinePlatform,
} from './platform';
import {
  renderMachineRedisConf,
  renderMachineSentinelConf,
  renderMachineSentinelUsers,
  renderMachineUsers,
} from './server-files';
import { hugePages, journal, needrestart, sysctl } from './system-files';
import { renderServerUnit, renderTaskUnit, renderTimerUnit } from './systemd-units';

/** A file of a machine; its owner is root. */
export interface MachineFile {
  /** Absolute. */
  readonly path: string;
  readonly mode: '0644' | '0755';
  readonly content: string;
}

/** Programs of every machine, and of those that get passwords and certificates from AWS. */
const programs = ['library', 'prepare', 'hand-over', 'refresh', 'activate'] as const;
const programsInAws = ['fetch-secrets', 'certificate', 'measure', 'first-boot'] as const;

/** The text of a program. */
export function programText(name: string): string {
  return readFileSync(path.join(__dirname, 'programs', name), 'utf8');
}

/**
 * All files of one machine, in a fixed order.
 *
 * @param layout where they are; tests have several machines on one
 * @throws Error if the machine isn't one of the platform's
 */
export function machineFiles(
  platform: MachinePlatform,
  machine: Machine,
  layout: MachineLayout = machineLayout,
): MachineFile[] {
  const { configuration } = layout;
  return [
    text(`${configuration}/machine.env`, renderMachineEnvironment(platform, machine, layout)),
    text(`${configuration}/redis.conf`, renderMachineRedisConf(platform, machine, layout)),
    text(`${configuration}/sentinel.conf`, renderMachineSentinelConf(platform, machine, layout)),
    text(`${configuration}/users.acl`, renderMachineUsers()),
    text(`${configuration}/sentinel-users.acl`, renderMachineSentinelUsers()),
    ...[...programs, ...(platform.secretsManager ? programsInAws : [])].map((name): MachineFile => ({
      path: `${layout.programs}/${name}`,
      mode: '0755',
      content: programText(name),
    })),
    ...unitFiles(platform, machine, layout),
    text('/etc/sysctl.d/60-redis-platform.conf', sysctl),
    text('/etc/tmpfiles.d/redis-platform.conf', hugePages),
    text('/etc/systemd/journald.conf.d/redis-platform.conf', journal),
    text('/etc/needrestart/conf.d/redis-platform.conf', needrestart),
  ];
}

function unitFiles(platform: MachinePlatform, machine: Machine, layout: MachineLayout): MachineFile[] {
  const unit = (name: string, content: string) => text(`/etc/systemd/system/redis-platform-${name}`, content);
  const refreshes = 'Brings new passwords and certificates to the servers';
  const measures = 'Tells CloudWatch how the servers are';
  return [
    unit('redis.service', renderServerUnit('redis', layout)),
    unit('sentinel.service', renderServerUnit('sentinel', layout)),
    unit('refresh.service', renderTaskUnit('refresh', refreshes, layout)),
    unit('refresh.timer', renderTimerUnit(refreshes, refreshTimes(platform, machine))),
    ...(platform.secretsManager
      ? [
          unit('measure.service', renderTaskUnit('measure', measures, layout)),
          unit('measure.timer', renderTimerUnit(measures, 'minutely')),
        ]
      : []),
  ];
}

/** Every quarter of an hour, each machine at minutes of its own, since servers may restart: 0, 5 and 10 of three. */
function refreshTimes({ machines }: MachinePlatform, { name }: Machine): string {
  const index = machines.findIndex((candidate) => candidate.name === name);
  if (index < 0) throw new Error(`there is no machine '${name}' on the platform; use one of its own`);
  return `*:${Math.floor((15 / machines.length) * index)}/15`;
}

const text = (file: string, content: string): MachineFile => ({ path: file, mode: '0644', content });
