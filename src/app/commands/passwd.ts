/** `sluice passwd [USER]`: hashes a password, or gives a user of the configuration a new one; for a forgotten password too. */
import { loadConfig, loadDraft } from "#config/load.ts";
import { formatProblems } from "#config/report.ts";
import { systemRandom } from "#base/random.ts";
import { systemTextFiles } from "#platform/text-files.ts";
import { resolve } from "node:path";
import { configOption, ExitCode } from "../command.ts";
import type { Command, CommandContext } from "../command.ts";
import { appError } from "../errors.ts";
import { createSchema } from "../schema.ts";
import { hashPassword } from "../users/password.ts";
import { editUsers } from "../users/user-store.ts";
import { checkNewPassword, checkUserName, permissionsOf } from "../users/written-user.ts";

/** See the head of this file. */
export const passwd: Command = {
  name: "passwd",
  optionalArgument: "USER",
  options: [configOption],
  summary: { en: "hash a password, or give a user a new one", zh: "生成密码哈希，或为用户设置新密码" },
  description: {
    en: "The password is read from standard input. Without USER its hash is printed, for 'pass' in the configuration.\nWith USER it is written there; a user who isn't there yet becomes an admin. A running server takes it over by itself.",
    zh: "从标准输入读取密码。省略 USER 时输出哈希，可填入配置中的 pass；\n指定 USER 时直接写入配置，用户不存在则添加为管理员。运行中的服务会自动生效。",
  },
  run: async (context) => {
    const [user] = context.positional;
    if (user !== undefined) checkUserName(user);
    const zh = context.language === "zh";
    context.stderr(zh ? "密码：" : "Password: ");
    const password = (await context.readSecret?.()) ?? "";
    context.stderr("\n");
    checkNewPassword(user ?? "", password);
    const hash = await hashPassword(password, systemRandom);
    if (user === undefined) {
      context.stdout(`${hash}\n`);
      return ExitCode.Ok;
    }
    const file = await write(context, user, hash);
    if (file !== undefined) context.stdout(zh ? `已为 ${user} 写入 ${file}\n` : `wrote ${file} for ${user}\n`);
    return file === undefined ? ExitCode.Usage : ExitCode.Ok;
  },
};

/** Writes the user; answers the file's name, or undefined where the configuration was wrong before or would be afterwards. */
async function write(context: CommandContext, user: string, pass: string): Promise<string | undefined> {
  const { folder, environment, language, options } = context;
  const schema = createSchema();
  const how = { schema, file: options.get("--config"), folder, environment };
  const loaded = await loadConfig(how);
  const { file, text } = loaded;
  if (file === undefined) throw appError("passwd-no-file");
  if (loaded.config === undefined) {
    context.stderr(`${formatProblems(loaded.problems, loaded.texts, language)}\n`);
    return undefined;
  }
  const changed = editUsers(text, (written) =>
    written.some((entry) => entry["user"] === user)
      ? written.map((entry) => (entry["user"] === user ? { ...entry, pass } : entry))
      : [...written, { user, pass, permissions: permissionsOf("admin") }],
  );
  const after = loadDraft({ ...how, file }, changed);
  if (after.config === undefined) {
    context.stderr(`${formatProblems(after.problems, after.texts, language)}\n`);
    return undefined;
  }
  const name = resolve(folder, file);
  const done = await systemTextFiles.replace({ file: name, text: changed, expected: text, backup: undefined });
  if (done === "changed-meanwhile") throw appError("passwd-changed", { details: { file } });
  return file;
}
