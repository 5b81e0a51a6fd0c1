/** `sluice verify FOLDER`: whether a release is whole and from whom it should be. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { SystemClock } from "#base/clock.ts";
import { messageOf, SluiceError } from "#base/errors.ts";
import { readAsset } from "#platform/assets.ts";
import { FileFolder } from "#platform/release-folder.ts";
import { updateError } from "#update/errors.ts";
import { MAX_TRUST_BYTES, parseTrustList, type TrustList } from "#update/release/trust.ts";
import { verifyRelease } from "#update/release/verify.ts";
import { ExitCode } from "../command.ts";
import type { Command, CommandContext } from "../command.ts";

/** See the head of this file. */
export const verify: Command = {
  name: "verify",
  arguments: ["FOLDER"],
  options: [
    {
      name: "--trust",
      value: "FILE",
      summary: { en: "trusted keys instead of the program's own", zh: "受信任密钥文件，代替程序自带的列表" },
    },
  ],
  summary: { en: "check that a release folder is whole and signed", zh: "检查发布文件夹是否完整且签名有效" },
  description: {
    en: "Refuses a changed, missing, renamed or additional file, and a key that is unknown, expired or revoked.",
    zh: "如有文件被改动、缺失、改名或多出，或签名密钥未知、过期、被吊销，均予拒绝。",
  },
  run: async (context) => {
    const folder = resolve(context.folder, context.positional[0] ?? "");
    const trust = await readTrust(context);
    try {
      const { manifest, keyId } = await verifyRelease(new FileFolder(folder), { trust, now: new SystemClock().wallNow() });
      const { version, sequence, files } = manifest;
      context.stdout(`ok: sluice ${version} (sequence ${String(sequence)}, ${String(files.length)} files, key ${keyId})\n`);
      return ExitCode.Ok;
    } catch (error) {
      if (error instanceof SluiceError) throw error;
      throw updateError("update-folder-unreadable", { details: { folder, reason: messageOf(error) }, cause: error });
    }
  },
};

async function readTrust(context: CommandContext): Promise<TrustList> {
  const file = context.options.get("--trust");
  const bytes =
    file === undefined ? readAsset("trusted-keys.json") : await readFile(resolve(context.folder, file)).catch(() => undefined);
  const trust = bytes === undefined || bytes.length > MAX_TRUST_BYTES ? undefined : parseTrustList(bytes.toString("utf8"));
  if (trust === undefined) throw updateError("update-trust-unreadable");
  return trust;
}
