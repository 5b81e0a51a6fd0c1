/*
 * UDP sockets: opening, receiving, closing. Readiness comes from a poll handle on the environment's loop; one wake-up reads
 * up to 64 datagrams with one system call into memory all sockets share, and makes one call into JavaScript.
 *
 * A socket is held by its JavaScript object and, while it polls, by the loop. An open polling socket keeps its callback and so
 * itself alive; any other is closed when its object is collected, and all are when the environment ends.
 */
#include "module.h"

#include <errno.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_DATAGRAMS 64u
#define SLOT_BYTES 65536u
#define FLAG_REUSE_ADDRESS 1
#define FLAG_IPV6_ONLY 2
#define FLAG_NO_SEGMENTATION 4
#define MAX_FLAGS 7
#define MAX_BUFFER_BYTES (1 << 30)

static const napi_type_tag SOCKET_TAG = {0x6a1f0c5de84b4d1fULL, 0x9c7742bb0ad5e3f6ULL};

void release_instance(struct instance *instance) {
  instance->references -= 1;
  if (instance->references > 0) return;
  free_srtp(instance);
  free(instance);
}

static void release_socket(struct udp_socket *socket) {
  socket->references -= 1;
  if (socket->references > 0) return;
  release_instance(socket->instance);
  free(socket);
}

static void on_poll_closed(uv_handle_t *handle) {
  struct udp_socket *socket = handle->data;
  struct instance *instance = socket->instance;
  if (socket->context != NULL) napi_async_destroy(instance->env, socket->context); /* Not sooner: a callback may be running in it. */
  instance->open_polls -= 1;
  if (instance->stopping && instance->open_polls == 0) napi_remove_async_cleanup_hook(instance->cleanup_hook);
  release_socket(socket);
}

void close_socket(struct udp_socket *socket) {
  struct instance *instance = socket->instance;
  if (socket->descriptor < 0) return;
  if (socket->polling) {
    uv_poll_stop(&socket->poll);
    uv_close((uv_handle_t *)&socket->poll, on_poll_closed);
  }
  close(socket->descriptor);
  socket->descriptor = -1;
  if (socket->callback != NULL) napi_delete_reference(instance->env, socket->callback);
  socket->callback = NULL;
  if (socket->previous != NULL) socket->previous->next = socket->next;
  else instance->sockets = socket->next;
  if (socket->next != NULL) socket->next->previous = socket->previous;
}

static void on_object_collected(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  close_socket(data);
  release_socket(data);
}

bool read_socket(napi_env env, napi_value value, struct udp_socket **result) {
  napi_valuetype type;
  bool matches = false;
  void *data = NULL;
  if (napi_typeof(env, value, &type) == napi_ok && type == napi_object &&
      napi_check_object_type_tag(env, value, &SOCKET_TAG, &matches) == napi_ok && matches &&
      napi_unwrap(env, value, &data) == napi_ok) {
    *result = data;
    return true;
  }
  napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "not a UDP socket");
  return false;
}

bool read_open_socket(napi_env env, napi_value value, struct udp_socket **result) {
  if (!read_socket(env, value, result)) return false;
  if ((*result)->descriptor >= 0) return true;
  throw_system_error(env, "socket", EBADF);
  return false;
}

/* Best effort: beyond the system's limit only with the right to exceed it. */
static void set_buffer(int descriptor, int forced, int plain, int bytes) {
  if (bytes <= 0) return;
  if (setsockopt(descriptor, SOL_SOCKET, forced, &bytes, sizeof bytes) == 0) return;
  setsockopt(descriptor, SOL_SOCKET, plain, &bytes, sizeof bytes);
}

struct open_request {
  uint32_t record[RECORD_WORDS];
  int64_t flags;
  int64_t receive_bytes;
  int64_t send_bytes;
};

/* A bound descriptor, or a negative errno. */
static int open_descriptor(const struct open_request *request, int family) {
  struct sockaddr_in6 address;
  const int on = 1;
  const int off = 0;
  socklen_t length = record_to_socket_address(request->record, family, &address);
  int descriptor = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -errno;
  const int *only = (request->flags & FLAG_IPV6_ONLY) != 0 ? &on : &off;
  bool failed = (request->flags & FLAG_REUSE_ADDRESS) != 0 && setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0;
  failed = failed || (family == AF_INET6 && setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, only, sizeof *only) != 0);
  failed = failed || bind(descriptor, (struct sockaddr *)&address, length) != 0;
  if (failed) {
    int failure = errno;
    close(descriptor);
    return -failure;
  }
  set_buffer(descriptor, SO_RCVBUFFORCE, SO_RCVBUF, (int)request->receive_bytes);
  set_buffer(descriptor, SO_SNDBUFFORCE, SO_SNDBUF, (int)request->send_bytes);
  return descriptor;
}

static struct udp_socket *create_socket(struct instance *instance, int descriptor, int family) {
  const int none = 0;
  struct udp_socket *socket = calloc(1, sizeof *socket);
  if (socket == NULL) return NULL;
  socket->instance = instance;
  socket->descriptor = descriptor;
  socket->family = family;
  socket->references = 1;
  socket->poll.data = socket;
  /* Where the kernel doesn't know the option it would ignore the control message, and send one overlong datagram. */
  bool segments = setsockopt(descriptor, IPPROTO_UDP, UDP_SEGMENT, &none, sizeof none) == 0;
  socket->segment_limit = segments ? MAX_DATAGRAM_BYTES : 0;
  socket->next = instance->sockets;
  if (instance->sockets != NULL) instance->sockets->previous = socket;
  instance->sockets = socket;
  instance->references += 1;
  return socket;
}

/* udpOpen(address, port, flags, receiveBufferBytes, sendBufferBytes): the socket object. */
static napi_value udp_open(napi_env env, napi_callback_info info) {
  napi_value values[5];
  char text[MAX_ADDRESS_TEXT];
  int64_t port;
  struct open_request request;
  struct instance *instance = NULL;
  if (!read_arguments(env, info, 5, values) || !read_text(env, values[0], "address", text, sizeof text) ||
      !read_integer(env, values[1], "port", 0, 65535, &port) ||
      !read_integer(env, values[2], "flags", 0, MAX_FLAGS, &request.flags) ||
      !read_integer(env, values[3], "receiveBufferBytes", 0, MAX_BUFFER_BYTES, &request.receive_bytes) ||
      !read_integer(env, values[4], "sendBufferBytes", 0, MAX_BUFFER_BYTES, &request.send_bytes) ||
      !check_range(env, parse_address(text, (uint32_t)port, request.record), "address must be numeric") ||
      napi_get_instance_data(env, (void **)&instance) != napi_ok) {
    return NULL;
  }
  if (instance->stopping) return throw_system_error(env, "socket", ECANCELED);
  napi_value object = NULL;
  if (napi_create_object(env, &object) != napi_ok || napi_type_tag_object(env, object, &SOCKET_TAG) != napi_ok) return NULL;
  int family = request.record[1] == 4 ? AF_INET : AF_INET6;
  int descriptor = open_descriptor(&request, family);
  if (descriptor < 0) return throw_system_error(env, "bind", -descriptor);
  struct udp_socket *socket = create_socket(instance, descriptor, family);
  if (socket == NULL) {
    close(descriptor);
    return throw_system_error(env, "socket", ENOMEM);
  }
  if ((request.flags & FLAG_NO_SEGMENTATION) != 0) socket->segment_limit = 0;
  if (napi_wrap(env, object, socket, on_object_collected, NULL, NULL) != napi_ok) {
    on_object_collected(env, socket, NULL);
    return NULL;
  }
  return object;
}

/* Reads what has arrived into the shared memory; the number of datagrams. */
static unsigned receive(struct udp_socket *socket, const struct bytes *bytes, const struct words *records) {
  struct mmsghdr messages[MAX_DATAGRAMS];
  struct iovec slots[MAX_DATAGRAMS];
  struct sockaddr_in6 senders[MAX_DATAGRAMS];
  size_t room = bytes->length / SLOT_BYTES;
  if (room > records->length / RECORD_WORDS) room = records->length / RECORD_WORDS;
  if (room > MAX_DATAGRAMS) room = MAX_DATAGRAMS;
  if (room == 0) uv_poll_stop(&socket->poll); /* The memory has been taken away: don't spin. */
  memset(messages, 0, room * sizeof messages[0]);
  memset(senders, 0, room * sizeof senders[0]);
  for (size_t index = 0; index < room; index += 1) {
    slots[index] = (struct iovec){.iov_base = bytes->data + index * SLOT_BYTES, .iov_len = SLOT_BYTES};
    messages[index].msg_hdr.msg_iov = &slots[index];
    messages[index].msg_hdr.msg_iovlen = 1;
    messages[index].msg_hdr.msg_name = &senders[index];
    messages[index].msg_hdr.msg_namelen = sizeof senders[index];
  }
  int count = room == 0 ? 0 : recvmmsg(socket->descriptor, messages, (unsigned)room, MSG_DONTWAIT, NULL);
  for (int index = 0; index < count; index += 1) {
    uint32_t *record = records->data + (size_t)index * RECORD_WORDS;
    socket_address_to_record(&senders[index], record);
    record[7] = messages[index].msg_len;
  }
  return count > 0 ? (unsigned)count : 0;
}

static void deliver(struct udp_socket *socket) {
  struct instance *instance = socket->instance;
  napi_env env = instance->env;
  napi_value values[4];
  struct bytes bytes;
  struct words records;
  if (napi_get_reference_value(env, instance->receive_bytes, &values[0]) != napi_ok ||
      napi_get_reference_value(env, instance->receive_records, &values[1]) != napi_ok ||
      !read_bytes(env, values[0], "bytes", &bytes) || !read_words(env, values[1], "records", napi_int32_array, &records)) {
    uv_poll_stop(&socket->poll);
    return;
  }
  unsigned count = receive(socket, &bytes, &records);
  if (count == 0 || napi_get_reference_value(env, socket->callback, &values[2]) != napi_ok ||
      napi_create_uint32(env, count, &values[3]) != napi_ok) {
    return;
  }
  /* The callback may close this socket; its memory stays until the loop has given the poll handle back. */
  if (napi_make_callback(env, socket->context, values[2], values[2], 1, &values[3], NULL) != napi_pending_exception) return;
  napi_value failure = NULL;
  if (napi_get_and_clear_last_exception(env, &failure) == napi_ok) napi_fatal_exception(env, failure);
}

static void on_readable(uv_poll_t *poll, int status, int events) {
  struct udp_socket *socket = poll->data;
  napi_handle_scope scope;
  (void)events;
  if (socket->descriptor < 0) return;
  if (status < 0) {
    uv_poll_stop(poll);
    return;
  }
  if (napi_open_handle_scope(socket->instance->env, &scope) != napi_ok) return;
  deliver(socket);
  napi_close_handle_scope(socket->instance->env, scope);
}

/* udpStart(socket, callback): calls `callback(count)` per wake-up, with the datagrams in the memory given to udpReceiveInto. */
static napi_value udp_start(napi_env env, napi_callback_info info) {
  napi_value values[2];
  napi_value name = NULL;
  napi_valuetype type = napi_undefined;
  struct udp_socket *socket;
  if (!read_arguments(env, info, 2, values) || !read_open_socket(env, values[0], &socket)) return NULL;
  napi_typeof(env, values[1], &type);
  if (type != napi_function) return (napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "callback must be a function"), NULL);
  if (!check_range(env, !socket->polling, "the socket has been started") ||
      !check_range(env, socket->instance->receive_bytes != NULL, "udpReceiveInto comes first")) {
    return NULL;
  }
  int failure = uv_poll_init(socket->instance->loop, &socket->poll, socket->descriptor);
  if (failure != 0) return throw_system_error(env, "poll", -failure);
  socket->polling = true;
  socket->references += 1;
  socket->instance->open_polls += 1;
  if (napi_create_string_utf8(env, "SluiceUdp", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_async_init(env, values[0], name, &socket->context) != napi_ok ||
      napi_create_reference(env, values[1], 1, &socket->callback) != napi_ok) {
    close_socket(socket);
    return throw_system_error(env, "poll", ENOMEM);
  }
  failure = uv_poll_start(&socket->poll, UV_READABLE, on_readable);
  return failure == 0 ? NULL : throw_system_error(env, "poll", -failure);
}

/* udpReceiveInto(bytes, records): where every socket of this environment receives. */
static napi_value udp_receive_into(napi_env env, napi_callback_info info) {
  napi_value values[2];
  struct bytes bytes;
  struct words records;
  struct instance *instance = NULL;
  if (!read_arguments(env, info, 2, values) || !read_bytes(env, values[0], "bytes", &bytes) ||
      !read_words(env, values[1], "records", napi_int32_array, &records) ||
      !check_range(env, bytes.length >= SLOT_BYTES && records.length >= RECORD_WORDS, "no room for a datagram") ||
      napi_get_instance_data(env, (void **)&instance) != napi_ok) {
    return NULL;
  }
  if (instance->receive_bytes != NULL) napi_delete_reference(env, instance->receive_bytes);
  if (instance->receive_records != NULL) napi_delete_reference(env, instance->receive_records);
  instance->receive_bytes = NULL;
  instance->receive_records = NULL;
  napi_create_reference(env, values[0], 1, &instance->receive_bytes);
  napi_create_reference(env, values[1], 1, &instance->receive_records);
  return NULL;
}

/* udpLocalAddress(socket, record) */
static napi_value udp_local_address(napi_env env, napi_callback_info info) {
  napi_value values[2];
  struct udp_socket *socket;
  struct words record;
  struct sockaddr_in6 address;
  socklen_t length = sizeof address;
  if (!read_arguments(env, info, 2, values) || !read_open_socket(env, values[0], &socket) ||
      !read_words(env, values[1], "record", napi_int32_array, &record) ||
      !check_range(env, record.length >= RECORD_WORDS, "record is too short")) {
    return NULL;
  }
  memset(&address, 0, sizeof address);
  if (getsockname(socket->descriptor, (struct sockaddr *)&address, &length) != 0) return throw_system_error(env, "getsockname", errno);
  socket_address_to_record(&address, record.data);
  return NULL;
}

/* udpSegments(socket): whether the kernel segments for this socket. */
static napi_value udp_segments(napi_env env, napi_callback_info info) {
  napi_value values[1];
  napi_value result = NULL;
  struct udp_socket *socket;
  if (!read_arguments(env, info, 1, values) || !read_socket(env, values[0], &socket)) return NULL;
  napi_get_boolean(env, socket->segment_limit > 0, &result);
  return result;
}

/* udpClose(socket): idempotent. */
static napi_value udp_close(napi_env env, napi_callback_info info) {
  napi_value values[1];
  struct udp_socket *socket;
  if (read_arguments(env, info, 1, values) && read_socket(env, values[0], &socket)) close_socket(socket);
  return NULL;
}

bool define_udp(napi_env env, napi_value exports) {
  const napi_property_descriptor functions[] = {
      {"udpOpen", NULL, udp_open, NULL, NULL, NULL, napi_enumerable, NULL},
      {"udpStart", NULL, udp_start, NULL, NULL, NULL, napi_enumerable, NULL},
      {"udpReceiveInto", NULL, udp_receive_into, NULL, NULL, NULL, napi_enumerable, NULL},
      {"udpLocalAddress", NULL, udp_local_address, NULL, NULL, NULL, napi_enumerable, NULL},
      {"udpSegments", NULL, udp_segments, NULL, NULL, NULL, napi_enumerable, NULL},
      {"udpClose", NULL, udp_close, NULL, NULL, NULL, napi_enumerable, NULL},
  };
  return napi_define_properties(env, exports, sizeof functions / sizeof functions[0], functions) == napi_ok;
}
