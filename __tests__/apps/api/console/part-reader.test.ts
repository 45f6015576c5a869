import { PartReader } from '../../../../apps/api/console/part-reader';

function readerOf(read: () => Promise<string>) {
  const failures: string[] = [];
  const asked = jest.fn(read);
  const onFailure = ({ message }: Error) => failures.push(message);
  return {
    reader: new PartReader({ server: 'the database', read: asked, waitMilliseconds: 50, onFailure }),
    asked,
    failures,
  };
}

const unknown = { unknown: "the database does not answer; the api's log says why" };

test('what is read is told', async () => {
  const { reader, failures } = readerOf(() => Promise.resolve('a part'));
  expect(await reader.read()).toBe('a part');
  expect(failures).toEqual([]);
});

test('the cause of a failure is for the log, once for as long as it stays the same', async () => {
  let cause = 'no entry for host "10.0.0.1"';
  const { reader, failures } = readerOf(() => (cause ? Promise.reject(new Error(cause)) : Promise.resolve('back')));
  expect(await reader.read()).toEqual(unknown);
  expect(await reader.read()).toEqual(unknown);
  expect(failures).toEqual(['no entry for host "10.0.0.1"']);
  cause = 'refused';
  await reader.read();
  cause = '';
  expect(await reader.read()).toBe('back');
  cause = 'refused';
  await reader.read();
  expect(failures.slice(1)).toEqual(['refused', 'refused']);
});

test('one that does not come in time is waited for again, and not asked twice', async () => {
  let answer: (value: string) => void = () => undefined;
  const { reader, asked, failures } = readerOf(() => new Promise((resolve) => (answer = resolve)));
  expect(await reader.read()).toEqual(unknown);
  expect(await reader.read()).toEqual(unknown);
  expect(asked).toHaveBeenCalledTimes(1);
  const late = reader.read();
  answer('late');
  expect(await late).toBe('late');
  expect(failures).toEqual(['no answer in 50 ms']);
});
