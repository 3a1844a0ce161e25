"""Calls and files that only Linux has, with replacements for other systems. `host` is built on this module.

Only this module and `host` may name such a call or file (`tools.house` checks it), so that missing features
of another system are handled in one place. docs/platforms.md lists what was tested on which system.
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
# The option PR_SET_PDEATHSIG of prctl(2). It chooses the signal that a process gets when its parent ends.
_DEATH_SIGNAL = 1
_SHARE_BLOCKS = 0x40049409  # The ioctl request FICLONE, which makes two files share their disk blocks.
# On macOS: the socket option LOCAL_PEERCRED, and the size of its result in bytes.
_LOCAL_PEER, _XUCRED = 1, 76
# Python code that a child process executes before `exec`. It makes the kernel end the child when its parent
# ends (see `die_with_parent`).
DIES_WITH_PARENT = f"""
if sys.platform == "linux":
    import ctypes, signal
    ctypes.CDLL(None).prctl({_DEATH_SIGNAL}, signal.SIGKILL)
"""


def read_proc_file(name: str) -> str:
    """Return the text of a file below `/proc` (`meminfo`, `17/stat`). Empty if the file can't be read."""
    try:
        return (PROC / name).read_text(errors="replace")
    except OSError:
        return ""


def has_proc() -> bool:
    """Return True if the system describes its processes in files below `/proc`."""
    return (PROC / "self" / "stat").exists()


def read_stat_fields(pid: int) -> list[str]:
    """Return the fields of `/proc/<pid>/stat` from the state letter on. Empty if they can't be read."""
    return read_proc_file(f"{pid}/stat").rpartition(")")[2].split()


def share_file_blocks(source: int, target: int) -> bool:
    """Make an empty file `target` share the disk blocks of `source` until one of them is changed
    (ioctl_ficlone(2)). Both are file descriptors.

    Returns False if the disk can't share blocks or the files are on two disks.
    """
    if not IS_LINUX:
        return False
    try:
        fcntl.ioctl(target, _SHARE_BLOCKS, source)
    except OSError:
        return False
    return True


@cache
def _open_statm() -> int | None:
    return os.open(PROC / "self" / "statm", os.O_RDONLY | os.O_CLOEXEC) if IS_LINUX else None


def count_resident_pages() -> int | None:
    """Return the number of memory pages that this process occupies.

    Returns None on systems that only report the peak (`getrusage`).
    """
    handle = _open_statm()
    return int(os.pread(handle, 100, 0).split()[1]) if handle is not None else None


def die_with_parent() -> None:
    """Ask the kernel to kill this process when the parent thread that started it ends. Does nothing on other
    systems.

    Callers must check `os.getppid` afterwards, because the parent may have ended before the call.
    """
    if IS_LINUX:
        import ctypes  # Imported here because the import takes 5 ms and only this function needs it.

        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)


def get_peer_user(peer: socket.socket) -> int | None:
    """Return the id of the user whose process is at the other end of a Unix socket, as reported by the
    kernel.

    Returns None if the system can't report it. On such systems the socket is in a folder that only the user
    can enter.
    """
    if IS_LINUX:
        answer = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return int(struct.unpack("3i", answer)[1])
    with suppress(OSError, struct.error):
        return int(struct.unpack_from("2I", peer.getsockopt(0, _LOCAL_PEER, _XUCRED))[1])
    return None


def open_process_descriptor(pid: int) -> int | None:
    """Return a descriptor that becomes readable when a process ends. None on other systems and old
    kernels.
    """
    opened = getattr(os, "pidfd_open", None)
    if opened is None:
        return None
    try:
        return int(opened(pid))
    except OSError:
        return None


def count_usable_cores() -> int:
    """Return the number of cores that this process may use, or of all cores if the system can't tell."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


@contextmanager
def shorten_folder_path(folder: Path, *, by_descriptor: bool = IS_LINUX) -> Iterator[Path]:
    """Yield a short path to a folder, valid during the block. Sockets need it, because the system limits the
    length of a socket's path.

    On Linux (`by_descriptor`), the short path refers to the folder by an open file descriptor. On other
    systems it is a symbolic link in `/tmp`.
    """
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
def preserve_scheduling_class() -> Iterator[None]:
    """Restore the scheduling class of all threads after the block. Does nothing on systems other than Linux.

    SVT-AV1 4.1, run as root, gives its threads and the thread that opens the encoder real-time priority.
    Real-time threads run before all others, and child processes inherit the class. In a container, where the
    user is root, an AV1 render blocked the studio and the SSH connection.
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
    """Make glibc return free pages that lie between used pages to the system (malloc_trim(3)). Does nothing
    on other systems.
    """
    import ctypes

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def drop_cached_pages(handle: int) -> None:
    """Ask the system to remove an open file from its page cache. Does nothing on other systems. `handle` is
    the file's descriptor.
    """
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)


def limit_retained_memory() -> None:
    """Make glibc return freed memory to the system (mallopt(3)). Does nothing on other systems."""
    import ctypes

    option = getattr(ctypes.CDLL(None), "mallopt", None)
    if option is not None:
        option(_M_MMAP_THRESHOLD, _OWN_PAGES_FROM)
        option(_M_ARENA_MAX, _ARENAS)


def retain_freed_memory() -> None:
    """Make glibc keep some freed memory for the next blocks (mallopt(3)). Does nothing on other systems."""
    import ctypes

    option = getattr(ctypes.CDLL(None), "mallopt", None)
    if option is not None:
        option(_M_MMAP_THRESHOLD, _RETAINED_BLOCK)
        option(_M_TRIM_THRESHOLD, _RETAINED)


_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
# Bytes. Larger blocks get memory pages of their own, which are returned when freed. The limit is below the
# size of a frame.
_OWN_PAGES_FROM = 128 * 1024
_ARENAS = 2
# Bytes of free memory that a process keeps, and the largest blocks that it takes from there. A second of
# sound in six channels has 1.2 MB.
_RETAINED, _RETAINED_BLOCK = 16 << 20, 4 << 20
