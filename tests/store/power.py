"""Model a disk whose power fails: read the system calls that `strace` recorded, and build any state that the
disk may have afterwards.

Data that was fsynced is on the disk. Of the rest, any subset may be: each write separately, and the name
changes of a file in their order. A name is on the disk once its folder was fsynced, and a rename is atomic. A
folder is treated as a file of names.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

CALLS = (
    "openat", "open", "creat", "write", "writev", "pwrite64", "pwritev", "ftruncate", "truncate", "fallocate",
    "fsync", "fdatasync", "rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "mkdir",
    "mkdirat", "rmdir", "copy_file_range", "sendfile",
)  # fmt: skip
_LINE = re.compile(r"^(\d+)\s+(.*)$")
_RESUMED = re.compile(r"^<\.\.\. (\w+) resumed>(.*)$")
_CALL = re.compile(r"^(\w+)\((.*)\)\s+= (-?\d+)")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(?:\.\.\.)?')
_HANDLE = re.compile(r"^(?:AT_FDCWD|\d+)<([^>]*)>")


def recorded(words: Sequence[str], trace: Path, env: dict[str, str], cwd: Path, seconds: float) -> None:
    """Run a program and its child processes under strace, and record their system calls for the disk in
    `trace`. `seconds` is the time limit.
    """
    subprocess.run(
        ["strace", "-f", "-y", "-xx", "-s", "1048576", "--seccomp-bpf", "-o", str(trace), "-e",
         f"trace={','.join(CALLS)}", *words],
        env=env, cwd=cwd, check=True, timeout=seconds, stdin=subprocess.DEVNULL,
    )  # fmt: skip


@dataclass(frozen=True)
class Named:
    """A change of a file's name. An fsync of one of `folders` makes the change durable."""

    kind: str  # “made”, “moved” or “gone”
    node: int
    folders: tuple[int, ...]
    at: tuple[int, str]
    to: tuple[int, str] | None = None


@dataclass(frozen=True)
class Written:
    """A change of a file's bytes. With `offset` None the bytes are appended to the file."""

    node: int
    offset: int | None
    data: bytes
    length: int | None = None  # new length in bytes of a file that is truncated or extended


@dataclass(frozen=True)
class Synced:
    node: int


@dataclass(frozen=True)
class Reported:
    """A line that a program reported to its user. From then on its content must survive a power failure."""

    line: bytes


Step = Named | Written | Synced | Reported


@dataclass
class Disk:
    """All disk operations in one folder and below it, in order. The program writes its reports to the file
    `said`.
    """

    root: Path
    said: Path
    end: Path | None = None  # final path of the folder if it was moved
    steps: list[Step] = field(default_factory=list)
    folders: set[int] = field(default_factory=lambda: {0})
    # File numbers by folder and name, at the end of the record.
    names: dict[tuple[int, str], int] = field(default_factory=dict)

    def read(self, trace: Path) -> None:
        """Read a record of strace. Raises AssertionError for a system call that this model does not
        support.
        """
        waiting: dict[str, str] = {}
        with trace.open() as lines:
            for line in lines:
                found = _LINE.match(line.rstrip("\n"))
                assert found, line[:200]
                pid, rest = found.groups()
                if rest.endswith("<unfinished ...>"):
                    waiting[pid] = rest.removesuffix("<unfinished ...>")
                    continue
                resumed = _RESUMED.match(rest)
                if resumed:
                    rest = waiting.pop(pid) + resumed[2]
                call = _CALL.match(rest)
                if call and not call[3].startswith("-"):
                    self._take(call[1], call[2], int(call[3]))

    def _take(self, call: str, told: str, result: int) -> None:
        handle = _HANDLE.match(told)
        texts = [bytes.fromhex(text.replace("\\x", "")) for text in _TEXT.findall(told.split(" /* ")[0])]
        own = _path(handle[1]) if handle else None
        match call:
            case "openat" | "open" | "creat":
                path = self._place(texts[0], own)
                if path is not None and ("O_CREAT" in told or "O_TRUNC" in told or call == "creat"):
                    self._opened(path, cut="O_TRUNC" in told or call == "creat")
            case "mkdir" | "mkdirat":
                self._made(self._place(texts[0], own), folder=True)
            case "rename" | "renameat" | "renameat2":
                self._moved(self._place(texts[0], own), self._place(texts[1], own))
            case "link" | "linkat":
                self._linked(self._place(texts[0], own), self._place(texts[1], own))
            case "unlink" | "unlinkat" | "rmdir":
                self._gone(self._place(texts[0], own))
            case "fsync" | "fdatasync":
                node = self._node(own)
                if node is not None:
                    self.steps.append(Synced(node))
            case _:
                self._wrote(call, told, own, b"".join(texts), result)

    def _wrote(self, call: str, told: str, path: Path | None, data: bytes, result: int) -> None:
        if path == self.said:
            self.steps.extend(Reported(line) for line in data.splitlines())
            return
        node = self._node(path)
        if node is None:
            return
        numbers = [int(number) for number in re.findall(r", (\d+)", told.rpartition('"')[2])]
        match call:
            case "write" | "writev":
                self.steps.append(Written(node, None, data[:result]))
            case "pwrite64":
                self.steps.append(Written(node, numbers[-1], data[:result]))
            case "ftruncate" | "truncate":
                self.steps.append(Written(node, None, b"", length=numbers[-1]))
            case "copy_file_range" | "sendfile" | "fallocate":
                self.steps.append(Written(node, None, b""))
            case _:
                raise AssertionError(f"{call} {told[:200]}")

    def _place(self, text: bytes, base: Path | None) -> Path | None:
        path = Path(os.fsdecode(text))
        path = path if path.is_absolute() or base is None else base / path
        path = Path(os.path.normpath(path))
        return path if path.is_relative_to(self.root) else None

    def _key(self, path: Path) -> tuple[int, str] | None:
        folder = 0
        parts = path.relative_to(self.root).parts
        for part in parts[:-1]:
            if (folder, part) not in self.names:
                return None
            folder = self.names[folder, part]
        return (folder, parts[-1]) if parts else None

    def _node(self, path: Path | None) -> int | None:
        if path is None or not path.is_relative_to(self.root):
            return None
        if path == self.root:
            return 0
        key = self._key(path)
        return self.names.get(key) if key else None

    def _opened(self, path: Path, *, cut: bool) -> None:
        node = self._node(path)
        if node is None:
            self._made(path, folder=False)
        elif cut:
            self.steps.append(Written(node, None, b"", length=0))

    def _made(self, path: Path | None, *, folder: bool) -> None:
        key = self._key(path) if path is not None else None
        if key is None or key in self.names:
            return
        node = len(self.steps) + 1  # no other step has this number
        self.names[key] = node
        if folder:
            self.folders.add(node)
        self.steps.append(Named("made", node, (key[0],), key))

    def _linked(self, old: Path | None, new: Path | None) -> None:
        node, key = self._node(old), self._key(new) if new is not None else None
        if node is not None and key is not None:
            self.names[key] = node
            self.steps.append(Named("made", node, (key[0],), key))

    def _moved(self, old: Path | None, new: Path | None) -> None:
        node = self._node(old)
        if old is None or new is None or node is None:
            return
        at, to = self._key(old), self._key(new)
        assert at is not None, old
        assert to is not None, new
        del self.names[at]
        self.names[to] = node
        self.steps.append(Named("moved", node, (at[0], to[0]), at, to))

    def _gone(self, path: Path | None) -> None:
        key = self._key(path) if path is not None else None
        if key is not None and key in self.names:
            self.steps.append(Named("gone", self.names.pop(key), (key[0],), key))

    def where(self, node: int) -> Path | None:
        """Return the path of a file at the end of the record, or None if the file is deleted."""
        for (folder, name), each in self.names.items():
            if each == node:
                above = (self.end or self.root) if folder == 0 else self.where(folder)
                return above / name if above else None
        return None


@dataclass
class Cut:
    """A power failure just before step `at`. `sure` holds the earlier steps that are certainly on the
    disk.
    """

    disk: Disk
    at: int

    def __post_init__(self) -> None:
        self.sure: set[int] = set()
        by_node: dict[int, list[int]] = defaultdict(list)
        names: dict[int, list[int]] = defaultdict(list)  # steps by the folder whose fsync makes them durable
        for index, step in enumerate(self.disk.steps[: self.at]):
            match step:
                case Written():
                    by_node[step.node].append(index)
                case Named():
                    for folder in step.folders:
                        names[folder].append(index)
                case Synced():
                    self.sure.update(by_node.pop(step.node, ()))
                    self.sure.update(names.pop(step.node, ()))
        last: dict[int, int] = {}
        for index, step in enumerate(self.disk.steps[: self.at]):
            if isinstance(step, Named) and index in self.sure:
                last[step.node] = index
        self.sure.update(
            index
            for index, step in enumerate(self.disk.steps[: self.at])
            if isinstance(step, Named) and index <= last.get(step.node, -1)
        )

    def none(self) -> set[int]:
        return set(self.sure)

    def all(self) -> set[int]:
        return set(range(self.at))

    def some(self, chance: random.Random) -> set[int]:
        """Return the certain steps and a random choice of the others: any writes, and the first few name
        changes of each file.
        """
        kept = set(self.sure)
        names: dict[int, list[int]] = defaultdict(list)
        for index, step in enumerate(self.disk.steps[: self.at]):
            if index in kept:
                continue
            if isinstance(step, Named):
                names[step.node].append(index)
            elif chance.random() < 0.5:
                kept.add(index)
        for indices in names.values():
            kept.update(indices[: chance.randint(0, len(indices))])
        return kept

    def lay(self, kept: set[int], target: Path, wanted: Callable[[Path], bool]) -> None:
        """Write the state in which only the steps `kept` are on the disk into the empty folder `target`.

        All folders are created. A file is written if `wanted` returns True for its path relative to `target`.
        """
        names: dict[tuple[int, str], int] = {}
        bodies: dict[int, list[int]] = defaultdict(list)
        lacking: set[int] = set()
        for index, step in enumerate(self.disk.steps[: self.at]):
            if isinstance(step, Written):
                if index in kept:
                    bodies[step.node].append(index)
                else:
                    lacking.add(step.node)
            elif isinstance(step, Named) and index in kept:
                if step.kind != "made" and names.get(step.at) == step.node:
                    del names[step.at]
                if step.kind != "gone":
                    names[step.to or step.at] = step.node
        for path, node in sorted(_tree(names, 0, Path())):
            if node in self.disk.folders:
                (target / path).mkdir(parents=True, exist_ok=True)
            elif wanted(path):
                (target / path).parent.mkdir(parents=True, exist_ok=True)
                (target / path).write_bytes(self._body(node, bodies[node], whole=node not in lacking))

    def _body(self, node: int, indices: list[int], *, whole: bool) -> bytes:
        steps = [step for index in indices if isinstance(step := self.disk.steps[index], Written)]
        placed = all(step.offset is not None or step.length is not None for step in steps)
        later = any(isinstance(s, Written) and s.node == node for s in self.disk.steps[self.at :])
        end = self.disk.where(node)
        if not placed and whole and not later and end is not None:
            # All writes are on the disk but their offsets are unknown, so the final content of the file is
            # used.
            return end.read_bytes()
        body = bytearray()
        for step in steps:
            if step.length is not None:
                del body[step.length :]
                body.extend(bytes(step.length - len(body)))
            else:
                at = len(body) if step.offset is None else step.offset
                body.extend(bytes(max(0, at - len(body))))
                body[at : at + len(step.data)] = step.data
        return bytes(body)


def _tree(names: dict[tuple[int, str], int], folder: int, above: Path) -> Iterator[tuple[Path, int]]:
    for (inside, name), node in names.items():
        if inside == folder:
            yield above / name, node
            yield from _tree(names, node, above / name)


def _path(handle: str) -> Path:
    """Return the path of an open file from the output of `strace -y`, which is plain or hexadecimal."""
    if "\\x" in handle:
        handle = os.fsdecode(bytes.fromhex(handle.replace("\\x", "")))
    return Path(handle.removesuffix(" (deleted)"))
