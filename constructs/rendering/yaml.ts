/** YAML of plain data: every text in quotation marks, so that none is taken for a number, a date or a country. */

/** What can be written. */
export type YamlValue = string | number | boolean | readonly YamlValue[] | { readonly [key: string]: YamlValue };

/** A document, with a comment before it. */
export function renderYaml(comment: string, value: YamlValue): string {
  return `${comment
    .split('\n')
    .map((line) => `${`# ${line}`.trimEnd()}\n`)
    .join('')}${block(value, 0).trimStart()}\n`;
}

function block(value: YamlValue, depth: number): string {
  if (typeof value === 'string') return ` ${quoted(value)}`;
  if (typeof value !== 'object') return ` ${value}`;
  const entries = Object.entries(value);
  if (entries.length === 0) return Array.isArray(value) ? ' []' : ' {}';
  const indentation = '\n' + '  '.repeat(depth);
  return entries
    .map(([key, item]) =>
      Array.isArray(value)
        ? `${indentation}-${block(item, depth + 1).replace(/^\n */, ' ')}`
        : `${indentation}${/^[A-Za-z_][\w.-]*$/.test(key) ? key : JSON.stringify(key)}:${block(item, depth + 1)}`,
    )
    .join('');
}

/** In single quotation marks, as Prettier has it, unless there are some within. */
function quoted(text: string): string {
  const isPlain = !/\p{Cc}/u.test(text) && (!text.includes("'") || text.includes('"'));
  return isPlain ? `'${text.replaceAll("'", "''")}'` : JSON.stringify(text);
}
