/**
 * The code base as data for the rule tests: every TypeScript file of a folder with its imports (type imports too), its
 * exports and whether they are documented. Reads syntax only, with the TypeScript parser; knows no types.
 */
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import ts from "typescript";

/** Absolute path of the repository. */
export const ROOT = join(import.meta.dirname, "..", "..");

const SKIPPED = new Set(["node_modules", ".git", "build", "coverage", "bench-results"]);

/** One import or re-export. `target` is the repository path it resolves to; undefined for packages and `node:`. */
export interface ImportEdge {
  readonly specifier: string;
  readonly target: string | undefined;
  readonly typeOnly: boolean;
  /** Imported names; `*` for a namespace or a re-export of everything. */
  readonly names: readonly string[];
  readonly line: number;
}

/** One exported declaration. */
export interface ExportedSymbol {
  readonly name: string;
  readonly kind: "value" | "type";
  readonly line: number;
  readonly documented: boolean;
}

/** One TypeScript file; `path` is relative to the repository, with slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly imports: readonly ImportEdge[];
  readonly exports: readonly ExportedSymbol[];
}

/** Repository paths of all files below `folder`, sorted; generated folders are left out. */
export function listFiles(folder: string): readonly string[] {
  const entries = readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((path) => !path.split("/").some((part) => SKIPPED.has(part)))
    .sort();
}

/** All TypeScript files below `folder`, parsed. */
export function readSourceTree(folder: string): readonly SourceFile[] {
  return listFiles(folder)
    .filter((path) => /\.tsx?$/.test(path))
    .map(readSource);
}

/** Parses one file. */
export function readSource(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), "utf8");
  const parsed = ts.createSourceFile(
    path,
    text,
    { languageVersion: ts.ScriptTarget.Latest, jsDocParsingMode: ts.JSDocParsingMode.ParseAll },
    true,
  );
  return { path, text, lines: text.split("\n").length - 1, imports: importsOf(parsed), exports: exportsOf(parsed) };
}

function lineOf(file: ts.SourceFile, node: ts.Node): number {
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
}

function importsOf(file: ts.SourceFile): ImportEdge[] {
  const edges: ImportEdge[] = [];
  const add = (specifier: ts.Expression | undefined, what: { typeOnly: boolean; names: readonly string[] }): void => {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return;
    const target = resolveSpecifier(specifier.text, file.fileName);
    edges.push({ specifier: specifier.text, target, ...what, line: lineOf(file, specifier) });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, importClauseOf(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, { typeOnly: node.isTypeOnly, names: exportNamesOf(node) });
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], { typeOnly: false, names: ["*"] });
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, { typeOnly: true, names: ["*"] });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return edges;
}

function importClauseOf(clause: ts.ImportClause | undefined): { typeOnly: boolean; names: readonly string[] } {
  if (clause === undefined) return { typeOnly: false, names: [] };
  const bindings = clause.namedBindings;
  const named = bindings !== undefined && ts.isNamedImports(bindings) ? bindings.elements : undefined;
  const names = named?.map((element) => (element.propertyName ?? element.name).text) ?? ["*"];
  const allTypes =
    named !== undefined && named.length > 0 && named.every((element) => element.isTypeOnly) && clause.name === undefined;
  return { typeOnly: clause.phaseModifier === ts.SyntaxKind.TypeKeyword || allTypes, names };
}

function exportNamesOf(node: ts.ExportDeclaration): readonly string[] {
  const clause = node.exportClause;
  if (clause === undefined || !ts.isNamedExports(clause)) return ["*"];
  return clause.elements.map((element) => (element.propertyName ?? element.name).text);
}

function exportsOf(file: ts.SourceFile): ExportedSymbol[] {
  const found: ExportedSymbol[] = [];
  for (const statement of file.statements) {
    if (!ts.canHaveModifiers(statement)) continue;
    if (!(ts.getModifiers(statement) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword)) continue;
    const documented = ts.getJSDocCommentsAndTags(statement).some(ts.isJSDoc);
    const kind = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement) ? "type" : "value";
    for (const name of declaredNames(statement)) found.push({ name, kind, line: lineOf(file, statement), documented });
  }
  return found;
}

function declaredNames(statement: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map((declaration) => declaration.name.getText());
  const named = statement as ts.Statement & { readonly name?: ts.Identifier };
  return named.name === undefined ? [] : [named.name.text];
}

function resolveSpecifier(specifier: string, from: string): string | undefined {
  if (specifier.startsWith("#test/")) return `test/${specifier.slice("#test/".length)}`;
  if (specifier.startsWith("#")) return `src/${specifier.slice(1)}`;
  if (specifier.startsWith(".")) return normalize(join(dirname(from), specifier));
  return undefined;
}
