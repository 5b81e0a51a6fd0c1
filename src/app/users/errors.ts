/** Why users and tokens can't be changed as asked. */
import { defineErrors, errorFactory } from "#base/errors.ts";

/** Catalogue of failures of the user administration. */
export const userErrors = defineErrors({
  "user-name": {
    en: "'{name}' can't be a user's name",
    zh: "“{name}”不能用作用户名",
    remedyEn: "Use up to 64 letters, digits and . _ - @; 'any' stands for everybody.",
    remedyZh: "请使用最多 64 个字母、数字或 . _ - @；any 表示所有人。",
  },
  "user-password": {
    en: "the password is too easy",
    zh: "密码过于简单",
    remedyEn: "Take at least {min} characters that aren't the user's name or one of the passwords everybody tries first.",
    remedyZh: "请至少使用 {min} 个字符，不要与用户名相同，也不要使用常见密码。",
  },
  "user-exists": {
    en: "there is a user {name} already",
    zh: "用户 {name} 已存在",
    remedyEn: "Take another name, or change that user.",
    remedyZh: "请使用其他名称，或修改该用户。",
  },
  "user-unknown": {
    en: "there is no user {name}",
    zh: "用户 {name} 不存在",
    remedyEn: "Users whose names are hashed can only be changed in the configuration file.",
    remedyZh: "名称经过哈希的用户只能在配置文件中修改。",
  },
  "user-last-admin": {
    en: "{name} is the last admin",
    zh: "{name} 是最后一个管理员",
    remedyEn: "Make somebody else an admin first.",
    remedyZh: "请先将其他用户设为管理员。",
  },
  "user-first-admin": {
    en: "the first user must be an admin",
    zh: "第一个用户必须是管理员",
    remedyEn: "Add an admin first: with users configured, this machine itself needs a password too.",
    remedyZh: "请先添加管理员：配置用户后，本机访问也需要密码。",
  },
  "user-claimed": {
    en: "users are configured already",
    zh: "已配置用户",
    remedyEn: "Sign in. A forgotten password is set anew on the box with 'sluice passwd'.",
    remedyZh: "请登录。忘记密码时可在设备上用 sluice passwd 重新设置。",
  },
  "user-not-writable": {
    en: "users can't be changed here",
    zh: "此处无法修改用户",
    remedyEn: "Change authInternalUsers in the configuration file, or use 'sluice passwd'.",
    remedyZh: "请在配置文件中修改 authInternalUsers，或使用 sluice passwd。",
  },
  "user-token-unknown": {
    en: "there is no such token",
    zh: "令牌不存在",
    remedyEn: "It may have been revoked; ask for the list again.",
    remedyZh: "令牌可能已被撤销，请重新获取列表。",
  },
  "user-key-set": {
    en: "the keys for tokens (authJWTJWKS) can't be used: {reason}",
    zh: "无法使用令牌公钥（authJWTJWKS）：{reason}",
    remedyEn: "authJWTJWKS must be the address of a JSON Web Key Set, such as https://login.example.com/.well-known/jwks.json.",
    remedyZh: "authJWTJWKS 应为 JSON Web Key Set 的地址，例如 https://login.example.com/.well-known/jwks.json。",
  },
  "user-not-here": {
    en: "users aren't administered here, since authMethod has others decide",
    zh: "用户不在此处管理（authMethod 指定了其他认证方式）",
    remedyEn: "Change them where your server or identity provider keeps them, or set 'authMethod: internal'.",
    remedyZh: "请在认证服务器或身份提供方处修改，或设置“authMethod: internal”。",
  },
  "user-token-limit": {
    en: "there are {max} tokens, which is the limit",
    zh: "令牌数量已达上限 {max}",
    remedyEn: "Revoke one that is no longer used.",
    remedyZh: "请撤销不再使用的令牌。",
  },
});

/** Makes an error of this catalogue. */
export const userError = errorFactory(userErrors);
