/*
 * Entry point of the native module: one instance per JavaScript environment, which closes what is still open when the
 * environment ends.
 */
#include "module.h"

#include <stdlib.h>

/* Which sources this was built from: the loader looks for it in the file before it opens it. */
__attribute__((used)) static const char source_id[] = "sluice-source:" SLUICE_SOURCE_ID;

static void on_environment_end(napi_async_cleanup_hook_handle handle, void *data) {
  struct instance *instance = data;
  instance->stopping = true;
  instance->cleanup_hook = handle;
  while (instance->sockets != NULL) close_socket(instance->sockets);
  if (instance->receive_bytes != NULL) napi_delete_reference(instance->env, instance->receive_bytes);
  if (instance->receive_records != NULL) napi_delete_reference(instance->env, instance->receive_records);
  instance->receive_bytes = NULL;
  instance->receive_records = NULL;
  /* Otherwise the last poll handle given back does it. */
  if (instance->open_polls == 0) napi_remove_async_cleanup_hook(handle);
}

static void on_instance_end(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  release_instance(data);
}

static bool define_rest(napi_env env, napi_value exports) {
  const napi_property_descriptor functions[] = {
      {"parseAddress", NULL, parse_address_call, NULL, NULL, NULL, napi_enumerable, NULL},
      {"udpJoin", NULL, udp_join, NULL, NULL, NULL, napi_enumerable, NULL},
      {"udpMulticastHops", NULL, udp_multicast_hops, NULL, NULL, NULL, napi_enumerable, NULL},
      {"udpMulticastInterface", NULL, udp_multicast_interface, NULL, NULL, NULL, napi_enumerable, NULL},
      {"udpSend", NULL, udp_send, NULL, NULL, NULL, napi_enumerable, NULL},
      {"srtpOpen", NULL, srtp_open, NULL, NULL, NULL, napi_enumerable, NULL},
      {"srtpClose", NULL, srtp_close, NULL, NULL, NULL, napi_enumerable, NULL},
      {"srtpSend", NULL, srtp_send, NULL, NULL, NULL, napi_enumerable, NULL},
      {"srtpProtect", NULL, srtp_protect, NULL, NULL, NULL, napi_enumerable, NULL},
      {"tcpSend", NULL, tcp_send, NULL, NULL, NULL, napi_enumerable, NULL},
      {"tcpLimit", NULL, tcp_limit, NULL, NULL, NULL, napi_enumerable, NULL},
      {"trimMemory", NULL, trim_memory, NULL, NULL, NULL, napi_enumerable, NULL},
      {"unixSend", NULL, unix_send, NULL, NULL, NULL, napi_enumerable, NULL},
      {"forbidCoreDumps", NULL, forbid_core_dumps, NULL, NULL, NULL, napi_enumerable, NULL},
      {"endWithParent", NULL, end_with_parent, NULL, NULL, NULL, napi_enumerable, NULL},
      {"arpOpen", NULL, arp_open, NULL, NULL, NULL, napi_enumerable, NULL},
      {"arpAsk", NULL, arp_ask, NULL, NULL, NULL, napi_enumerable, NULL},
      {"arpAnswers", NULL, arp_answers, NULL, NULL, NULL, napi_enumerable, NULL},
      {"arpClose", NULL, arp_close, NULL, NULL, NULL, napi_enumerable, NULL},
  };
  return napi_define_properties(env, exports, sizeof functions / sizeof functions[0], functions) == napi_ok;
}

NAPI_MODULE_INIT() {
  struct instance *instance = calloc(1, sizeof *instance);
  if (instance == NULL) return NULL;
  map_large_blocks();
  instance->env = env;
  instance->references = 1;
  if (napi_get_uv_event_loop(env, &instance->loop) != napi_ok || !define_udp(env, exports) || !define_rest(env, exports) ||
      napi_set_instance_data(env, instance, on_instance_end, NULL) != napi_ok) {
    free(instance);
    return NULL;
  }
  napi_add_async_cleanup_hook(env, on_environment_end, instance, NULL);
  return exports;
}
