/** What the clients of a load were answered: the account that the platform's own is held against. */

export interface AcceptedOrder {
  readonly id: string;
  readonly quantity: number;
  /** When the client got the answer, in milliseconds of the load's clock. */
  readonly acceptedAt: number;
  /** Milliseconds from the first try to the answer. */
  readonly waited: number;
}

export interface Pauses {
  /** Longest time without any acceptance, in milliseconds. */
  readonly betweenAcceptances: number;
  /** Longest time that one client waited for its answer, in milliseconds. */
  readonly ofOneOrder: number;
}

export class Ledger {
  readonly #accepted: AcceptedOrder[] = [];
  #unanswered = 0;

  get accepted(): readonly AcceptedOrder[] {
    return this.#accepted;
  }

  /** Orders whose clients gave up: whether they count is not known, so they are neither accepted nor lost. */
  get unanswered(): number {
    return this.#unanswered;
  }

  accept(order: AcceptedOrder): void {
    this.#accepted.push(order);
  }

  giveUp(): void {
    this.#unanswered++;
  }

  /** Units of all accepted orders. */
  get units(): number {
    return this.#accepted.reduce((sum, { quantity }) => sum + quantity, 0);
  }

  /** @param start and @param end of the load, in milliseconds of its clock: silence at its ends counts as well */
  pauses(start: number, end: number): Pauses {
    const times = this.#accepted.map(({ acceptedAt }) => acceptedAt).sort((one, other) => one - other);
    const marks = [start, ...times, Math.max(end, times.at(-1) ?? start)];
    const gaps = marks.slice(1).map((mark, index) => mark - (marks[index] ?? mark));
    return {
      betweenAcceptances: Math.round(Math.max(...gaps)),
      ofOneOrder: Math.round(Math.max(0, ...this.#accepted.map(({ waited }) => waited))),
    };
  }
}
