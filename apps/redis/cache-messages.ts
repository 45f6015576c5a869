/**
 * What processes notify each other of on the channel of invalidations.
 *
 *     42 cache:resource:a              Redis has nothing older than version 42 under this key (sent by the script)
 *     owed 42 66000 cache:resource:a   it may have, for 66 s at most: the invalidation is not carried out yet
 *     owed * 66000 resources           the same for all keys of a cache
 */

/** A message. Milliseconds are from when it was sent. */
export type InvalidationMessage =
  | { readonly kind: 'done'; readonly key: string; readonly version: number }
  | { readonly kind: 'owed'; readonly key: string; readonly version: number; readonly milliseconds: number }
  | { readonly kind: 'allOwed'; readonly cache: string; readonly milliseconds: number };

/** The message that an invalidation is not carried out yet. */
export function owedMessage(key: string, version: number, milliseconds: number): string {
  return `owed ${version} ${Math.ceil(milliseconds)} ${key}`;
}

/** The message that more invalidations of a cache are not carried out than a process can list. */
export function allOwedMessage(cache: string, milliseconds: number): string {
  return `owed * ${Math.ceil(milliseconds)} ${cache}`;
}

/** Undefined for a message of another kind, as later versions of the program may send. */
export function parseInvalidation(text: string): InvalidationMessage | undefined {
  const owed = /^owed (\*|\d+) (\d+) (.+)$/s.exec(text);
  if (owed) {
    const [, version = '', digits = '', name = ''] = owed;
    const milliseconds = Number(digits);
    if (version === '*') return { kind: 'allOwed', cache: name, milliseconds };
    return { kind: 'owed', key: name, version: Number(version), milliseconds };
  }
  const [, version, key] = /^(\d+) (.+)$/s.exec(text) ?? [];
  return key === undefined ? undefined : { kind: 'done', key, version: Number(version) };
}
