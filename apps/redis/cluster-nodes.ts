/** The reply to CLUSTER NODES. */

/** A node of a cluster, as another one sees it. */
export interface ListedNode {
  /** 40 hexadecimal digits. */
  readonly id: string;
  /** `host:port`; the name rather than the address if it announces one, for certificates are for names. */
  readonly address: string;
  /** Such as `myself`, `master`, `fail`, `noaddr`. */
  readonly flags: readonly string[];
  /** Of the master it replicates; undefined for a master. */
  readonly masterId: string | undefined;
  /** Its slots as ranges, `0-5460`; without those that are on their way. */
  readonly slots: readonly string[];
}

/** Source: the page of `CLUSTER NODES` of the Redis documentation: eight fields, then ranges of slots. */
export function parseClusterNodes(text: string): readonly ListedNode[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [id = '', address = '', flags = '', masterId = '-', , , , , ...slots] = line.trim().split(' ');
      return {
        id,
        address: announced(address),
        flags: flags.split(','),
        masterId: masterId === '-' ? undefined : masterId,
        // `[slot->-node]` is listed among the ranges as well.
        slots: slots.filter((range) => !range.startsWith('[')),
      };
    });
}

/** Of `ip:port@bus,name`. */
function announced(address: string): string {
  const [, ip = '', port = '', name = ''] = /^(.*):(\d+)(?:@\d+)?(?:,([^,]*))?/.exec(address) ?? [];
  return `${name === '' ? ip : name}:${port}`;
}
