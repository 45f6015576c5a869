import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from './faults';
import { problem, type DoubleAnswer, type Route } from './routing';
import type { SessionsDouble } from './sessions';

/** The lock's runs and the leader. */
export class LocksDouble {
  readonly #faults: ReadonlySet<Fault>;
  readonly #sessions: SessionsDouble;
  readonly #counters = new Map<string, number>();
  #fencingToken = 100;
  #queue: Promise<void> = Promise.resolve();
  #leader = { leader: 'worker-1', fencingToken: 7 };
  #looks = 0;

  constructor(faults: ReadonlySet<Fault>, sessions: SessionsDouble) {
    this.#faults = faults;
    this.#sessions = sessions;
  }

  get routes(): readonly Route[] {
    return [
      {
        method: 'POST',
        path: /^\/locks\/([^/]+)\/runs$/,
        answer: (request) => this.#sessions.refusal(request) ?? this.#run(request.parameters[0] ?? ''),
      },
      { method: 'GET', path: /^\/leader$/, answer: (request) => this.#sessions.refusal(request) ?? this.#leads() },
      {
        method: 'POST',
        path: /^\/leader\/resignations$/,
        answer: (request) => this.#sessions.refusal(request) ?? this.#resign(),
      },
    ];
  }

  async #run(name: string): Promise<DoubleAnswer> {
    const since = performance.now();
    const turn = this.#queue.then(() => delay(1));
    this.#queue = turn;
    await turn;
    const runs = (this.#counters.get(name) ?? 0) + 1;
    if (runs === 20 && this.#faults.has('a lock that gives up')) return problem(503, 'Too many want the lock');
    const token = ++this.#fencingToken;
    const lost = token === 120 && this.#faults.has('a lost update');
    this.#counters.set(name, lost ? runs - 1 : runs);
    return {
      status: 200,
      body: {
        counter: runs,
        fencingToken: this.#spoilt(runs, token),
        waitedMilliseconds: performance.now() - since,
      },
    };
  }

  #spoilt(runs: number, token: number): number {
    if (runs === 20 && this.#faults.has('one token twice')) return token - 1;
    if (runs === 20 && this.#faults.has('tokens out of order')) return token + 1_000;
    return token;
  }

  #leads(): DoubleAnswer {
    this.#looks++;
    if (this.#faults.has('no leader')) return { status: 200, body: { leader: null, fencingToken: null } };
    if (this.#faults.has('two leaders') && this.#looks % 2 === 0) {
      return { status: 200, body: { ...this.#leader, leader: 'worker-2' } };
    }
    return { status: 200, body: this.#leader };
  }

  #resign(): DoubleAnswer {
    const { fencingToken } = this.#leader;
    const next = this.#faults.has('a term with the old token') ? fencingToken : fencingToken + 1;
    if (!this.#faults.has('a leader that stays'))
      setTimeout(() => (this.#leader = { leader: 'worker-2', fencingToken: next }), 10);
    return { status: 202 };
  }
}
