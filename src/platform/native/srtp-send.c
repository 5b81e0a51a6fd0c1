/*
 * One batch of packets to many viewers, protected for each: per viewer the packets go through the cipher into a scratch, and from
 * there to the kernel as runs it cuts up (udp-send.c). A target record is twelve words: the address record, then
 *   8 context   9 SSRC   10 payload type   11 sequence offset
 */
#include "srtp.h"
#include "udp-send.h"

#include <stdlib.h>
#include <string.h>

#define TARGET_WORDS 12u
/* Fits a flush of the ring with its tags; a larger batch takes several rounds. */
#define SCRATCH_BYTES (256u * 1024u)
#define MAX_PACKET_BYTES 65000u

static bool have_scratch(struct instance *instance) {
  if (instance->scratch == NULL) instance->scratch = malloc(SCRATCH_BYTES);
  return instance->scratch != NULL;
}

/* Protects packets from `first` on into the scratch and lays them out; how many batch entries were used. */
static size_t load_protected(struct send_state *state, const struct batch *batch, size_t first, struct srtp_context *context,
                             const struct srtp_fields *fields) {
  uint8_t *scratch = state->socket->instance->scratch;
  size_t used = 0;
  size_t index = first;
  state->packets = 0;
  for (; index < batch->count && state->packets < MAX_CHUNK_PACKETS; index += 1) {
    size_t offset = batch->offsets.data[index];
    size_t length = batch->lengths.data[index];
    /* Looked at again: the arrays may be shared with another thread. */
    if (length > MAX_PACKET_BYTES || offset > batch->buffer.length || length > batch->buffer.length - offset) continue;
    if (length + SRTP_MAX_TAG_BYTES > SCRATCH_BYTES - used) break;
    size_t sealed = protect_packet(context, fields, batch->buffer.data + offset, length, scratch + used);
    if (sealed == 0) continue;
    state->parts[state->packets] = (struct iovec){.iov_base = scratch + used, .iov_len = sealed};
    state->packets += 1;
    used += sealed;
  }
  return index - first;
}

/* srtpSend(socket, buffer, offsets, lengths, count, targets, targetCount): the datagrams handed to the kernel. */
napi_value srtp_send(napi_env env, napi_callback_info info) {
  napi_value values[7];
  struct udp_socket *socket;
  struct batch batch;
  struct send_state state;
  if (!read_arguments(env, info, 7, values) || !read_open_socket(env, values[0], &socket) ||
      !read_batch(env, values, &batch, TARGET_WORDS) || !check_range(env, have_scratch(socket->instance), "no memory")) {
    return NULL;
  }
  state.socket = socket;
  state.queued = 0;
  state.handed = 0;
  state.full = false;
  for (size_t index = 0; index < batch.destinations && !state.full; index += 1) {
    uint32_t target[TARGET_WORDS];
    memcpy(target, batch.records.data + index * TARGET_WORDS, sizeof target);
    struct srtp_context *context = find_srtp(socket->instance, (int64_t)target[8]);
    const struct srtp_fields fields = {
        .ssrc = target[9], .payload_type = (uint8_t)(target[10] & 0x7f), .sequence_offset = (uint16_t)target[11]};
    if (context == NULL) continue;
    for (size_t first = 0; first < batch.count && !state.full;) {
      first += load_protected(&state, &batch, first, context, &fields);
      find_runs(&state);
      queue_messages(&state, target);
      flush_messages(&state);
    }
  }
  return number_result(env, (double)state.handed);
}

/* srtpProtect(context, packet, ssrc, payloadType, sequenceOffset, into, at): the bytes written, 0 where it isn't RTP or doesn't fit. */
napi_value srtp_protect(napi_env env, napi_callback_info info) {
  napi_value values[7];
  int64_t number;
  int64_t ssrc;
  int64_t payload_type;
  int64_t offset;
  int64_t at;
  struct bytes packet;
  struct bytes into;
  struct instance *instance = NULL;
  if (!read_arguments(env, info, 7, values) || !read_integer(env, values[0], "context", 0, UINT32_MAX, &number) ||
      !read_bytes(env, values[1], "packet", &packet) || !read_integer(env, values[2], "ssrc", 0, UINT32_MAX, &ssrc) ||
      !read_integer(env, values[3], "payloadType", 0, 127, &payload_type) ||
      !read_integer(env, values[4], "sequenceOffset", 0, 65535, &offset) || !read_bytes(env, values[5], "into", &into) ||
      !read_integer(env, values[6], "at", 0, UINT32_MAX, &at) || napi_get_instance_data(env, (void **)&instance) != napi_ok) {
    return NULL;
  }
  struct srtp_context *context = find_srtp(instance, number);
  bool fits = packet.length <= MAX_PACKET_BYTES && (uint64_t)at <= into.length &&
              packet.length + SRTP_MAX_TAG_BYTES <= into.length - (size_t)at;
  if (context == NULL || !fits) return number_result(env, 0);
  const struct srtp_fields fields = {
      .ssrc = (uint32_t)ssrc, .payload_type = (uint8_t)payload_type, .sequence_offset = (uint16_t)offset};
  return number_result(env, (double)protect_packet(context, &fields, packet.data, packet.length, into.data + at));
}
