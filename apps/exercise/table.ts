/** Draws rows as a table of fixed width. */
import { formatNumber } from './findings';
import type { Result, Row } from './runner';

export interface TableOptions {
  /** Characters in a line; 60 at least. */
  readonly width: number;
  readonly color: boolean;
}

const colors: Readonly<Record<Result, number>> = { passed: 32, failed: 31, skipped: 33 };

const boldCode = 1;

const gap = '  ';
const indent = '  ';

/** Widths of the columns with a fixed one, and the shares of the rest. */
const layout = { milliseconds: 7, result: 7, shares: [0.36, 0.28, 0.36] } as const;

/** Titles, then a line for each capability and its rows below: texts that are too long go on below themselves. */
export function renderTable(rows: readonly Row[], { width, color }: TableOptions): string {
  const free = width - layout.milliseconds - layout.result - 4 * gap.length;
  const [first, second] = layout.shares.map((share) => Math.floor(free * share));
  const widths = [first ?? 0, second ?? 0, free - (first ?? 0) - (second ?? 0)];
  const line = (cells: readonly string[], milliseconds: string, result: string) =>
    [...cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)), milliseconds.padStart(layout.milliseconds), result]
      .join(gap)
      .trimEnd();
  const rule = '─'.repeat(width);
  const lines = [line(['PROVEN', 'EXPECTED', 'SEEN'], 'MS', 'RESULT'), rule];
  let group = '';
  for (const { capability, proves, expected, seen, milliseconds, result } of rows) {
    if (capability !== group) lines.push(paint(capability, boldCode, color));
    group = capability;
    const columns = [proves, expected, seen].map((text, index) =>
      wrap(text, (widths[index] ?? 0) - (index === 0 ? indent.length : 0)),
    );
    const height = Math.max(...columns.map(({ length }) => length));
    for (let index = 0; index < height; index++) {
      const [proof = '', ...others] = columns.map((column) => column[index] ?? '');
      const cells = [`${indent}${proof}`, ...others];
      lines.push(
        index === 0
          ? line(cells, formatNumber(milliseconds), paint(result, colors[result], color))
          : line(cells, '', ''),
      );
    }
  }
  return [...lines, rule].join('\n');
}

/** `21 passed, 1 failed, 0 skipped in 9.8 s`. */
export function renderSummary(rows: readonly Row[], milliseconds: number, color: boolean): string {
  const counts = (['passed', 'failed', 'skipped'] as const).map((result) => {
    const count = rows.filter((row) => row.result === result).length;
    return paint(`${count} ${result}`, colors[result], color && count > 0);
  });
  return `${counts.join(', ')} in ${formatNumber(milliseconds / 1_000)} s`;
}

/** Breaks a text between words; a word that is too long is cut. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).flatMap((long) => cut(long, width))) {
    if (line === '') line = word;
    else if (line.length + 1 + word.length <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

function cut(word: string, width: number): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < word.length; start += width) pieces.push(word.slice(start, start + width));
  return pieces;
}

function paint(text: string, code: number, color: boolean): string {
  return color ? `\u001b[${code}m${text}\u001b[0m` : text;
}
