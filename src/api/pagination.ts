/** MediaMTX's paging of lists: `?page=` from 0 and `?itemsPerPage=`, 100 unless told. */
import { apiError } from "./errors.ts";

const DEFAULT_PER_PAGE = 100;
/** Larger numbers are taken for mistakes, as in MediaMTX. */
const MAX_NUMBER = 2 ** 31 - 1;

/** A page of a list as the API answers it. */
export interface Page<T> {
  readonly itemCount: number;
  readonly pageCount: number;
  readonly items: readonly T[];
}

/** The page that `query` asks for; a page past the end is empty. Throws `api-bad-page`. */
export function paginate<T>(all: readonly T[], query: Readonly<Record<string, unknown>>): Page<T> {
  const perPage = readNumber(query, "itemsPerPage", DEFAULT_PER_PAGE);
  const page = readNumber(query, "page", 0);
  if (perPage === 0) throw apiError("api-bad-page", { details: { parameter: "itemsPerPage", value: "0" } });
  const items = all.slice(page * perPage, (page + 1) * perPage);
  return { itemCount: all.length, pageCount: Math.ceil(all.length / perPage), items };
}

/** A parameter; of one that is given twice the first counts, as in MediaMTX. */
export function parameterOf(query: Readonly<Record<string, unknown>>, parameter: string): unknown {
  const given = query[parameter];
  return Array.isArray(given) ? given[0] : given;
}

function readNumber(query: Readonly<Record<string, unknown>>, parameter: string, fallback: number): number {
  const value = parameterOf(query, parameter);
  if (value === undefined || value === "") return fallback;
  const number = typeof value === "string" && /^\d{1,10}$/.test(value) ? Number(value) : Infinity;
  if (number <= MAX_NUMBER) return number;
  throw apiError("api-bad-page", { details: { parameter, value: JSON.stringify(value).slice(0, 40) } });
}
