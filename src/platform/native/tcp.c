/*
 * TCP beside the runtime's streams: one slice of memory to many connections in one call, and a bound on what the kernel queues
 * for one. The descriptors are the runtime's; they are used during the call only.
 */
#include "module.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#define MAX_BUFFER_BYTES (1 << 30)

/* Bytes taken, 0 when the connection's buffer is full, or a negative errno. */
static int32_t send_to(int descriptor, const uint8_t *data, size_t length) {
  ssize_t sent;
  do {
    sent = send(descriptor, data, length, MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent >= 0) return (int32_t)sent;
  return errno == EAGAIN ? 0 : -errno;
}

/* tcpSend(descriptors, count, buffer, start, end, results) */
napi_value tcp_send(napi_env env, napi_callback_info info) {
  napi_value values[6];
  struct words descriptors;
  struct words results;
  struct bytes buffer;
  int64_t count;
  int64_t start;
  int64_t end;
  if (!read_arguments(env, info, 6, values) || !read_words(env, values[0], "descriptors", napi_int32_array, &descriptors) ||
      !read_integer(env, values[1], "count", 0, INT32_MAX, &count) || !read_bytes(env, values[2], "buffer", &buffer) ||
      !read_integer(env, values[3], "start", 0, INT32_MAX, &start) || !read_integer(env, values[4], "end", 0, INT32_MAX, &end) ||
      !read_words(env, values[5], "results", napi_int32_array, &results) ||
      !check_range(env, (size_t)count <= descriptors.length && (size_t)count <= results.length, "count exceeds the arrays") ||
      !check_range(env, start <= end && (size_t)end <= buffer.length, "the slice exceeds the buffer")) {
    return NULL;
  }
  for (size_t index = 0; index < (size_t)count; index += 1) {
    int descriptor = (int)descriptors.data[index];
    int32_t result = descriptor < 0 ? -EBADF : send_to(descriptor, buffer.data + start, (size_t)(end - start));
    results.data[index] = (uint32_t)result;
  }
  return NULL;
}

/*
 * tcpLimit(descriptor, sendBufferBytes, unsentBytes): SO_SNDBUF (of which the kernel makes twice as much, for its own
 * bookkeeping) and TCP_NOTSENT_LOWAT, beyond which the connection takes no more. 0, or a negative errno.
 */
napi_value tcp_limit(napi_env env, napi_callback_info info) {
  napi_value values[3];
  int64_t descriptor;
  int64_t buffer_bytes;
  int64_t unsent_bytes;
  if (!read_arguments(env, info, 3, values) || !read_integer(env, values[0], "descriptor", 0, INT32_MAX, &descriptor) ||
      !read_integer(env, values[1], "sendBufferBytes", 1, MAX_BUFFER_BYTES, &buffer_bytes) ||
      !read_integer(env, values[2], "unsentBytes", 1, MAX_BUFFER_BYTES, &unsent_bytes)) {
    return NULL;
  }
  int buffer = (int)buffer_bytes;
  int unsent = (int)unsent_bytes;
  int failure = 0;
  if (setsockopt((int)descriptor, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent) != 0 ||
      setsockopt((int)descriptor, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer) != 0) {
    failure = errno;
  }
  return number_result(env, -failure);
}
