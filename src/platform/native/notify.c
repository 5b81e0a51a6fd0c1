/*
 * One datagram to the service manager's socket, as sd_notify(3) describes it: a file system path, or an abstract name after
 * an at sign. Never waits.
 */
#include "module.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define MAX_MESSAGE_BYTES 4096u

static int send_message(const char *path, const char *message) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(path);
  if (length < 2 || length >= sizeof address.sun_path || (path[0] != '/' && path[0] != '@')) return EINVAL;
  memcpy(address.sun_path, path, length);
  if (path[0] == '@') address.sun_path[0] = 0;
  int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return errno;
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
  ssize_t sent = sendto(descriptor, message, strlen(message), MSG_NOSIGNAL, (struct sockaddr *)&address, size);
  int failure = sent < 0 ? errno : 0;
  close(descriptor);
  return failure;
}

/* notify(path, message) */
napi_value notify(napi_env env, napi_callback_info info) {
  napi_value values[2];
  char path[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
  char message[MAX_MESSAGE_BYTES];
  if (!read_arguments(env, info, 2, values) || !read_text(env, values[0], "path", path, sizeof path) ||
      !read_text(env, values[1], "message", message, sizeof message)) {
    return NULL;
  }
  int failure = send_message(path, message);
  return failure == 0 ? NULL : throw_system_error(env, "notify", failure);
}
