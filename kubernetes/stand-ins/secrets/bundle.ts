/** The program of this folder as one file, for a ConfigMap: pods have Node.js, and nothing else of it. */
import path from 'node:path';
import { buildSync } from 'esbuild';

/** Text of the program; the same sources give the same text. */
export function bundleOfSecretsProgram(): string {
  const { outputFiles } = buildSync({
    entryPoints: [path.join(__dirname, 'main.ts')],
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
  if (!program) throw new Error('esbuild made no file of kubernetes/stand-ins/secrets');
  return program.text;
}
