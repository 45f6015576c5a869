import { judgeOrders } from '../../../kubernetes/faults/judge/orders';
import type { DatabaseAccount } from '../../../kubernetes/faults/judge/database';

const order = (id: string, quantity = 1) => ({ id, quantity, acceptedAt: 0, waited: 0 });
const ledger = { accepted: [order('a'), order('b', 2)], unanswered: 0 };
const statuses = new Map([
  ['a', 'effected'],
  ['b', 'effected'],
]);
const database: DatabaseAccount = {
  ids: ['a', 'b'],
  fulfilledIds: ['a', 'b'],
  fulfilledUnits: 3,
  dead: 0,
  effects: 2,
  unitsSold: 3,
  longestFulfilmentMilliseconds: 10,
};

test('every order is fulfilled once', () => {
  expect(judgeOrders(ledger, statuses, database)).toEqual({ accepted: 2, lost: 0, twice: 0, findings: [] });
});

const aAlone = { fulfilledIds: ['a'], fulfilledUnits: 1, effects: 1, unitsSold: 1 };

test.each<[string, Partial<DatabaseAccount>, { lost: number; twice: number }, string]>([
  [
    'an order is not in the database',
    { ids: ['a'], ...aAlone },
    { lost: 1, twice: 0 },
    '1 accepted orders have no effect in the database',
  ],
  ['an order has no effect', aAlone, { lost: 1, twice: 0 }, '1 accepted orders have no effect in the database'],
  ['an effect is not in the sum', { unitsSold: 2 }, { lost: 1, twice: 0 }, '1 units fulfilled and not sold'],
  ['an effect is in the sum twice', { unitsSold: 5 }, { lost: 0, twice: 2 }, '2 units sold more than were fulfilled'],
  ['an order has two effects', { effects: 3 }, { lost: 0, twice: 1 }, '1 effects more than fulfilled orders'],
  [
    'a repeated request made another order',
    { ids: ['a', 'b', 'c'] },
    { lost: 0, twice: 1 },
    '1 orders in the database more than clients made',
  ],
  ['an order is dead', { dead: 1 }, { lost: 0, twice: 0 }, '1 orders are dead'],
])('%s', (_, changes, counts, finding) => {
  const judged = judgeOrders(ledger, statuses, { ...database, ...changes });
  expect(judged).toMatchObject(counts);
  expect(judged.findings).toContain(finding);
});

test('the api says otherwise than the database', () => {
  const judged = judgeOrders(ledger, new Map([...statuses, ['b', 'accepted']]), database);
  expect(judged).toMatchObject({ lost: 1, findings: ['1 accepted orders are not fulfilled by the api: 1 accepted'] });
});

test('two acceptances are one order', () => {
  const twice = { ...ledger, accepted: [...ledger.accepted, order('a')] };
  expect(judgeOrders(twice, statuses, database).twice).toBe(1);
});

test('an order whose client gave up may be in the database', () => {
  const judged = judgeOrders({ ...ledger, unanswered: 1 }, statuses, { ...database, ids: ['a', 'b', 'c'] });
  expect(judged).toMatchObject({ lost: 0, twice: 0 });
});
