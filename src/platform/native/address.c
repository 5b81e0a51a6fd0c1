/*
 * Addresses: text to record, record to socket address and back. On an IPv6 socket an IPv4 address travels in its mapped form
 * (RFC 4291 §2.5.5.2), and is unmapped on the way back.
 */
#include "module.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#define MAPPED_MARK htonl(0xffff)

/* An interface by name or by number; 0 where there is none. */
static uint32_t scope_index(const char *text) {
  char *end = NULL;
  unsigned long number = strtoul(text, &end, 10);
  if (text[0] >= '0' && text[0] <= '9' && *end == 0 && number <= INT32_MAX) return (uint32_t)number;
  return if_nametoindex(text);
}

bool parse_address(const char *text, uint32_t port, uint32_t *record) {
  memset(record, 0, RECORD_WORDS * sizeof *record);
  record[0] = port;
  record[1] = 4;
  if (inet_pton(AF_INET, text, &record[2]) == 1) return true;

  char plain[MAX_ADDRESS_TEXT];
  const char *scope = strchr(text, '%');
  size_t length = scope == NULL ? strlen(text) : (size_t)(scope - text);
  if (length >= sizeof plain) return false;
  memcpy(plain, text, length);
  plain[length] = 0;
  record[1] = 6;
  if (inet_pton(AF_INET6, plain, &record[2]) != 1) return false;
  if (scope == NULL) return true;
  record[6] = scope_index(scope + 1);
  return record[6] != 0;
}

socklen_t record_to_socket_address(const uint32_t *record, int family, struct sockaddr_in6 *into) {
  uint32_t port = record[0];
  uint32_t kind = record[1];
  if (port > 65535 || (kind != 4 && kind != 6)) return 0;
  memset(into, 0, sizeof *into);
  if (family == AF_INET) {
    if (kind != 4) return 0;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {record[2]}};
    memcpy(into, &address, sizeof address);
    return sizeof address;
  }
  into->sin6_family = AF_INET6;
  into->sin6_port = htons((uint16_t)port);
  if (kind == 4) {
    const uint32_t mapped[4] = {0, 0, MAPPED_MARK, record[2]};
    memcpy(&into->sin6_addr, mapped, sizeof mapped);
  } else {
    memcpy(&into->sin6_addr, &record[2], sizeof into->sin6_addr);
    into->sin6_scope_id = record[6];
  }
  return sizeof *into;
}

void socket_address_to_record(const struct sockaddr_in6 *from, uint32_t *record) {
  memset(record, 0, RECORD_WORDS * sizeof *record);
  if (from->sin6_family == AF_INET) {
    struct sockaddr_in address;
    memcpy(&address, from, sizeof address);
    record[0] = ntohs(address.sin_port);
    record[1] = 4;
    record[2] = address.sin_addr.s_addr;
    return;
  }
  record[0] = ntohs(from->sin6_port);
  memcpy(&record[2], &from->sin6_addr, sizeof from->sin6_addr);
  if (record[2] == 0 && record[3] == 0 && record[4] == MAPPED_MARK) {
    record[1] = 4;
    record[2] = record[5];
    record[4] = 0;
    record[5] = 0;
    return;
  }
  record[1] = 6;
  record[6] = from->sin6_scope_id;
}

/* parseAddress(text, port, record): false where `text` is no numeric address. */
napi_value parse_address_call(napi_env env, napi_callback_info info) {
  napi_value values[3];
  char text[MAX_ADDRESS_TEXT];
  int64_t port;
  struct words record;
  if (!read_arguments(env, info, 3, values) || !read_text(env, values[0], "address", text, sizeof text) ||
      !read_integer(env, values[1], "port", 0, 65535, &port) ||
      !read_words(env, values[2], "record", napi_int32_array, &record) ||
      !check_range(env, record.length >= RECORD_WORDS, "record is too short")) {
    return NULL;
  }
  uint32_t parsed[RECORD_WORDS];
  napi_value result = NULL;
  bool valid = parse_address(text, (uint32_t)port, parsed);
  if (valid) memcpy(record.data, parsed, sizeof parsed);
  napi_get_boolean(env, valid, &result);
  return result;
}
