import { parseExpression, parseTemplate } from '../../../review/synthesis/expression';

describe('parseExpression', () => {
  test.each([
    ['aws_subnet.a-b_1.id', { kind: 'reference', steps: ['aws_subnet', 'a-b_1', 'id'] }],
    ['x.certificate_authority[0].data', { kind: 'reference', steps: ['x', 'certificate_authority', 0, 'data'] }],
    ['data.a.b["key"]', { kind: 'reference', steps: ['data', 'a', 'b', 'key'] }],
    ['true', { kind: 'literal', value: true }],
    ['null', { kind: 'literal', value: null }],
    ['"a \\"quoted\\" }"', { kind: 'literal', value: 'a "quoted" }' }],
  ])('reads %s', (text, expected) => {
    expect(parseExpression(text)).toEqual(expected);
  });

  test('reads calls in calls, and lists', () => {
    expect(parseExpression('substr(sha256(join(" ", ["a", b.c])), 0, 10)')).toEqual({
      kind: 'call',
      name: 'substr',
      arguments: [
        {
          kind: 'call',
          name: 'sha256',
          arguments: [
            {
              kind: 'call',
              name: 'join',
              arguments: [
                { kind: 'literal', value: ' ' },
                {
                  kind: 'list',
                  items: [
                    { kind: 'literal', value: 'a' },
                    { kind: 'reference', steps: ['b', 'c'] },
                  ],
                },
              ],
            },
          ],
        },
        { kind: 'literal', value: 0 },
        { kind: 'literal', value: 10 },
      ],
    });
  });

  test.each(['a ? b : c', 'a + 1', 'f(a', '[for x in y : x]', 'a.', ''])('refuses %s', (text) => {
    expect(() => parseExpression(text)).toThrow(/expression of Terraform/);
  });
});

describe('parseTemplate', () => {
  test('divides text and expressions', () => {
    expect(parseTemplate('arn:${a.b}/x')).toEqual(['arn:', { kind: 'reference', steps: ['a', 'b'] }, '/x']);
  });

  test('a brace in a string ends nothing', () => {
    expect(parseTemplate('${lookup(a.b, "}", "c")}')).toHaveLength(1);
  });

  test('leaves what is escaped to the program that it is for', () => {
    expect(parseTemplate('echo $${HOME:-/root} %%{x}')).toEqual(['echo ${HOME:-/root} %{x}']);
  });

  test('refuses an expression without an end', () => {
    expect(() => parseTemplate('a ${b.c')).toThrow('an expression has no end: ${b.c');
  });
});
