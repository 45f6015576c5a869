/** Lets a process run for a small share of the time only, as a machine does that has too little of it. */
import { spawn } from 'node:child_process';

const runMilliseconds = 2;
const shortestStopMilliseconds = 100;
/** Short enough that other servers still take it for alive. */
const longestStopMilliseconds = 500;

/** Ends with the process that started it, and leaves the throttled one running. */
const program = `
const { readFileSync } = require('node:fs');
const [pid, share] = process.argv.slice(1).map(Number);
const end = () => { try { process.kill(pid, 'SIGCONT'); } catch {} process.exit(); };
process.stdin.on('end', end).resume();
const usedMilliseconds = () => Number(readFileSync('/proc/' + pid + '/schedstat', 'utf8').split(' ')[0]) / 1e6;
let before = usedMilliseconds();
const cycle = () => {
  process.kill(pid, 'SIGSTOP');
  const now = usedMilliseconds();
  const stop = Math.min(${longestStopMilliseconds}, Math.max(${shortestStopMilliseconds}, (now - before) / share));
  before = now;
  setTimeout(() => { process.kill(pid, 'SIGCONT'); setTimeout(cycle, ${runMilliseconds}); }, stop);
};
cycle();
`;

/**
 * By the processor time that it took, rather than by the clock: on a busy machine a process that may run for two
 * milliseconds runs for twenty.
 *
 * @param share of a processor, such as 0.02
 * @returns what gives the process all of its time back
 */
export function throttle(pid: number, share: number): () => Promise<void> {
  const child = spawn(process.execPath, ['-e', program, String(pid), String(share)], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  return () =>
    new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.stdin.end();
    });
}
