/*
 * Sending batches of packets, plain (udp-send.c) and protected (srtp-send.c): packets are laid out in `parts`, grouped into runs
 * the kernel can segment, queued as messages per destination, and flushed.
 */
#ifndef SLUICE_NATIVE_UDP_SEND_H
#define SLUICE_NATIVE_UDP_SEND_H

#include "module.h"

#include <sys/socket.h>

#define MAX_CHUNK_PACKETS 256u
#define MAX_MESSAGES 128u
/* The kernel's UDP_MAX_SEGMENTS when segmentation appeared; newer ones take more. */
#define MAX_SEGMENTS 64u
/* A refusal of packets no longer than this isn't about the MTU (IPv6 guarantees 1280 bytes, less 48 of headers). */
#define SMALLEST_MTU_PAYLOAD 1232u
#define MAX_DESTINATIONS 65536

struct run {
  uint32_t first;
  uint32_t count;
  uint32_t size; /* of each packet but the last */
};

union segment_control {
  struct cmsghdr header;
  uint8_t bytes[CMSG_SPACE(sizeof(uint16_t))];
};

struct send_state {
  struct udp_socket *socket;
  uint32_t packets;
  uint32_t runs;
  uint32_t queued; /* messages laid out */
  uint64_t handed;
  bool full;       /* the kernel takes no more now */
  struct iovec parts[MAX_CHUNK_PACKETS];
  struct run run[MAX_CHUNK_PACKETS];
  union segment_control control[MAX_CHUNK_PACKETS];
  struct mmsghdr messages[MAX_MESSAGES];
  const struct run *message_run[MAX_MESSAGES];
  struct sockaddr_in6 addresses[MAX_MESSAGES];
};

struct batch {
  struct bytes buffer;
  struct words offsets;
  struct words lengths;
  struct words records;
  size_t count;
  size_t destinations;
};

/* The arguments socket, buffer, offsets, lengths, count, records, destinations from values[1] on; false with an exception pending. */
bool read_batch(napi_env env, napi_value *values, struct batch *batch, size_t record_words);
/* Groups the packets laid out in `parts` into runs. */
void find_runs(struct send_state *state);
/* Lays out one message per run for one destination. */
void queue_messages(struct send_state *state, const uint32_t *record);
/* Hands the messages laid out to the kernel. */
void flush_messages(struct send_state *state);

#endif
