/** A disk that is slow. */
import { spawn } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { firstOf, type FaultContext } from '../fault';
import { serverProcesses } from './pods';

/** How long each write and each sync takes: as long as on a disk of a cloud beyond its limit. */
export const diskMilliseconds = 1_000;
export const slowSeconds = 30;

const calls = 'write,fdatasync,fsync';

/** strace delays what a master does with its append-only file; the file's own name is that which the process sees. */
export async function slowDisk(context: FaultContext): Promise<void> {
  const pod = firstOf(await context.redis.masters(), 'master');
  const pid = firstOf((await serverProcesses(context, pod)).map(String), `server of ${pod}`);
  context.say(`each write to the append-only file of ${pod} takes ${diskMilliseconds} ms, for ${slowSeconds} s`);
  const strace = spawn('strace', [
    ...['-f', '-qq', '-o', '/dev/null', '-p', pid, '-P', appendOnlyFile(pid), '-e', `trace=${calls}`],
    ...['-e', `inject=${calls}:delay_enter=${diskMilliseconds * 1_000}`],
  ]);
  let errors = '';
  strace.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = new Promise<string>((resolve) => {
    strace.on('error', ({ message }) => resolve(`${message}: install strace`));
    strace.on('close', (code) => resolve(`it ended with ${code ?? 'a signal'}: ${errors.trim()}`));
  });
  const early = await Promise.race([ended, sleep(slowSeconds * 1_000)]);
  if (typeof early === 'string') throw new Error(`strace does not slow down process ${pid}: ${early}`);
  // It lets go of the process.
  strace.kill('SIGINT');
  await ended;
}

/** The file that a server appends to. @throws Error if it has none open */
function appendOnlyFile(pid: string): string {
  const folder = `/proc/${pid}/fd`;
  const files = readdirSync(folder).map((file) => readlinkSync(`${folder}/${file}`));
  return firstOf(
    files.filter((file) => file.endsWith('.incr.aof')),
    `append-only file that process ${pid} has open`,
  );
}
