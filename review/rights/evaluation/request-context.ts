/** The request context: condition keys and their values. Names of keys ignore case. */
import { RequestError } from './policy-error';

export type ContextValue = string | readonly string[];

export class RequestContext {
  private readonly values = new Map<string, ContextValue>();

  /** @throws RequestError if two keys differ by case alone */
  constructor(values: Readonly<Record<string, ContextValue>>) {
    for (const [key, value] of Object.entries(values)) {
      if (this.has(key)) throw new RequestError(`context.${key}`, 'it is there twice, as names of keys ignore case');
      this.values.set(key.toLowerCase(), value);
    }
  }

  has(key: string): boolean {
    return this.values.has(key.toLowerCase());
  }

  get(key: string): ContextValue | undefined {
    return this.values.get(key.toLowerCase());
  }

  /**
   * This context with values that follow from the rest of the request.
   *
   * @throws RequestError if it has another value for one of them
   */
  with(derived: Readonly<Record<string, string>>): RequestContext {
    const context = new RequestContext(Object.fromEntries(this.values));
    for (const [key, value] of Object.entries(derived)) {
      const given = this.get(key) ?? value;
      if (given !== value)
        throw new RequestError(`context.${key}`, `it is '${String(given)}', but the request makes it '${value}'`);
      context.values.set(key.toLowerCase(), value);
    }
    return context;
  }
}
