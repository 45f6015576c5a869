/** What an instance is told at its first start: its files, and what to run. Nothing in it is secret. */
import { gzipSync } from 'node:zlib';
import type { Violation } from '../validation/violations';
import type { MachineFile } from './machine-files';
import { machineLayout } from './platform';

/** EC2 takes no more, compressed, before it is written in base64. Source: "User data" of the EC2 guide. */
const mostBytes = 16_384;

/** Another program's compression may be a little worse than the one that is measured with here. */
const margin = 0.95;

/** The text, a configuration of cloud-init; JSON is YAML as well. */
export function machineUserData(files: readonly MachineFile[]): string {
  return `#cloud-config\n${JSON.stringify(
    {
      write_files: files.map(({ path, mode, content }) => ({ path, permissions: mode, content })),
      runcmd: [[`${machineLayout.programs}/first-boot`]],
    },
    null,
    1,
  )}\n`;
}

/** Refuses what EC2 would refuse, only when the template is made. */
export function userDataViolations(text: string): Violation[] {
  const bytes = gzipSync(text).length;
  const most = Math.floor(mostBytes * margin);
  if (bytes <= most) return [];
  return [
    {
      setting: 'user data',
      value: bytes,
      expected: `at most ${most} bytes, compressed`,
      remedy: 'Shorten the programs in constructs/machines/programs, or let instances fetch them from S3',
    },
  ];
}
