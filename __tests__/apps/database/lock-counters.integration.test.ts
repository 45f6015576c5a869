import { mintFencingToken, StaleFencingTokenError } from '../../../apps/database/fences';
import { incrementUnderLock } from '../../../apps/database/lock-counters';
import { startDatabase, type TestDatabase } from '../../support/postgres';

let database: TestDatabase;

beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.stop());

test('counts for one holder after the other', async () => {
  for (let expected = 1; expected <= 3; expected++) {
    const token = await mintFencingToken(database.application, 'counted');
    await expect(incrementUnderLock(database.application, 'counted', token)).resolves.toBe(expected);
  }
});

test('a former holder can not write once its successor has read', async () => {
  const former = await mintFencingToken(database.application, 'fenced');
  const present = await mintFencingToken(database.application, 'fenced');
  await expect(incrementUnderLock(database.application, 'fenced', present)).resolves.toBe(1);
  await expect(incrementUnderLock(database.application, 'fenced', former)).rejects.toThrow(StaleFencingTokenError);
  await expect(incrementUnderLock(database.application, 'fenced', present)).resolves.toBe(2);
});
