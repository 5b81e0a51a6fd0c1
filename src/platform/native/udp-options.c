/*
 * Multicast options of a UDP socket. On an IPv6 socket the IPv4 options are set as well: it may serve IPv4 groups through
 * mapped addresses.
 */
#include "module.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

/* The index of the interface that has this IPv6 address, or 0. */
static unsigned interface_of(const uint32_t *record) {
  struct ifaddrs *list = NULL;
  unsigned index = record[6];
  if (index != 0 || getifaddrs(&list) != 0) return index;
  for (struct ifaddrs *entry = list; entry != NULL && index == 0; entry = entry->ifa_next) {
    struct sockaddr_in6 address;
    if (entry->ifa_addr == NULL || entry->ifa_addr->sa_family != AF_INET6) continue;
    memcpy(&address, entry->ifa_addr, sizeof address);
    if (memcmp(&address.sin6_addr, &record[2], sizeof address.sin6_addr) == 0) index = if_nametoindex(entry->ifa_name);
  }
  freeifaddrs(list);
  return index;
}

static bool read_address(napi_env env, napi_value value, const char *name, uint32_t *record) {
  char text[MAX_ADDRESS_TEXT];
  return read_text(env, value, name, text, sizeof text) &&
         check_range(env, parse_address(text, 0, record), "address must be numeric");
}

static int join(const struct udp_socket *socket, const uint32_t *group, const uint32_t *via) {
  const int off = 0;
  if (group[1] == 4) {
    struct ip_mreq request = {.imr_multiaddr = {group[2]}, .imr_interface = {via[1] == 4 ? via[2] : 0}};
    if (setsockopt(socket->descriptor, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request) != 0) return errno;
    /* Otherwise the kernel delivers every group that anything on this machine has joined. */
    setsockopt(socket->descriptor, IPPROTO_IP, IP_MULTICAST_ALL, &off, sizeof off);
    return 0;
  }
  if (socket->family != AF_INET6) return EAFNOSUPPORT;
  unsigned index = via[1] == 6 ? interface_of(via) : group[6];
  if (via[1] == 6 && index == 0) return EADDRNOTAVAIL;
  struct ipv6_mreq request = {.ipv6mr_interface = index};
  memcpy(&request.ipv6mr_multiaddr, &group[2], sizeof request.ipv6mr_multiaddr);
  if (setsockopt(socket->descriptor, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request) != 0) return errno;
  setsockopt(socket->descriptor, IPPROTO_IPV6, IPV6_MULTICAST_ALL, &off, sizeof off);
  return 0;
}

/* udpJoin(socket, group, interfaceAddress); an empty interface address leaves the choice to the system. */
napi_value udp_join(napi_env env, napi_callback_info info) {
  napi_value values[3];
  struct udp_socket *socket;
  char text[MAX_ADDRESS_TEXT];
  uint32_t group[RECORD_WORDS];
  uint32_t via[RECORD_WORDS] = {0};
  if (!read_arguments(env, info, 3, values) || !read_open_socket(env, values[0], &socket) ||
      !read_address(env, values[1], "group", group) || !read_text(env, values[2], "interfaceAddress", text, sizeof text) ||
      !check_range(env, text[0] == 0 || parse_address(text, 0, via), "address must be numeric")) {
    return NULL;
  }
  int failure = join(socket, group, via);
  return failure == 0 ? NULL : throw_system_error(env, "join", failure);
}

/* udpMulticastHops(socket, hops) */
napi_value udp_multicast_hops(napi_env env, napi_callback_info info) {
  napi_value values[2];
  struct udp_socket *socket;
  int64_t hops;
  if (!read_arguments(env, info, 2, values) || !read_open_socket(env, values[0], &socket) ||
      !read_integer(env, values[1], "hops", 0, 255, &hops)) {
    return NULL;
  }
  int value = (int)hops;
  bool failed = setsockopt(socket->descriptor, IPPROTO_IP, IP_MULTICAST_TTL, &value, sizeof value) != 0;
  if (socket->family == AF_INET6) {
    failed = setsockopt(socket->descriptor, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &value, sizeof value) != 0;
  }
  return failed ? throw_system_error(env, "hops", errno) : NULL;
}

/* udpMulticastInterface(socket, address) */
napi_value udp_multicast_interface(napi_env env, napi_callback_info info) {
  napi_value values[2];
  struct udp_socket *socket;
  uint32_t via[RECORD_WORDS];
  if (!read_arguments(env, info, 2, values) || !read_open_socket(env, values[0], &socket) ||
      !read_address(env, values[1], "interfaceAddress", via)) {
    return NULL;
  }
  int failure = 0;
  if (via[1] == 4) {
    struct in_addr address = {via[2]};
    if (setsockopt(socket->descriptor, IPPROTO_IP, IP_MULTICAST_IF, &address, sizeof address) != 0) failure = errno;
  } else if (socket->family != AF_INET6) {
    failure = EAFNOSUPPORT;
  } else {
    unsigned index = interface_of(via);
    if (index == 0) failure = EADDRNOTAVAIL;
    else if (setsockopt(socket->descriptor, IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof index) != 0) failure = errno;
  }
  return failure == 0 ? NULL : throw_system_error(env, "interface", failure);
}
