/** What a filled-in form changes of a camera: only what differs is sent, and an empty password leaves the old one. Pure. */
import type { CameraChange, CameraView } from "#api/contract/cameras.ts";

/** The form's fields. */
export interface CameraForm {
  readonly label: string;
  readonly name: string;
  readonly address: string;
  readonly user: string;
  readonly password: string;
  readonly subStream: string;
  readonly enabled: boolean;
}

/** Body of the request that makes the camera what the form says. */
export function cameraChange(camera: CameraView, form: CameraForm): CameraChange {
  const { source } = camera;
  const labelNow = camera.label === camera.name ? "" : camera.label;
  return {
    ...(form.name === camera.name ? {} : { name: form.name }),
    ...(form.label === labelNow ? {} : { label: form.label }),
    ...(source.kind !== "pull" || form.address === source.address ? {} : { address: form.address }),
    ...(source.kind !== "pull" || form.user === (source.user ?? "") ? {} : { user: form.user }),
    ...(source.kind !== "pull" || form.password === "" ? {} : { password: form.password }),
    ...(form.subStream === (camera.subStream ?? "") ? {} : { subStream: form.subStream }),
    ...(form.enabled === camera.enabled ? {} : { enabled: form.enabled }),
  };
}
