/** Code in Markdown: fenced and indented blocks, and code between backticks, each with its line. */

export interface Fence {
  /** What stands after the backticks, such as `sh local`. */
  readonly language: string;
  /** Line of the first line of the text, from 1. */
  readonly line: number;
  /** Without the indentation of the fence. */
  readonly text: string;
}

export interface Code {
  readonly line: number;
  readonly text: string;
}

const fence = /^( *)```([^\n`]*)\n([\s\S]*?)^ *```$/gm;

const lineAt = (text: string, index: number) => text.slice(0, index).split('\n').length;

export function fencesOf(markdown: string): readonly Fence[] {
  return [...markdown.matchAll(fence)].map(({ index, 1: indentation = '', 2: language = '', 3: text = '' }) => ({
    language: language.trim(),
    line: lineAt(markdown, index) + 1,
    text: text.replaceAll(new RegExp(`^${indentation}`, 'gm'), ''),
  }));
}

/** Replaces fenced blocks by as many empty lines. */
const withoutFences = (markdown: string) => markdown.replaceAll(fence, (block) => block.replaceAll(/[^\n]/g, ''));

/** Blocks that are indented by four spaces, below an empty line; no continued item of a list is among them. */
export function indentedBlocksOf(markdown: string): readonly Code[] {
  const text = withoutFences(markdown);
  return [...text.matchAll(/(?<=(?:^|\n)[^\s\-\d|][^\n]*\n\n|\n {3}[^\n]*\n\n)(?: {4}[^\n]*\n)+/g)].map(
    ({ index, 0: block }) => ({ line: lineAt(text, index), text: block.replaceAll(/^ {4}/gm, '') }),
  );
}

/** Code between backticks, which may go on in the next line of its paragraph. */
export function inlineCodeOf(markdown: string): readonly Code[] {
  const indented = new Set(
    indentedBlocksOf(markdown).flatMap(({ line, text }) => text.split('\n').map((_, index) => line + index)),
  );
  const text = withoutFences(markdown);
  return [...text.matchAll(/`((?:[^`\n]|\n(?!\n))+)`/g)]
    .map(({ index, 1: code = '' }) => ({ line: lineAt(text, index), text: code.replaceAll(/\s*\n\s*/g, ' ') }))
    .filter(({ line }) => !indented.has(line));
}
