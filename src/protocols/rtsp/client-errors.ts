/**
 * What can go wrong between Sluice and a camera it pulls over RTSP, and what each failure means for the next attempt.
 */
import { defineErrors, errorFactory, type SluiceError } from "#base/errors.ts";

/** Catalogue of the RTSP client's failures. */
export const sourceErrors = defineErrors({
  "source-unreachable": {
    en: "can't connect to the camera at {host}:{port}: {reason}",
    zh: "无法连接摄像机 {host}:{port}：{reason}",
    remedyEn: "Check that the camera is powered and on this network, and that address and port are right.",
    remedyZh: "请检查摄像机是否通电、是否在同一网络，以及地址和端口是否正确。",
  },
  "source-port-closed": {
    en: "the camera at {host} is there, but takes no connection to port {port}",
    zh: "摄像机 {host} 在线，但端口 {port} 不接受连接",
    remedyEn: "Switch on RTSP in the camera's settings or app, and check the port. One that has just started needs a minute.",
    remedyZh: "请在摄像机设置或配套应用中启用 RTSP，并核对端口。刚启动的摄像机需要等待片刻。",
  },
  "source-connect-timeout": {
    en: "the camera at {host}:{port} did not take the connection within {seconds} s",
    zh: "摄像机 {host}:{port} 在 {seconds} 秒内没有接受连接",
    remedyEn: "Check power, cable and address of the camera; a firewall in between may swallow the connection.",
    remedyZh: "请检查摄像机的电源、网线和地址；中间的防火墙也可能拦截了连接。",
  },
  "source-no-answer": {
    en: "the camera took the connection but did not answer {method} within {seconds} s",
    zh: "摄像机接受了连接，但在 {seconds} 秒内没有响应 {method}",
    remedyEn: "It is tried again by itself. If this stays, restart the camera; it may be frozen or at its limit of clients.",
    remedyZh: "系统会自动重试。如持续出现，请重启摄像机；它可能已死机或连接数已满。",
  },
  "source-connection-lost": {
    en: "the camera at {host} closed the connection: {reason}",
    zh: "摄像机 {host} 关闭了连接：{reason}",
    remedyEn: "It is connected again by itself. If this repeats, check the network and the camera's limit of clients.",
    remedyZh: "系统会自动重新连接。如反复出现，请检查网络和摄像机的连接数限制。",
  },
  "source-certificate-refused": {
    en: "the certificate of {host} can't be trusted: {reason}",
    zh: "无法信任 {host} 的证书：{reason}",
    remedyEn: "Set 'sourceFingerprint' to the SHA-256 fingerprint of the camera's certificate.",
    remedyZh: "请将“sourceFingerprint”设置为摄像机证书的 SHA-256 指纹。",
  },
  "source-credentials-missing": {
    en: "the camera at {host} asks for a user name and a password",
    zh: "摄像机 {host} 要求提供用户名和密码",
    remedyEn: "Write them into the address: rtsp://user:password@host/path. It is not tried again before that.",
    remedyZh: "请在地址中填写：rtsp://用户名:密码@主机/路径。填写之前不会再尝试。",
  },
  "source-credentials-refused": {
    en: "the camera at {host} refused the user name or the password",
    zh: "摄像机 {host} 拒绝了用户名或密码",
    remedyEn:
      "Correct them in the address. They are not tried again before that, since cameras lock out whoever keeps trying; the camera may already have done so for half an hour.",
    remedyZh: "请在地址中改正。改正之前不会再尝试，因为反复尝试会被摄像机锁定；摄像机可能已经锁定本机约半小时。",
  },
  "source-authentication-unsupported": {
    en: "the camera at {host} asks for a kind of authentication that is not supported",
    zh: "摄像机 {host} 要求的认证方式不受支持",
    remedyEn: "Switch the camera's RTSP authentication to digest (MD5 or SHA-256) or basic.",
    remedyZh: "请将摄像机的 RTSP 认证方式改为 digest（MD5 或 SHA-256）或 basic。",
  },
  "source-forbidden": {
    en: "the camera at {host} does not let us in",
    zh: "摄像机 {host} 不允许访问",
    remedyEn: "Check the camera's list of allowed addresses, and that RTSP is switched on for this user.",
    remedyZh: "请检查摄像机的允许地址列表，以及该用户是否开启了 RTSP 权限。",
  },
  "source-stream-not-found": {
    en: "the camera at {host} has no stream at this address",
    zh: "摄像机 {host} 上没有该地址的视频流",
    remedyEn: "Check the path in the address; each make has its own, with main and sub stream.",
    remedyZh: "请检查地址中的路径；各品牌的主码流和子码流路径不同。",
  },
  "source-camera-busy": {
    en: "the camera at {host} has no room for another client ({status})",
    zh: "摄像机 {host} 已无法接受更多客户端（{status}）",
    remedyEn: "Close other recorders and apps that watch this camera, or let them read from here instead.",
    remedyZh: "请关闭正在观看该摄像机的其他录像机或应用，或让它们改从本设备读取。",
  },
  "source-request-refused": {
    en: "the camera at {host} answered {method} with {status} {reason}",
    zh: "摄像机 {host} 对 {method} 的响应为 {status} {reason}",
    remedyEn: "Check the address; restart the camera or update its firmware if this stays.",
    remedyZh: "请检查地址；如持续出现，请重启摄像机或升级固件。",
  },
  "source-transport-refused": {
    en: "the camera at {host} does not send its media over {transport}",
    zh: "摄像机 {host} 不支持通过 {transport} 发送媒体",
    remedyEn: "Set 'rtspTransport: automatic', or the transport the camera supports.",
    remedyZh: "请设置“rtspTransport: automatic”，或改为摄像机支持的传输方式。",
  },
  "source-server-port-missing": {
    en: "the camera at {host} does not say from which ports it sends",
    zh: "摄像机 {host} 没有说明从哪些端口发送",
    remedyEn: "Set 'rtspAnyPort: true' for this camera, or 'rtspTransport: tcp'.",
    remedyZh: "请为该摄像机设置“rtspAnyPort: true”，或“rtspTransport: tcp”。",
  },
  "source-no-udp-port": {
    en: "no free pair of UDP ports between {first} and {last}",
    zh: "在 {first} 到 {last} 之间没有可用的 UDP 端口对",
    remedyEn: "Widen 'rtspUDPSourcePortRange', or set 'rtspTransport: tcp'.",
    remedyZh: "请扩大“rtspUDPSourcePortRange”，或设置“rtspTransport: tcp”。",
  },
  "source-no-media": {
    en: "the camera at {host} agreed to send over {transport}, but nothing came within {seconds} s",
    zh: "摄像机 {host} 同意通过 {transport} 发送，但 {seconds} 秒内没有收到任何媒体",
    remedyEn: "Other transports are tried by themselves unless 'rtspTransport' names one. A firewall may block UDP.",
    remedyZh: "除非“rtspTransport”指定了某一种，系统会自动尝试其他传输方式。防火墙可能拦截了 UDP。",
  },
  "source-no-tracks": {
    en: "nothing that the camera at {host} offers can be used",
    zh: "摄像机 {host} 提供的内容均无法使用",
    remedyEn: "Check in the camera that video is switched on for this stream, and the path in the address.",
    remedyZh: "请在摄像机中确认该码流已启用视频，并检查地址中的路径。",
  },
  "source-description-unreadable": {
    en: "the stream description of the camera at {host} can't be read: {reason}",
    zh: "无法读取摄像机 {host} 的码流描述：{reason}",
    remedyEn: "Check the path in the address; update the camera's firmware if this stays.",
    remedyZh: "请检查地址中的路径；如持续出现，请升级摄像机固件。",
  },
  "source-protocol-broken": {
    en: "the camera at {host} sent what is no RTSP: {reason}",
    zh: "摄像机 {host} 发送的内容不是 RTSP：{reason}",
    remedyEn: "Check that the port is the camera's RTSP port (mostly 554).",
    remedyZh: "请检查端口是否为摄像机的 RTSP 端口（通常为 554）。",
  },
  "source-session-lost": {
    en: "the camera at {host} no longer knows our session",
    zh: "摄像机 {host} 已丢失我们的会话",
    remedyEn: "It is connected again by itself.",
    remedyZh: "系统会自动重新连接。",
  },
  "source-redirect-loop": {
    en: "the camera at {host} redirects too often",
    zh: "摄像机 {host} 重定向次数过多",
    remedyEn: "Use the address it finally points to.",
    remedyZh: "请使用它最终指向的地址。",
  },
  "source-redirect-refused": {
    en: "the camera at {host} redirects to an address that is not followed: {reason}",
    zh: "摄像机 {host} 重定向到不予跟随的地址：{reason}",
    remedyEn: "Use the address it points to, if you trust it.",
    remedyZh: "如果信任该地址，请直接使用它。",
  },
  "source-tunnel-refused": {
    en: "{host} does not offer the tunnel: {reason}",
    zh: "{host} 不支持该隧道：{reason}",
    remedyEn: "Check port and path of the address, or use rtsp:// without a tunnel.",
    remedyZh: "请检查地址的端口和路径，或使用不带隧道的 rtsp://。",
  },
  "source-scheme-unknown": {
    en: "addresses with {scheme}:// can't be pulled over RTSP",
    zh: "{scheme}:// 地址无法通过 RTSP 拉取",
    remedyEn: "Use rtsp://, rtsps://, or one of the tunnels (rtsp+http://, rtsps+http://, rtsp+ws://, rtsps+ws://).",
    remedyZh: "请使用 rtsp://、rtsps:// 或隧道地址（rtsp+http://、rtsps+http://、rtsp+ws://、rtsps+ws://）。",
  },
  "source-range-invalid": {
    en: "'rtspRangeStart: {start}' is no start position of kind {type}",
    zh: "“rtspRangeStart: {start}”不是 {type} 类型的起始位置",
    remedyEn: "Write a UTC time such as 20230812T120000Z for clock, a duration such as 1m30s for npt and smpte.",
    remedyZh: "clock 请填写 UTC 时间，例如 20230812T120000Z；npt 和 smpte 请填写时长，例如 1m30s。",
  },
  "source-closed": {
    en: "the connection to the camera was closed from our side",
    zh: "已由本机关闭与摄像机的连接",
    remedyEn: "Nothing to do.",
    remedyZh: "无需处理。",
  },
});

/** Codes of the RTSP client's failures. */
export type SourceErrorCode = keyof typeof sourceErrors;

/** Makes an error of the RTSP client. */
export const sourceError = errorFactory(sourceErrors);

/** What a failure means for the next attempt; the words are those of the planner. */
export type SourceFailureKind =
  | "unreachable"
  | "no-answer"
  | "refused"
  | "unsupported"
  | "credentials-missing"
  | "credentials-refused"
  | "transport"
  | "no-media"
  | "session-lost";

const failureKinds: Readonly<Partial<Record<string, SourceFailureKind>>> = {
  "source-unreachable": "unreachable",
  "source-port-closed": "unreachable",
  "source-connect-timeout": "unreachable",
  "source-connection-lost": "unreachable",
  "source-no-answer": "no-answer",
  "source-credentials-missing": "credentials-missing",
  "source-credentials-refused": "credentials-refused",
  "source-transport-refused": "transport",
  "source-server-port-missing": "transport",
  "source-no-udp-port": "transport",
  "source-no-media": "no-media",
  "source-no-tracks": "unsupported",
  "source-session-lost": "session-lost",
} satisfies Partial<Record<SourceErrorCode, SourceFailureKind>>;

/** The kind of `error`; whatever the client doesn't know better was answered and refused. */
export function failureKindOf(error: SluiceError): SourceFailureKind {
  // Cameras answer a locked-out address with 403 too, so what was sent with a password isn't repeated lightly.
  if (error.code === "source-forbidden" && error.details["authenticated"] === true) return "credentials-refused";
  return failureKinds[error.code] ?? "refused";
}
