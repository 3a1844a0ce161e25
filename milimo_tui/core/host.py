"""Access to the machine: clock, boot id, free space, processes, atomic files and locks.

In `core`, only this module, `linux` and `config_file` read or write files. The clock and the free space are
read through `Host`, so that tests can set them.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import struct
import tempfile
import termios
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from milimo_tui.core import linux
from milimo_tui.core.errors import BadInput, DiskFull, Failed, MilimoError, NotFound, ReadOnly
from milimo_tui.core.reasons import reason
from milimo_tui.core.settings import HOME, SYSTEM, USER, Settings, load

CONFIG = "config.toml"
RESERVE_BYTES = 64 * 1024 * 1024
# True if a test controls the clock and free space. Read only once, because the clock is read many times per
# job.
IS_TEST_HOST = "MILIMO_TEST_HOST" in os.environ


def _read_test_override(variable: str) -> str:
    """Return the value that a test has set for the clock or another fact of the machine in the environment
    variable `variable`. Empty outside of tests, or if the test did not set the variable.

    The variable may contain `@FILE`, which means that the value is in that file. The file is read on every
    call, so that a test can simulate a full disk or set the clock of a running process.
    """
    value = os.environ.get(variable, "") if IS_TEST_HOST else ""
    return Path(value[1:]).read_text().strip() if value.startswith("@") else value


@dataclass(frozen=True, slots=True)
class Host:
    """The machine's clock and free space. Tests change them through environment variables."""

    def now(self) -> float:
        """Return the Unix time in seconds, for dates shown to people. The clock may be changed at any time,
        so measure durations with `monotonic`.
        """
        return time.time() + (float(_read_test_override("MILIMO_TEST_CLOCK") or 0.0) if IS_TEST_HOST else 0.0)

    def monotonic(self) -> float:
        """Return seconds of a clock that is never set, for measuring durations."""
        return time.monotonic()

    def get_free_bytes(self, folder: Path) -> int:
        """Return the bytes that are free on a folder's disk. The folder need not exist yet."""
        pretended = _read_test_override("MILIMO_TEST_FREE_BYTES")
        if pretended:
            return int(pretended)
        while not folder.exists():
            folder = folder.parent
        disk = os.statvfs(folder)
        return disk.f_bavail * disk.f_frsize


HOST = Host()


def limit_allocator_memory() -> None:
    """Make glibc return freed memory to the system (mallopt(3)). Does nothing on other systems.

    By default, glibc reserves memory for each thread and also caches blocks of up to 32 MB. With the
    defaults, the memory of the process that decodes pictures grew by 2.5 MB a minute, and that of the studio
    by 1.3 MB a minute.
    """
    linux.limit_retained_memory()


def retain_allocator_memory() -> None:
    """Make glibc keep up to 16 MB of freed memory for the next blocks (mallopt(3)). Does nothing on other
    systems.

    By default, glibc returns about a megabyte to the system whenever a sound file is closed, and requests it
    for the next file. In a mix of short clips, this takes a third of the CPU time.
    """
    linux.retain_freed_memory()


def trim_memory() -> None:
    """Make glibc also return free pages between used pages, which it never does by itself (malloc_trim(3)).

    Does nothing on other systems. The call takes some milliseconds, so don't make it while a key is handled.
    """
    linux.trim_free_memory()


def read_boot_id() -> str:
    """Return a text that identifies the current boot of the machine. Empty if the system has none."""
    pretended = _read_test_override("MILIMO_TEST_BOOT")
    if pretended:
        return pretended
    return linux.read_proc_file("sys/kernel/random/boot_id").strip()


def read_start_ticks(pid: int) -> int | None:
    """Return the start of a process in clock ticks since boot. None if the process has ended or can't be
    read.
    """
    fields = linux.read_stat_fields(pid)
    return int(fields[19]) if fields else None


def is_process_alive(pid: int, ticks: int | None = None) -> bool:
    """Return True if process `pid` is running. A zombie does not count as running.

    `ticks` is the expected start time (`read_start_ticks`). If it differs, the system has given the id to
    another process, and the result is False.
    """
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    fields = linux.read_stat_fields(pid)
    if not fields:
        # No stat file: on a system with `/proc` the process has ended; elsewhere its state is unknown.
        return not linux.has_proc()
    return fields[0] not in "ZX" and ticks in (None, int(fields[19]))


def get_file_identity(path: Path | int) -> tuple[int, int] | None:
    """Return device and inode number of a file, given by path or descriptor. None if the file does not exist.

    The two numbers identify the file itself: they differ if another file has been put at the same path.
    """
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def open_folder_descriptor(folder: Path) -> Iterator[int]:
    """Open a folder for the duration of the block and yield its file descriptor. Even if the folder is moved
    meanwhile, `find_descriptor_path` returns its current path, given this descriptor.

    While the descriptor is open, no other folder can get the same device and inode number
    (`get_file_identity`). Raises ReadOnly, Failed.
    """
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise explain_os_error(error, folder, "open") from error
    try:
        yield handle
    finally:
        os.close(handle)


def read_cell_size(terminal: int) -> tuple[int, int] | None:
    """Return the width and height in pixels of a cell of the terminal with the descriptor `terminal`, as the
    terminal has reported them to the kernel. Return None if they are unknown.

    xterm includes its scroll bar in the reported width, which is less than one pixel for each column.
    """
    try:
        found = fcntl.ioctl(terminal, termios.TIOCGWINSZ, bytes(8))
    except OSError:
        return None
    rows, columns, width, height = struct.unpack("HHHH", found)
    if not (rows and columns and width >= columns and height >= rows):
        return None
    return width // columns, height // rows


def find_descriptor_path(handle: int) -> Path | None:
    """Return the current path of an open folder. None if the folder was removed or the system can't tell."""
    try:
        place = Path(os.readlink(linux.PROC / "self" / "fd" / str(handle)))
    except OSError:
        return None
    return place if get_file_identity(place) == get_file_identity(handle) else None


def count_folder_bytes(folder: Path) -> int:
    """Return the total size in bytes of all files below a folder. Files deleted during the count are ignored.
    0 if the folder does not exist.
    """
    return sum(_iterate_file_sizes(folder))


def _iterate_file_sizes(folder: Path) -> Iterator[int]:
    for root, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                yield os.lstat(os.path.join(root, name)).st_size


def can_create_files(folder: Path) -> bool:
    """Return True if files can be created in a folder. A temporary file is created, because some folders,
    such as /proc, report a permission that they do not give. On a full disk, the result is True.
    """
    if not os.access(folder, os.W_OK):
        return False
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError as error:
        return error.errno in (errno.ENOSPC, errno.EDQUOT)


def explain_os_error(error: OSError, path: Path | str, action: str) -> MilimoError:
    """Return a MilimoError for an OS error. `action` is a verb for the failed action, such as “write to”. The
    message contains this verb and the path; the hint suggests the next step.
    """
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(
            f"the disk is full: could not {action} {path}", "free some space (milimo clean) and retry"
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        advice = "check its owner and permissions"
        if action == "read":
            return BadInput(f"could not read {path}: you have no permission", advice)
        return ReadOnly(f"could not {action} {path}: it is read-only here", advice)
    return Failed(f"could not {action} {path}: {error.strerror or error}")


def get_config_folder() -> Path:
    """Return the folder of the user's own settings and keys. It is never inside a film."""
    return Path(platformdirs.user_config_dir("milimo"))


def list_config_files(home: Path | None = None) -> dict[str, Path]:
    """Return the paths of the settings files by name, in the order system, user, studio home. A later file
    overrides an earlier file.

    The file of a studio home is included if `home` is given.
    """
    own = {
        SYSTEM: Path(platformdirs.site_config_dir("milimo")) / CONFIG,
        USER: get_config_folder() / CONFIG,
    }
    return own if home is None else {**own, HOME: home / CONFIG}


def read_settings(
    env: Mapping[str, str] | None = None, home: Path | None = None
) -> tuple[Settings, dict[str, str]]:
    """Read the settings files (`list_config_files`) and the environment. Return the settings, and the origin
    of each setting by name.

    Raises BadInput for a file or a value that can't be read.
    """
    values = {where: _read_config_file(path) for where, path in list_config_files(home).items()}
    return load(values, os.environ if env is None else env)


def _read_config_file(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text())
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise BadInput(f"{path}: {reason(error)}", "correct the file or move it away") from error


def choose_runtime_folder(fallback: Path) -> Path:
    """Return a private folder for sockets, and create it. It is in memory if the system has a folder for
    that.

    Returns `fallback` if the system's folder is not private to this user, for example because another user
    created it first. Raises Failed if the fallback is not private either.
    """
    base = os.environ.get("XDG_RUNTIME_DIR", "")
    if base and os.path.isdir(base):
        folder = Path(base) / "milimo"
    else:
        folder = Path(os.environ.get("TMPDIR") or "/tmp") / f"milimo-{os.getuid()}"
    if not find_privacy_problem(folder):
        return folder
    if problem := find_privacy_problem(fallback):
        raise Failed(problem, f"make the folder private: chmod 700 {fallback}")
    return fallback


def find_privacy_problem(folder: Path) -> str:
    """Return the reason why a folder is not private to this user, as text for a message. Empty if the folder
    is private. A missing folder is created.
    """
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        return f"could not make the folder {folder}: {error.strerror}"
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        return f"{folder} is not a private folder of yours, so sockets can't be created there"
    return ""


def make_private(path: Path) -> None:
    """Remove all access rights of other users from a file or folder of this user. A symbolic link is not
    changed.
    """
    try:
        found = path.lstat()
        if found.st_uid == os.getuid() and found.st_mode & 0o077 and not stat.S_ISLNK(found.st_mode):
            path.chmod(stat.S_IMODE(found.st_mode) & 0o700)
    except OSError:
        return  # The disk stores no access rights or is read-only, so rights can't be changed.


def require_free_space(folder: Path, needed: int, action: str) -> None:
    """Raise DiskFull if the disk has no space for `needed` bytes plus a small reserve. `action` names the
    action in the message.
    """
    free = HOST.get_free_bytes(folder)
    if free < needed + RESERVE_BYTES:
        raise DiskFull(
            f"the disk is full: could not {action} in {folder} ({free // 2**20} MiB free)",
            "free some space (milimo clean) and retry",
        )


def clone_file(source: Path, target: Path) -> bool:
    """Copy a file as a reflink: both files share their blocks on disk until one of them is changed.

    Returns False, and creates no file, if the disk does not support reflinks. Raises OSError.
    """
    with source.open("rb") as original, target.open("xb") as copy:
        done = linux.share_file_blocks(original.fileno(), copy.fileno())
    if not done:
        target.unlink()
    return done


def fsync_folder(folder: Path) -> None:
    """Write a folder's directory entries to disk, so that created, renamed and deleted names survive a power
    failure. Raises OSError.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def fsync_file(path: Path) -> None:
    """Write the content of a file to disk, so that it survives a power failure. Works for files that other
    processes wrote. Raises OSError.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def fsync_uncached(handle: int) -> None:
    """Make an open file durable and drop it from the system's cache, so that the next read comes from the
    disk.

    The cache is dropped only if the system supports it. Raises OSError.
    """
    os.fsync(handle)
    linux.drop_cached_pages(handle)


def fsync_tree(root: Path) -> None:
    """Write a folder and everything below it to disk, so that it survives a power failure. Raises OSError."""
    for folder, _, names in os.walk(root):
        for name in names:
            fsync_file(Path(folder, name))
        fsync_folder(Path(folder))


def make_folders(folder: Path, mode: int = 0o777) -> None:
    """Create a folder and its missing parents, and write the new names to disk. `mode` is the access mode of
    the folder itself. Raises OSError.
    """
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir(mode if each == missing[0] else 0o777, exist_ok=True)
        fsync_folder(each.parent)


LONGEST_NAME, LONGEST_PATH = 255, 4095  # Maximum lengths in bytes that the system allows.


def parse_user_path(text: str | Path) -> Path:
    """Return the path that a person wrote, with `~` expanded. Raises BadInput for a text that can't be a
    path.
    """
    shown = f"“{str(text)[:40]}…”" if len(str(text)) > 40 else f"“{text}”"
    try:
        written = os.fsencode(text)
    except UnicodeEncodeError:
        written = b"\0"
    if b"\0" in written:
        raise BadInput(f"{shown!a} can't be the name of a file", "use another name")
    parts = written.split(b"/")
    if len(written) > LONGEST_PATH or max(map(len, parts)) > LONGEST_NAME:
        raise BadInput(f"{shown} is too long for the name of a file", "use a shorter name")
    try:
        return Path(text).expanduser()
    except RuntimeError:  # There is no user with the name after `~`. Shells don't change such a path either.
        return Path(text)


def require_unicode_path(
    path: Path, what: str = "the name of", hint: str = "rename the file, then add it"
) -> None:
    """Check that a path can be stored as text in a database. Raises BadInput, whose message begins with
    `what`, for bytes of another encoding.
    """
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        text = str(path).encode(errors="replace").decode()
        raise BadInput(f"{what} {text} is not valid Unicode", hint) from error


def read_user_file(path: Path, most: int, *, what: str, of: str, hint: str) -> bytes:
    """Return the content of a file that the user named. `most` is the maximum size in bytes.

    `what` and `of` describe the expected file in messages, such as “a file of notes” and “notes”. Raises
    NotFound with `hint` if the file is missing, and BadInput if it can't be read or is too large.
    """
    try:
        if path.is_dir():
            raise BadInput(f"{path} is a folder, not {what}", "name the file inside it")
        with path.open("rb") as stream:
            data = stream.read(most + 1)
    except FileNotFoundError:
        raise NotFound(f"there is no file {path}", hint) from None
    except (OSError, ValueError) as error:  # ValueError: the path is not a possible file name.
        raise BadInput(f"{path} can't be read: {getattr(error, 'strerror', '') or error}") from None
    if len(data) > most:
        raise BadInput(
            f"{path.name} is too large for {of}: more than {most // 1_000_000} MB",
            f"split the file, or check that it has {of}",
        )
    return data


def write_file_atomically(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write a complete file or nothing: write a temporary file next to it, fsync, rename."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(temporary, path)
        fsync_folder(path.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise explain_os_error(error, path, "write") from error


@contextmanager
def replace_file_atomically(path: Path, action: str = "write") -> Iterator[Path]:
    """Provide a temporary path next to `path` to write to. If the block succeeds, the file replaces `path`
    durably.

    If the block fails, the temporary file is removed. An OSError is raised as DiskFull, ReadOnly or Failed,
    with `action` as the action in the message.
    """
    partial = path.with_name(f".{path.name}.part")
    try:
        yield partial
        fsync_file(partial)
        os.replace(partial, path)
        fsync_folder(path.parent)
    except OSError as error:
        raise explain_os_error(error, path, action) from error
    finally:
        partial.unlink(missing_ok=True)


NETWORK_DISKS = frozenset(
    {
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "beegfs", "ceph", "fuse.ceph", "fuse.sshfs",
        "fuse.s3fs", "fuse.rclone", "fuse.glusterfs", "gfs2", "glusterfs", "gpfs", "lustre", "ocfs2",
    }
)  # fmt: skip


MEMORY_DISKS = frozenset({"tmpfs", "ramfs"})


def detect_network_disk(folder: Path, mounts: str | None = None) -> str:
    """Return the kind of network disk that holds a folder (`nfs4`). Empty if the disk is local or unknown.

    `mounts` is a text in the format of `/proc/self/mountinfo`.
    """
    kind = _detect_disk_kind(folder, mounts)
    return kind if kind in NETWORK_DISKS else ""


def is_in_memory(folder: Path) -> bool:
    """Return True if the files of a folder are stored in main memory, as in many systems' `/tmp`."""
    return _detect_disk_kind(folder) in MEMORY_DISKS


def _detect_disk_kind(folder: Path, mounts: str | None = None) -> str:
    if mounts is None:
        mounts = _read_test_override("MILIMO_TEST_MOUNTS") or linux.read_proc_file("self/mountinfo")
    real = folder.resolve()
    best, kind = -1, ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        # The system escapes blanks in the file as \040.
        escaped = before.split()[4].encode().decode("unicode_escape")
        point = escaped.encode("latin-1").decode("utf-8", "surrogateescape")
        if len(point) >= best and (real == Path(point) or Path(point) in real.parents):
            best, kind = len(point), after.split()[0]
    return kind


@contextmanager
def hold_file_lock(path: Path, *, wait: bool) -> Iterator[bool]:
    """Hold an exclusive lock (flock) on a file during the block. Yields True if the lock is held.

    Yields False if another process holds the lock and `wait` is False. Raises ReadOnly, DiskFull or Failed if
    the file can't be opened.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise explain_os_error(error, path, "lock") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(handle)
