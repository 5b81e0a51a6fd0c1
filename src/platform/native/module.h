/*
 * What the files of the native module share. One instance per JavaScript environment (main thread or worker); everything is
 * called on that environment's thread only.
 *
 * An address record is eight 32-bit words, in both directions:
 *   0 port   1 family (4 or 6)   2…5 address in network byte order (IPv4: word 2)   6 IPv6 scope   7 datagram length
 */
#ifndef SLUICE_NATIVE_MODULE_H
#define SLUICE_NATIVE_MODULE_H

#define NAPI_VERSION 8
#include <node_api.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

/* Longest UDP payload over IPv4. */
#define MAX_DATAGRAM_BYTES 65507u
#define RECORD_WORDS 8u
/* Longest textual address with an interface name behind it. */
#define MAX_ADDRESS_TEXT 64u

struct udp_socket;
struct srtp_context;

struct instance {
  napi_env env;
  uv_loop_t *loop;
  unsigned references;          /* the environment, and each socket */
  unsigned open_polls;          /* poll handles the loop hasn't given back */
  struct udp_socket *sockets;   /* open ones */
  napi_ref receive_bytes;       /* Uint8Array all sockets receive into */
  napi_ref receive_records;     /* Int32Array of address records, one per datagram */
  struct srtp_context **srtp;   /* contexts by number; NULL = free */
  size_t srtp_capacity;
  uint8_t *scratch;             /* where packets are protected; made at first use */
  napi_async_cleanup_hook_handle cleanup_hook;
  bool stopping;
};

/* A view of a typed array, valid until JavaScript runs again. */
struct bytes {
  uint8_t *data;
  size_t length;
};
struct words {
  uint32_t *data;
  size_t length;
};

/* arguments.c: each returns false with a JavaScript exception pending. */
bool read_arguments(napi_env env, napi_callback_info info, size_t wanted, napi_value *values);
bool read_integer(napi_env env, napi_value value, const char *name, int64_t low, int64_t high, int64_t *result);
bool read_text(napi_env env, napi_value value, const char *name, char *into, size_t capacity);
bool read_bytes(napi_env env, napi_value value, const char *name, struct bytes *result);
bool read_words(napi_env env, napi_value value, const char *name, napi_typedarray_type type, struct words *result);
bool check_range(napi_env env, bool holds, const char *message);
/* Throws an Error with `code` set to the error's name; `failure` is an errno. */
napi_value throw_system_error(napi_env env, const char *what, int failure);
napi_value number_result(napi_env env, double value);

/* address.c */
bool parse_address(const char *text, uint32_t port, uint32_t *record);
/* Lays out the socket address for a socket of `family`; 0 where the record doesn't fit it. */
socklen_t record_to_socket_address(const uint32_t *record, int family, struct sockaddr_in6 *into);
void socket_address_to_record(const struct sockaddr_in6 *from, uint32_t *record);

/* udp.c */
struct udp_socket {
  struct instance *instance;
  struct udp_socket *next;
  struct udp_socket *previous;
  uv_poll_t poll;
  napi_ref callback;
  napi_async_context context;
  unsigned references;     /* the JavaScript object, and the poll handle while the loop has it */
  int descriptor;          /* -1 once closed */
  int family;              /* AF_INET or AF_INET6 */
  bool polling;
  uint32_t segment_limit;  /* longest packet worth segmenting in the kernel; 0 = it can't */
};
bool read_socket(napi_env env, napi_value value, struct udp_socket **result);
bool read_open_socket(napi_env env, napi_value value, struct udp_socket **result);
void close_socket(struct udp_socket *socket);
void release_instance(struct instance *instance);
bool define_udp(napi_env env, napi_value exports);

/* srtp.c, srtp-send.c */
void free_srtp(struct instance *instance);
napi_value srtp_open(napi_env env, napi_callback_info info);
napi_value srtp_close(napi_env env, napi_callback_info info);
napi_value srtp_send(napi_env env, napi_callback_info info);
napi_value srtp_protect(napi_env env, napi_callback_info info);

/* udp-options.c, udp-send.c, tcp.c, unix.c, process.c, arp.c */
napi_value udp_join(napi_env env, napi_callback_info info);
napi_value udp_multicast_hops(napi_env env, napi_callback_info info);
napi_value udp_multicast_interface(napi_env env, napi_callback_info info);
napi_value udp_send(napi_env env, napi_callback_info info);
napi_value tcp_send(napi_env env, napi_callback_info info);
napi_value tcp_limit(napi_env env, napi_callback_info info);
napi_value trim_memory(napi_env env, napi_callback_info info);
napi_value unix_send(napi_env env, napi_callback_info info);
napi_value forbid_core_dumps(napi_env env, napi_callback_info info);
napi_value end_with_parent(napi_env env, napi_callback_info info);
napi_value arp_open(napi_env env, napi_callback_info info);
napi_value arp_ask(napi_env env, napi_callback_info info);
napi_value arp_answers(napi_env env, napi_callback_info info);
napi_value arp_close(napi_env env, napi_callback_info info);
void map_large_blocks(void);
napi_value parse_address_call(napi_env env, napi_callback_info info);

#endif
