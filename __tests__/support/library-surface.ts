/** What the Redis library offers to programs, found by its modules' exports. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');
const libraryFolder = path.join(root, 'apps/redis');

/** Folders whose programs may use the library. */
const userFolders = ['apps', 'constructs', 'stacks', 'kubernetes', 'review'];

const isClass = (value: unknown): value is { readonly prototype: object } =>
  typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));

const isError = ({ prototype }: { readonly prototype: object }) => prototype instanceof Error;

function sourcesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
}

/** Methods and accessors that an object has of its own or by its class. */
export function methodsOf(value: object): string[] {
  const isPlain = Object.getPrototypeOf(value) === Object.prototype;
  const names = isPlain ? Object.keys(value) : Object.getOwnPropertyNames(Object.getPrototypeOf(value));
  return names.filter((name) => name !== 'constructor');
}

/** An export of the library: a function, or a class with its methods. */
export interface LibraryExport {
  /** `<module>#<name>`, such as `lock#Locks`. */
  readonly id: string;
  readonly methods: readonly string[];
}

/** All functions and classes that modules of the library export, but for errors. */
export function libraryExports(): LibraryExport[] {
  return sourcesBelow(libraryFolder)
    .filter((file) => !file.endsWith('.d.ts'))
    .flatMap((file) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- the names of modules are not known before
      const module = require(path.join(libraryFolder, file)) as Readonly<Record<string, unknown>>;
      return Object.entries(module).flatMap(([name, value]): LibraryExport[] => {
        const id = `${file.replace(/\.ts$/, '')}#${name}`;
        if (isClass(value)) return isError(value) ? [] : [{ id, methods: classMethods(value) }];
        return typeof value === 'function' ? [{ id, methods: [] }] : [];
      });
    });
}

function classMethods({ prototype }: { readonly prototype: object }): string[] {
  return Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');
}

/** Ids of what files outside the library import from it, types too. */
export function importedFromLibrary(): ReadonlySet<string> {
  const found = new Set<string>();
  for (const folder of userFolders) {
    for (const file of sourcesBelow(path.join(root, folder))) {
      const source = path.join(root, folder, file);
      if (source.startsWith(libraryFolder)) continue;
      const imports = /import (?:type )?\{([^}]*)\} from '([^']*\/redis\/[^']*)'/g;
      for (const [, names = '', module = ''] of readFileSync(source, 'utf8').matchAll(imports)) {
        const target = path.resolve(path.dirname(source), module);
        if (!target.startsWith(libraryFolder + path.sep)) continue;
        for (const name of names.split(',')) {
          const imported = name
            .trim()
            .replace(/^type /, '')
            .split(' as ')[0];
          if (imported) found.add(`${path.relative(libraryFolder, target)}#${imported}`);
        }
      }
    }
  }
  return found;
}
