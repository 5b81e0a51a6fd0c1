/** What is photographed and examined: which page, in which scene, at which size, in which dress. */
import type { SceneName } from "../peers/fake-box-scenes.ts";

/** A page in a scene. */
export interface PageScene {
  readonly name: string;
  readonly scene: SceneName;
  readonly path: string;
  /** Does what shows the page's working state. */
  readonly act?: "check-config" | "probe" | "qr" | "lost" | "doctor";
}

/** A size of screen. */
export interface ScreenSize {
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

/** A dress: language and colours. */
export interface Dress {
  readonly language: "en" | "zh";
  readonly colours: "light" | "dark";
}

/** All pages, and the states of home that matter. */
export const pageScenes: readonly PageScene[] = [
  { name: "home", scene: "healthy", path: "/" },
  { name: "home-one-problem", scene: "one-problem", path: "/" },
  { name: "home-all-offline", scene: "all-offline", path: "/" },
  { name: "home-safe-mode", scene: "safe-mode", path: "/" },
  { name: "home-viewer", scene: "viewer", path: "/" },
  { name: "home-lost", scene: "healthy", path: "/", act: "lost" },
  { name: "home-no-camera", scene: "no-camera", path: "/" },
  { name: "home-many", scene: "many", path: "/" },
  { name: "home-long-name", scene: "long-name", path: "/" },
  { name: "camera", scene: "healthy", path: "/camera/yard" },
  { name: "camera-problem", scene: "one-problem", path: "/camera/gate" },
  { name: "camera-qr", scene: "healthy", path: "/camera/yard", act: "qr" },
  { name: "add", scene: "healthy", path: "/add" },
  { name: "add-failed", scene: "healthy", path: "/add", act: "probe" },
  { name: "edit", scene: "healthy", path: "/edit/yard" },
  { name: "device", scene: "healthy", path: "/device" },
  { name: "device-doctor", scene: "healthy", path: "/device", act: "doctor" },
  { name: "log", scene: "healthy", path: "/log" },
  { name: "settings", scene: "healthy", path: "/settings" },
  { name: "settings-checked", scene: "healthy", path: "/settings", act: "check-config" },
  { name: "login", scene: "login", path: "/" },
  { name: "claim", scene: "claim", path: "/" },
  { name: "nowhere", scene: "healthy", path: "/no-such-page" },
];

/** Sizes that are looked at. */
export const screenSizes: readonly ScreenSize[] = [
  { name: "phone", width: 360, height: 740 },
  { name: "tablet", width: 768, height: 1024 },
  { name: "desktop", width: 1280, height: 800 },
  { name: "wall", width: 2560, height: 1440 },
];

/** Both languages in both colours. */
export const dresses: readonly Dress[] = [
  { language: "zh", colours: "light" },
  { language: "zh", colours: "dark" },
  { language: "en", colours: "light" },
  { language: "en", colours: "dark" },
];
