/**
 * Configurations with one mistake each, as people make them. `⇒` stands where the error must point (it isn't part of the
 * file); `key` is the path of the setting the error names. Also seeds for fuzzing.
 */

/** One broken file. */
export interface BrokenFile {
  readonly title: string;
  readonly text: string;
  readonly code: string;
  readonly key?: string;
}

/** Mistakes in the YAML itself. */
export const brokenSyntax: readonly BrokenFile[] = [
  { title: "a tab as indentation", text: "paths:\n⇒\tcam:\n", code: "config-tab" },
  { title: "a tab behind spaces", text: "paths:\n  cam:\n  ⇒\tsource: publisher\n", code: "config-tab" },
  { title: "no space after the colon", text: "logLevel⇒:debug\nrtsp: yes\n", code: "config-missing-space" },
  { title: "no space after the last line's colon", text: "rtsp: yes\nlogLevel⇒:debug\n", code: "config-missing-space" },
  {
    title: "no space before a URL",
    text: "paths:\n  cam:\n    source⇒:rtsp://10.0.0.1/1\n    maxReaders: 3\n",
    code: "config-missing-space",
  },
  { title: "a one-line file without a space", text: "logLevel⇒:debug\n", code: "config-missing-space" },
  {
    title: "no space after a list's dash",
    text: "authInternalUsers:\n  ⇒-user: joe\n   pass: x\n",
    code: "config-missing-space",
  },
  { title: "no space after the first dash of a column", text: "rtspTransports:\n⇒-tcp: x\n", code: "config-missing-space" },
  { title: "no colon", text: "rtsp: yes\n⇒api\n", code: "config-missing-colon" },
  { title: "no colon after a path's name", text: "paths:\n  ⇒cam\n    source: publisher\n", code: "config-missing-colon" },
  { title: "a full-width colon", text: "rtsp⇒：yes\napi: no\n", code: "config-wide-character" },
  { title: "a no-break space", text: "rtsp:⇒\u00a0yes\napi: no\n", code: "config-wide-character" },
  { title: "an ideographic space", text: "rtsp:⇒\u3000yes\napi: no\n", code: "config-wide-character" },
  { title: "a key indented for no reason", text: "rtsp: yes\n  ⇒api: no\n", code: "config-indentation" },
  {
    title: "keys of one level in two columns",
    text: "paths:\n  cam:\n    source: publisher\n⇒   maxReaders: 1\n",
    code: "config-indentation",
  },
  { title: "a list followed by a key", text: "rtspTransports:\n  - tcp\n⇒  udp: yes\n", code: "config-indentation" },
  { title: "a list where settings belong", text: "⇒- rtsp: yes\n", code: "config-indentation" },
  { title: "a double quote never closed", text: 'logLevel: ⇒"debug\nrtsp: yes\n', code: "config-unclosed-quote" },
  { title: "a single quote never closed", text: "logLevel: ⇒'debug\nrtsp: yes\n", code: "config-unclosed-quote" },
  { title: "text after the closing quote", text: 'logLevel: "debug" ⇒x\n', code: "config-after-quote" },
  { title: "a Windows path in double quotes", text: 'rtspServerKey: "C:⇒\\keys"\n', code: "config-bad-escape" },
  { title: "a bracket never closed", text: "rtspTransports: ⇒[tcp, udp\nrtsp: yes\n", code: "config-unclosed-bracket" },
  { title: "a brace never closed", text: "memory: ⇒{budget: 96M\nrtsp: yes\n", code: "config-unclosed-bracket" },
  { title: "a variable in braces", text: "memory: {budget: ⇒${M}}\nrtsp: yes\n", code: "config-unquoted-variable" },
  { title: "a bracket too many", text: "rtspTransports: [tcp]⇒]\nrtsp: yes\n", code: "config-yaml" },
  { title: "two commas in a row", text: "rtspTransports: [tcp,⇒, udp]\n", code: "config-yaml" },
  { title: "a value that begins with @", text: "logLevel: ⇒@debug\n", code: "config-reserved-character" },
  { title: "a value that begins with %", text: "logLevel: ⇒%debug\n", code: "config-reserved-character" },
  { title: "a backquote", text: "logLevel: ⇒`debug`\n", code: "config-reserved-character" },
  { title: "two settings on one line", text: "logLevel: debug api⇒: yes\n", code: "config-second-colon" },
  { title: "an alias of nothing", text: "logLevel: ⇒*debug\n", code: "config-unknown-alias", key: "logLevel" },
  { title: "a second document", text: "rtsp: yes\n⇒---\napi: no\n", code: "config-several-documents" },
  { title: "a control character", text: "logLevel: de⇒\u0007bug\n", code: "config-control-character" },
  { title: "a key twice", text: "rtsp: yes\napi: no\n⇒rtsp: no\n", code: "config-duplicate-key", key: "rtsp" },
  { title: "a path twice", text: "paths:\n  cam:\n  ⇒cam:\n", code: "config-duplicate-key", key: "paths.cam" },
];

/** Mistakes in keys and single values. */
export const brokenValues: readonly BrokenFile[] = [
  { title: "a misspelled key", text: "⇒loglevel2: info\n", code: "config-misspelled-key", key: "loglevel2" },
  { title: "swapped letters", text: "⇒rtspAdrdess: :8554\n", code: "config-misspelled-key", key: "rtspAdrdess" },
  { title: "an unknown key", text: "⇒frobnicate: 1\n", code: "config-unknown-key", key: "frobnicate" },
  {
    title: "a misspelled key of a path",
    text: "paths:\n  cam:\n    ⇒sourceOnDemnd: yes\n",
    code: "config-misspelled-key",
    key: "paths.cam.sourceOnDemnd",
  },
  { title: "a path's key at the top", text: "⇒source: publisher\n", code: "config-misplaced-key", key: "source" },
  {
    title: "a global key in a path",
    text: "paths:\n  cam:\n    ⇒rtspAddress: :1\n",
    code: "config-misplaced-key",
    key: "paths.cam.rtspAddress",
  },
  {
    title: "a key of a user that there isn't",
    text: "authInternalUsers:\n  - user: joe\n    ⇒password: x\n",
    code: "config-unknown-key",
    key: "authInternalUsers[0].password",
  },
  { title: "a boolean that is none", text: "rtsp: ⇒maybe\n", code: "config-bad-boolean", key: "rtsp" },
  { title: "a number for a boolean", text: "api: ⇒1\n", code: "config-bad-boolean", key: "api" },
  { title: "a word for a number", text: "udpMaxPayloadSize: ⇒big\n", code: "config-bad-integer", key: "udpMaxPayloadSize" },
  {
    title: "a fraction for a whole number",
    text: "pathDefaults:\n  maxReaders: ⇒1.5\n",
    code: "config-bad-integer",
    key: "pathDefaults.maxReaders",
  },
  {
    title: "a word for a fraction",
    text: "pathDefaults:\n  rtspScale: ⇒fast\n",
    code: "config-bad-number",
    key: "pathDefaults.rtspScale",
  },
  { title: "a number out of range", text: "udpMaxPayloadSize: ⇒9000\n", code: "config-out-of-range", key: "udpMaxPayloadSize" },
  {
    title: "a negative number",
    text: "paths:\n  cam:\n    maxReaders: ⇒-1\n",
    code: "config-out-of-range",
    key: "paths.cam.maxReaders",
  },
  { title: "a word that is nearly right", text: "logLevel: ⇒inof\n", code: "config-misspelled-choice", key: "logLevel" },
  { title: "a word that is none of those", text: "logLevel: ⇒verbose\n", code: "config-bad-choice", key: "logLevel" },
  {
    title: "an unknown transport in a list",
    text: "rtspTransports: [tcp, ⇒quic]\n",
    code: "config-bad-choice",
    key: "rtspTransports[1]",
  },
  { title: "a transport twice", text: "rtspTransports: [tcp, ⇒tcp]\n", code: "config-list-repeats", key: "rtspTransports[1]" },
  { title: "an empty list of transports", text: "rtspTransports: ⇒[]\n", code: "config-list-length", key: "rtspTransports" },
  {
    title: "an empty item of a list",
    text: "rtspTransports:\n  - tcp\n  -⇒\n",
    code: "config-empty-item",
    key: "rtspTransports[1]",
  },
  {
    title: "three ports for a range",
    text: "pathDefaults:\n  rtspUDPSourcePortRange: ⇒[1, 2, 3]\n",
    code: "config-list-length",
    key: "pathDefaults.rtspUDPSourcePortRange",
  },
  { title: "a duration without a unit", text: "readTimeout: ⇒10\n", code: "config-bad-duration", key: "readTimeout" },
  { title: "a duration with a space", text: "readTimeout: ⇒10 s\n", code: "config-bad-duration", key: "readTimeout" },
  { title: "a time-out of zero", text: "readTimeout: ⇒0s\n", code: "config-out-of-range", key: "readTimeout" },
  { title: "a size with an unknown unit", text: "memory:\n  budget: ⇒96X\n", code: "config-bad-size", key: "memory.budget" },
  {
    title: "a budget too small for one camera",
    text: "memory: {budget: ⇒1M}\n",
    code: "config-out-of-range",
    key: "memory.budget",
  },
  { title: "a port without a colon", text: "rtspAddress: ⇒8554\n", code: "config-bad-listen-address", key: "rtspAddress" },
  { title: "a port that there isn't", text: "rtspAddress: ⇒:85540\n", code: "config-bad-listen-address", key: "rtspAddress" },
  {
    title: "a network that is none",
    text: "multicastIPRange: ⇒224.1.0.0/40\n",
    code: "config-bad-ip-range",
    key: "multicastIPRange",
  },
  {
    title: "an address that is none",
    text: "authInternalUsers:\n  - user: joe\n    ips: [⇒10.0.0.300]\n",
    code: "config-bad-ip-range",
    key: "authInternalUsers[0].ips[0]",
  },
  { title: "a list for a value", text: "logLevel: ⇒[debug]\n", code: "config-expects-value", key: "logLevel" },
  { title: "settings for a value", text: "logLevel:\n  ⇒level: debug\n", code: "config-expects-value", key: "logLevel" },
  { title: "a value for settings", text: "memory: ⇒96M\n", code: "config-expects-map", key: "memory" },
  {
    title: "a value for a path's settings",
    text: "paths:\n  cam: ⇒rtsp://10.0.0.1/1\n",
    code: "config-expects-map",
    key: "paths.cam",
  },
  { title: "a list of paths", text: "paths:\n  ⇒- cam\n", code: "config-expects-map", key: "paths" },
  {
    title: "settings for a list",
    text: "authInternalUsers:\n  ⇒user: joe\n",
    code: "config-expects-list",
    key: "authInternalUsers",
  },
  {
    title: "a wrong type in a key without effect",
    text: "hlsSegmentCount: ⇒many\n",
    code: "config-bad-integer",
    key: "hlsSegmentCount",
  },
  { title: "a variable that isn't set", text: "logLevel: ⇒${LEVEL}\n", code: "config-undefined-variable", key: "logLevel" },
  {
    title: "a variable that isn't set, in a camera's address",
    text: "paths:\n  cam:\n    source: ⇒rtsp://admin:${PASS}@10.0.0.1/1\n",
    code: "config-undefined-variable",
    key: "paths.cam.source",
  },
  {
    title: "an old name beside the new one",
    text: "rtspTransports: [tcp]\n⇒protocols: [udp]\n",
    code: "config-old-name-clash",
    key: "protocols",
  },
];

/** Values whose meaning is wrong, and settings that contradict each other. */
export const brokenMeaning: readonly BrokenFile[] = [
  { title: "a path name with a space", text: "paths:\n  ⇒front door:\n", code: "config-path-name", key: 'paths."front door"' },
  { title: "a path name with dots for a folder", text: "paths:\n  ⇒a/../b:\n", code: "config-path-name", key: 'paths."a/../b"' },
  { title: "a path name with a leading slash", text: "paths:\n  ⇒/cam:\n", code: "config-path-name", key: 'paths."/cam"' },
  { title: "an unfinished expression", text: 'paths:\n  ⇒"~^(cam":\n', code: "config-bad-regex", key: 'paths."~^(cam"' },
  {
    title: "an unfinished expression of a permission",
    text: "authInternalUsers:\n  - user: joe\n    permissions:\n      - action: read\n        path: ⇒~^(a\n",
    code: "config-bad-regex",
    key: "authInternalUsers[0].permissions[0].path",
  },
  {
    title: "two entries for all other paths",
    text: 'paths:\n  all_others:\n  ⇒"~^.*$":\n',
    code: "config-all-others-twice",
    key: 'paths."~^.*$"',
  },
  {
    title: "a source that is none",
    text: "paths:\n  cam:\n    source: ⇒192.168.1.20\n",
    code: "config-bad-source",
    key: "paths.cam.source",
  },
  {
    title: "a camera's address without a host",
    text: "paths:\n  cam:\n    source: ⇒rtsp://\n",
    code: "config-bad-source-url",
    key: "paths.cam.source",
  },
  {
    title: "a password without a user",
    text: "paths:\n  cam:\n    source: ⇒rtsp://:secret@10.0.0.1/1\n",
    code: "config-source-user",
    key: "paths.cam.source",
  },
  {
    title: "a redirect to nowhere",
    text: "paths:\n  cam:\n    source: ⇒redirect\n",
    code: "config-redirect-missing",
    key: "paths.cam.source",
  },
  {
    title: "a redirect's target without a redirect",
    text: "paths:\n  cam:\n    sourceRedirect: ⇒/other\n",
    code: "config-redirect-unused",
    key: "paths.cam.sourceRedirect",
  },
  {
    title: "a redirect to something else",
    text: "paths:\n  cam: {source: redirect, sourceRedirect: ⇒other}\n",
    code: "config-bad-redirect",
    key: "paths.cam.sourceRedirect",
  },
  {
    title: "a publisher on demand",
    text: "paths:\n  cam:\n    sourceOnDemand: ⇒yes\n",
    code: "config-on-demand-publisher",
    key: "paths.cam.sourceOnDemand",
  },
  {
    title: "a pattern that pulls always",
    text: "paths:\n  ~^cam:\n    source: ⇒rtsp://10.0.0.1/$G1\n",
    code: "config-pattern-on-demand",
    key: 'paths."~^cam".source',
  },
  {
    title: "a fingerprint that is none",
    text: "paths:\n  cam:\n    source: rtsps://10.0.0.1/1\n    sourceFingerprint: ⇒abc\n",
    code: "config-bad-fingerprint",
    key: "paths.cam.sourceFingerprint",
  },
  {
    title: "a range of ports upside down",
    text: "pathDefaults:\n  rtspUDPSourcePortRange: ⇒[9, 8]\npaths:\n  cam:\n",
    code: "rtsp-port-range",
    key: "paths.cam.rtspUDPSourcePortRange",
  },
  {
    title: "half a start position",
    text: "paths:\n  cam:\n    source: rtsp://10.0.0.1/1\n    rtspRangeType: ⇒npt\n",
    code: "rtsp-range-incomplete",
    key: "paths.cam.rtspRangeType",
  },
  {
    title: "a user without a name",
    text: 'authInternalUsers:\n  - user: ⇒""\n    pass: x\n',
    code: "config-user-empty",
    key: "authInternalUsers[0].user",
  },
  {
    title: "everybody with a password",
    text: "authInternalUsers:\n  - user: any\n    pass: ⇒x\n",
    code: "config-any-password",
    key: "authInternalUsers[0].pass",
  },
  {
    title: "a hash that is none",
    text: "authInternalUsers:\n  - user: joe\n    pass: ⇒sha256:abc\n",
    code: "config-bad-hash",
    key: "authInternalUsers[0].pass",
  },
  {
    title: "an argon2 hash cut short",
    text: "authInternalUsers:\n  - user: joe\n    pass: ⇒argon2:$argon2id$v=19$m=4096\n",
    code: "config-bad-hash",
    key: "authInternalUsers[0].pass",
  },
  {
    title: "digest with a hashed password",
    text: "rtspAuthMethods: [digest]\nauthInternalUsers:\n  - user: joe\n    pass: ⇒sha256:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=\n",
    code: "config-digest-hashed",
    key: "authInternalUsers[0].pass",
  },
  {
    title: "credentials of old files in a path",
    text: "paths:\n  cam:\n    ⇒readUser: joe\n",
    code: "config-old-credentials",
    key: "paths.cam.readUser",
  },
  { title: "an odd RTP port", text: "rtpAddress: ⇒:9001\nrtcpAddress: :9002\n", code: "config-udp-pair", key: "rtpAddress" },
  {
    title: "ports that aren't a pair",
    text: "rtpAddress: ⇒:9000\nrtcpAddress: :9005\n",
    code: "config-udp-pair",
    key: "rtpAddress",
  },
  { title: "two listeners on one port", text: "api: yes\napiAddress: ⇒:8554\n", code: "config-same-port", key: "apiAddress" },
];
