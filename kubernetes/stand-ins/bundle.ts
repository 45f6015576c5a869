/** Programs of stand-ins as one file each, for a ConfigMap: pods have Node.js, and nothing else of them. */
import path from 'node:path';
import { buildSync } from 'esbuild';

/**
 * Text of a program; the same sources give the same text.
 *
 * @param entry path of its source, from the checkout
 */
export function bundleOf(entry: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [path.resolve(__dirname, '../..', entry)],
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  const [program] = outputFiles;
  if (!program) throw new Error(`esbuild made no file of ${entry}`);
  return program.text;
}
