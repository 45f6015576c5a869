/**
 * Lays out the folder of the programs as the image has it: their bundles, and the packages that they could not take in.
 *
 * To be run after `apps/build.ts`, in the checkout's folder. The tree is made anew in `dist/image/application`; what else is in
 * `dist/image` stays, and has the same time as all of it: that of SOURCE_DATE_EPOCH, so that the same sources make the same layer.
 * docs/guides/application-on-kubernetes.md tells how it becomes an image.
 */
import { cpSync, existsSync, lutimesSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { programFolder } from '../constructs/application/programs';

/** Programs of the image. */
const programs = ['api', 'worker', 'migration', 'exercise'];

/** Packages outside of the bundles, as `apps/build.ts` names them. */
const externals = ['@fastify/swagger-ui'];

const root = path.resolve(__dirname, '..');
const image = path.join(root, 'dist', 'image');
const tree = path.join(image, programFolder);

/** Files of a package that no program reads. Folders are left alone: `doc`, say, is code in one of them. */
const unread = /\.(?:md|map|d\.[cm]?ts)$/;

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Folders of a package and of all that it depends on, relative to the checkout: each where Node.js finds it. */
function closure(name: string, from: string, found: Set<string>): Set<string> {
  const folder = locate(name, from);
  if (found.has(folder)) return found;
  found.add(folder);
  const manifest = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8')) as Manifest;
  for (const dependency of Object.keys(manifest.dependencies ?? {})) closure(dependency, folder, found);
  return found;
}

/** The folder of a package as seen from another one. @throws Error if it isn't installed */
function locate(name: string, from: string): string {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'node_modules', name);
    if (existsSync(path.join(root, candidate, 'package.json'))) return candidate;
    if (folder === '.') throw new Error(`image: the package ${name} is not installed; run 'npm ci'`);
  }
}

/** Seconds since 1970 of everything in the image. @throws Error if they aren't a whole number */
function sourceSeconds(): number {
  const given = process.env.SOURCE_DATE_EPOCH ?? '0';
  if (!/^\d+$/.test(given)) {
    throw new Error(
      `image: SOURCE_DATE_EPOCH is '${given}': give whole seconds since 1970, as 'git log -1 --format=%ct' has them`,
    );
  }
  return Number(given);
}

/** Folders last: what is done in them changes their time. */
function setTimes(file: string, seconds: number): void {
  for (const entry of readdirSync(file, { withFileTypes: true })) {
    const inside = path.join(file, entry.name);
    if (entry.isDirectory()) setTimes(inside, seconds);
    else lutimesSync(inside, seconds, seconds);
  }
  lutimesSync(file, seconds, seconds);
}

const seconds = sourceSeconds();
rmSync(tree, { recursive: true, force: true });
mkdirSync(tree, { recursive: true });
for (const program of programs) cpSync(path.join(root, 'dist', `${program}.js`), path.join(tree, `${program}.js`));
const folders = externals.reduce((found, name) => closure(name, '.', found), new Set<string>());
for (const folder of folders) {
  cpSync(path.join(root, folder), path.join(tree, folder), {
    recursive: true,
    dereference: true,
    // What lies in a nested node_modules is in the closure itself, or in nobody's.
    filter: (file) => {
      const inside = path.relative(path.join(root, folder), file);
      return inside === '' || (!inside.startsWith('node_modules') && !unread.test(inside));
    },
  });
}
setTimes(image, seconds);
