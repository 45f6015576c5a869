/** Quantities of Kubernetes as its API writes them. */

const decimalSuffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/**
 * Whether a quantity is written as the API would write it: a whole number, with the largest suffix that leaves it whole.
 * `1000m` is `1` and `1024Mi` is `1Gi` there. Source: `Quantity` of k8s.io/apimachinery/pkg/api/resource, "Before
 * serializing, Quantity will be put in canonical form".
 */
export function isCanonicalQuantity(text: string): boolean {
  const parts = /^(\d+)(n|u|m|k|[MGTPE]i?|Ki)?$/.exec(text);
  if (!parts) return false;
  const [, digits = '', suffix = ''] = parts;
  if (digits === '0') return suffix === '';
  if (digits.startsWith('0')) return false;
  const isBinary = suffix.endsWith('i');
  const suffixes = isBinary ? binarySuffixes : decimalSuffixes;
  const step = isBinary ? 1_024n : 1_000n;
  return suffixes.indexOf(suffix) === suffixes.length - 1 || BigInt(digits) % step !== 0n;
}
