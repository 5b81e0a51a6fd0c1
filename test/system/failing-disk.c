/*
 * A disk that fails, for a process started with LD_PRELOAD: while the file named by DISK_FAULT says `error`, reading, writing and syncing
 * regular files below DISK_FOLDER comes to EIO; while it says `slow`, each write and sync takes a second.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { NONE, ERROR, SLOW };

/* Straight to the kernel: what is asked here must not come back here. */
static int fault(void) {
  const char *name = getenv("DISK_FAULT");
  char text[8] = "";
  long file = name == NULL ? -1 : syscall(SYS_openat, AT_FDCWD, name, O_RDONLY | O_CLOEXEC, 0);
  if (file < 0) return NONE;
  long got = syscall(SYS_read, file, text, sizeof text - 1);
  syscall(SYS_close, file);
  return got <= 0 ? NONE : text[0] == 'e' ? ERROR : text[0] == 's' ? SLOW : NONE;
}

static int is_ours(int descriptor) {
  const char *folder = getenv("DISK_FOLDER");
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (folder == NULL || length <= 0) return 0;
  path[length] = 0;
  return strncmp(path, folder, strlen(folder)) == 0 && path[strlen(folder)] == '/';
}

/* Whether this call fails. */
static int fails(int descriptor, int writes) {
  int saved = errno, now = fault();
  int ours = now != NONE && is_ours(descriptor);
  if (ours && now == SLOW && writes) usleep(1000000);
  errno = ours && now == ERROR ? EIO : saved;
  return ours && now == ERROR;
}

#define NEXT(type, name) ((type)dlsym(RTLD_NEXT, name))

ssize_t write(int f, const void *b, size_t n) { return fails(f, 1) ? -1 : NEXT(ssize_t (*)(int, const void *, size_t), "write")(f, b, n); }
ssize_t read(int f, void *b, size_t n) { return fails(f, 0) ? -1 : NEXT(ssize_t (*)(int, void *, size_t), "read")(f, b, n); }
ssize_t pwrite64(int f, const void *b, size_t n, off64_t o) {
  return fails(f, 1) ? -1 : NEXT(ssize_t (*)(int, const void *, size_t, off64_t), "pwrite64")(f, b, n, o);
}
ssize_t pread64(int f, void *b, size_t n, off64_t o) {
  return fails(f, 0) ? -1 : NEXT(ssize_t (*)(int, void *, size_t, off64_t), "pread64")(f, b, n, o);
}
ssize_t pwrite(int f, const void *b, size_t n, off_t o) { return pwrite64(f, b, n, o); }
ssize_t pread(int f, void *b, size_t n, off_t o) { return pread64(f, b, n, o); }
ssize_t writev(int f, const struct iovec *v, int n) {
  return fails(f, 1) ? -1 : NEXT(ssize_t (*)(int, const struct iovec *, int), "writev")(f, v, n);
}
int fsync(int f) { return fails(f, 1) ? -1 : NEXT(int (*)(int), "fsync")(f); }
int fdatasync(int f) { return fails(f, 1) ? -1 : NEXT(int (*)(int), "fdatasync")(f); }
