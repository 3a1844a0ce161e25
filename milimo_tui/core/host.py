"""The machine: clock, boot, free space, processes, atomic files, locks. With `linux` the only I/O in `core`.

Everything that a test must be able to steer (free space, clock) goes through `Host`.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
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
IS_STEERED = "MILIMO_TEST_HOST" in os.environ  # read once: the clock is asked for many times a job


def _pretended(variable: str) -> str:
    """What a test has the machine say; empty when none does, and where no test runs.

    `@FILE` is read anew each time, so that a test can fill the disk or set the clock of a process that runs.
    """
    value = os.environ.get(variable, "") if IS_STEERED else ""
    return Path(value[1:]).read_text().strip() if value.startswith("@") else value


@dataclass(frozen=True, slots=True)
class Host:
    """What the machine says; tests hand in one of their own through the environment."""

    def now(self) -> float:
        """Seconds since 1970, for dates people read. May jump: waiting goes by `monotonic`."""
        return time.time() + (float(_pretended("MILIMO_TEST_CLOCK") or 0.0) if IS_STEERED else 0.0)

    def monotonic(self) -> float:
        return time.monotonic()

    def free_bytes(self, folder: Path) -> int:
        """Bytes free on the disk of a folder, which need not exist yet."""
        pretended = _pretended("MILIMO_TEST_FREE_BYTES")
        if pretended:
            return int(pretended)
        while not folder.exists():
            folder = folder.parent
        disk = os.statvfs(folder)
        return disk.f_bavail * disk.f_frsize


HOST = Host()


def give_memory_back() -> None:
    """Have glibc return what this process frees to the machine (mallopt(3)); elsewhere this does nothing.

    By itself it keeps an arena for each thread, and raises the size from which it gives pages of their own to
    32 MB: the viewer grew by 2.5 MB a minute, the studio by 1.3.
    """
    linux.keep_little_memory()


def trim_memory() -> None:
    """Have glibc return the pages that are free between others, too, which it never does by itself
    (malloc_trim(3)); elsewhere this does nothing. Some ms: not amid a key.
    """
    linux.trim_free_memory()


def boot_id() -> str:
    """A text that changes with every boot; empty where the system tells none."""
    pretended = _pretended("MILIMO_TEST_BOOT")
    if pretended:
        return pretended
    return linux.proc_text("sys/kernel/random/boot_id").strip()


def start_ticks(pid: int) -> int | None:
    """When a process began, in clock ticks since boot; None if it is gone or can't be told."""
    fields = linux.stat_fields(pid)
    return int(fields[19]) if fields else None


def is_alive(pid: int, ticks: int | None = None) -> bool:
    """Whether that very process runs (start ticks guard against a pid used again); a zombie does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    fields = linux.stat_fields(pid)
    if not fields:
        return not linux.has_proc()  # gone by now, or a system that can't tell
    return fields[0] not in "ZX" and ticks in (None, int(fields[19]))


def identity(path: Path | int) -> tuple[int, int] | None:
    """Device and inode of a file, by name or open: what it is, whatever lies there later; None for none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def folder_descriptor(folder: Path) -> Iterator[int]:
    """A descriptor of a folder, by which it is found again wherever somebody moves it (`path_of_descriptor`).

    While it is held the system gives the folder's `identity` to no other. Raises ReadOnly, Failed.
    """
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise explain(error, folder, "open") from error
    try:
        yield handle
    finally:
        os.close(handle)


def path_of_descriptor(handle: int) -> Path | None:
    """Where a held folder lies now; None when it was removed, or where the system can't tell."""
    try:
        place = Path(os.readlink(linux.PROC / "self" / "fd" / str(handle)))
    except OSError:
        return None
    return place if identity(place) == identity(handle) else None


def bytes_under(folder: Path) -> int:
    """Bytes of all files below a folder, but for those that go while one looks; 0 where there is none."""
    return sum(_sizes(folder))


def _sizes(folder: Path) -> Iterator[int]:
    for root, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                yield os.lstat(os.path.join(root, name)).st_size


def explain(error: OSError, path: Path | str, doing: str) -> MilimoError:
    """An OS error as a sentence: what was being done, where, and what to do."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(
            f"the disk is full: could not {doing} {path}", "free some space (milimo clean) and retry"
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return ReadOnly(f"could not {doing} {path}: it is read-only here", "check its owner and permissions")
    return Failed(f"could not {doing} {path}: {error.strerror or error}")


def config_folder() -> Path:
    """Where the person's own settings and keys lie: never in a project."""
    return Path(platformdirs.user_config_dir("milimo"))


def config_files(home: Path | None = None) -> dict[str, Path]:
    """The files that settings are read from by their names, a later one over an earlier: the system's, the
    person's own, that of a studio home where one is named.
    """
    own = {
        SYSTEM: Path(platformdirs.site_config_dir("milimo")) / CONFIG,
        USER: config_folder() / CONFIG,
    }
    return own if home is None else {**own, HOME: home / CONFIG}


def read_settings(
    env: Mapping[str, str] | None = None, home: Path | None = None
) -> tuple[Settings, dict[str, str]]:
    """Settings and the origin of each, from the files (`config_files`) and the environment as they are now.

    Raises BadInput for a file or a value that can't be read.
    """
    values = {where: _read_config(path) for where, path in config_files(home).items()}
    return load(values, os.environ if env is None else env)


def _read_config(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text())
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise BadInput(f"{path}: {reason(error)}", "mend the file or move it away") from error


def runtime_folder(fallback: Path) -> Path:
    """Where sockets lie, in memory where the system has such a place; `fallback` where that is not the
    user's alone, whoever made it first. Made private; raises Failed when the fallback is not, either.
    """
    base = os.environ.get("XDG_RUNTIME_DIR", "")
    if base and os.path.isdir(base):
        folder = Path(base) / "milimo"
    else:
        folder = Path(os.environ.get("TMPDIR") or "/tmp") / f"milimo-{os.getuid()}"
    if not _not_private(folder):
        return folder
    if problem := _not_private(fallback):
        raise Failed(problem, f"make it yours alone: chmod 700 {fallback}")
    return fallback


def _not_private(folder: Path) -> str:
    """Why a folder, made where it was not there, is not this user's alone; empty when it is."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        return f"could not make the runtime folder {folder}: {error.strerror}"
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        return f"{folder} is not a private folder of yours: sockets can't be kept there"
    return ""


def make_private(path: Path) -> None:
    """Take everybody else's rights to what lies there, where it is this user's; a link is left as it is."""
    try:
        found = path.lstat()
        if found.st_uid == os.getuid() and found.st_mode & 0o077 and not stat.S_ISLNK(found.st_mode):
            path.chmod(stat.S_IMODE(found.st_mode) & 0o700)
    except OSError:
        return  # a disk without rights, or one that is read only: nothing can be taken


def require_space(folder: Path, needed: int, doing: str) -> None:
    """Raise DiskFull before a write that would not fit, keeping a small reserve."""
    free = HOST.free_bytes(folder)
    if free < needed + RESERVE_BYTES:
        raise DiskFull(
            f"the disk is full: could not {doing} in {folder} ({free // 2**20} MiB free)",
            "free some space (milimo clean) and retry",
        )


def clone_file(source: Path, target: Path) -> bool:
    """Make `target` a file of the same bytes that takes no room until one of both is written (a reflink).

    False, and no file, where the disk can't. Raises OSError.
    """
    with source.open("rb") as here, target.open("xb") as there:
        done = linux.share_blocks(here.fileno(), there.fileno())
    if not done:
        target.unlink()
    return done


def fsync_folder(folder: Path) -> None:
    """Make names that came or went in a folder durable. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def fsync_file(path: Path) -> None:
    """Make what was written into a file, by whomever, durable. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def fsync_uncached(handle: int) -> None:
    """Make an open file durable, and have what is read of it next come from its disk, where the system can.
    Raises OSError.
    """
    os.fsync(handle)
    linux.forget_pages(handle)


def fsync_tree(root: Path) -> None:
    """Make a folder and all that lies below it durable. Raises OSError."""
    for folder, _, names in os.walk(root):
        for name in names:
            fsync_file(Path(folder, name))
        fsync_folder(Path(folder))


def make_folders(folder: Path, mode: int = 0o777) -> None:
    """Make a folder and those it lies in, durably; `mode` is the folder's own. Raises OSError."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir(mode if each == missing[0] else 0o777, exist_ok=True)
        fsync_folder(each.parent)


LONGEST_NAME, LONGEST_PATH = 255, 4095  # bytes that a system takes


def named_path(text: str | Path) -> Path:
    """The path that a person wrote, `~` as their folder. Raises BadInput for what no file can be called."""
    shown = f"“{str(text)[:40]}…”" if len(str(text)) > 40 else f"“{text}”"
    try:
        written = os.fsencode(text)
    except UnicodeEncodeError:
        written = b"\0"
    if b"\0" in written:
        raise BadInput(f"{shown!a} can't be the name of a file", "name one that is there, or can be")
    parts = written.split(b"/")
    if len(written) > LONGEST_PATH or max(map(len, parts)) > LONGEST_NAME:
        raise BadInput(f"{shown} is too long to be a file's name", "name one that is there, or can be")
    try:
        return Path(text).expanduser()
    except RuntimeError:  # nobody of that name: as shells do, it stays as it is written
        return Path(text)


def read_named(path: Path, most: int, *, what: str, of: str, hint: str) -> bytes:
    """The bytes of a file that a person named, `most` at most. Raises NotFound, with `hint`, and BadInput.

    `what` it is and what it is `of` are words of the sentences: “a file of notes”, “notes”.
    """
    try:
        if path.is_dir():
            raise BadInput(f"{path} is a folder, not {what}", "name the file inside it")
        with path.open("rb") as stream:
            data = stream.read(most + 1)
    except FileNotFoundError:
        raise NotFound(f"there is no file {path}", hint) from None
    except (OSError, ValueError) as error:  # a name that no file can have is a ValueError
        raise BadInput(f"{path} can't be read: {getattr(error, 'strerror', '') or error}") from None
    if len(data) > most:
        raise BadInput(f"{path.name} is too large for {of}: more than {most // 1_000_000} MB")
    return data


def write_atomic(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write a whole file or nothing: temporary file beside it, fsync, rename."""
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
        raise explain(error, path, "write") from error


@contextmanager
def atomic_path(path: Path, doing: str = "write") -> Iterator[Path]:
    """Give a path beside `path` to write to: when the block ends well it is on the disk and gets the name.

    Nothing stays of a block that fails. An OSError is raised as DiskFull, ReadOnly or Failed, in which
    `doing` says what could not be done.
    """
    partial = path.with_name(f".{path.name}.part")
    try:
        yield partial
        fsync_file(partial)
        os.replace(partial, path)
        fsync_folder(path.parent)
    except OSError as error:
        raise explain(error, path, doing) from error
    finally:
        partial.unlink(missing_ok=True)


NETWORK_DISKS = frozenset(
    {
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "beegfs", "ceph", "fuse.ceph", "fuse.sshfs",
        "fuse.s3fs", "fuse.rclone", "fuse.glusterfs", "gfs2", "glusterfs", "gpfs", "lustre", "ocfs2",
    }
)  # fmt: skip


def network_disk(folder: Path, mounts: str | None = None) -> str:
    """The kind of network disk that folder lies on (`nfs4`), empty when it is local or can't be told.

    `mounts` is a text like `/proc/self/mountinfo`.
    """
    if mounts is None:
        mounts = _pretended("MILIMO_TEST_MOUNTS") or linux.proc_text("self/mountinfo")
    real = folder.resolve()
    best, kind = -1, ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        escaped = before.split()[4].encode().decode("unicode_escape")  # blanks are written as \\040
        point = escaped.encode("latin-1").decode("utf-8", "surrogateescape")
        if len(point) >= best and (real == Path(point) or Path(point) in real.parents):
            best, kind = len(point), after.split()[0]
    return kind if kind in NETWORK_DISKS else ""


@contextmanager
def locked(path: Path, *, wait: bool) -> Iterator[bool]:
    """Hold an exclusive flock on a file; yields False when it is held elsewhere and wait is off.

    Raises ReadOnly, DiskFull or Failed where the file can't be opened.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise explain(error, path, "lock") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(handle)
