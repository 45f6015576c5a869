/**
 * Bundles every program of the application into `dist/`, one self-contained file each, with esbuild.
 *
 * The bundles are deterministic: the same sources give the same bytes, so that their hashes can decide
 * whether a deployed process has to restart.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';

/** Folder of each program below `apps/`; its `main.ts` is the entry, `dist/<name>.js` the bundle. */
const programs = ['api', 'worker', 'migration', 'exercise', 'local-platform', 'alert-receiver'];

const root = path.resolve(__dirname, '..');

buildSync({
  absWorkingDir: root,
  entryPoints: programs
    .map((name) => ({ in: path.join('apps', name, 'main.ts'), out: name }))
    .filter(({ in: entry }) => existsSync(path.join(root, entry))),
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minifySyntax: true,
  legalComments: 'none',
  // Swagger UI reads its pages from its own package's folder; pg looks for its optional native driver at run time.
  external: ['@fastify/swagger-ui', 'pg-native'],
  loader: { '.lua': 'text', '.sql': 'text', '.html': 'text' },
  logLevel: 'warning',
});

/** Lambda functions; `dist/<name>/index.js`. The runtime brings the AWS SDK. */
const functions = ['alarm-notifier', 'password-rotation'];

buildSync({
  absWorkingDir: root,
  entryPoints: functions.map((name) => ({ in: path.join('apps', name, 'main.ts'), out: path.join(name, 'index') })),
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  minifySyntax: true,
  legalComments: 'none',
  external: ['@aws-sdk/*'],
  logLevel: 'warning',
});
