/** Marks on names: a mark says which exported name a synthesized value comes from. */

/** What stands at the end of a marked text: a hyphen, `zq` and the number of the name. */
const markForm = /-zq([0-9a-z]{3})z/g;

/** Marked numbers are above all ports that the project names. */
const firstMarkedNumber = 40_000;

/** Keys whose values are the vocabulary of Kubernetes, not names that the project chose. */
const vocabulary: ReadonlySet<string> = new Set(['kind', 'group', 'apiVersion']);

/** Without marks. */
export const unmarked = (text: string) => text.replaceAll(markForm, '');

const isMarked = (value: string | number) =>
  typeof value === 'number' ? value >= firstMarkedNumber : unmarked(value) !== value;

/**
 * Gives each name its own mark, so that two names with one value differ once they are marked. A value with a mark keeps it:
 * an alias, or a text with another name in it, is that name still.
 */
export class Marks {
  readonly #sources: string[] = [];
  readonly #vocabularies: ReadonlySet<string>;

  /** @param vocabularies exports that stay as they are */
  constructor(vocabularies: readonly string[] = []) {
    this.#vocabularies = new Set(vocabularies);
  }

  /** The value as it is when its name is changed: texts, numbers, records, lists, and what functions return. */
  mark<Value>(source: string, value: Value): Value {
    return this.#vocabularies.has(source) ? value : (this.#marked(source, value) as Value);
  }

  /** Exported names, such as `constructs/bitnami/names.ts#releaseName`, whose marks are in a text. */
  sourcesIn(text: string): readonly string[] {
    return [...text.matchAll(markForm)].flatMap(([, number = '']) => this.#sources[parseInt(number, 36)] ?? []);
  }

  #marked(source: string, value: unknown): unknown {
    if (typeof value === 'string') return value === '' || isMarked(value) ? value : `${value}-zq${this.#text(source)}z`;
    if (typeof value === 'number') return isMarked(value) ? value : firstMarkedNumber + this.#number(source);
    if (typeof value === 'function') {
      const original = value as (...parameters: unknown[]) => unknown;
      return (...parameters: unknown[]) => this.#marked(source, original(...parameters));
    }
    if (Array.isArray(value)) return value.map((part, index) => this.#marked(`${source}[${index}]`, part));
    if (!isPlain(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [
        key,
        vocabulary.has(key) ? part : this.#marked(`${source}.${key}`, part),
      ]),
    );
  }

  #text = (source: string) => this.#number(source).toString(36).padStart(3, '0');

  #number(source: string): number {
    const known = this.#sources.indexOf(source);
    return known < 0 ? this.#sources.push(source) - 1 : known;
  }
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
