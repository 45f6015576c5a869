import { Ledger } from '../../../kubernetes/faults/load/ledger';

const ledgerOf = (...times: readonly number[]) => {
  const ledger = new Ledger();
  for (const [index, acceptedAt] of times.entries())
    ledger.accept({ id: String(index), quantity: 1, acceptedAt, waited: acceptedAt / 10 });
  return ledger;
};

test.each([
  ['between two acceptances', [100, 900, 1_000], 800],
  ['before the first', [700, 900, 1_000], 700],
  ['after the last', [100, 200, 300], 700],
  ['however they come in', [1_000, 100, 900], 800],
  ['all of the time', [], 1_000],
])('the longest pause is %s', (_, times, expected) => {
  expect(ledgerOf(...times).pauses(0, 1_000).betweenAcceptances).toBe(expected);
});

test('an answer after the end of the load is no pause of negative length', () => {
  expect(ledgerOf(100, 2_000).pauses(0, 1_000)).toEqual({ betweenAcceptances: 1_900, ofOneOrder: 200 });
});
