/** Lets a process run for a small share of the time only, as a machine does that has too little of it. */
import { spawn } from 'node:child_process';

/** Ends with the process that started it, and leaves the throttled one running. */
const program = `
const [pid, run, stop] = process.argv.slice(1).map(Number);
const end = () => { try { process.kill(pid, 'SIGCONT'); } catch {} process.exit(); };
process.stdin.on('end', end).resume();
const cycle = () => {
  process.kill(pid, 'SIGSTOP');
  setTimeout(() => { process.kill(pid, 'SIGCONT'); setTimeout(cycle, run); }, stop);
};
cycle();
`;

/** @returns what gives the process all of its time back */
export function throttle(
  pid: number,
  { runMilliseconds, stopMilliseconds }: { readonly runMilliseconds: number; readonly stopMilliseconds: number },
): () => Promise<void> {
  const child = spawn(
    process.execPath,
    ['-e', program, String(pid), String(runMilliseconds), String(stopMilliseconds)],
    {
      stdio: ['pipe', 'ignore', 'inherit'],
    },
  );
  return () =>
    new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.stdin.end();
    });
}
