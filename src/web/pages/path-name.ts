/** What a path may be called: the box decides; this says it while one types. */

const PATH_NAME = /^[\w.-]+(\/[\w.-]+)*$/;
const MAX_LENGTH = 200;

/** Whether a name is fit for a path. */
export function isPathName(name: string): boolean {
  return name.length <= MAX_LENGTH && PATH_NAME.test(name);
}
