/**
 * The simple commands of a script of bash, one by one: those of pipes, lists, loops, functions and substitutions too. Enough of
 * the grammar for documentation; `bash -n` and ShellCheck say whether a script is one.
 */

export interface ShellCommand {
  /** Program and arguments, without quotes. Variables and substitutions stay as they are written. */
  readonly words: readonly string[];
  /** Variables that are set for it alone. */
  readonly variables: Readonly<Record<string, string>>;
  /** Line within the script, from 1. */
  readonly line: number;
}

const keywords = new Set(['if', 'then', 'else', 'elif', 'fi', 'while', 'until', 'do', 'done', '!', '{', '}', 'time']);
const assignment = /^([A-Za-z_]\w*)=(.*)$/s;

/** @throws Error if quotes or parentheses don't end */
export function shellCommands(script: string): readonly ShellCommand[] {
  const reader = new Reader(script);
  reader.read();
  return reader.commands;
}

class Reader {
  readonly commands: ShellCommand[] = [];
  private position = 0;
  private word: string | undefined;
  private words: string[] = [];
  private firstLine = 1;
  /** A redirection was read: the next word is its file. */
  private target: 'none' | 'file' | 'here-document' = 'none';
  private readonly delimiters: string[] = [];
  private readonly script: string;

  constructor(script: string) {
    this.script = script;
  }

  /** Reads to the end, or to the `)` that ends a substitution. */
  read(end?: ')'): void {
    while (this.position < this.script.length) {
      const character = this.script[this.position] ?? '';
      if (character === end) {
        this.endCommand();
        this.position++;
        return;
      }
      this.take(character);
    }
    if (end !== undefined) throw new Error(`a substitution doesn't end: ${this.script}`);
    this.endCommand();
  }

  private take(character: string): void {
    const rest = this.script.slice(this.position);
    if (rest.startsWith('\\\n')) this.position += 2;
    else if (character === '\\') this.append(rest[1] ?? '', 2);
    else if (character === "'") this.quoted();
    else if (character === '"') this.doublyQuoted();
    else if (/^[$<>]\(/.test(rest)) this.append(this.substitution(), 0);
    else this.takeUnquoted(character, rest);
  }

  private takeUnquoted(character: string, rest: string): void {
    if (character === '#' && this.word === undefined) this.position += rest.split('\n', 1)[0]?.length ?? 0;
    else if (' \t'.includes(character)) {
      this.position++;
      this.endWord();
    } else if ('<>'.includes(character)) this.redirection(rest);
    else if ('\n;&|()'.includes(character)) this.operator(character, rest);
    else this.append(character, 1);
  }

  private append(text: string, length: number): void {
    if (this.word === undefined && this.words.length === 0) this.firstLine = this.line();
    this.word = (this.word ?? '') + text;
    this.position += length;
  }

  private line = () => this.script.slice(0, this.position).split('\n').length;

  private quoted(): void {
    const end = this.script.indexOf("'", this.position + 1);
    if (end < 0) throw new Error(`a quote doesn't end: ${this.script}`);
    this.append(this.script.slice(this.position + 1, end), end - this.position + 1);
  }

  private doublyQuoted(): void {
    this.append('', 1);
    while (this.script[this.position] !== '"') {
      const rest = this.script.slice(this.position);
      if (rest === '') throw new Error(`a quote doesn't end: ${this.script}`);
      if (rest.startsWith('$(')) this.append(this.substitution(), 0);
      else if (/^\\[$`"\\]/.test(rest)) this.append(rest[1] ?? '', 2);
      else this.append(rest[0] ?? '', 1);
    }
    this.position++;
  }

  /** Takes the commands of `$(…)`, `<(…)` or `>(…)`; its text stays in the word. */
  private substitution(): string {
    const inner = new Reader(this.script);
    inner.position = this.position + 2;
    inner.read(')');
    this.commands.push(...inner.commands);
    const text = this.script.slice(this.position, inner.position);
    this.position = inner.position;
    return text;
  }

  private redirection(rest: string): void {
    if (/^\d+$/.test(this.word ?? '')) this.word = undefined;
    this.endWord();
    const [operator = '>'] = /^(?:<<<|<<-?|>>|[<>]&?)/.exec(rest) ?? [];
    this.position += operator.length;
    this.target = /^<<-?$/.test(operator) ? 'here-document' : 'file';
  }

  private operator(character: string, rest: string): void {
    // `name() {` begins a function: its name is no command.
    if (rest.startsWith('()')) {
      this.word = undefined;
      this.position += 2;
      return;
    }
    this.position++;
    this.endCommand();
    if (character === '\n') this.skipHereDocuments();
  }

  private skipHereDocuments(): void {
    for (const delimiter of this.delimiters.splice(0)) {
      const end = this.script.indexOf(`\n${delimiter}\n`, this.position - 1);
      if (end < 0) throw new Error(`the here-document ${delimiter} doesn't end: ${this.script}`);
      this.position = end + delimiter.length + 2;
    }
  }

  private endWord(): void {
    if (this.word === undefined) return;
    if (this.target === 'here-document') this.delimiters.push(this.word);
    else if (this.target === 'none') this.words.push(this.word);
    this.target = 'none';
    this.word = undefined;
  }

  private endCommand(): void {
    this.endWord();
    const variables: Record<string, string> = {};
    let words = this.words;
    this.words = [];
    for (;;) {
      const [first, ...others] = words;
      const [, name, value] = assignment.exec(first ?? '') ?? [];
      if (name !== undefined && value !== undefined) variables[name] = value;
      else if (first === undefined || !keywords.has(first)) break;
      words = others;
    }
    if (words.length === 0 || words[0] === 'for') return;
    this.commands.push({ words, variables, line: this.firstLine });
  }
}
