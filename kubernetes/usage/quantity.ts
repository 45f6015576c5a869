/** Quantities of Kubernetes as numbers. Source: "Quantity" of the Kubernetes API conventions. */

const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
};

/** `250m` → 0.25, `64Mi` → 67108864. @throws Error for a text that is no quantity */
export function numberOf(quantity: string): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(quantity) ?? [];
  const factor = factors[unit];
  if (digits === undefined || factor === undefined) throw new Error(`'${quantity}' is no quantity of Kubernetes`);
  return Number(digits) * factor;
}
