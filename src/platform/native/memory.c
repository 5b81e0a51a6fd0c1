/*
 * Memory that the C library holds free. The runtime's compiler and collector take and return tens of megabytes in its threads;
 * glibc keeps them for later, scattered between what is in use.
 */
#include "module.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

/* trimMemory(): gives whole free pages back to the system; false where the C library can't. */
napi_value trim_memory(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value trimmed;
#ifdef __GLIBC__
  malloc_trim(0);
  napi_get_boolean(env, true, &trimmed);
#else
  napi_get_boolean(env, false, &trimmed);
#endif
  return trimmed;
}
