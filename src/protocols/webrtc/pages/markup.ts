/** Markup of the pages; what it says is put in by the script, in the browser's language. */

/** The player. */
export const PLAYER_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sluice</title>
<link rel="stylesheet" href="webrtc-style.css">
<script type="module" src="webrtc-player.js"></script>
</head>
<body>
<video id="video" autoplay muted playsinline controls></video>
<p id="message" role="status"></p>
</body>
</html>
`;

/** Publishing from the browser's camera or screen. */
export const PUBLISH_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sluice</title>
<link rel="stylesheet" href="webrtc-style.css">
<script type="module" src="webrtc-publish.js"></script>
</head>
<body>
<video id="video" autoplay muted playsinline></video>
<p id="message" role="status"></p>
<p id="actions"><button id="camera" type="button"></button> <button id="screen" type="button"></button> <button id="stop" type="button" hidden></button></p>
</body>
</html>
`;
