/** Options of programs: what their help says, and how a command is read by them. */

/** Names with their dashes. */
export type Options = Readonly<Record<string, 'value' | 'switch'>>;

export interface Program {
  /** Version, or where the options were read. */
  readonly source: string;
  /** By the words of a subcommand, such as `compose up`; options of `''` and of the words before are accepted too. */
  readonly commands: Readonly<Record<string, Options>>;
}

/** Lines of help as Cobra, yargs, kubectl, Terraform and redis-cli write them. */
const helpLine =
  /^\s+(?:(-\w)(?: \S+)?, )?(-{1,2}[A-Za-z0-9][\w-]*)(?:(=)(\S*?):?|[= ](<[^>]+>|\S+))?(?:\s{2,}(.*)|:?\s*)$/;

/** Options in the help of a program. */
export function optionsOfHelp(help: string): Options {
  const options: Record<string, 'value' | 'switch'> = {};
  for (const line of help.split('\n')) {
    const [, short, long, equals, preset, placeholder, description = ''] = helpLine.exec(line) ?? [];
    if (long === undefined) continue;
    const takesValue =
      equals === undefined
        ? placeholder !== undefined || /\[(?:string|array|number)\]/.test(description)
        : preset !== 'true' && preset !== 'false';
    for (const name of [short, long]) if (name !== undefined) options[name] = takesValue ? 'value' : 'switch';
  }
  return options;
}

export interface ReadCommand {
  /** The words of the subcommand. */
  readonly command: string;
  /** Words that are neither subcommand nor option. */
  readonly positionals: readonly string[];
  /** Values by the option's name; a switch has none. */
  readonly given: ReadonlyMap<string, readonly string[]>;
  /** Words after `--`. */
  readonly rest: readonly string[];
  readonly faults: readonly string[];
}

/** Reads words after a program's name as the program does. */
export function readCommand(program: Program, words: readonly string[]): ReadCommand {
  const reading = new Reading(program);
  const end = words.indexOf('--');
  const before = [...(end < 0 ? words : words.slice(0, end))];
  for (let word = before.shift(); word !== undefined; word = before.shift()) reading.take(word, before);
  return { ...reading.result(), rest: end < 0 ? [] : words.slice(end + 1) };
}

class Reading {
  private readonly path: string[] = [];
  private options: Options;
  private readonly positionals: string[] = [];
  private readonly given = new Map<string, string[]>();
  private readonly faults: string[] = [];
  private readonly program: Program;

  constructor(program: Program) {
    this.program = program;
    this.options = program.commands[''] ?? {};
  }

  result(): Omit<ReadCommand, 'rest'> {
    const command = this.path.join(' ');
    const faults = [...this.faults];
    if (faults.length === 0 && !this.isComplete(command)) faults.push(this.unknown(command));
    return { command, positionals: this.positionals, given: this.given, faults };
  }

  private deeper = (path: string) =>
    Object.keys(this.program.commands).filter((name) => name.startsWith(`${path} `.trimStart()));

  /** A subcommand that has none below it. */
  private isComplete = (path: string) =>
    path in this.program.commands && this.deeper(path).every((name) => name === path);

  private unknown = (path: string) =>
    `'${path}' is no command; recorded: ${Object.keys(this.program.commands).filter(this.isComplete).join(', ')}`;

  take(word: string, following: string[]): void {
    if (word === '-' || !word.startsWith('-') || word.startsWith('-…')) this.takeWord(word);
    else this.takeOption(word, following);
  }

  private takeWord(word: string): void {
    const path = [...this.path, word].join(' ');
    const isCommand = path in this.program.commands || this.deeper(path).length > 0;
    if (isCommand && this.positionals.length === 0) {
      this.path.push(word);
      this.options = { ...this.options, ...this.program.commands[path] };
    } else if (this.isComplete(this.path.join(' '))) this.positionals.push(word);
    else this.faults.push(this.unknown(path));
  }

  private takeOption(word: string, following: string[]): void {
    const [, name = word, value] = /^(-[^=]+)=(.*)$/s.exec(word) ?? [];
    const kind = this.options[name];
    if (kind === undefined) this.takeCluster(word, following);
    else if (kind === 'switch') this.add(name, value);
    else this.takeValue(name, value, following);
  }

  private takeValue(name: string, value: string | undefined, following: string[]): void {
    const taken = value ?? following.shift();
    if (taken === undefined) this.faults.push(`${name} takes a value and has none`);
    this.add(name, taken);
  }

  /** `-it`, `-p7101`. */
  private takeCluster(word: string, following: string[]): void {
    const [, letter = '', others = ''] = /^-(\w)(.*)$/s.exec(word) ?? [];
    const kind = this.options[`-${letter}`];
    if (kind === undefined || others === '') this.faults.push(`there is no option ${word.replace(/=.*/s, '')}`);
    else if (kind === 'value') this.add(`-${letter}`, others);
    else {
      this.add(`-${letter}`, undefined);
      this.takeOption(`-${others}`, following);
    }
  }

  private add(name: string, value: string | undefined): void {
    this.given.set(name, [...(this.given.get(name) ?? []), ...(value === undefined ? [] : [value])]);
  }
}

/** Values of an option by any of its names. */
export const valuesOf = ({ given }: ReadCommand, ...names: readonly string[]): readonly string[] =>
  names.flatMap((name) => given.get(name) ?? []);
