/*
 * Reading JavaScript arguments. Nothing here runs JavaScript (no valueOf, no getters), so what one check has seen still holds
 * at the next. A wrong type throws a TypeError, a wrong value a RangeError.
 */
#include "module.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MAX_MESSAGE 160

static bool wrong_type(napi_env env, const char *name, const char *wanted) {
  char message[MAX_MESSAGE];
  snprintf(message, sizeof message, "%s must be %s", name, wanted);
  napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", message);
  return false;
}

bool check_range(napi_env env, bool holds, const char *message) {
  if (!holds) napi_throw_range_error(env, "ERR_OUT_OF_RANGE", message);
  return holds;
}

bool read_arguments(napi_env env, napi_callback_info info, size_t wanted, napi_value *values) {
  size_t count = wanted;
  if (napi_get_cb_info(env, info, &count, values, NULL, NULL) != napi_ok) return false;
  if (count >= wanted) return true;
  napi_throw_type_error(env, "ERR_MISSING_ARGS", "too few arguments");
  return false;
}

bool read_integer(napi_env env, napi_value value, const char *name, int64_t low, int64_t high, int64_t *result) {
  double number;
  if (napi_get_value_double(env, value, &number) != napi_ok) return wrong_type(env, name, "a number");
  if (!(number >= (double)low && number <= (double)high) || number != floor(number)) {
    char message[MAX_MESSAGE];
    snprintf(message, sizeof message, "%s must be an integer from %lld to %lld", name, (long long)low, (long long)high);
    napi_throw_range_error(env, "ERR_OUT_OF_RANGE", message);
    return false;
  }
  *result = (int64_t)number;
  return true;
}

bool read_text(napi_env env, napi_value value, const char *name, char *into, size_t capacity) {
  size_t length;
  if (napi_get_value_string_utf8(env, value, NULL, 0, &length) != napi_ok) return wrong_type(env, name, "a string");
  if (!check_range(env, length < capacity, "text too long")) return false;
  if (napi_get_value_string_utf8(env, value, into, capacity, &length) != napi_ok) return wrong_type(env, name, "a string");
  return check_range(env, memchr(into, 0, length) == NULL, "text holds a zero byte");
}

static bool read_typed_array(napi_env env, napi_value value, napi_typedarray_type wanted, void **data, size_t *length) {
  bool is_typed_array = false;
  napi_typedarray_type type;
  if (napi_is_typedarray(env, value, &is_typed_array) != napi_ok || !is_typed_array) return false;
  if (napi_get_typedarray_info(env, value, &type, length, data, NULL, NULL) != napi_ok || type != wanted) return false;
  if (*data == NULL) *length = 0;
  return true;
}

bool read_bytes(napi_env env, napi_value value, const char *name, struct bytes *result) {
  void *data = NULL;
  if (!read_typed_array(env, value, napi_uint8_array, &data, &result->length)) return wrong_type(env, name, "a Uint8Array");
  result->data = data;
  return true;
}

bool read_words(napi_env env, napi_value value, const char *name, napi_typedarray_type type, struct words *result) {
  void *data = NULL;
  const char *wanted = type == napi_int32_array ? "an Int32Array" : "a Uint32Array";
  if (!read_typed_array(env, value, type, &data, &result->length)) return wrong_type(env, name, wanted);
  result->data = data;
  return true;
}

napi_value throw_system_error(napi_env env, const char *what, int failure) {
  char code[32];
  char reason[96];
  char message[MAX_MESSAGE];
  uv_err_name_r(-failure, code, sizeof code);
  uv_strerror_r(-failure, reason, sizeof reason);
  snprintf(message, sizeof message, "%s: %s", what, reason);
  napi_throw_error(env, code, message);
  return NULL;
}

napi_value number_result(napi_env env, double value) {
  napi_value result = NULL;
  napi_create_double(env, value, &result);
  return result;
}
