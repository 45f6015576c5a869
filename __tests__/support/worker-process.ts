/** Workers as they are deployed: the bundled program, each in a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Variables } from '../../apps/service/settings';
import { eventually } from './eventually';

const bundle = path.resolve(__dirname, '../../dist/worker.js');

/** How a process ended, and all that it printed. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A line of a worker's log. */
export interface LogLine {
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface ProbeAnswer {
  readonly status: number;
  readonly body: string;
}

/** A run of the program: a worker, or one of its commands. */
export class WorkerProcess {
  /** Resolves when it has ended and everything that it printed has been read. */
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #variables: Variables;
  #stdout = '';
  #stderr = '';

  /** Starts it. @param variables its whole environment, but for the path of programs */
  constructor(variables: Variables, args: readonly string[] = []) {
    this.#variables = variables;
    const child = spawn(process.execPath, ['--enable-source-maps', bundle, ...args], {
      env: { PATH: process.env.PATH, ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.exited = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr }));
    });
  }

  get name(): string {
    return this.#variables.INSTANCE_NAME ?? '';
  }

  get port(): string {
    return this.#variables.PORT ?? '';
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Everything that it printed so far. */
  get output(): string {
    return this.#stdout + this.#stderr;
  }

  /** The lines of its log that have a message. */
  logged(message: string): LogLine[] {
    return this.#stdout
      .split('\n')
      .filter((line) => line.includes(JSON.stringify(message)) && line.endsWith('}'))
      .map((line) => JSON.parse(line) as LogLine)
      .filter(({ msg }) => msg === message);
  }

  /** The passwords that it was given files of. */
  get passwords(): string[] {
    const files = Object.entries(this.#variables).filter(([name]) => name.endsWith('_PASSWORD_FILE'));
    return files.map(([, file]) => readFileSync(file ?? '', 'utf8').trim());
  }

  /** Signals it, unless it has ended. */
  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** kill -9. */
  async killed(): Promise<void> {
    this.kill('SIGKILL');
    await this.exited;
  }

  /** Asks one of its probes. @throws Error if it doesn't answer within 5 s */
  async get(probe: '/healthz' | '/readyz' | '/metrics'): Promise<ProbeAnswer> {
    const answer = await fetch(`http://127.0.0.1:${this.port}${probe}`, {
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(5_000),
    });
    return { status: answer.status, body: await answer.text() };
  }

  /** Status and reasons of its readiness. */
  async readiness(): Promise<{ status: number; reasons: readonly string[] }> {
    const { status, body } = await this.get('/readyz');
    const { reasons } = JSON.parse(body) as { reasons: readonly string[] };
    return { status, reasons };
  }

  /** Waits until it consumes. @throws Error with what it printed if it has ended, or doesn't within 20 s */
  async ready(): Promise<this> {
    const isReady = async () => this.hasEnded || (await this.get('/readyz').catch(() => undefined))?.status === 200;
    await eventually(isReady, 20_000);
    if (this.hasEnded) throw new Error(`${this.name} has ended: ${this.output}`);
    return this;
  }

  /** Values of its metrics, by name with labels. */
  async metrics(): Promise<Readonly<Record<string, number>>> {
    const { body } = await this.get('/metrics');
    const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return Object.fromEntries(
      lines.map((line) => {
        const end = line.lastIndexOf(' ');
        return [line.slice(0, end), Number(line.slice(end + 1))];
      }),
    );
  }
}
