/** Commands in docs/guides/, README.md and CONTRIBUTING.md: whole scripts, and the commands in them. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fencesOf, indentedBlocksOf, inlineCodeOf } from './markdown';
import { shellCommands, type ShellCommand } from './shell-commands';

const root = path.resolve(__dirname, '../../..');

export const guideFiles: readonly string[] = [
  ...readdirSync(path.join(root, 'docs/guides'))
    .sort()
    .map((file) => path.posix.join('docs/guides', file)),
  'README.md',
  'CONTRIBUTING.md',
];

export const readGuide = (file: string) => readFileSync(path.join(root, file), 'utf8');

/** Fences with this language are run by a test, in their order, as they stand. */
export const rehearsedLanguage = 'sh rehearsed';

export interface GuideScript {
  readonly file: string;
  readonly line: number;
  readonly form: 'block' | 'inline';
  readonly rehearsed: boolean;
  /** What a reader has to fill in is `‹like this›` here, for a shell takes `<` for a redirection. */
  readonly text: string;
}

export interface GuideCommand extends ShellCommand {
  /** Such as `docs/guides/locks.md:12`. */
  readonly place: string;
  readonly script: GuideScript;
}

/** `<name>`, unless it is a redirection, and `…`. */
const fillIns = (text: string) =>
  text.replaceAll(/<([a-z][\w .-]*)>/g, (_, what: string) => `‹${what.replaceAll(' ', '\u00a0')}›`);

/** Programs that code between backticks may call without an option; with one, whatever it calls is a command. */
const knownPrograms =
  /^(?:[A-Z_]+=\S+ )*(?:npx|npm|aws|kubectl|helm|terraform|cdktf|redis-cli|docker|crane|skopeo|cmctl|git|node|openssl|curl|jq|scripts\/\S+|sudo|ssh|scp|psql) \S/;
const calledWithAnOption = /^(?:[A-Z_]+=\S+ )*[a-z][\w./-]* (?:.* )?--?[a-z][\w-]*(?:[ =]|$)/;

const isCommand = (code: string) => knownPrograms.test(code) || calledWithAnOption.test(code);

/** Scripts of a guide, in its order. */
export function scriptsOf(file: string, markdown = readGuide(file)): readonly GuideScript[] {
  const script = (form: GuideScript['form'], rehearsed = false) => {
    return ({ line, text }: { line: number; text: string }) => ({ file, line, form, rehearsed, text: fillIns(text) });
  };
  return [
    ...fencesOf(markdown)
      .filter(({ language }) => /^sh\b/.test(language))
      .map((fence) => script('block', fence.language === rehearsedLanguage)(fence)),
    ...indentedBlocksOf(markdown).map(script('block')),
    ...inlineCodeOf(markdown)
      .filter(({ text }) => isCommand(text))
      .map(script('inline')),
  ].sort((one, other) => one.line - other.line);
}

/** Commands of a script. */
export function commandsOfScript(script: GuideScript): readonly GuideCommand[] {
  return shellCommands(script.text).map((command) => {
    const place = `${script.file}:${script.line + command.line - 1}`;
    return { ...command, place, script };
  });
}

export const guideCommands = (): readonly GuideCommand[] =>
  guideFiles.flatMap((file) => scriptsOf(file)).flatMap(commandsOfScript);
