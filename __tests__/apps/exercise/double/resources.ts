import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from './faults';
import { problem, type DoubleAnswer, type DoubleOutcome, type DoubleRequest, type Route } from './routing';
import type { SessionsDouble } from './sessions';

interface Resource {
  id: string;
  name: string;
  priceCents: number;
  available: boolean;
  unitsSold: number;
  version: number;
}

/** Text of a resource; undefined: there is none. */
type Cached = string | undefined;

export class ResourcesDouble {
  readonly #faults: ReadonlySet<Fault>;
  readonly #sessions: SessionsDouble;
  readonly #instances: readonly string[];
  readonly #rows = new Map<string, Resource>();
  readonly #redis = new Map<string, Cached>();
  readonly #local = new Map<string, Map<string, Cached>>();
  readonly #loading = new Map<string, Promise<Cached>>();
  /** Reads of each resource. */
  readonly #reads = new Map<string, number>();
  readonly #loadedAgain = new Set<string>();

  constructor(faults: ReadonlySet<Fault>, sessions: SessionsDouble, instances: readonly string[]) {
    this.#faults = faults;
    this.#sessions = sessions;
    this.#instances = instances;
  }

  get routes(): readonly Route[] {
    return [
      { method: 'GET', path: /^\/resources\/([^/]+)$/, answer: (request) => this.#read(request) },
      { method: 'PUT', path: /^\/resources\/([^/]+)$/, answer: (request) => this.#write(request) },
    ];
  }

  find(id: string): Readonly<Resource> | undefined {
    return this.#rows.get(id);
  }

  sell(id: string, units: number): void {
    const row = this.#rows.get(id);
    if (!row) return;
    row.unitsSold += units;
    row.version++;
    this.#invalidate(id, '');
  }

  #write(request: DoubleRequest): DoubleAnswer {
    const refusal = this.#sessions.refusal(request);
    if (refusal) return refusal;
    const [id = ''] = request.parameters;
    const before = this.#rows.get(id);
    const { unitsSold, version } = before ?? { unitsSold: 0, version: 0 };
    const input = request.body as Pick<Resource, 'name' | 'priceCents'>;
    const row: Resource = { id, available: true, ...input, unitsSold, version: version + 1 };
    this.#rows.set(id, row);
    if (before || !this.#faults.has('negative for ever')) this.#invalidate(id, request.instance);
    return { status: before ? 200 : 201, body: row };
  }

  #invalidate(id: string, writer: string): void {
    this.#redis.delete(id);
    this.#loadedAgain.delete(id);
    for (const instance of this.#instances) {
      const drop = () => {
        this.#local.get(instance)?.delete(id);
      };
      if (instance === writer) {
        if (!this.#faults.has('stale for its writer')) drop();
      } else if (this.#faults.has('slow invalidation')) setTimeout(drop, 700);
      else if (!this.#faults.has('no invalidation')) drop();
    }
  }

  async #read({ instance, parameters: [id = ''] }: DoubleRequest): Promise<DoubleOutcome> {
    const reads = (this.#reads.get(id) ?? 0) + 1;
    this.#reads.set(id, reads);
    if (id.includes('stampede') && reads === 7) {
      if (this.#faults.has('a read that hangs')) return 'nothing';
      if (this.#faults.has('a read without an answer')) return 'cut';
      if (this.#faults.has('a read that fails')) return problem(503, 'Overloaded');
    }
    const { cached, result } = await this.#get(instance, id);
    const headers: Record<string, string> = this.#faults.has('no X-Cache') ? {} : { 'x-cache': result };
    if (cached === undefined) return problem(404, 'No such resource', headers);
    return {
      status: 200,
      headers: { 'content-type': 'application/json', ...headers },
      body: this.#spoilt(id, reads, cached),
    };
  }

  #spoilt(id: string, reads: number, text: string): string {
    const spoils = id.includes('stampede') && reads === 9;
    if (spoils && this.#faults.has('two bodies')) return text.replace('1250', '1251');
    if (spoils && this.#faults.has('a version from nowhere')) return text.replace(/"version":\d+/, '"version":77');
    return text;
  }

  async #get(instance: string, id: string): Promise<{ readonly cached: Cached; readonly result: string }> {
    if (this.#faults.has('reads that bypass the cache')) return { cached: await this.#load(id), result: 'bypass' };
    const local = this.#tier(instance);
    if (local.has(id)) return found(local.get(id), 'local');
    if (this.#redis.has(id) && !this.#faults.has('a cache for each process')) {
      local.set(id, this.#redis.get(id));
      return found(this.#redis.get(id), 'hit');
    }
    const running = this.#loading.get(id);
    if (running && !this.#loadsAgain(id)) return { cached: await running, result: 'shared' };
    const load = this.#load(id);
    this.#loading.set(id, load);
    const version = this.#rows.get(id)?.version;
    const cached = await load;
    this.#loading.delete(id);
    if (this.#rows.get(id)?.version === version) this.#keep(id, cached, local);
    return { cached, result: 'miss' };
  }

  /** Whether a read loads although another one does already; the first one of each time. */
  #loadsAgain(id: string): boolean {
    const faulty = id.endsWith('-write') ? this.#faults.has('two loads after a write') : this.#faults.has('two loads');
    if (!faulty || this.#loadedAgain.has(id)) return false;
    this.#loadedAgain.add(id);
    return true;
  }

  #keep(id: string, cached: Cached, local: Map<string, Cached>): void {
    if (cached === undefined && this.#faults.has('no negative cache')) return;
    this.#redis.set(id, cached);
    if (!this.#faults.has('no local tier')) local.set(id, cached);
  }

  async #load(id: string): Promise<Cached> {
    await delay(5);
    const row = this.#rows.get(id);
    return row && JSON.stringify(row);
  }

  #tier(instance: string): Map<string, Cached> {
    const tier = this.#local.get(instance) ?? new Map<string, Cached>();
    this.#local.set(instance, tier);
    return tier;
  }
}

function found(cached: Cached, result: string): { readonly cached: Cached; readonly result: string } {
  return { cached, result: cached === undefined ? 'negative' : result };
}
