/*
 * One datagram to a socket of the Unix family: the service manager's (sd_notify(3)) or the journal's. The socket is a file
 * system path, or an abstract name after an at sign. Never waits.
 */
#include "module.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Below the system's usual limit of a socket's send buffer (net.core.wmem_default). */
#define MAX_DATAGRAM_TEXT 65536u

static int send_datagram(const char *path, const struct bytes *datagram) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(path);
  if (length < 2 || length >= sizeof address.sun_path || (path[0] != '/' && path[0] != '@')) return EINVAL;
  memcpy(address.sun_path, path, length);
  if (path[0] == '@') address.sun_path[0] = 0;
  int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return errno;
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
  ssize_t sent = sendto(descriptor, datagram->data, datagram->length, MSG_NOSIGNAL, (struct sockaddr *)&address, size);
  int failure = sent < 0 ? errno : 0;
  close(descriptor);
  return failure;
}

/* unixSend(path, datagram) */
napi_value unix_send(napi_env env, napi_callback_info info) {
  napi_value values[2];
  char path[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
  struct bytes datagram;
  if (!read_arguments(env, info, 2, values) || !read_text(env, values[0], "path", path, sizeof path) ||
      !read_bytes(env, values[1], "datagram", &datagram) ||
      !check_range(env, datagram.length <= MAX_DATAGRAM_TEXT, "datagram too long")) {
    return NULL;
  }
  int failure = send_datagram(path, &datagram);
  return failure == 0 ? NULL : throw_system_error(env, "unixSend", failure);
}
