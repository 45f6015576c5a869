/** The page of the table, as Prettier writes it. */
import { format } from 'prettier';
import type { Fault } from './fault';
import type { Result } from './result';
import { faultTable, type TableEnvironment } from './table';

export function markdownPage(
  environments: readonly TableEnvironment[],
  faults: readonly Fault[],
  results: readonly Result[],
): Promise<string> {
  return format(faultTable(environments, faults, results), {
    parser: 'markdown',
    printWidth: 120,
    proseWrap: 'preserve',
  });
}
