import { createHash } from 'node:crypto';
import { fillIn } from '../../../kubernetes/stand-ins/secrets/template';

const values = { password: 'secret', 'app-previous': 'former', encryption_0: 'key' };
const digest = (text: string) => createHash('sha256').update(text).digest('hex');

test.each([
  ['{{ .password }}', 'secret'],
  ['{{.password}}', 'secret'],
  ['{{ index . "app-previous" }}', 'former'],
  ['user app on #{{ index . "app-previous" | sha256sum }} ~*', `user app on #${digest('former')} ~*`],
  ['{"encryption":[{"id":"a","key":"{{ .encryption_0 }}"}]}', '{"encryption":[{"id":"a","key":"key"}]}'],
  ['nothing to fill in: { } $& \\1', 'nothing to fill in: { } $& \\1'],
])('%s', (template, expected) => {
  expect(fillIn(template, values)).toBe(expected);
});

test.each([
  ['{{ .other }}', "the template names the value 'other', which there isn't"],
  ['{{ .constructor }}', "the template names the value 'constructor', which there isn't"],
  ['{{ .password | b64enc }}', "the template's function 'b64enc' is not one that this stand-in knows"],
  ['{{ range .all }}', "the template's {{ range .all }} is of a form that this stand-in doesn't know"],
  ['{{ .a.b }}', "the template's {{ .a.b }} is of a form that this stand-in doesn't know"],
])('%s is an error', (template, message) => {
  expect(() => fillIn(template, values)).toThrow(message);
});

test('a value that looks like a replacement pattern stays as it is', () => {
  expect(fillIn('{{ .odd }}', { odd: "$& $1 $' {{ .password }}" })).toBe("$& $1 $' {{ .password }}");
});
