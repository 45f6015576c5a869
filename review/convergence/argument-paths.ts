/** Values in the arguments of a resource, by path. */

/** A value, and where it is: `spec.template.spec.volume[0].name`. */
export interface FoundValue {
  readonly place: string;
  readonly value: unknown;
}

/** Any number of names, none too. */
const anyDepth = '**';

/**
 * Values at a path such as `spec.**.volume.name`. Blocks may be objects or lists of objects, and a list is each of its
 * elements: that is how Terraform's JSON has them.
 */
export function valuesAt(root: unknown, path: string): readonly FoundValue[] {
  return find({ place: '', value: root }, path.split('.'));
}

function find(found: FoundValue, path: readonly string[]): readonly FoundValue[] {
  const { place, value } = found;
  if (Array.isArray(value)) {
    return value.flatMap((element, index) => find({ place: `${place}[${index}]`, value: element }, path));
  }
  const [name, ...rest] = path;
  if (name === undefined) return [found];
  const members = membersOf(found);
  if (name !== anyDepth) return members.filter(([key]) => key === name).flatMap(([, member]) => find(member, rest));
  return [...find(found, rest), ...members.flatMap(([, member]) => find(member, path))];
}

function membersOf({ place, value }: FoundValue): readonly (readonly [string, FoundValue])[] {
  if (typeof value !== 'object' || value === null) return [];
  const prefix = place === '' ? '' : `${place}.`;
  return Object.entries(value).map(([key, member]) => [key, { place: `${prefix}${key}`, value: member as unknown }]);
}

/** Places of texts at one of the paths that a test refuses, with the text. References are not known, and pass. */
export function refusedTexts(root: unknown, paths: readonly string[], isRefused: (text: string) => boolean): string[] {
  return paths
    .flatMap((path) => valuesAt(root, path))
    .filter((found): found is FoundValue & { readonly value: string | number } =>
      ['string', 'number'].includes(typeof found.value),
    )
    .map(({ place, value }) => ({ place, text: String(value) }))
    .filter(({ text }) => !text.includes('${') && isRefused(text))
    .map(({ place, text }) => `${place}: ${text}`);
}
