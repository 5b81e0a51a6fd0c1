/** Configurations that load, and what must come of them: some values by key, and the codes of their warnings. */

/** One sound file. */
export interface SoundFile {
  readonly title: string;
  readonly text: string;
  /** Global values. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** Values of the first path. */
  readonly path?: Readonly<Record<string, unknown>>;
  readonly warnings?: readonly string[];
}

/** See the head of this file. */
export const soundFiles: readonly SoundFile[] = [
  { title: "an empty file", text: "" },
  {
    title: "WebRTC without a port of its own, but with a server",
    text: 'webrtcLocalUDPAddress: ""\nwebrtcLocalTCPAddress: ""\nwebrtcICEServers2: [{url: "stun:stun.example:3478"}]\n',
  },
  { title: "comments only", text: "# nothing\n\n# here\n" },
  { title: "a byte-order mark", text: "\ufefflogLevel: debug\n", values: { logLevel: "debug" } },
  { title: "lines that end with CR LF", text: "logLevel: debug\r\nrtsp: no\r\n", values: { logLevel: "debug", rtsp: false } },
  { title: "lines that end with CR", text: "logLevel: debug\rrtsp: no\r", values: { logLevel: "debug", rtsp: false } },
  { title: "a document marker first", text: "---\nlogLevel: debug\n", values: { logLevel: "debug" } },
  { title: "yes and no", text: "api: yes\nrtsp: no\n", values: { api: true, rtsp: false } },
  { title: "On and OFF", text: "api: On\nrtsp: OFF\n", values: { api: true, rtsp: false } },
  { title: "a quoted boolean", text: 'api: "true"\n', values: { api: true } },
  {
    title: "a key left empty takes its default",
    text: "logLevel:\nreadTimeout: null\n",
    values: { logLevel: "info", readTimeout: 10_000 },
  },
  { title: "durations", text: "readTimeout: 1m30s\nwriteTimeout: 250ms\n", values: { readTimeout: 90_000, writeTimeout: 250 } },
  { title: "a size", text: "memory:\n  budget: 1.5G\n", values: { memory: { budget: 1_610_612_736 } } },
  { title: "a size in bytes", text: "memory: {budget: 16777216}\n", values: { memory: { budget: 16_777_216 } } },
  { title: "encryption as YAML's no", text: "rtspEncryption: no\n", values: { rtspEncryption: "no" } },
  { title: "encryption as a boolean of old files", text: "rtspEncryption: yes\n", values: { rtspEncryption: "strict" } },
  { title: "an IPv6 address", text: 'rtspAddress: "[::1]:554"\n', values: { rtspAddress: { host: "::1", port: 554 } } },
  { title: "one word for a list", text: "rtspTransports: tcp\n", values: { rtspTransports: ["tcp"] } },
  { title: "words with commas for a list", text: "rtspTransports: tcp, udp\n", values: { rtspTransports: ["tcp", "udp"] } },
  {
    title: "an alias",
    text: "readTimeout: &long 20s\nwriteTimeout: *long\n",
    values: { readTimeout: 20_000, writeTimeout: 20_000 },
  },
  {
    title: "merged settings, own ones first",
    text: "pathDefaults: &d\n  maxReaders: 2\npaths:\n  cam:\n    <<: *d\n    enable: no\n",
    path: { maxReaders: 2, enable: false },
  },
  {
    title: "a path without settings",
    text: "paths:\n  cam:\n",
    path: { name: "cam", source: "publisher", sourceGrace: 30_000, stallTimeout: 0 },
  },
  { title: "settings shared by all paths", text: "pathDefaults:\n  maxReaders: 7\npaths:\n  cam:\n", path: { maxReaders: 7 } },
  {
    title: "a path's own setting before the shared one",
    text: "pathDefaults:\n  maxReaders: 7\npaths:\n  cam: {maxReaders: 1}\n",
    path: { maxReaders: 1 },
  },
  {
    title: "a path switched off, and one nobody may publish to",
    text: "paths:\n  cam:\n    publish: false\n    enable: false\n",
    path: { publish: false, enable: false },
  },
  { title: "a name of digits", text: "paths:\n  123:\n", path: { name: "123" } },
  { title: "the old name of all other paths", text: "paths:\n  all:\n", path: { name: "all_others" } },
  {
    title: "an expression with Go's flags and groups",
    text: 'paths:\n  "~(?i)^(?P<site>\\\\w+)/cam$":\n',
    path: { name: "~(?i)^(?P<site>\\w+)/cam$" },
  },
  { title: "an expression without quotes", text: "paths:\n  ~^cam\\d+$:\n", path: { name: "~^cam\\d+$" } },
  {
    title: "a password with every sign",
    text: "paths:\n  cam:\n    source: rtsp://admin:a@b:c%2F#d?e@10.0.0.1:554/Streaming/Channels/101\n",
    path: { source: "rtsp://admin:a@b:c%2F#d?e@10.0.0.1:554/Streaming/Channels/101" },
  },
  {
    title: "an empty password",
    text: "paths:\n  cam:\n    source: rtsp://admin:@10.0.0.1/1\n",
    path: { source: "rtsp://admin:@10.0.0.1/1" },
  },
  {
    title: "a pattern that pulls on demand",
    text: "paths:\n  ~^cam(\\d+)$:\n    source: rtsp://10.0.0.1:$G1/$G2\n    sourceOnDemand: yes\n",
    path: { sourceOnDemand: true },
  },
  {
    title: "a redirect to a path",
    text: "paths:\n  cam: {source: redirect, sourceRedirect: /other}\n",
    path: { sourceRedirect: "/other" },
  },
  {
    title: "a redirect to a server",
    text: "paths:\n  cam: {source: redirect, sourceRedirect: 'rtsp://10.0.0.1/x'}\n",
    path: { source: "redirect" },
  },
  { title: "stallTimeout as a word", text: "paths:\n  cam: {stallTimeout: automatic}\n", path: { stallTimeout: 0 } },
  { title: "stallTimeout as a time", text: "paths:\n  cam: {stallTimeout: 12s}\n", path: { stallTimeout: 12_000 } },
  { title: "a playback speed", text: "paths:\n  cam: {source: 'rtsp://h/', rtspScale: -0.5}\n", path: { rtspScale: -0.5 } },
  {
    title: "an old name",
    text: "protocols: [tcp]\nrtspDisable: yes\n",
    values: { rtspTransports: ["tcp"], rtsp: false },
    warnings: ["config-old-name", "config-old-name"],
  },
  {
    title: "an old name in a path",
    text: "paths:\n  cam: {disablePublisherOverride: yes}\n",
    path: { overridePublisher: false },
    warnings: ["config-old-name"],
  },
  { title: "keys without effect at their defaults", text: "hls: yes\nhlsSegmentDuration: 1000ms\nmetricsAddress: :9998\n" },
  { title: "features that aren't there, switched off", text: "hls: no\nrtmp: no\nwebrtc: no\nsrt: no\nmoq: no\n" },
  {
    title: "keys without effect that would have changed something",
    text: "rtmpAddress: :1936\npaths:\n  cam:\n    record: yes\n    runOnRead: 'echo x'\n",
    warnings: ["config-not-carried"],
  },
  {
    title: "a source that is not pulled yet",
    text: "paths:\n  cam: {source: 'rtmp://h/live/x'}\n",
    warnings: ["config-source-not-carried"],
  },
  {
    title: "the camera connector of a Raspberry Pi",
    text: "paths:\n  cam: {source: rpiCamera}\n",
    warnings: ["config-source-not-carried"],
  },
  {
    title: "everybody may read",
    text: "authInternalUsers:\n  - user: any\n    permissions: [{action: read}]\n",
    warnings: ["config-any-may"],
  },
  {
    title: "everybody on this machine may call",
    text: "authInternalUsers:\n  - user: any\n    ips: ['127.0.0.1', '::1']\n    permissions: [{action: api}]\n",
  },
  {
    title: "a server that is asked",
    text: "authMethod: http\nauthHTTPAddress: http://127.0.0.1/\nauthHTTPExclude: [{action: read, path: '~^open'}]\n",
    values: { authMethod: "http", authHTTPExclude: [{ action: "read", path: "~^open" }] },
  },
  {
    title: "a server that is asked, by its old name",
    text: "externalAuthenticationURL: http://127.0.0.1/\n",
    values: { authMethod: "http", authHTTPAddress: "http://127.0.0.1/" },
    warnings: ["config-old-name"],
  },
  {
    title: "tokens of an identity server",
    text: "authMethod: jwt\nauthJWTJWKS: https://login.example.com/jwks.json\nauthJWTAudience: box\n",
    values: { authMethod: "jwt", authJWTClaimKey: "mediamtx_permissions", authJWTAudience: "box", authJWTInHTTPQuery: false },
  },
  {
    title: "an identity server that isn't asked",
    text: "authMethod: internal\nauthJWTJWKS: ''\nauthJWTClaimKey: ''\nrtspAuthMethods: [digest]\n",
  },
  { title: "a very long comment", text: `# ${"x".repeat(20_000)}\nlogLevel: debug\n`, values: { logLevel: "debug" } },
  { title: "no line end at the end", text: "logLevel: debug", values: { logLevel: "debug" } },
  { title: "blank lines with spaces", text: "logLevel: debug\n   \n\t\nrtsp: no\n", values: { logLevel: "debug", rtsp: false } },
  {
    title: "a list in one line, over several",
    text: "rtspTransports: [\n  tcp,\n  udp,\n]\n",
    values: { rtspTransports: ["tcp", "udp"] },
  },
  {
    title: "a folded password keeps its signs",
    text: 'paths:\n  cam:\n    source: "rtsp://admin:p#a:s%40s@10.0.0.2/1"\n',
    path: { source: "rtsp://admin:p#a:s%40s@10.0.0.2/1" },
  },
  {
    title: "names in Chinese remarks",
    text: "# 摄像机\npaths:\n  gate: # 大门\n    maxReaders: 2\n",
    path: { name: "gate", maxReaders: 2 },
  },
  {
    title: "any free ports",
    text: "rtspAddress: :0\nrtpAddress: :0\nrtcpAddress: :0\napi: yes\napiAddress: :0\nwebAddress: :0\n",
  },
  { title: "one port on two addresses", text: "api: yes\napiAddress: 127.0.0.1:7000\nwebAddress: 10.0.0.1:7000\n" },
  { title: "a clash with a listener that is off", text: "api: no\napiAddress: :8554\n" },
  { title: "UDP ports that aren't a pair but not used", text: "rtspTransports: [tcp]\nrtpAddress: :9001\n" },
  {
    title: "variables with defaults, and a plain dollar sign",
    text: 'logLevel: ${LEVEL:-warn}\nreadTimeout: ${T:-5}s\nrtspTransports: ["${WAY:-tcp}"]\nrtspServerKey: a$${b\n',
    values: { logLevel: "warn", readTimeout: 5000, rtspTransports: ["tcp"], rtspServerKey: "a${b" },
  },
  {
    title: "commands with variables of their own",
    text: "paths:\n  cam:\n    runOnReady: ffmpeg -i rtsp://localhost/${MTX_PATH}\n",
    warnings: ["config-not-carried"],
  },
];
