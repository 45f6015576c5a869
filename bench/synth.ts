/**
 * Measures the synthesis of all environments together: `npm run bench:synth`. Each run is a process of its own, as
 * `npx cdktf synth` starts one. Exit code 1 if the median takes longer, or the largest more memory, than the bounds.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const runs = 5;
const bounds = { seconds: 4, mebibytes: 400 };

const root = path.resolve(__dirname, '..');

/** Tells the largest memory of the process, in kibibytes, when it ends. */
const tellMemory =
  "data:text/javascript,import{writeSync}from'node:fs';" +
  "process.on('exit',()=>writeSync(3,String(process.resourceUsage().maxRSS)))";

interface Run {
  readonly seconds: number;
  readonly mebibytes: number;
}

/** @throws Error with what main.ts printed if it fails */
function synthesize(folder: string): Run {
  const from = process.hrtime.bigint();
  const { status, stderr, output } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--import', tellMemory, 'main.ts'],
    {
      cwd: root,
      // Without one environment's name, all are synthesized.
      env: { ...process.env, ENVIRONMENT: '', CDKTF_OUTDIR: folder },
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    },
  );
  const seconds = Number(process.hrtime.bigint() - from) / 1e9;
  if (status !== 0) throw new Error(stderr);
  return { seconds, mebibytes: Number(output[3]) / 1024 };
}

function main(): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'synthesis-'));
  try {
    const measured = Array.from({ length: runs }, () => synthesize(folder));
    const stacks = readdirSync(path.join(folder, 'stacks')).length;
    const times = measured.map(({ seconds }) => seconds).sort((a, b) => a - b);
    const median = times[Math.floor(runs / 2)] ?? 0;
    const memory = Math.max(...measured.map(({ mebibytes }) => mebibytes));
    console.log(
      `${stacks} stacks, ${runs} runs: median ${median.toFixed(2)} s, slowest ${(times.at(-1) ?? 0).toFixed(2)} s ` +
        `(at most ${bounds.seconds} s); ${memory.toFixed(0)} MiB (at most ${bounds.mebibytes} MiB)`,
    );
    if (median > bounds.seconds || memory > bounds.mebibytes) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main();
