/** Terraform expressions, as far as CDKTF writes them: references, calls of functions, literals, lists. */

/** A part of a reference after its root: `.name` or `[0]`. */
export type Step = string | number;

export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'reference'; readonly steps: readonly Step[] }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: 'list'; readonly items: readonly Expression[] };

/** Literal text, or an expression that stands in a text. */
export type TemplatePart = string | Expression;

const pattern = /\s*(?:("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?)|([A-Za-z_][\w-]*)|([.,()[\]]))/y;

type Token =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly value: string }
  | { readonly kind: 'mark'; readonly value: string };

/**
 * Parses the inside of `${…}`.
 *
 * @throws Error that quotes the text, if it is of another form: operators, conditions, loops
 */
export function parseExpression(text: string): Expression {
  const parser = new Parser(text);
  const expression = parser.expression();
  parser.end();
  return expression;
}

/**
 * Divides a text of a Terraform configuration in JSON into literal parts and expressions; `$${` stands for `${`.
 *
 * @throws Error if an expression has no end
 */
export function parseTemplate(text: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let literal = '';
  let position = 0;
  while (position < text.length) {
    if (text.startsWith('$${', position) || text.startsWith('%%{', position)) {
      literal += text.slice(position + 1, position + 3);
      position += 3;
    } else if (text.startsWith('${', position)) {
      const end = endOfExpression(text, position + 2);
      if (literal !== '') parts.push(literal);
      literal = '';
      parts.push(parseExpression(text.slice(position + 2, end)));
      position = end + 1;
    } else {
      literal += text[position] ?? '';
      position += 1;
    }
  }
  return literal === '' ? parts : [...parts, literal];
}

/** Position of the brace that closes an expression; braces in its strings don't count. */
function endOfExpression(text: string, start: number): number {
  let isQuoted = false;
  for (let position = start; position < text.length; position += 1) {
    const character = text[position];
    if (isQuoted && character === '\\') position += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (character === '}' && !isQuoted) return position;
  }
  throw new Error(`an expression has no end: ${text.slice(start - 2, start + 80)}`);
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  expression(): Expression {
    const token = this.#take();
    switch (token?.kind) {
      case 'string':
      case 'number':
        return { kind: 'literal', value: token.value };
      case 'name':
        return this.#nameOrCall(token.value);
      case 'mark':
        if (token.value === '[') return { kind: 'list', items: this.#until(']') };
        break;
      case undefined:
    }
    throw this.#unreadable();
  }

  end(): void {
    if (this.#next < this.#tokens.length) throw this.#unreadable();
  }

  #nameOrCall(name: string): Expression {
    if (name === 'true' || name === 'false') return { kind: 'literal', value: name === 'true' };
    if (name === 'null') return { kind: 'literal', value: null };
    if (this.#takeMark('(')) return { kind: 'call', name, arguments: this.#until(')') };
    const steps: Step[] = [name];
    for (;;) {
      if (this.#takeMark('.')) steps.push(this.#step());
      else if (this.#takeMark('[')) {
        steps.push(this.#step());
        if (!this.#takeMark(']')) throw this.#unreadable();
      } else return { kind: 'reference', steps };
    }
  }

  #step(): Step {
    const token = this.#take();
    if (token === undefined || token.kind === 'mark') throw this.#unreadable();
    return token.value;
  }

  #until(closing: string): Expression[] {
    const items: Expression[] = [];
    while (!this.#takeMark(closing)) {
      items.push(this.expression());
      if (!this.#takeMark(',') && this.#tokens[this.#next]?.value !== closing) throw this.#unreadable();
    }
    return items;
  }

  #take(): Token | undefined {
    const token = this.#tokens[this.#next];
    this.#next += 1;
    return token;
  }

  #takeMark(mark: string): boolean {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'mark' || token.value !== mark) return false;
    this.#next += 1;
    return true;
  }

  #unreadable(): Error {
    return new Error(`this expression of Terraform is not one that can be read here: ${this.#text}`);
  }
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const trimmed = text.trimEnd();
  pattern.lastIndex = 0;
  while (pattern.lastIndex < trimmed.length) {
    const start = pattern.lastIndex;
    const [, string, number, name, mark] = pattern.exec(trimmed) ?? [];
    if (string !== undefined) tokens.push({ kind: 'string', value: unquoted(string) });
    else if (number !== undefined) tokens.push({ kind: 'number', value: Number(number) });
    else if (name !== undefined) tokens.push({ kind: 'name', value: name });
    else if (mark !== undefined) tokens.push({ kind: 'mark', value: mark });
    else
      throw new Error(`this expression of Terraform can't be read at '${trimmed.slice(start, start + 20)}': ${text}`);
  }
  return tokens;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function unquoted(string: string): string {
  return string.slice(1, -1).replace(/\\(.)/g, (_, character: string) => escapes[character] ?? character);
}
