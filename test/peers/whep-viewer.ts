/**
 * A WHEP viewer as code (ICE by our own few lines, DTLS by werift's client): offers, connects, decrypts, and does what its
 * script says instead where it says so. Speaks with other servers too, for comparison.
 */
import { createSocket, type Socket } from "node:dgram";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { deriveSessionKeys, srtpProfiles } from "#formats/srtp/profile.ts";
import { SrtcpReceiver, SrtcpSender } from "#formats/srtp/rtcp.ts";
import { SrtpReceiver } from "#formats/srtp/rtp.ts";
import { parseStun } from "#formats/stun/message.ts";
import { DtlsLink } from "#protocols/webrtc/dtls/dtls-link.ts";
import { createDtlsIdentity, type DtlsIdentity } from "#protocols/webrtc/dtls/certificate.ts";
import { bindingRequest, bindingSuccess } from "./stun-client.ts";

const CHECK_INTERVAL_MS = 50;
const CONSENT_INTERVAL_MS = 2_000;
const CONNECT_MS = 10_000;
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

/** What the viewer is to do. */
export interface ViewerScript {
  /** Address of the endpoint: `http://127.0.0.1:8889/cam/whep`. */
  readonly url: string;
  /** Payload types and names of video it offers; H264 in two profiles unless told. */
  readonly video?: string;
  readonly audio?: string;
  /** How far it goes: only the POST, up to ICE, or all the way. */
  readonly until?: "post" | "ice" | "media";
  readonly onRtp?: (packet: Buffer) => void;
  readonly onRtcp?: (packet: Buffer) => void;
  readonly headers?: Readonly<Record<string, string>>;
  /** Retransmissions by RTX; yes unless told. */
  readonly retransmission?: boolean;
  /** Its own address, of loopback unless told. */
  readonly address?: string;
  /** Which of our addresses it goes to. */
  readonly candidate?: "host" | "srflx" | "relay";
}

/** What the server answered. */
export interface WhepAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

const H264 = [
  "m=video 9 UDP/TLS/RTP/SAVPF 102 103 104",
  "a=rtpmap:102 H264/90000",
  "a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
  "a=rtcp-fb:102 nack",
  "a=rtcp-fb:102 nack pli",
  "a=rtpmap:104 H264/90000",
  "a=fmtp:104 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=64001f",
  "a=rtcp-fb:104 nack",
  "a=rtcp-fb:104 nack pli",
  "a=rtpmap:103 rtx/90000",
  "a=fmtp:103 apt=104",
].join("\r\n");
const AUDIO = [
  "m=audio 9 UDP/TLS/RTP/SAVPF 111 0 8",
  "a=rtpmap:111 opus/48000/2",
  "a=rtpmap:0 PCMU/8000",
  "a=rtpmap:8 PCMA/8000",
].join("\r\n");

let identity: Promise<DtlsIdentity> | undefined;

/** See the head of this file. */
export class WhepViewer {
  readonly answer: WhepAnswer;
  /** `performance.now()` when the POST went out. */
  readonly postedAt: number;
  readonly #script: ViewerScript;
  readonly #socket: Socket;
  readonly #ufrag: string;
  readonly #password: string;
  #remote = { ufrag: "", password: "", address: "127.0.0.1", port: 0 };
  #dtls: DtlsLink | undefined;
  #rtp: SrtpReceiver | undefined;
  #rtcp: SrtcpReceiver | undefined;
  #sender: SrtcpSender | undefined;
  #profile = "";
  #checks: NodeJS.Timeout | undefined;
  #checked = (): void => undefined;
  #connected = (): void => undefined;
  #closed = false;

  private constructor(
    script: ViewerScript,
    what: { socket: Socket; ufrag: string; password: string; answer: WhepAnswer; postedAt: number },
  ) {
    this.#script = script;
    this.#socket = what.socket;
    this.#ufrag = what.ufrag;
    this.#password = what.password;
    this.answer = what.answer;
    this.postedAt = what.postedAt;
  }

  /** Offers, and connects as far as the script says. Rejects where the connection isn't there in time; look at `answer.status`. */
  static async open(script: ViewerScript): Promise<WhepViewer> {
    identity ??= createDtlsIdentity();
    const own = await identity;
    const socket = createSocket({ type: "udp4", recvBufferSize: RECEIVE_BUFFER_BYTES });
    socket.bind(0, script.address ?? "127.0.0.1");
    await once(socket, "listening");
    const ufrag = randomBytes(6).toString("hex");
    const password = randomBytes(16).toString("hex");
    const body = printOffer(script, { ufrag, password, fingerprint: own.fingerprint.value, port: socket.address().port });
    const postedAt = performance.now();
    let answer: WhepAnswer;
    try {
      const headers = { "Content-Type": "application/sdp", ...script.headers };
      const response = await fetch(script.url, { method: "POST", headers, body });
      answer = { status: response.status, headers: response.headers, body: await response.text() };
    } catch (error) {
      socket.close();
      throw error;
    }
    const viewer = new WhepViewer(script, { socket, ufrag, password, answer, postedAt });
    try {
      if (answer.status === 201 && script.until !== "post") await viewer.#connect(own);
      return viewer;
    } catch (error) {
      viewer.close();
      throw error;
    }
  }

  /** Address of the session. */
  get sessionUrl(): string {
    return new URL(this.answer.headers.get("location") ?? "", this.#script.url).href;
  }

  /** Name of the SRTP profile; empty before the handshake. */
  get srtpProfile(): string {
    return this.#profile;
  }

  /** Sends an RTCP packet, protected. */
  sendRtcp(packet: Buffer): void {
    const sealed = this.#sender?.protect(packet);
    if (sealed !== undefined) this.#send(sealed);
  }

  /** Restarts ICE by PATCH: the answer; checks go on with the new credentials when it is 200. */
  async restart(headers: Readonly<Record<string, string>> = {}): Promise<WhepAnswer> {
    const ufrag = randomBytes(6).toString("hex");
    const body = `a=ice-ufrag:${ufrag}\r\na=ice-pwd:${this.#password}\r\nm=video 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n`;
    const type = { "Content-Type": "application/trickle-ice-sdpfrag" };
    const response = await fetch(this.sessionUrl, { method: "PATCH", headers: { ...type, ...headers }, body });
    const answer = { status: response.status, headers: response.headers, body: await response.text() };
    if (answer.status === 200) {
      this.#remote = { ...this.#remote, ...credentialsOf(answer.body) };
      this.#startChecks(ufrag);
    }
    return answer;
  }

  /** Ends the session at the server by DELETE; the status. */
  async leave(): Promise<number> {
    const { status } = await fetch(this.sessionUrl, { method: "DELETE" });
    this.close();
    return status;
  }

  /** Vanishes without a word. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#checks);
    this.#dtls?.close();
    this.#socket.close();
  }

  async #connect(own: DtlsIdentity): Promise<void> {
    this.#remote = { ...credentialsOf(this.answer.body), ...candidateOf(this.answer.body, this.#script.candidate) };
    this.#socket.on("message", (packet) => this.#receive(packet));
    const checked = new Promise<void>((resolve) => (this.#checked = resolve));
    this.#startChecks(this.#ufrag);
    await within(checked, "ICE");
    if (this.#script.until === "ice") return;
    const connected = new Promise<void>((resolve) => (this.#connected = resolve));
    this.#dtls = new DtlsLink({
      identity: own,
      fingerprints: [{ algorithm: "sha-256", value: /a=fingerprint:sha-256 (\S+)/i.exec(this.answer.body)?.[1] ?? "" }],
      role: "client",
      profiles: srtpProfiles.map(({ id }) => id),
      send: (packet) => this.#send(packet),
      onKeys: ({ local, remote }) => {
        this.#rtp = new SrtpReceiver(deriveSessionKeys(remote, "rtp"));
        this.#rtcp = new SrtcpReceiver(deriveSessionKeys(remote, "rtcp"));
        this.#sender = new SrtcpSender(deriveSessionKeys(local, "rtcp"));
        this.#profile = local.profile.name;
        this.#connected();
      },
      onFailure: () => undefined,
      onClose: () => undefined,
    });
    await within(connected, "DTLS");
  }

  #startChecks(ufrag: string): void {
    clearInterval(this.#checks);
    let confirmed = 0;
    const check = (): void => {
      confirmed += 1;
      this.#send(
        bindingRequest({
          transactionId: randomBytes(12),
          username: `${this.#remote.ufrag}:${ufrag}`,
          password: this.#remote.password,
          nominate: true,
        }),
      );
      if (confirmed === 20) {
        clearInterval(this.#checks);
        this.#checks = setInterval(check, CONSENT_INTERVAL_MS);
      }
    };
    this.#checks = setInterval(check, CHECK_INTERVAL_MS);
    check();
  }

  #receive(packet: Buffer): void {
    const first = packet[0] ?? 0;
    if (first < 4) {
      const message = parseStun(packet, { start: 0, end: packet.length });
      if (message?.kind === "success") this.#checked();
      if (message?.kind === "request") this.#send(bindingSuccess(message.transactionId, this.#password));
    } else if (first < 64) {
      this.#dtls?.receive(packet);
    } else if ((packet[1] ?? 0) >= 192 && (packet[1] ?? 0) <= 223) {
      const opened = this.#rtcp?.open(packet);
      if (opened !== undefined) this.#script.onRtcp?.(opened);
    } else {
      const opened = this.#rtp?.open(packet);
      if (opened !== undefined) this.#script.onRtp?.(opened);
    }
  }

  #send(packet: Buffer): void {
    if (!this.#closed) this.#socket.send(packet, this.#remote.port, this.#remote.address);
  }
}

function printOffer(script: ViewerScript, own: { ufrag: string; password: string; fingerprint: string; port: number }): string {
  const video = script.retransmission === false ? H264.replace(" 103 ", " ").replace(/\r\na=rtpmap:103[^]*$/, "") : H264;
  const media = [script.video ?? video, script.audio ?? AUDIO].filter((text) => text !== "");
  const transport = (mid: number): string =>
    [
      `a=mid:${String(mid)}`,
      "a=recvonly",
      "a=rtcp-mux",
      `a=ice-ufrag:${own.ufrag}`,
      `a=ice-pwd:${own.password}`,
      `a=fingerprint:sha-256 ${own.fingerprint}`,
      "a=setup:active",
      `a=candidate:1 1 udp 2130706431 ${script.address ?? "127.0.0.1"} ${String(own.port)} typ host`,
    ].join("\r\n");
  const bundle = media.map((_, index) => String(index)).join(" ");
  const session = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", `a=group:BUNDLE ${bundle}`].join("\r\n");
  return `${[session, ...media.flatMap((text, index) => [text, "c=IN IP4 0.0.0.0", transport(index)])].join("\r\n")}\r\n`;
}

function credentialsOf(sdp: string): { ufrag: string; password: string } {
  return { ufrag: /a=ice-ufrag:(\S+)/.exec(sdp)?.[1] ?? "", password: /a=ice-pwd:(\S+)/.exec(sdp)?.[1] ?? "" };
}

/** The first candidate of loopback over UDP, else the first over UDP, of this type. */
function candidateOf(sdp: string, type: string = "host"): { address: string; port: number } {
  const all = [...sdp.matchAll(/a=candidate:\S+ 1 udp \d+ ([\d.]+) (\d+) typ (\w+)/gi)];
  const found = all.filter((each) => each[3] === type);
  const best = found.find((each) => each[1]?.startsWith("127.") === true) ?? found[0];
  return { address: best?.[1] ?? "127.0.0.1", port: Number(best?.[2] ?? 0) };
}

async function within(promise: Promise<void>, what: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} in time`)), CONNECT_MS);
  });
  await Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}
