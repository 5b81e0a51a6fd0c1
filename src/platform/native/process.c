/* What the kernel shall do with this process: write no core dump, which would hold every password, and end it with its parent. */
#include "module.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

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
