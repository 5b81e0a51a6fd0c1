/** Tells of frames that a video really shows: "connected" is no picture. */

/** Calls `onFrame` for each frame shown; returns how to stop. Browsers without frame callbacks report the playing position. */
export function watchFrames(video: HTMLVideoElement, onFrame: () => void): () => void {
  if ("requestVideoFrameCallback" in video) {
    let handle = 0;
    const next = (): void => {
      handle = video.requestVideoFrameCallback(() => {
        onFrame();
        next();
      });
    };
    next();
    return () => video.cancelVideoFrameCallback(handle);
  }
  return watchPosition(video, onFrame);
}

function watchPosition(video: HTMLVideoElement, onFrame: () => void): () => void {
  let last = -1;
  const look = (): void => {
    if (video.currentTime === last || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    last = video.currentTime;
    onFrame();
  };
  video.addEventListener("timeupdate", look);
  return () => video.removeEventListener("timeupdate", look);
}

/** Draws what the video shows onto the canvas, in the video's own size; false while it shows nothing. */
export function drawPicture(video: HTMLVideoElement, canvas: HTMLCanvasElement): boolean {
  if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0) return false;
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  return true;
}
