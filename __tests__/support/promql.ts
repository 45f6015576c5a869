/** What a query of Prometheus reads. */

/** Series that a query selects: a metric, and the labels it is selected or grouped by. */
export interface Selection {
  readonly metric: string;
  readonly labels: readonly string[];
}

/** All selections of a query whose metrics all have braces. */
export function selectionsOf(expr: string): readonly Selection[] {
  return [...expr.matchAll(/([a-zA-Z_:][\w:]*)\{([^}]*)\}/g)].map(([, metric = '', matchers = '']) => ({
    metric,
    labels: [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
  }));
}
