/** Compares what a check expected with what it saw, and words both for its row. */

/** What a check found. */
export interface Finding {
  readonly passed: boolean;
  readonly expected: string;
  readonly seen: string;
}

interface Fact extends Finding {
  /** Told only if it does not hold. */
  readonly quiet: boolean;
}

type Value = string | number | boolean;

/** Collects the facts of one check. All of them must hold, and there must be one. */
export class Findings {
  readonly #facts: Fact[] = [];
  readonly #notes: string[] = [];

  equal(what: string, expected: Value, seen: Value | undefined): this {
    return this.holds(seen === expected, `${what} ${wording(expected)}`, `${what} ${wording(seen)}`);
  }

  atMost(what: string, limit: number, seen: number): this {
    return this.holds(seen <= limit, `${what} ≤ ${wording(limit)}`, `${what} ${wording(seen)}`);
  }

  atLeast(what: string, limit: number, seen: number): this {
    return this.holds(seen >= limit, `${what} ≥ ${wording(limit)}`, `${what} ${wording(seen)}`);
  }

  /** A fact in words of its own. */
  holds(passed: boolean, expected: string, seen: string): this {
    this.#facts.push({ passed, expected, seen, quiet: false });
    return this;
  }

  /** A fact that goes without saying: the row tells it only if it does not hold. */
  require(passed: boolean, expected: string, seen: string): this {
    this.#facts.push({ passed, expected, seen, quiet: true });
    return this;
  }

  /** Adds a measurement to what was seen. */
  note(text: string): this {
    this.#notes.push(text);
    return this;
  }

  /** Everything that was looked at if all of it holds, else what does not; notes in both cases. */
  get finding(): Finding {
    const failed = this.#facts.filter((fact) => !fact.passed);
    const passed = failed.length === 0 && this.#facts.length > 0;
    const told = passed ? this.#facts.filter((fact) => !fact.quiet) : failed;
    return {
      passed,
      expected: told.map(({ expected }) => expected).join('; '),
      seen: [...told.map(({ seen }) => seen), ...this.#notes].join('; '),
    };
  }
}

/** 1000 as 1,000: the same on every machine. */
export function formatNumber(value: number): string {
  return value.toLocaleString('en-GB', { maximumFractionDigits: 1 });
}

function wording(value: Value | undefined): string {
  if (value === undefined) return 'none';
  return typeof value === 'number' ? formatNumber(value) : String(value);
}
