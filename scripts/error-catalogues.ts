/**
 * Finds every error catalogue of src: the exports of `*errors.ts` files that were made with `defineErrors`.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ErrorText } from "../src/base/errors.ts";
import { listFiles, ROOT } from "../test/support/source-tree.ts";

/** One module's failures: the file they are declared in and its codes with their texts. */
export interface Catalogue {
  readonly path: string;
  readonly texts: Readonly<Record<string, ErrorText>>;
}

/** All catalogues, in the order of their files. */
export async function loadCatalogues(): Promise<readonly Catalogue[]> {
  const files = listFiles("src").filter((path) => /(^|[/-])errors\.ts$/.test(path) && path !== "src/base/errors.ts");
  const loaded = await Promise.all(
    files.map(async (path) => {
      const module = (await import(pathToFileURL(join(ROOT, path)).href)) as Record<string, unknown>;
      return Object.values(module)
        .filter(isCatalogue)
        .map((texts) => ({ path, texts }));
    }),
  );
  return loaded.flat();
}

function isCatalogue(value: unknown): value is Readonly<Record<string, ErrorText>> {
  if (typeof value !== "object" || value === null) return false;
  const entries: readonly unknown[] = Object.values(value);
  return (
    entries.length > 0 && entries.every((entry) => typeof entry === "object" && entry !== null && "en" in entry && "zh" in entry)
  );
}
