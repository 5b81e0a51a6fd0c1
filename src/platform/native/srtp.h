/*
 * SRTP (RFC 3711, RFC 7714) of one direction: keys, and the rollover counter of each source. Contexts are known to JavaScript by
 * number.
 */
#ifndef SLUICE_NATIVE_SRTP_H
#define SLUICE_NATIVE_SRTP_H

#include "module.h"

/* Profiles by their DTLS-SRTP numbers (RFC 5764 §4.1.2, RFC 7714 §14.2). */
#define SRTP_AES_CM_SHA1_80 1
#define SRTP_AES_GCM 7
/* The longest tag. */
#define SRTP_MAX_TAG_BYTES 16u
#define RTP_HEADER_BYTES 12u

struct srtp_context;

/* What becomes of a packet's header. */
struct srtp_fields {
  uint32_t ssrc;
  uint16_t sequence_offset;
  uint8_t payload_type;
};

/* The open context of this number, or NULL. */
struct srtp_context *find_srtp(struct instance *instance, int64_t number);
/* Writes the protected packet to `into`, which has room for it and a tag, and may be `packet`; 0 where it isn't RTP. */
size_t protect_packet(struct srtp_context *context, const struct srtp_fields *fields, const uint8_t *packet, size_t length, uint8_t *into);

#endif
