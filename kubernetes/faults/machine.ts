/** The cluster's nodes and processes on this machine. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type NodeOrder = 'cut-off' | 'rejoin' | 'lose' | 'return';

const script = path.resolve(__dirname, '../nodes/faults.sh');

export class Machine {
  readonly #run: string;

  /** @param folder RUN_DIR of kubernetes/nodes/up.sh */
  constructor(folder: string) {
    this.#run = folder;
  }

  /** Breaks or repairs a node or all nodes of a zone. @throws Error with what faults.sh printed */
  async order(order: NodeOrder, nodeOrZone: string): Promise<void> {
    await run('bash', [script, this.#run, order, nodeOrZone]);
  }
}

/** A process as this machine sees it. */
export interface HostProcess {
  readonly pid: number;
  /** Its command line, or the title that it gave itself. */
  readonly title: string;
}

/** Control groups of a pod have its uid in their path; with systemd as the driver its hyphens are underscores. */
export const isOfPod = (controlGroups: string, uid: string) =>
  controlGroups.includes(uid) || controlGroups.includes(uid.replaceAll('-', '_'));

/** Processes of a pod by the name of their program, `redis-server`. */
export function processesOf(podUid: string, program: string): readonly HostProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const found = readProcess(name);
      return found?.program === program && isOfPod(found.controlGroups, podUid)
        ? [{ pid: Number(name), title: found.title }]
        : [];
    });
}

function readProcess(pid: string) {
  try {
    return {
      program: readFileSync(`/proc/${pid}/comm`, 'utf8').trim(),
      title: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim(),
      controlGroups: readFileSync(`/proc/${pid}/cgroup`, 'utf8'),
    };
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}
