import {
  excuses,
  askFunction,
  complaints,
  guideScripts,
  runbookScripts,
  runnableLines,
} from '../support/guides/on-nodes';

const scripts = [...guideScripts(), ...runbookScripts()];

test('guides and runbooks have commands for Kubernetes, and the function that runbooks ask by', () => {
  expect(guideScripts().length).toBeGreaterThan(12);
  expect(runbookScripts().length).toBeGreaterThanOrEqual(20);
  expect(askFunction()).toContain('redis-user-operator');
});

test.each(excuses.map(({ lines, reason }) => [reason, lines] as const))(
  'what is excused, as %s, is in a guide',
  (_, lines) => {
    expect(scripts.filter(({ text }) => text.split('\n').some((line) => lines.test(line)))).not.toEqual([]);
  },
);

test('a line is left out only where what it asks is not there', () => {
  expect(runnableLines('kubectl -n redis get pods\nkubectl -n application get scaledobject', 'kubernetes')).toBe(
    'kubectl -n redis get pods',
  );
  expect(runnableLines('kubectl -n application get scaledobject', 'staging')).toContain('scaledobject');
});

test('what kubectl says beside its answer is no complaint, and what it fails with is one', () => {
  expect(complaints('Found 2 pods, using pod/api-1\n')).toEqual([]);
  expect(complaints('error: unknown flag: --nonsense\n')).toEqual(['error: unknown flag: --nonsense']);
});
