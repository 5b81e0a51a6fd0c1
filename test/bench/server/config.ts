/**
 * Configuration files for the servers under test, each in its own format: MediaMTX's YAML (Sluice reads the same keys) or
 * go2rtc's. Everything but RTSP, and WHEP or HLS where they are measured, is switched off; cameras are pulled over TCP and, where
 * the server can, all the time.
 */

/** How a server is configured, decided by its name (see `kindOf`). */
export type ServerKind = "sluice" | "mediamtx" | "go2rtc";

/** Loopback ports one server gets; RTCP is `rtpPort + 1`. */
export interface ServerPorts {
  readonly rtsp: number;
  readonly rtp: number;
  readonly api: number;
  /** HTTP of WHEP, 0 where it isn't measured, and UDP of its media. */
  readonly webrtc: number;
  readonly media: number;
  /** HTTP of HLS, 0 where it isn't measured. */
  readonly hls: number;
}

/** One pulled camera: the path's name and the camera's address. */
export interface CameraPath {
  readonly name: string;
  readonly url: string;
}

/** Kind of a server called `name`: a name that starts with a kind is of that kind, all others take MediaMTX's format. */
export function kindOf(name: string): ServerKind {
  if (name.startsWith("sluice")) return "sluice";
  return name.startsWith("go2rtc") ? "go2rtc" : "mediamtx";
}

/** Text of the configuration file for a server of `kind`. */
export function configFor(kind: ServerKind, ports: ServerPorts, cameras: readonly CameraPath[]): string {
  return kind === "go2rtc" ? go2rtcConfig(ports, cameras) : mediamtxConfig(kind, ports, cameras);
}

function mediamtxConfig(kind: ServerKind, ports: ServerPorts, cameras: readonly CameraPath[]): string {
  const lines = [
    "logLevel: warn",
    "api: yes",
    `apiAddress: 127.0.0.1:${ports.api}`,
    ports.hls === 0 ? "hls: no" : `hlsAddress: 127.0.0.1:${ports.hls}`,
    "rtmp: no",
    ...(ports.webrtc === 0
      ? ["webrtc: no"]
      : [`webrtcAddress: 127.0.0.1:${ports.webrtc}`, `webrtcLocalUDPAddress: 127.0.0.1:${ports.media}`]),
    "srt: no",
    "moq: no",
    "rtspTransports: [udp, tcp]",
    `rtspAddress: 127.0.0.1:${ports.rtsp}`,
    `rtpAddress: 127.0.0.1:${ports.rtp}`,
    `rtcpAddress: 127.0.0.1:${ports.rtp + 1}`,
  ];
  if (kind === "sluice") lines.push("web: no", 'webrtcLocalTCPAddress: ""');
  if (cameras.length > 0) lines.push("paths:");
  for (const camera of cameras) {
    lines.push(`  ${camera.name}:`, `    source: ${camera.url}`, "    sourceOnDemand: no", "    rtspTransport: tcp");
  }
  return `${lines.join("\n")}\n`;
}

function go2rtcConfig(ports: ServerPorts, cameras: readonly CameraPath[]): string {
  const lines = [
    "log:",
    "  level: warn",
    "api:",
    `  listen: 127.0.0.1:${ports.api}`,
    "rtsp:",
    `  listen: 127.0.0.1:${ports.rtsp}`,
    "webrtc:",
    `  listen: ${ports.webrtc === 0 ? '""' : `127.0.0.1:${ports.media}`}`,
    "srtp:",
    '  listen: ""',
  ];
  if (cameras.length > 0) lines.push("streams:");
  for (const camera of cameras) lines.push(`  ${camera.name}: ${camera.url}`);
  return `${lines.join("\n")}\n`;
}
