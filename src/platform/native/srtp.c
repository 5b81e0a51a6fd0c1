/*
 * SRTP with the ciphers of the OpenSSL inside the Node executable: AES-128-GCM, and AES-128 in counter mode with HMAC-SHA1. The
 * sender's half only; what arrives is a hundredth of it and is opened in TypeScript.
 */
#include "srtp.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CONTEXTS 4096u
#define MAX_SOURCES 16u
#define KEY_BYTES 16u
#define AUTH_KEY_BYTES 20u
#define GCM_SALT_BYTES 12u
#define GCM_TAG_BYTES 16u
#define COUNTER_SALT_BYTES 14u
#define COUNTER_TAG_BYTES 10u
#define BLOCK_BYTES 16u

/* RFC 3711 §3.3.1: the newest index of one source. */
struct source {
  uint32_t ssrc;
  uint32_t rollovers;
  uint16_t newest;
};

struct srtp_context {
  int profile;
  EVP_CIPHER_CTX *cipher;
  EVP_MAC_CTX *mac; /* NULL for GCM */
  uint8_t salt[COUNTER_SALT_BYTES];
  struct source sources[MAX_SOURCES];
  size_t source_count;
};

static void free_context(struct srtp_context *context) {
  if (context == NULL) return;
  EVP_CIPHER_CTX_free(context->cipher);
  EVP_MAC_CTX_free(context->mac);
  memset(context->salt, 0, sizeof context->salt);
  free(context);
}

void free_srtp(struct instance *instance) {
  for (size_t number = 0; number < instance->srtp_capacity; number += 1) free_context(instance->srtp[number]);
  free(instance->srtp);
  free(instance->scratch);
  instance->srtp = NULL;
  instance->srtp_capacity = 0;
  instance->scratch = NULL;
}

struct srtp_context *find_srtp(struct instance *instance, int64_t number) {
  if (number < 0 || (uint64_t)number >= instance->srtp_capacity) return NULL;
  return instance->srtp[number];
}

static EVP_MAC_CTX *create_mac(const uint8_t *key) {
  char digest[] = "SHA1";
  OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end()};
  EVP_MAC *algorithm = EVP_MAC_fetch(NULL, "HMAC", NULL);
  EVP_MAC_CTX *mac = algorithm == NULL ? NULL : EVP_MAC_CTX_new(algorithm);
  EVP_MAC_free(algorithm);
  if (mac != NULL && EVP_MAC_init(mac, key, AUTH_KEY_BYTES, parameters) == 1) return mac;
  EVP_MAC_CTX_free(mac);
  return NULL;
}

static struct srtp_context *create_context(int profile, const uint8_t *key, const struct bytes *salt, const uint8_t *auth_key) {
  struct srtp_context *context = calloc(1, sizeof *context);
  if (context == NULL) return NULL;
  context->profile = profile;
  memcpy(context->salt, salt->data, salt->length);
  context->cipher = EVP_CIPHER_CTX_new();
  const EVP_CIPHER *cipher = profile == SRTP_AES_GCM ? EVP_aes_128_gcm() : EVP_aes_128_ctr();
  bool ready = context->cipher != NULL && EVP_EncryptInit_ex(context->cipher, cipher, NULL, key, NULL) == 1;
  if (profile == SRTP_AES_CM_SHA1_80) {
    context->mac = create_mac(auth_key);
    ready = ready && context->mac != NULL;
  }
  if (ready) return context;
  free_context(context);
  return NULL;
}

/* A free number, the table grown where it is full; false when there is none. */
static bool find_number(struct instance *instance, size_t *number) {
  for (*number = 0; *number < instance->srtp_capacity; *number += 1) {
    if (instance->srtp[*number] == NULL) return true;
  }
  if (instance->srtp_capacity >= MAX_CONTEXTS) return false;
  size_t capacity = instance->srtp_capacity == 0 ? 64 : instance->srtp_capacity * 2;
  struct srtp_context **grown = realloc(instance->srtp, capacity * sizeof *grown);
  if (grown == NULL) return false;
  memset(grown + instance->srtp_capacity, 0, (capacity - instance->srtp_capacity) * sizeof *grown);
  instance->srtp = grown;
  instance->srtp_capacity = capacity;
  return true;
}

/* srtpOpen(profile, key, salt, authKey): the number of a new context. */
napi_value srtp_open(napi_env env, napi_callback_info info) {
  napi_value values[4];
  int64_t profile;
  struct bytes key;
  struct bytes salt;
  struct bytes auth_key;
  struct instance *instance = NULL;
  if (!read_arguments(env, info, 4, values) || !read_integer(env, values[0], "profile", 1, SRTP_AES_GCM, &profile) ||
      !read_bytes(env, values[1], "key", &key) || !read_bytes(env, values[2], "salt", &salt) ||
      !read_bytes(env, values[3], "authKey", &auth_key) || napi_get_instance_data(env, (void **)&instance) != napi_ok) {
    return NULL;
  }
  bool gcm = profile == SRTP_AES_GCM;
  if (!check_range(env, gcm || profile == SRTP_AES_CM_SHA1_80, "no such profile") ||
      !check_range(env, key.length == KEY_BYTES, "key has the wrong length") ||
      !check_range(env, salt.length == (gcm ? GCM_SALT_BYTES : COUNTER_SALT_BYTES), "salt has the wrong length") ||
      !check_range(env, gcm || auth_key.length == AUTH_KEY_BYTES, "authKey has the wrong length")) {
    return NULL;
  }
  size_t number;
  if (!check_range(env, find_number(instance, &number), "too many contexts")) return NULL;
  instance->srtp[number] = create_context((int)profile, key.data, &salt, auth_key.data);
  if (!check_range(env, instance->srtp[number] != NULL, "the ciphers can't be had")) return NULL;
  return number_result(env, (double)number);
}

/* srtpClose(context): idempotent. */
napi_value srtp_close(napi_env env, napi_callback_info info) {
  napi_value values[1];
  int64_t number;
  struct instance *instance = NULL;
  if (!read_arguments(env, info, 1, values) || !read_integer(env, values[0], "context", 0, MAX_CONTEXTS, &number) ||
      napi_get_instance_data(env, (void **)&instance) != napi_ok) {
    return NULL;
  }
  if ((size_t)number >= instance->srtp_capacity) return NULL;
  free_context(instance->srtp[number]);
  instance->srtp[number] = NULL;
  return NULL;
}

/* RFC 3711 appendix A, from the sender's side: an older number is a packet sent again. */
static bool rollovers_of(struct srtp_context *context, uint32_t ssrc, uint16_t sequence, uint32_t *rollovers) {
  struct source *source = NULL;
  for (size_t index = 0; index < context->source_count; index += 1) {
    if (context->sources[index].ssrc == ssrc) source = &context->sources[index];
  }
  if (source == NULL) {
    if (context->source_count == MAX_SOURCES) return false;
    source = &context->sources[context->source_count];
    *source = (struct source){.ssrc = ssrc, .rollovers = 0, .newest = sequence};
    context->source_count += 1;
  }
  int16_t distance = (int16_t)(uint16_t)(sequence - source->newest);
  if (distance >= 0) {
    if (sequence < source->newest) source->rollovers += 1;
    source->newest = sequence;
    *rollovers = source->rollovers;
  } else {
    bool before = sequence > source->newest && source->rollovers > 0;
    *rollovers = source->rollovers - (before ? 1 : 0);
  }
  return true;
}

/* Bytes of the header in front of the payload; 0 where it doesn't fit. */
static size_t header_bytes(const uint8_t *packet, size_t length) {
  if (length < RTP_HEADER_BYTES || packet[0] >> 6 != 2) return 0;
  size_t bytes = RTP_HEADER_BYTES + (packet[0] & 0x0fu) * 4;
  if ((packet[0] & 0x10) != 0) {
    if (bytes + 4 > length) return 0;
    bytes += 4 + (((size_t)packet[bytes + 2] << 8) | packet[bytes + 3]) * 4;
  }
  return bytes <= length ? bytes : 0;
}

static void store_32(uint8_t *into, uint32_t value) {
  into[0] = (uint8_t)(value >> 24);
  into[1] = (uint8_t)(value >> 16);
  into[2] = (uint8_t)(value >> 8);
  into[3] = (uint8_t)value;
}

/* The block that SSRC, rollover counter and sequence number stand at `at`, with the salt. */
static void make_iv(const struct srtp_context *context, const uint8_t *header, uint32_t rollovers, uint8_t iv[BLOCK_BYTES]) {
  bool gcm = context->profile == SRTP_AES_GCM;
  size_t at = gcm ? 2 : 4; /* RFC 7714 §8.1, RFC 3711 §4.1.1 */
  memset(iv, 0, BLOCK_BYTES);
  memcpy(iv + at, header + 8, 4);
  store_32(iv + at + 4, rollovers);
  memcpy(iv + at + 8, header + 2, 2);
  for (size_t index = 0; index < (gcm ? GCM_SALT_BYTES : COUNTER_SALT_BYTES); index += 1) iv[index] ^= context->salt[index];
}

static bool seal_gcm(EVP_CIPHER_CTX *cipher, const uint8_t *iv, const uint8_t *payload, size_t length, uint8_t *out, size_t header) {
  int written;
  return EVP_EncryptInit_ex(cipher, NULL, NULL, NULL, iv) == 1 && EVP_EncryptUpdate(cipher, NULL, &written, out, (int)header) == 1 &&
         EVP_EncryptUpdate(cipher, out + header, &written, payload, (int)length) == 1 &&
         EVP_EncryptFinal_ex(cipher, out + header + length, &written) == 1 &&
         EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, GCM_TAG_BYTES, out + header + length) == 1;
}

static bool seal_counter(struct srtp_context *context, const uint8_t *iv, const uint8_t *payload, size_t length, uint8_t *out,
                         size_t header, uint32_t rollovers) {
  int written;
  uint8_t suffix[4];
  uint8_t tag[EVP_MAX_MD_SIZE];
  size_t tag_bytes;
  store_32(suffix, rollovers);
  bool done = EVP_EncryptInit_ex(context->cipher, NULL, NULL, NULL, iv) == 1 &&
              EVP_EncryptUpdate(context->cipher, out + header, &written, payload, (int)length) == 1 &&
              EVP_MAC_init(context->mac, NULL, 0, NULL) == 1 && EVP_MAC_update(context->mac, out, header + length) == 1 &&
              EVP_MAC_update(context->mac, suffix, sizeof suffix) == 1 &&
              EVP_MAC_final(context->mac, tag, &tag_bytes, sizeof tag) == 1 && tag_bytes >= COUNTER_TAG_BYTES;
  if (done) memcpy(out + header + length, tag, COUNTER_TAG_BYTES);
  return done;
}

size_t protect_packet(struct srtp_context *context, const struct srtp_fields *fields, const uint8_t *packet, size_t length, uint8_t *into) {
  size_t header = header_bytes(packet, length);
  uint32_t rollovers;
  uint8_t iv[BLOCK_BYTES];
  if (header == 0) return 0;
  uint16_t sequence = (uint16_t)(((packet[2] << 8) | packet[3]) + fields->sequence_offset);
  if (!rollovers_of(context, fields->ssrc, sequence, &rollovers)) return 0;
  memmove(into, packet, header);
  into[1] = (uint8_t)((into[1] & 0x80) | (fields->payload_type & 0x7f));
  into[2] = (uint8_t)(sequence >> 8);
  into[3] = (uint8_t)sequence;
  store_32(into + 8, fields->ssrc);
  make_iv(context, into, rollovers, iv);
  size_t payload = length - header;
  if (context->profile == SRTP_AES_GCM) {
    return seal_gcm(context->cipher, iv, packet + header, payload, into, header) ? length + GCM_TAG_BYTES : 0;
  }
  return seal_counter(context, iv, packet + header, payload, into, header, rollovers) ? length + COUNTER_TAG_BYTES : 0;
}
