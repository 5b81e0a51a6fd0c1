/**
 * Lint rules of the house, type-aware. Lives here because the top level is closed; run it through `scripts/check lint`.
 * Each restriction says what to use instead. A disable comment needs a reason after `--`; a rule test counts them.
 */
import { dirname } from "node:path";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

interface Restriction {
  readonly selector: string;
  readonly message: string;
}

const everywhere: readonly Restriction[] = [
  { selector: "ExportDefaultDeclaration", message: "Export by name: a default export has a different name in every file." },
  { selector: "TSEnumDeclaration", message: "Use a union of literals or an `as const` object: enums are not erasable." },
  {
    selector: "CallExpression[callee.property.name='setMaxListeners']",
    message: "The listener warning is a leak alarm: find the leak.",
  },
];

const sourceOnly: readonly Restriction[] = [
  { selector: "TSAsExpression > TSAsExpression", message: "A double cast hides a wrong type: parse or narrow instead." },
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: "Take time from the injected Clock.",
  },
  {
    selector: "CallExpression[callee.object.name='performance'][callee.property.name='now']",
    message: "Take time from the injected Clock.",
  },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: "Take time from the injected Clock." },
  {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    message: "Take randomness from the injected Random.",
  },
  { selector: "ImportDeclaration[source.value=/^(node:)?timers/]", message: "Timers come from the injected Clock." },
];

/** Words that a person reads come from the dictionaries, in both languages. */
const words = String.raw`[A-Za-z\u3400-\u9fff]`;
const pageOnly: readonly Restriction[] = [
  { selector: `JSXText[value=/${words}/]`, message: "Take words from the dictionaries: t(…)." },
  { selector: `JSXExpressionContainer > Literal[value=/${words}/]`, message: "Take words from the dictionaries: t(…)." },
  {
    selector: `JSXAttribute[name.name=/^(title|alt|label|placeholder|aria-label|aria-description|hint|words|confirm|question)$/] > Literal[value=/${words}/]`,
    message: "Take words from the dictionaries: t(…).",
  },
];

const noEnvironment: Restriction = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: "Only config, app and platform read the environment; others get parsed options.",
};

const timerGlobals = ["setTimeout", "setInterval", "setImmediate"].map((name) => ({
  name,
  message: "Timers come from the injected Clock: they have a name, an owner and a fake one in tests.",
}));

/** Calls of the test runner return promises that the runner itself awaits. */
const runnerCalls = {
  from: "package",
  package: "node:test",
  name: ["test", "it", "describe", "suite", "before", "after"],
} as const;

const restricted = (...rules: readonly Restriction[]): ["error", ...Restriction[]] => ["error", ...rules];

const config: ReturnType<typeof defineConfig> = defineConfig(
  { ignores: ["**/node_modules/", "build/", "bench-results/", "coverage/"] },
  {
    files: ["src/**/*.{ts,tsx}", "test/**/*.ts", "scripts/**/*.ts", "bundle/**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    linterOptions: { reportUnusedDisableDirectives: "error" },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: dirname(import.meta.dirname) } },
    rules: {
      "@typescript-eslint/no-floating-promises": ["error", { allowForKnownSafeCalls: [runnerCalls] }],
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-deprecated": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-import-type-side-effects": "error",
      "@typescript-eslint/prefer-readonly": "error",
      "@typescript-eslint/return-await": "error",
      "@typescript-eslint/only-throw-error": "error",
      "@typescript-eslint/max-params": ["error", { max: 3 }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "max-lines": ["error", { max: 500 }],
      complexity: ["error", { max: 20 }],
      "@typescript-eslint/no-empty-object-type": ["error", { allowInterfaces: "with-single-extends" }],
      "no-empty": "error",
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
      "no-restricted-syntax": restricted(...everywhere),
    },
  },
  {
    files: ["src/**/*.{ts,tsx}"],
    rules: {
      "max-lines-per-function": ["error", { max: 60 }],
      "no-console": "error",
      "no-restricted-globals": ["error", ...timerGlobals],
      "no-restricted-syntax": restricted(...everywhere, ...sourceOnly, noEnvironment),
    },
  },
  {
    files: ["src/app/**/*.ts", "src/config/**/*.ts", "src/platform/**/*.ts", "src/main.ts"],
    rules: { "no-restricted-syntax": restricted(...everywhere, ...sourceOnly) },
  },
  { files: ["src/app/**/*.ts", "src/main.ts"], rules: { "no-console": "off" } },
  {
    files: ["src/base/clock.ts", "src/base/random.ts"],
    rules: { "no-restricted-globals": "off", "no-restricted-syntax": restricted(...everywhere) },
  },
  {
    // Tests take methods apart on purpose.
    files: ["test/**/*.ts", "scripts/**/*.ts", "bundle/**/*.ts"],
    rules: { complexity: "off", "@typescript-eslint/unbound-method": "off" },
  },
  {
    files: ["src/web/**/*.{ts,tsx}"],
    rules: { "no-restricted-syntax": restricted(...everywhere, ...sourceOnly, ...pageOnly, noEnvironment) },
  },
  {
    // Markup is flat: an element a line.
    files: ["src/web/**/*.tsx"],
    rules: { "max-lines-per-function": ["error", { max: 80 }] },
  },
  {
    files: ["src/web/browser/clock.ts"],
    rules: { "no-restricted-globals": "off", "no-restricted-syntax": restricted(...everywhere) },
  },
  { files: ["scripts/eslint.config.ts"], rules: { "no-restricted-syntax": "off" } },
);

export default config;
