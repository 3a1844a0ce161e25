"""What Linux alone has, and what stands for it elsewhere: the lower half of `host`.

No module but these two names such a call or file (`tools.house` holds it), so that what another system lacks
is looked for in one place. docs/platforms.md says what was tried where.
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import struct
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

PROC = Path("/proc")
CONTROL_GROUP = Path("/sys/fs/cgroup")
IS_LINUX = sys.platform == "linux"
_DEATH_SIGNAL = 1  # prctl: PR_SET_PDEATHSIG
_SHARE_BLOCKS = 0x40049409  # FICLONE
_LOCAL_PEER, _XUCRED = 1, 76  # macOS: LOCAL_PEERCRED, and the bytes of its answer
# For a program that becomes another one: it dies with who started it, as `die_with_parent` has it.
DIES_WITH_PARENT = f"""
if sys.platform == "linux":
    import ctypes, signal
    ctypes.CDLL(None).prctl({_DEATH_SIGNAL}, signal.SIGKILL)
"""


def proc_text(name: str) -> str:
    """The text of a file below `/proc` (`meminfo`, `17/stat`); empty where there is none."""
    try:
        return (PROC / name).read_text(errors="replace")
    except OSError:
        return ""


def has_proc() -> bool:
    """Whether the system tells of its processes by files."""
    return (PROC / "self" / "stat").exists()


def stat_fields(pid: int) -> list[str]:
    """The fields of `/proc/<pid>/stat` from the state letter on; empty when it is gone or can't be told."""
    return proc_text(f"{pid}/stat").rpartition(")")[2].split()


def share_blocks(source: int, target: int) -> bool:
    """Have an open, empty file share another's blocks until one of them is written (ioctl_ficlone(2)); False
    where the disk has no such thing, or they lie on two.
    """
    if not IS_LINUX:
        return False
    try:
        fcntl.ioctl(target, _SHARE_BLOCKS, source)
    except OSError:
        return False
    return True


@cache
def _statm() -> int | None:
    return os.open(PROC / "self" / "statm", os.O_RDONLY | os.O_CLOEXEC) if IS_LINUX else None


def resident_pages() -> int | None:
    """Pages of memory this process holds; None where only its peak is told (`getrusage`)."""
    handle = _statm()
    return int(os.pread(handle, 100, 0).split()[1]) if handle is not None else None


def die_with_parent() -> None:
    """Ask the kernel to kill this process when the thread that started it ends; elsewhere nothing asks.

    Callers look at `os.getppid` afterwards: the parent may be gone by then.
    """
    if IS_LINUX:
        import ctypes  # 5 ms that no other process needs

        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)


def peer_user(peer: socket.socket) -> int | None:
    """The user id at the other end of a unix socket, as the kernel says; None where it can't be told (the
    socket then lies in a folder of the user's alone).
    """
    if IS_LINUX:
        answer = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return int(struct.unpack("3i", answer)[1])
    with suppress(OSError, struct.error):
        return int(struct.unpack_from("2I", peer.getsockopt(0, _LOCAL_PEER, _XUCRED))[1])
    return None


def end_descriptor(pid: int) -> int | None:
    """A descriptor that can be read once a process has ended; None on another system, or an old kernel."""
    opened = getattr(os, "pidfd_open", None)
    if opened is None:
        return None
    try:
        return int(opened(pid))
    except OSError:
        return None


def cores() -> int:
    """Those this process may use, where the system tells; else all."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


@contextmanager
def short_name(folder: Path, *, by_descriptor: bool = IS_LINUX) -> Iterator[Path]:
    """A short path of a folder inside the block, for sockets: by its descriptor, elsewhere by a link."""
    if by_descriptor:
        handle = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            yield PROC / "self" / "fd" / str(handle)
        finally:
            os.close(handle)
        return
    with tempfile.TemporaryDirectory(prefix="milimo-", dir="/tmp") as own:
        link = Path(own) / "s"
        link.symlink_to(folder, target_is_directory=True)
        yield link


@contextmanager
def scheduling_class_kept() -> Iterator[None]:
    """Give all threads of this process the scheduling class that the calling one had before, on Linux.

    SVT-AV1 changes it: as root it makes its threads real-time, at the highest priority, and the one that
    opens it too (4.1). What is real-time goes before all else on the machine, and hands that on to each
    process that it starts: on a box where one is root, as in a container, a film in AV1 kept the studio and
    the SSH line waiting.
    """
    threads = PROC / "self" / "task"
    if not IS_LINUX or not threads.is_dir():
        yield
        return
    policy, param = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        for thread in threads.iterdir():
            with suppress(ProcessLookupError):
                if os.sched_getscheduler(int(thread.name)) != policy:
                    os.sched_setscheduler(int(thread.name), policy, param)


def trim_free_memory() -> None:
    """Have glibc return pages that are free between others (malloc_trim(3)); elsewhere this does nothing."""
    import ctypes

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def forget_pages(handle: int) -> None:
    """Have the system forget what it holds of an open file in memory; elsewhere this does nothing."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)


def keep_little_memory() -> None:
    """Have glibc return what this process frees (mallopt(3)); elsewhere this does nothing."""
    import ctypes

    option = getattr(ctypes.CDLL(None), "mallopt", None)
    if option is not None:
        option(_M_MMAP_THRESHOLD, _OWN_PAGES_FROM)
        option(_M_ARENA_MAX, _ARENAS)


_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
_OWN_PAGES_FROM = 128 * 1024  # bytes: less than a frame has
_ARENAS = 2
