/** What a reader has to fill in (`‹like this›`, `…`), and what a shell expands: no test knows their values. */

const unknown = /‹[^›]*›|…|\$\{[^}]*\}|[$<>]\([^)]*\)|\$\w+/g;

export const isKnown = (word: string): boolean => word.search(unknown) < 0;

/** Whether a word could be one of these names, whatever is filled in. With `globs` a `*` stands for any characters. */
export function couldBe(word: string, names: Iterable<string>, { globs = false } = {}): boolean {
  const escape = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  const literal = (text: string) => (globs ? text.split('*').map(escape).join('.*') : escape(text));
  const pattern = new RegExp(`^${word.split(unknown).map(literal).join('.+')}$`, 's');
  return [...names].some((name) => pattern.test(name));
}
