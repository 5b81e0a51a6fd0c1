/*
 * This process: what the kernel shall do with it (write no core dump, which would hold every password, and end it with its parent), and
 * memory that the C library holds free for it. The runtime's compiler and collector take and return tens of megabytes in its
 * threads; glibc keeps them for later, scattered between what is in use. Media's blocks (256 KiB and more) would lie among them:
 * glibc moves its limit for mappings of their own up to the largest block ever freed, so the limit is set.
 */
#include "module.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

/* forbidCoreDumps(): for good, for what this process starts too. */
napi_value forbid_core_dumps(napi_env env, napi_callback_info info) {
  (void)info;
  const struct rlimit none = {0, 0};
  return setrlimit(RLIMIT_CORE, &none) == 0 ? NULL : throw_system_error(env, "setrlimit", errno);
}

/* endWithParent(): the kernel kills this process when its parent has ended, however that came. */
napi_value end_with_parent(napi_env env, napi_callback_info info) {
  (void)info;
  return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 ? NULL : throw_system_error(env, "prctl", errno);
}

#ifdef __GLIBC__
enum { OWN_MAPPING_BYTES = 256 * 1024, KEPT_AT_TOP_BYTES = 4 * 1024 * 1024 };
#endif

/* Once, when the module is loaded: large blocks are mappings of their own and go back when they are freed. */
void map_large_blocks(void) {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, OWN_MAPPING_BYTES);
  /* Set with the other, or glibc would give the top back and take it again for each 128 KiB. */
  mallopt(M_TRIM_THRESHOLD, KEPT_AT_TOP_BYTES);
#endif
}

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
