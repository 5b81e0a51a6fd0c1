/** Addresses of the page and what they mean, both ways. */

/** What is shown. `camera` is the path's name, which may hold slashes. */
export type Route =
  | { readonly page: "home" | "add" | "device" | "log" | "settings" | "nowhere" }
  | { readonly page: "camera" | "edit"; readonly camera: string };

const plain = { "/": "home", "/add": "add", "/device": "device", "/log": "log", "/settings": "settings" } as const;

/** The page of an address. */
export function routeOf(pathname: string): Route {
  if (pathname in plain) return { page: plain[pathname as keyof typeof plain] };
  const [, page, name = ""] = /^\/(camera|edit)\/(.+)$/.exec(pathname) ?? [];
  const camera = decode(name);
  if ((page === "camera" || page === "edit") && camera !== "") return { page, camera };
  return { page: "nowhere" };
}

/** The address of a camera's page. */
export function cameraAddress(name: string, page: "camera" | "edit" = "camera"): string {
  return `/${page}/${name.split("/").map(encodeURIComponent).join("/")}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
