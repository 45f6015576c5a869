/** The project's own modules a second time, with marks on the names that they export. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { transformSync } from '@swc/core';
import * as ts from 'typescript';
import { Marks } from './marks';

const root = path.resolve(__dirname, '../..');
const installed = createRequire(__filename);

type Exports = Record<string, unknown>;

/** Exports that are names, by file from the root of the project: all of them, or these. */
export type NamesModules = Readonly<Record<string, 'all' | readonly string[]>>;

export interface MarkedProgramProps {
  readonly names: NamesModules;
  /**
   * Exports of these modules that get no mark, such as `constructs/cluster-services/names.ts#namespaceNameLabel`.
   * @default - none
   */
  readonly vocabularies?: readonly string[];
  /** Changes a file's text before it is compiled, as a mistake would. @default - nothing changes */
  readonly edit?: (file: string, source: string) => string;
}

/** Name of the function that marks, in compiled modules. */
const markFunction = '__markName';

/**
 * Loads modules in this process without a change to them: a module of names is compiled with each exported name in a call
 * that marks it, so what the module itself makes of a name has the mark as well. Installed packages are those of the process.
 */
export class MarkedProgram {
  readonly marks: Marks;
  readonly #names: NamesModules;
  readonly #edit: NonNullable<MarkedProgramProps['edit']>;
  readonly #loaded = new Map<string, { exports: Exports }>();

  constructor({ names, vocabularies = [], edit = (_, source) => source }: MarkedProgramProps) {
    this.#names = names;
    this.#edit = edit;
    this.marks = new Marks(vocabularies);
  }

  /**
   * @param file from the root of the project: `stacks/environment-stacks.ts`
   * @throws Error if a module of names that it needs lacks an export that is listed
   */
  load(file: string): unknown {
    return this.#load(path.join(root, file));
  }

  #load(file: string): Exports {
    const known = this.#loaded.get(file);
    if (known) return known.exports;
    const module = { exports: {} };
    this.#loaded.set(file, module);
    const name = path.relative(root, file);
    const source = this.#edit(name, readFileSync(file, 'utf8'));
    if (/\.(?:lua|sql|html)$/.test(file)) module.exports = { __esModule: true, default: source };
    else this.#run(name, source, module);
    return module.exports;
  }

  #run(name: string, source: string, module: { exports: Exports }): void {
    const names = this.#names[name];
    const code = compiled(names === undefined ? source : markedSource(name, source, names));
    const file = path.join(root, name);
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the module's own code, compiled in this process
    const run = new Function('exports', 'require', 'module', '__filename', '__dirname', markFunction, code) as (
      ...parameters: unknown[]
    ) => void;
    const mark = (exported: string, value: unknown) => this.marks.mark(`${name}#${exported}`, value);
    run(module.exports, (wanted: string) => this.#require(file, wanted), module, file, path.dirname(file), mark);
  }

  #require(from: string, wanted: string): unknown {
    if (!wanted.startsWith('.')) return installed(wanted) as unknown;
    const file = path.resolve(path.dirname(from), wanted);
    return this.#load(path.extname(file) === '' || !/\.(?:ts|lua|sql|html)$/.test(file) ? `${file}.ts` : file);
  }
}

const compiled = (source: string) =>
  transformSync(source, {
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
    swcrc: false,
  }).code;

/** @throws Error if a listed export isn't there */
function markedSource(name: string, source: string, names: NamesModules[string]): string {
  const found: string[] = [];
  const file = ts.createSourceFile(name, source, ts.ScriptTarget.ES2022, true);
  const { transformed } = ts.transform(file, [markExports(names, found)]);
  const missing = names === 'all' ? [] : names.filter((listed) => !found.includes(listed));
  if (missing.length > 0) {
    throw new Error(`${name} exports no ${missing.join(', ')}: correct namesModules in review/names/names-modules.ts`);
  }
  return transformed.map((part) => ts.createPrinter().printFile(part)).join('');
}

/** Turns `export const name = value` into `export const name = mark('name', value)`, and functions likewise. */
function markExports(names: 'all' | readonly string[], found: string[]): ts.TransformerFactory<ts.SourceFile> {
  const isName = (name: string) => {
    const chosen = names === 'all' || names.includes(name);
    if (chosen) found.push(name);
    return chosen;
  };
  return (context) => (file) => {
    const { factory } = context;
    const call = (name: string, value: ts.Expression) =>
      factory.createCallExpression(factory.createIdentifier(markFunction), undefined, [
        factory.createStringLiteral(name),
        value,
      ]);
    const statements = file.statements.map((statement) => {
      if (ts.isVariableStatement(statement) && isExported(statement))
        return markedConstant(factory, statement, isName, call);
      if (ts.isFunctionDeclaration(statement) && isExported(statement)) {
        return markedFunction(factory, statement, isName, call);
      }
      return statement;
    });
    return factory.updateSourceFile(file, statements);
  };
}

type IsName = (name: string) => boolean;
type Call = (name: string, value: ts.Expression) => ts.Expression;

const isExported = (statement: ts.VariableStatement | ts.FunctionDeclaration) =>
  statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;

function markedConstant(factory: ts.NodeFactory, statement: ts.VariableStatement, isName: IsName, call: Call) {
  const { declarationList } = statement;
  const declarations = declarationList.declarations.map((declaration) => {
    const { name, initializer, type } = declaration;
    if (!ts.isIdentifier(name) || !initializer || !isName(name.text)) return declaration;
    return factory.updateVariableDeclaration(declaration, name, undefined, type, call(name.text, initializer));
  });
  return factory.updateVariableStatement(
    statement,
    statement.modifiers,
    factory.updateVariableDeclarationList(declarationList, declarations),
  );
}

function markedFunction(factory: ts.NodeFactory, statement: ts.FunctionDeclaration, isName: IsName, call: Call) {
  const { name, body } = statement;
  if (!name || !body || !isName(name.text)) return statement;
  const { asteriskToken, typeParameters, parameters, type } = statement;
  const value = factory.createFunctionExpression(
    undefined,
    asteriskToken,
    name,
    typeParameters,
    parameters,
    type,
    body,
  );
  const declaration = factory.createVariableDeclaration(name, undefined, undefined, call(name.text, value));
  return factory.createVariableStatement(
    [factory.createModifier(ts.SyntaxKind.ExportKeyword)],
    factory.createVariableDeclarationList([declaration], ts.NodeFlags.Const),
  );
}
