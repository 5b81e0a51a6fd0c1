/**
 * A client of MediaMTX's control API v3 as people write them, from its documented calls and fields alone: it throws on any
 * status but 200, on an answer without `status: ok`, and on a field that is missing or of another type.
 */

/** What a list answers. */
export interface ApiPage<T> {
  readonly itemCount: number;
  readonly pageCount: number;
  readonly items: readonly T[];
}

/** A refusal. */
export class ApiFailure extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

type Fields = Readonly<Record<string, string>>;
type Answer = Readonly<Record<string, unknown>>;

/** Fields by name and type; `?` behind a type allows null. */
const shapes = {
  info: { version: "string", started: "string" },
  path: {
    name: "string",
    confName: "string",
    ready: "boolean",
    readyTime: "string?",
    available: "boolean",
    availableTime: "string?",
    online: "boolean",
    onlineTime: "string?",
    source: "object?",
    tracks: "object",
    tracks2: "object",
    readers: "object",
    inboundBytes: "number",
    outboundBytes: "number",
    inboundFramesInError: "number",
    bytesReceived: "number",
    bytesSent: "number",
  },
  conn: {
    id: "string",
    created: "string",
    remoteAddr: "string",
    session: "string?",
    tunnel: "string",
    inboundBytes: "number",
    outboundBytes: "number",
    bytesReceived: "number",
    bytesSent: "number",
  },
  session: {
    id: "string",
    created: "string",
    remoteAddr: "string",
    state: "string",
    path: "string",
    query: "string",
    user: "string",
    userAgent: "string",
    transport: "string?",
    profile: "string?",
    conns: "object",
    inboundBytes: "number",
    inboundRTPPackets: "number",
    inboundRTPPacketsLost: "number",
    inboundRTPPacketsInError: "number",
    inboundRTPPacketsJitter: "number",
    inboundRTCPPackets: "number",
    inboundRTCPPacketsInError: "number",
    outboundBytes: "number",
    outboundRTPPackets: "number",
    outboundRTPPacketsReportedLost: "number",
    outboundRTPPacketsDiscarded: "number",
    outboundRTCPPackets: "number",
    rtpPacketsReceived: "number",
    rtpPacketsSent: "number",
    rtpPacketsLost: "number",
  },
  globalConf: {
    logLevel: "string",
    logDestinations: "object",
    readTimeout: "string",
    writeTimeout: "string",
    writeQueueSize: "number",
    udpMaxPayloadSize: "number",
    authMethod: "string",
    authInternalUsers: "object",
    api: "boolean",
    apiAddress: "string",
    metrics: "boolean",
    rtsp: "boolean",
    rtspTransports: "object",
    rtspEncryption: "string",
    rtspAddress: "string",
    rtspAuthMethods: "object",
    rtmp: "boolean",
    hls: "boolean",
    hlsVariant: "string",
    hlsSegmentCount: "number",
    hlsSegmentDuration: "string",
    webrtc: "boolean",
    webrtcLocalUDPAddress: "string",
    webrtcICEServers2: "object",
    srt: "boolean",
  },
  pathConf: {
    source: "string",
    sourceFingerprint: "string",
    sourceOnDemand: "boolean",
    sourceOnDemandStartTimeout: "string",
    sourceOnDemandCloseAfter: "string",
    maxReaders: "number",
    record: "boolean",
    recordPath: "string",
    recordFormat: "string",
    overridePublisher: "boolean",
    rtspTransport: "string",
    rtspAnyPort: "boolean",
    runOnInit: "string",
    runOnAvailable: "string",
  },
} as const satisfies Readonly<Record<string, Fields>>;

/** See the head of this file. */
export class MediaMtxClient {
  readonly #base: string;

  constructor(base: string) {
    this.#base = base;
  }

  info = (): Promise<Answer> => this.#get("/v3/info", shapes.info);
  globalConfig = (): Promise<Answer> => this.#get("/v3/config/global/get", shapes.globalConf);
  pathDefaults = (): Promise<Answer> => this.#get("/v3/config/pathdefaults/get", shapes.pathConf);
  pathConfig = (name: string): Promise<Answer> =>
    this.#get(`/v3/config/paths/get/${name}`, { name: "string", ...shapes.pathConf });
  pathConfigs = (query = ""): Promise<ApiPage<Answer>> => this.#list(`/v3/config/paths/list${query}`, shapes.pathConf);
  path = (name: string): Promise<Answer> => this.#get(`/v3/paths/get/${name}`, shapes.path);
  paths = (query = ""): Promise<ApiPage<Answer>> => this.#list(`/v3/paths/list${query}`, shapes.path);
  rtspConns = (query = ""): Promise<ApiPage<Answer>> => this.#list(`/v3/rtspconns/list${query}`, shapes.conn);
  rtspConn = (id: string): Promise<Answer> => this.#get(`/v3/rtspconns/get/${id}`, shapes.conn);
  rtspSessions = (query = ""): Promise<ApiPage<Answer>> => this.#list(`/v3/rtspsessions/list${query}`, shapes.session);
  rtspSession = (id: string): Promise<Answer> => this.#get(`/v3/rtspsessions/get/${id}`, shapes.session);

  patchGlobal = (body: object): Promise<void> => this.#write("PATCH", "/v3/config/global/patch", body);
  patchPathDefaults = (body: object): Promise<void> => this.#write("PATCH", "/v3/config/pathdefaults/patch", body);
  addPath = (name: string, body: object): Promise<void> => this.#write("POST", `/v3/config/paths/add/${name}`, body);
  patchPath = (name: string, body: object): Promise<void> => this.#write("PATCH", `/v3/config/paths/patch/${name}`, body);
  replacePath = (name: string, body: object): Promise<void> => this.#write("POST", `/v3/config/paths/replace/${name}`, body);
  deletePath = (name: string): Promise<void> => this.#write("DELETE", `/v3/config/paths/delete/${name}`);
  kickRtspSession = (id: string): Promise<void> => this.#write("POST", `/v3/rtspsessions/kick/${id}`);

  async #get(path: string, fields: Fields): Promise<Answer> {
    const answer = await this.#call("GET", path);
    checkFields(answer, fields, path);
    return answer;
  }

  async #list(path: string, fields: Fields): Promise<ApiPage<Answer>> {
    const answer = await this.#call("GET", path);
    checkFields(answer, { itemCount: "number", pageCount: "number", items: "object" }, path);
    const page = answer as unknown as ApiPage<Answer>; // checked just now
    for (const item of page.items) checkFields(item, fields, path);
    return page;
  }

  async #write(method: string, path: string, body?: object): Promise<void> {
    const answer = await this.#call(method, path, body);
    if (answer["status"] !== "ok") throw new Error(`${path}: ${JSON.stringify(answer)}`);
  }

  async #call(method: string, path: string, body?: object): Promise<Answer> {
    const response = await fetch(`${this.#base}${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
    const answer = (await response.json()) as Answer;
    if (response.status !== 200) {
      checkFields(answer, { status: "string", error: "string" }, path);
      throw new ApiFailure(response.status, String(answer["error"]));
    }
    return answer;
  }
}

function checkFields(answer: Answer, fields: Fields, path: string): void {
  for (const [name, type] of Object.entries(fields)) {
    const value = answer[name];
    const fits = type.endsWith("?")
      ? value === null || typeof value === type.slice(0, -1)
      : value !== null && typeof value === type;
    if (!fits) throw new TypeError(`${path}: ${name} is ${JSON.stringify(value)}, wanted ${type}`);
  }
}
