/** The page's languages, and which of them a person reads. */

/** A language of the page. */
export type Language = "en" | "zh";

/** The first of the browser's languages that the page has; English otherwise. */
export function preferredLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const primary = tag.toLowerCase().split("-")[0];
    if (primary === "zh" || primary === "en") return primary;
  }
  return "en";
}
