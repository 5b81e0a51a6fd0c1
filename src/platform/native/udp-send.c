/*
 * Sending one batch of packets to many destinations. Runs of packets of one length become one message each, which the kernel
 * cuts up (UDP_SEGMENT, Linux 4.18), the last packet of a run may be shorter; messages go out up to 128 per system call. The
 * packets stay where they are: one iovec each, so whatever lies between them isn't sent.
 *
 * Never waits and never queues: when the socket's buffer is full the rest is not sent. Some interfaces can't segment, and none
 * does beyond its MTU; then the packets of that message go singly, and the socket remembers.
 */
#include "udp-send.h"

#include <errno.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>

void find_runs(struct send_state *state) {
  uint32_t limit = state->socket->segment_limit;
  uint32_t index = 0;
  state->runs = 0;
  while (index < state->packets) {
    uint32_t size = (uint32_t)state->parts[index].iov_len;
    uint32_t total = size;
    struct run *run = &state->run[state->runs];
    *run = (struct run){.first = index, .count = 1, .size = size};
    index += 1;
    while (size > 0 && size <= limit && index < state->packets && run->count < MAX_SEGMENTS) {
      uint32_t next = (uint32_t)state->parts[index].iov_len;
      if (next == 0 || next > size || total + next > MAX_DATAGRAM_BYTES) break;
      run->count += 1;
      total += next;
      index += 1;
      if (next < size) break;
    }
    if (run->count > 1) {
      union segment_control *control = &state->control[state->runs];
      uint16_t segment = (uint16_t)size;
      memset(control, 0, sizeof *control);
      control->header.cmsg_level = IPPROTO_UDP;
      control->header.cmsg_type = UDP_SEGMENT;
      control->header.cmsg_len = CMSG_LEN(sizeof segment);
      memcpy(CMSG_DATA(&control->header), &segment, sizeof segment);
    }
    state->runs += 1;
  }
}

/* Sends the packets of one message singly; how many the kernel took. */
static uint32_t send_singly(struct send_state *state, const struct msghdr *model, const struct run *run) {
  uint32_t taken = 0;
  for (uint32_t index = 0; index < run->count; index += 1) {
    struct msghdr single = {.msg_name = model->msg_name, .msg_namelen = model->msg_namelen};
    single.msg_iov = &state->parts[run->first + index];
    single.msg_iovlen = 1;
    ssize_t sent = sendmsg(state->socket->descriptor, &single, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) {
      taken += 1;
    } else if (errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM) {
      state->full = true;
      break;
    }
  }
  return taken;
}

/* The kernel refused one message: how many of its packets got through otherwise. */
static uint32_t recover(struct send_state *state, uint32_t message, int failure) {
  const struct run *run = state->message_run[message];
  struct udp_socket *socket = state->socket;
  if (failure == EAGAIN || failure == ENOBUFS || failure == ENOMEM) {
    state->full = true;
    return 0;
  }
  bool about_segments = failure == EINVAL || failure == EIO || failure == EOPNOTSUPP || failure == EMSGSIZE;
  if (run->count == 1 || !about_segments) return 0;
  uint32_t taken = send_singly(state, &state->messages[message].msg_hdr, run);
  /* Where they don't go singly either, it is the destination that is refused. */
  if (taken == 0) return 0;
  bool about_mtu = (failure == EINVAL || failure == EMSGSIZE) && run->size > SMALLEST_MTU_PAYLOAD;
  uint32_t limit = about_mtu ? run->size - 1 : 0;
  if (limit < socket->segment_limit) socket->segment_limit = limit;
  return taken;
}

void flush_messages(struct send_state *state) {
  uint32_t done = 0;
  while (done < state->queued && !state->full) {
    int sent = sendmmsg(state->socket->descriptor, &state->messages[done], state->queued - done, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent > 0) {
      for (int index = 0; index < sent; index += 1) state->handed += state->message_run[done + (uint32_t)index]->count;
      done += (uint32_t)sent;
    } else if (sent == 0 || errno != EINTR) {
      state->handed += recover(state, done, sent == 0 ? EAGAIN : errno);
      done += 1;
    }
  }
  state->queued = 0;
}

void queue_messages(struct send_state *state, const uint32_t *record) {
  struct sockaddr_in6 address;
  socklen_t length = record_to_socket_address(record, state->socket->family, &address);
  if (length == 0) return;
  for (uint32_t index = 0; index < state->runs; index += 1) {
    const struct run *run = &state->run[index];
    if (state->queued == MAX_MESSAGES) flush_messages(state);
    if (state->full) return;
    struct mmsghdr *message = &state->messages[state->queued];
    memset(message, 0, sizeof *message);
    state->addresses[state->queued] = address;
    state->message_run[state->queued] = run;
    message->msg_hdr.msg_name = &state->addresses[state->queued];
    message->msg_hdr.msg_namelen = length;
    message->msg_hdr.msg_iov = &state->parts[run->first];
    message->msg_hdr.msg_iovlen = run->count;
    if (run->count > 1) {
      message->msg_hdr.msg_control = &state->control[index];
      message->msg_hdr.msg_controllen = sizeof state->control[index];
    }
    state->queued += 1;
  }
}

/* Lays out the packets from `first` on; the number of batch entries used, overlong ones included. */
static size_t load(struct send_state *state, const struct batch *batch, size_t first) {
  size_t index = first;
  state->packets = 0;
  for (; index < batch->count && state->packets < MAX_CHUNK_PACKETS; index += 1) {
    size_t offset = batch->offsets.data[index];
    size_t length = batch->lengths.data[index];
    /* Looked at again: the arrays may be shared with another thread. */
    if (length > MAX_DATAGRAM_BYTES || offset > batch->buffer.length || length > batch->buffer.length - offset) continue;
    state->parts[state->packets] = (struct iovec){.iov_base = batch->buffer.data + offset, .iov_len = length};
    state->packets += 1;
  }
  return index - first;
}

static bool packets_within_buffer(const struct batch *batch) {
  for (size_t index = 0; index < batch->count; index += 1) {
    size_t offset = batch->offsets.data[index];
    size_t length = batch->lengths.data[index];
    if (offset > batch->buffer.length || length > batch->buffer.length - offset) return false;
  }
  return true;
}

bool read_batch(napi_env env, napi_value *values, struct batch *batch, size_t record_words) {
  int64_t count;
  int64_t destinations;
  if (!read_bytes(env, values[1], "buffer", &batch->buffer) ||
      !read_words(env, values[2], "offsets", napi_uint32_array, &batch->offsets) ||
      !read_words(env, values[3], "lengths", napi_uint32_array, &batch->lengths) ||
      !read_integer(env, values[4], "count", 0, UINT32_MAX, &count) ||
      !read_words(env, values[5], "records", napi_int32_array, &batch->records) ||
      !read_integer(env, values[6], "destinations", 0, MAX_DESTINATIONS, &destinations)) {
    return false;
  }
  batch->count = (size_t)count;
  batch->destinations = (size_t)destinations;
  return check_range(env, batch->count <= batch->offsets.length && batch->count <= batch->lengths.length, "count exceeds the arrays") &&
         check_range(env, batch->destinations <= batch->records.length / record_words, "destinations exceed the records") &&
         check_range(env, packets_within_buffer(batch), "a packet exceeds the buffer");
}

/* udpSend(socket, buffer, offsets, lengths, count, records, destinations): the datagrams handed to the kernel. */
napi_value udp_send(napi_env env, napi_callback_info info) {
  napi_value values[7];
  struct udp_socket *socket;
  struct batch batch;
  struct send_state state;
  if (!read_arguments(env, info, 7, values) || !read_open_socket(env, values[0], &socket) || !read_batch(env, values, &batch, RECORD_WORDS)) {
    return NULL;
  }
  state.socket = socket;
  state.queued = 0;
  state.handed = 0;
  state.full = false;
  for (size_t first = 0; first < batch.count && !state.full;) {
    first += load(&state, &batch, first);
    find_runs(&state);
    for (size_t index = 0; index < batch.destinations && !state.full; index += 1) {
      uint32_t record[RECORD_WORDS];
      memcpy(record, batch.records.data + index * RECORD_WORDS, sizeof record);
      queue_messages(&state, record);
    }
    flush_messages(&state);
  }
  return number_result(env, (double)state.handed);
}
