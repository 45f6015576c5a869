/** Templates of Secrets, as far as this project writes them: a value by its name, and its digest. */
import { createHash } from 'node:crypto';

/** Values by name. */
export type Values = Readonly<Record<string, string>>;

const action = /\{\{-?\s*(.*?)\s*-?\}\}/gs;
const byField = /^\.([A-Za-z_]\w*)$/;
const byIndex = /^index \. "([^"]+)"$/;

/** Source: "Helper functions" of the templates of External Secrets, and Sprig's `sha256sum`. */
const filters: Readonly<Record<string, (text: string) => string>> = {
  sha256sum: (text) => createHash('sha256').update(text).digest('hex'),
};

/**
 * A template with values in the places of their names: `{{ .name }}`, `{{ index . "name" }}`, either of them with
 * ` | sha256sum`.
 *
 * @throws Error that quotes an action of another form, or names a value that isn't there
 */
export function fillIn(template: string, values: Values): string {
  return template.replaceAll(action, (whole, expression: string) => {
    const [first = '', ...others] = expression.split(/\s*\|\s*/);
    const [, name] = byField.exec(first) ?? byIndex.exec(first) ?? [];
    if (name === undefined) throw new Error(`the template's ${whole} is of a form that this stand-in doesn't know`);
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new Error(`the template names the value '${name}', which there isn't`);
    return others.reduce((text, filter) => {
      const apply = Object.hasOwn(filters, filter) ? filters[filter] : undefined;
      if (!apply) throw new Error(`the template's function '${filter}' is not one that this stand-in knows`);
      return apply(text);
    }, value);
  });
}
