/**
 * What the protocols' player pages have in common: a video and a message over it, in the browser's language, set up by the address's
 * query as MediaMTX's pages are. Plain HTML with files of its own: nothing from other hosts, nothing inline.
 */

/** The page, with its style sheet and, in the head, its scripts; `below` stands under the message. */
export function playerPage(what: {
  readonly style: string;
  readonly scripts: string;
  readonly attributes: string;
  readonly below?: string;
}): string {
  const { style, scripts, attributes, below = "" } = what;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sluice</title>
<link rel="stylesheet" href="${style}">
${scripts}
</head>
<body>
<video id="video" ${attributes}></video>
<p id="message" role="status"></p>
${below}</body>
</html>
`;
}

/** Style of the page. */
export const PLAYER_STYLE = `html, body { margin: 0; height: 100%; background: #101314; color: #e8ecec; }
body { font: 0.9375rem/1.5 system-ui, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }
video { width: 100%; height: 100%; object-fit: contain; background: #000; display: block; }
#message { position: fixed; left: 16px; right: 16px; bottom: 72px; margin: 0; text-align: center; text-shadow: 0 0 4px #000; }
#message:empty { display: none; }
`;

/** Begins the page's script, after its `words` in both languages: `text` in the browser's, `video`, `query`, and `show` for the message. */
export const PLAYER_SCRIPT = `const language = navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
const text = words[language];
document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
const video = document.getElementById("video");
const query = new URLSearchParams(location.search);
for (const name of ["controls", "muted", "autoplay", "playsInline", "disablePictureInPicture"]) {
  const value = query.get(name) ?? query.get(name.toLowerCase());
  if (value !== null) video[name] = value === "true" || value === "1" || value === "";
}

function show(what) {
  document.getElementById("message").textContent = what;
}
`;
