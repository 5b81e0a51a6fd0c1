/*
 * Whether another machine has an IPv4 address of ours, by ARP (RFC 826) as RFC 5227 §2.1.1 asks: who answers a question for that
 * address, asked from no address, or speaks as it. Needs the right to raw packets (CAP_NET_RAW). Never waits.
 */
#include "module.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/if_ether.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Packets read in one call: a question has one answer, but everybody's questions are heard. */
#define MAX_PACKETS 256u
#define MAX_INTERFACE_TEXT IF_NAMESIZE

static int open_arp(const char *name, int *descriptor) {
  unsigned index = if_nametoindex(name);
  if (index == 0) return errno;
  int opened = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (opened < 0) return errno;
  struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ARP), .sll_ifindex = (int)index};
  socklen_t size = sizeof address;
  int failure = 0;
  if (bind(opened, (struct sockaddr *)&address, size) != 0 || getsockname(opened, (struct sockaddr *)&address, &size) != 0) {
    failure = errno;
  } else if (address.sll_hatype != ARPHRD_ETHER || address.sll_halen != ETH_ALEN) {
    failure = EAFNOSUPPORT;
  }
  if (failure != 0) close(opened);
  else *descriptor = opened;
  return failure;
}

static bool read_target(napi_env env, napi_value *values, int *descriptor, struct in_addr *target) {
  int64_t number;
  char text[MAX_ADDRESS_TEXT];
  if (!read_integer(env, values[0], "descriptor", 0, INT32_MAX, &number) ||
      !read_text(env, values[1], "address", text, sizeof text) ||
      !check_range(env, inet_pton(AF_INET, text, target) == 1, "no IPv4 address")) {
    return false;
  }
  *descriptor = (int)number;
  return true;
}

static int ask(int descriptor, struct in_addr target) {
  struct sockaddr_ll own;
  socklen_t size = sizeof own;
  if (getsockname(descriptor, (struct sockaddr *)&own, &size) != 0) return errno;
  struct ether_arp question = {
      .ea_hdr = {.ar_hrd = htons(ARPHRD_ETHER), .ar_pro = htons(ETHERTYPE_IP), .ar_hln = ETH_ALEN, .ar_pln = 4, .ar_op = htons(ARPOP_REQUEST)}};
  memcpy(question.arp_sha, own.sll_addr, ETH_ALEN);
  memcpy(question.arp_tpa, &target, sizeof target);
  memset(own.sll_addr, 0xff, ETH_ALEN);
  own.sll_halen = ETH_ALEN;
  ssize_t sent = sendto(descriptor, &question, sizeof question, MSG_NOSIGNAL, (struct sockaddr *)&own, sizeof own);
  return sent == (ssize_t)sizeof question ? 0 : errno;
}

/* Whether a packet says that somebody has the address. */
static bool claims(const struct ether_arp *packet, ssize_t length, struct in_addr target) {
  return length >= (ssize_t)sizeof *packet && packet->ea_hdr.ar_pro == htons(ETHERTYPE_IP) && packet->ea_hdr.ar_hln == ETH_ALEN &&
         packet->ea_hdr.ar_pln == 4 && memcmp(packet->arp_spa, &target, sizeof target) == 0;
}

/* arpOpen(interface): a descriptor, for `arpClose` to close. */
napi_value arp_open(napi_env env, napi_callback_info info) {
  napi_value values[1];
  char name[MAX_INTERFACE_TEXT];
  if (!read_arguments(env, info, 1, values) || !read_text(env, values[0], "interface", name, sizeof name)) return NULL;
  int descriptor = -1;
  int failure = open_arp(name, &descriptor);
  return failure == 0 ? number_result(env, descriptor) : throw_system_error(env, "arpOpen", failure);
}

/* arpAsk(descriptor, address): who has it? */
napi_value arp_ask(napi_env env, napi_callback_info info) {
  napi_value values[2];
  int descriptor;
  struct in_addr target;
  if (!read_arguments(env, info, 2, values) || !read_target(env, values, &descriptor, &target)) return NULL;
  int failure = ask(descriptor, target);
  return failure == 0 ? NULL : throw_system_error(env, "arpAsk", failure);
}

/* arpAnswers(descriptor, address): hardware addresses of those who said since then that they have it, each as often as they did. */
napi_value arp_answers(napi_env env, napi_callback_info info) {
  napi_value values[2], list;
  int descriptor;
  struct in_addr target;
  if (!read_arguments(env, info, 2, values) || !read_target(env, values, &descriptor, &target) ||
      napi_create_array(env, &list) != napi_ok) {
    return NULL;
  }
  uint32_t count = 0;
  for (unsigned read = 0; read < MAX_PACKETS; read += 1) {
    struct ether_arp packet;
    struct sockaddr_ll from;
    socklen_t size = sizeof from;
    ssize_t length = recvfrom(descriptor, &packet, sizeof packet, 0, (struct sockaddr *)&from, &size);
    if (length < 0) break;
    if (from.sll_pkttype == PACKET_OUTGOING || !claims(&packet, length, target)) continue;
    const uint8_t *who = packet.arp_sha;
    char text[18];
    snprintf(text, sizeof text, "%02x:%02x:%02x:%02x:%02x:%02x", who[0], who[1], who[2], who[3], who[4], who[5]);
    napi_value item;
    if (napi_create_string_latin1(env, text, NAPI_AUTO_LENGTH, &item) != napi_ok ||
        napi_set_element(env, list, count, item) != napi_ok) {
      return NULL;
    }
    count += 1;
  }
  return list;
}

/* arpClose(descriptor) */
napi_value arp_close(napi_env env, napi_callback_info info) {
  napi_value values[1];
  int64_t descriptor;
  if (!read_arguments(env, info, 1, values) || !read_integer(env, values[0], "descriptor", 0, INT32_MAX, &descriptor)) return NULL;
  close((int)descriptor);
  return NULL;
}
