/** Markup and style of the player page; what it says is put in by the script, in the browser's language. */

/** The page. */
export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sluice</title>
<link rel="stylesheet" href="hls-player.css">
<script defer src="hls.min.js"></script>
<script defer src="hls-player.js"></script>
</head>
<body>
<video id="video" autoplay muted playsinline controls></video>
<p id="message" role="status"></p>
</body>
</html>
`;

/** Its style sheet. */
export const STYLE = `html, body { margin: 0; height: 100%; background: #101314; color: #e8ecec; }
body { font: 15px/1.5 system-ui, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }
video { width: 100%; height: 100%; object-fit: contain; background: #000; display: block; }
#message { position: fixed; inset: auto 16px 72px; margin: 0; text-align: center; text-shadow: 0 0 4px #000; }
#message:empty { display: none; }
`;
