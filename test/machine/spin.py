"""Makes the main thread of a process spin for ever: the instruction it comes back to is replaced by a jump to itself (x86_64)."""
import ctypes, os, struct, sys

ATTACH, DETACH, GETREGS = 16, 17, 12
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long
pid = int(sys.argv[1])
assert libc.ptrace(ATTACH, pid, None, None) == 0, os.strerror(ctypes.get_errno())
os.waitpid(pid, 0)
registers = (ctypes.c_ulonglong * 27)()
assert libc.ptrace(GETREGS, pid, None, registers) == 0
with open(f"/proc/{pid}/mem", "r+b", buffering=0) as memory:
    memory.seek(registers[16])  # rip
    memory.write(struct.pack("BB", 0xEB, 0xFE))
libc.ptrace(DETACH, pid, None, None)
