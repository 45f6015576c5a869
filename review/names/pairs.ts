/** Names that two stacks share, and those whose two ends agree by accident. */
import { grouped } from './grouped';
import type { Mention } from './mention';

/** A name that a stack defines, or is the first to read, and that another one reads. */
export interface Pair {
  readonly defined: Mention;
  readonly read: Mention;
}

/** A pair whose ends come from two places. */
export interface Accident extends Pair {
  /** Values of both ends once all names are marked; none if a mention is gone. */
  readonly marked: Readonly<Record<'defined' | 'read', string | undefined>>;
}

const identity = ({ kind, value }: Mention) => `${kind}\n${value}`;

const place = ({ stack, path, kind }: Mention) => `${stack}\n${path}\n${kind}`;

const part = ({ stack, kind, role }: Mention) => `${stack}\n${kind}\n${role}`;

/** What one reader can agree with: definitions in other stacks, or where others read what the project doesn't define. */
interface Ends {
  readonly read: Mention;
  readonly defined: readonly [Mention, ...Mention[]];
}

function endsIn(mentions: readonly Mention[]): readonly Ends[] {
  return [...grouped(mentions, identity).values()].flatMap((group) => {
    const definitions = group.filter(({ role }) => role === 'defines');
    const sources = definitions.length > 0 ? definitions : group.slice(0, 1);
    return group
      .filter(({ role }) => role === 'reads')
      .flatMap((read): Ends[] => {
        const [first, ...others] = sources.filter(({ stack }) => stack !== read.stack);
        return first ? [{ read, defined: [first, ...others] }] : [];
      });
  });
}

/** Each name that stacks share, once for each place that reads it in another stack than the one that defines it. */
export const pairsOf = (mentions: readonly Mention[]): readonly Pair[] =>
  endsIn(mentions).map(({ read, defined: [defined] }) => ({ read, defined }));

/**
 * Pairs that don't move together when every name that modules of names export gets a mark of its own; one for each stack
 * that reads a name.
 *
 * @param mentions as the environment is
 * @param marked of the same environment, synthesized with marks
 */
export function accidentsIn(mentions: readonly Mention[], marked: readonly Mention[]): readonly Accident[] {
  const valueOf = markedValues(mentions, marked);
  const values = grouped(marked, part);
  const others = (mention: Mention) => (values.get(part(mention)) ?? []).map(({ value }) => value);
  const accidents = endsIn(mentions).flatMap(({ read, defined }): Accident[] => {
    const value = valueOf(read);
    // A construct that is named after what it reads isn't at its place any more: any other of its stack will do.
    const found = (value === undefined ? others(read) : [value]).filter((one) => one !== read.value);
    if (defined.flatMap(others).some((one) => found.includes(one))) return [];
    return [{ read, defined: defined[0], marked: { defined: valueOf(defined[0]), read: value } }];
  });
  return [...grouped(accidents, ({ read }) => `${identity(read)}\n${read.stack}`).values()].flatMap((same) =>
    same.slice(0, 1),
  );
}

/** The value of the same mention in the other synthesis: by its place, and by its order in it. */
function markedValues(mentions: readonly Mention[], marked: readonly Mention[]) {
  const others = grouped(marked, place);
  const values = new Map<Mention, string | undefined>();
  for (const [key, same] of grouped(mentions, place)) {
    for (const [index, mention] of same.entries()) values.set(mention, others.get(key)?.[index]?.value);
  }
  return (mention: Mention) => values.get(mention);
}

/** One line for an accident, with both places. */
export function accidentText({ defined, read, marked }: Accident): string {
  const moves =
    marked.defined === marked.read
      ? 'neither comes from a module of names'
      : `with marks they are ${quoted(marked.defined)} and ${quoted(marked.read)}`;
  return (
    `${read.kind} '${read.value}': ${end(defined)} and ${end(read)} agree by accident: ${moves}. ` +
    'Use one export for both, of a module that review/names/names-modules.ts lists'
  );
}

const end = ({ stack, path }: Mention) => `${stack} (${path})`;

const quoted = (value: string | undefined) => (value === undefined ? 'gone' : `'${value}'`);
