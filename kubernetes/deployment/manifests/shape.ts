/**
 * How arguments of Terraform's provider for Kubernetes become members of API objects.
 *
 * The provider writes members in snake case, a list of objects as repeated blocks with a name in the singular, numbers of
 * the API often as texts, and file modes in octal. A shape says so argument by argument. One that a shape doesn't have is an
 * error: it is never dropped.
 */

/** One argument. */
export interface Field {
  /** Name of the member. @default - the argument's name in camel case; none for arguments that Terraform keeps to itself */
  readonly member?: string;
  /** @throws Error that names the place if the value has another form */
  readonly read: (value: unknown, place: string) => unknown;
}

export type Shape = Readonly<Record<string, Field>>;

type Reader = Field['read'];

const field = (read: Reader): Field => ({ read });

/** The same field under the name that the API has for it. */
export const as = (member: string, { read }: Field): Field => ({ member, read });

export const text = field((value, place) => {
  if (typeof value === 'string') return value;
  throw unreadable(place, 'a text', value);
});

export const flag = field((value, place) => {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  throw unreadable(place, 'true or false', value);
});

export const integer = field((value, place) => {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number)) return number;
  throw unreadable(place, 'an integer', value);
});

/** A port or a number of pods: a text of digits is a number, any other a name or a percentage. */
export const integerOrText = field((value, place) =>
  typeof value === 'string' && !/^-?\d+$/.test(value) ? value : integer.read(value, place),
);

/** A file mode: octal digits here, a number in the API. */
export const octal = field((value, place) => {
  if (typeof value === 'string' && /^[0-7]{1,5}$/.test(value)) return parseInt(value, 8);
  throw unreadable(place, 'octal digits', value);
});

export const texts = field((value, place) => {
  if (Array.isArray(value)) return value.map((item, index) => text.read(item, `${place}[${index}]`));
  throw unreadable(place, 'a list of texts', value);
});

export const map = field((value, place) => {
  if (!isRecord(value)) throw unreadable(place, 'a map of texts', value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, text.read(item, `${place}.${key}`)]));
});

/** An argument that says how Terraform works, such as `wait_for_rollout`. */
export const ofTerraform: Field = { member: '', read: () => undefined };

/** One block, which the API has as an object. */
export const block = (shape: Shape | (() => Shape)): Field =>
  field((value, place) => {
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (items.length === 0) return undefined;
    if (items.length > 1) throw unreadable(place, 'one block', value);
    return convert(resolved(shape), items[0], place);
  });

/** Repeated blocks, which the API has as a list. */
export const blocks = (shape: Shape | (() => Shape)): Field =>
  field((value, place) => {
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (items.length === 0) return undefined;
    return items.map((item, index) => convert(resolved(shape), item, `${place}[${index}]`));
  });

/** Further names of the same shape of a field: `{ name: text, namespace: text }`. */
export const each = (names: readonly string[], one: Field): Shape =>
  Object.fromEntries(names.map((name) => [name, one]));

/**
 * The members that a block's arguments become. Arguments that are null or absent are left out, as the provider does.
 *
 * @throws Error that names the argument and this folder, for one that the shape doesn't have
 */
export function convert(shape: Shape, value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw unreadable(place, 'a block', value);
  const members: Record<string, unknown> = {};
  for (const [name, argument] of Object.entries(value)) {
    if (argument === undefined || argument === null) continue;
    const found = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (!found) {
      throw new Error(
        `${place}: the argument '${name}' is not one that is turned into an API object here; add it to the shapes in ` +
          'kubernetes/deployment/manifests',
      );
    }
    const member = found.member ?? camelCase(name);
    const read = found.read(argument, `${place}.${name}`);
    if (member !== '' && read !== undefined) members[member] = read;
  }
  return members;
}

const resolved = (shape: Shape | (() => Shape)) => (typeof shape === 'function' ? shape() : shape);

const camelCase = (name: string) => name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const unreadable = (place: string, expected: string, value: unknown) =>
  new Error(`${place}: expected ${expected}, and found ${JSON.stringify(value)}`);
