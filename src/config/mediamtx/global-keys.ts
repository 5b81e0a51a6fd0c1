/** Global keys of MediaMTX 1.x that have no effect yet, by feature, with MediaMTX's defaults. */
import { encryption, flag, former, httpServer, list, listOf, oneOf, time, whole, words } from "./not-carried.ts";
import type { NotCarried } from "./not-carried.ts";

/** Every global key that loads without effect. */
export const globalNotCarried: readonly NotCarried[] = [
  {
    instead: "the log goes to standard output, where the service manager keeps it",
    insteadZh: "日志输出到标准输出，由系统服务管理器保存",
    options: {
      logDestinations: listOf(oneOf("stdout", "file", "syslog"), "stdout"),
      logFile: words("mediamtx.log"),
      sysLogPrefix: words("mediamtx"),
      dumpPackets: flag(),
    },
  },
  {
    instead: "queues are limited in bytes by memory.budget",
    insteadZh: "队列按字节限制，见 memory.budget",
    options: { writeQueueSize: whole(512) },
  },
  {
    instead: "commands are never run",
    insteadZh: "不支持执行外部命令",
    options: { runOnConnect: words(), runOnConnectRestart: flag(), runOnDisconnect: words() },
  },
  {
    instead: "origins are listed in apiAllowOrigins and metricsAllowOrigins",
    insteadZh: "来源请写在 apiAllowOrigins 与 metricsAllowOrigins 中",
    options: former({ apiAllowOrigin: words("*"), metricsAllowOrigin: words("*") }),
  },
  {
    instead: "what the process uses is among the metrics",
    insteadZh: "进程的资源使用情况见指标（metrics）",
    options: {
      pprof: flag(),
      pprofAddress: words(":9999"),
      ...httpServer("pprof"),
      ...former({ pprofAllowOrigin: words("*") }),
    },
  },
  {
    instead: "recording and playback are to come",
    insteadZh: "录像与回放尚未支持",
    options: {
      playback: flag(),
      playbackAddress: words(":9996"),
      ...httpServer("playback"),
      ...former({ playbackAllowOrigin: words("*") }),
    },
  },
  {
    instead: "encrypted media (SRTP) and the PROXY protocol are to come",
    insteadZh: "媒体加密（SRTP）和 PROXY 协议尚未支持",
    options: {
      srtpAddress: words(":8004"),
      srtcpAddress: words(":8005"),
      multicastSRTPPort: whole(8006),
      multicastSRTCPPort: whole(8007),
      rtspTrustedProxies: list(),
    },
  },
  {
    instead: "RTMP is to come; use RTSP",
    insteadZh: "RTMP 尚未支持，请使用 RTSP",
    options: {
      rtmp: flag(true),
      ...former({ rtmpDisable: flag() }),
      rtmpEncryption: encryption(),
      rtmpAddress: words(":1935"),
      rtmpsAddress: words(":1936"),
      rtmpServerKey: words("server.key"),
      rtmpServerCert: words("server.crt"),
      rtmpTrustedProxies: list(),
    },
  },
  {
    instead:
      "use the newer keys of WebRTC: webrtcLocalUDPAddress, webrtcLocalTCPAddress, webrtcAdditionalHosts, webrtcICEServers2",
    insteadZh: "请使用 WebRTC 的新键：webrtcLocalUDPAddress、webrtcLocalTCPAddress、webrtcAdditionalHosts、webrtcICEServers2",
    options: {
      webrtcSTUNGatherTimeout: time("5s"),
      ...former({ webrtcDisable: flag() }),
      ...former({ webrtcAllowOrigin: words("*") }),
      ...former({
        webrtcICEUDPMuxAddress: words(),
        webrtcICETCPMuxAddress: words(),
        webrtcICEHostNAT1To1IPs: list(),
        webrtcICEServers: list(),
      }),
    },
  },
  {
    instead: "use hlsAllowOrigins",
    insteadZh: "请使用 hlsAllowOrigins",
    options: { ...former({ hlsAllowOrigin: words("*") }) },
  },
  {
    instead: "SRT and MoQ are not planned before other protocols; use RTSP",
    insteadZh: "SRT 与 MoQ 暂无计划，请使用 RTSP",
    options: {
      srt: flag(true),
      srtAddress: words(":8890"),
      moq: flag(true),
      moqHTTP2Address: words(":8892"),
      moqHTTP3Address: words(":8892"),
      moqQUICAddress: words(":8893"),
      moqServerKey: words("auto.key"),
      moqServerCert: words("auto.crt"),
      moqAllowOrigins: list("*"),
      moqTrustedProxies: list(),
      ...former({ moqHTTPS2Address: words(), moqHTTPS3Address: words() }),
    },
  },
  {
    instead: "recording is to come",
    insteadZh: "录像尚未支持",
    options: former({
      record: flag(),
      recordPath: words("./recordings/%path/%Y-%m-%d_%H-%M-%S-%f"),
      recordFormat: oneOf("fmp4", "mpegts"),
      recordPartDuration: time("1s"),
      recordSegmentDuration: time("1h"),
      recordDeleteAfter: time("1d"),
    }),
  },
];
