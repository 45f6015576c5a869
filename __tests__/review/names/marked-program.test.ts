import { MarkedProgram } from '../../../review/names/marked-program';
import { Marks, unmarked } from '../../../review/names/marks';

const folder = '__tests__/fixtures/names';
type Names = typeof import('../../fixtures/names/names');
type Reader = typeof import('../../fixtures/names/reader');

const load = (names: 'all' | readonly string[] = 'all') => {
  const program = new MarkedProgram({
    names: { [`${folder}/names.ts`]: names },
    vocabularies: [`${folder}/names.ts#label`],
  });
  return {
    program,
    names: program.load(`${folder}/names.ts`) as Names,
    reader: program.load(`${folder}/reader.ts`) as Reader,
  };
};

test('each export of a module of names gets a mark of its own, also where the module uses it', () => {
  const { program, names } = load();
  const name = names.queueName('test');
  expect(name).not.toBe('test-queue');
  expect(unmarked(name)).toBe('test-queue');
  expect(program.marks.sourcesIn(name)).toEqual([`${folder}/names.ts#queueName`]);
  expect(names.queueArn('test')).toBe(`arn:aws:sqs:${name}`);
  expect(names.sameName('test')).not.toBe(name);
  expect(unmarked(names.sameName('test'))).toBe('test-queue');
});

test('what others make of a name has its mark, and a copy has none', () => {
  const { names, reader } = load();
  expect(reader.address('test')).toBe(`https://${names.queueName('test')}`);
  expect(reader.copiedAddress('test')).toBe('https://test-queue');
});

test('numbers, records and what they hold are marked, and what is the vocabulary of others is not', () => {
  const { names } = load();
  expect(names.ports.first).toBeGreaterThanOrEqual(40_000);
  expect(names.ports.second).not.toBe(names.ports.first);
  expect(names.issuer.kind).toBe('ClusterIssuer');
  expect(unmarked(names.issuer.name)).toBe('platform');
  expect(names.issuer.name).not.toBe('platform');
  expect(names.label).toBe('kubernetes.io/metadata.name');
});

test('of a module with other exports those that are listed are marked', () => {
  const { names } = load(['queueName']);
  expect(names.queueName('test')).not.toBe('test-queue');
  expect(names.sameName('test')).toBe('test-queue');
  expect(() => load(['queueTitle'])).toThrow(
    `${folder}/names.ts exports no queueTitle: correct namesModules in review/names/names-modules.ts`,
  );
});

test('a text with a mark keeps it', () => {
  const marks = new Marks();
  const once = marks.mark('first', 'redis');
  expect(marks.mark('second', `${once}-headless`)).toBe(`${once}-headless`);
});
