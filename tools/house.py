"""Measure the house: lines, modules a folder, file names that occur twice, circles, banned words.

`python -m tools.house` prints the figures and what is wrong; it ends with 1 where a rule is broken:

- a folder of more than 25 modules,
- a circle of more than three files, imports for types alone included,
- a name that `docs/glossary.md` bans for the room it is defined in,
- a call or a file that Linux alone has, named outside `core.host` and `core.linux`.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("milimo_tui", "tools")
MOST_MODULES = 25  # in a folder
MOST_IN_CIRCLE = 3  # files that may need one another
BANNED = re.compile(r"^\|(?P<words>[^|]*)\|(?P<instead>[^|]*)\|\s*banned(?: in (?P<rooms>[^|]*))?\s*\|$")
CODE = re.compile(r"`([^`]+)`")


BEHIND_HOST = ("milimo_tui.core.host", "milimo_tui.core.linux")  # where Linux's own may be named
LINUX_FILES = ("/proc/", "/sys/")
LINUX_CALLS = frozenset(
    {
        "prctl", "pidfd_open", "O_PATH", "SO_PEERCRED", "sched_getaffinity", "sched_setaffinity",
        "sched_getscheduler", "sched_setscheduler", "sched_getparam", "memfd_create", "posix_fadvise",
        "posix_fallocate", "copy_file_range", "splice", "sendfile", "eventfd", "timerfd_create", "epoll",
        "mallopt", "malloc_trim", "inotify_init", "inotify_add_watch", "setns", "unshare",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Module:
    """A file of Python: its dotted name, its place, its text and its tree."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        return self.text.count("\n")


@dataclass(frozen=True, slots=True)
class Ban:
    """A word that is not used as a name in some rooms; an empty room means everywhere."""

    word: str
    instead: str
    rooms: tuple[str, ...]

    def holds(self, module: Module) -> bool:
        return any(f"{module.name}.".startswith(f"{room}." if room else "") for room in self.rooms)


def read_modules(root: Path, packages: Sequence[str] = PACKAGES) -> list[Module]:
    """Read all modules of the packages below a folder, in order of their names."""
    found = []
    for package in packages:
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            text = path.read_text()
            found.append(Module(name, path, text, ast.parse(text)))
    return found


def folder_sizes(modules: Sequence[Module]) -> Counter[Path]:
    """Count the modules of each folder; `__init__` is the folder itself."""
    return Counter(module.path.parent for module in modules if module.path.name != "__init__.py")


def repeated_names(modules: Sequence[Module]) -> dict[str, list[Path]]:
    """File names that occur twice or more, with the files."""
    places = defaultdict(list)
    for module in modules:
        if module.path.name not in ("__init__.py", "__main__.py"):
            places[module.path.name].append(module.path)
    return {name: paths for name, paths in sorted(places.items()) if len(paths) > 1}


def import_graph(modules: Sequence[Module]) -> dict[str, set[str]]:
    """Which module names which in an import, wherever it stands: late ones and those for types too."""
    known = {module.name for module in modules}
    return {module.name: set(_imported(module, known)) - {module.name} for module in modules}


def _imported(module: Module, known: set[str]) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                if inner in known:
                    yield inner
                elif node.module in known:
                    yield node.module


def circles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Modules that need one another, by Tarjan's strongly connected components, largest first.

    Source: R. Tarjan, Depth-first search and linear graph algorithms, SIAM J. Comput. 1 (1972).
    """
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in sorted(graph[name]):
            if other not in index:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], index[other])
        if low[name] == index[name]:
            at = stack.index(name)
            found.append(sorted(stack[at:]))
            del stack[at:]

    for name in sorted(graph):
        if name not in index:
            visit(name)
    return sorted((circle for circle in found if len(circle) > 1), key=len, reverse=True)


def read_bans(glossary: str) -> list[Ban]:
    """The rows of the glossary that are marked banned: `| words | instead | banned in rooms |`."""
    bans = []
    for line in glossary.splitlines():
        if row := BANNED.match(line):
            rooms = tuple(CODE.findall(row["rooms"] or "")) or ("",)
            bans += [Ban(word, row["instead"].strip(), rooms) for word in CODE.findall(row["words"])]
    return bans


def banned_names(modules: Sequence[Module], bans: Sequence[Ban]) -> Iterator[tuple[Module, int, Ban]]:
    """Where a whole name that is banned is given: to a module, class, function, argument or variable."""
    by_word = defaultdict(list)
    for ban in bans:
        by_word[ban.word].append(ban)
    for module in modules:
        for name, line in _defined(module):
            yield from ((module, line, ban) for ban in by_word[name] if ban.holds(module))


def linux_names(modules: Sequence[Module]) -> Iterator[tuple[Module, int, str]]:
    """Where the package names a call or a file that Linux alone has, outside `BEHIND_HOST`."""
    for module in modules:
        if not module.name.startswith("milimo_tui.") or module.name in BEHIND_HOST:
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and node.attr in LINUX_CALLS:
                yield module, node.lineno, node.attr
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                is_file = f"{node.value}/".startswith(LINUX_FILES)  # docstrings begin with words
                if is_file or node.value in LINUX_CALLS:
                    yield module, node.lineno, node.value


def _defined(module: Module) -> Iterator[tuple[str, int]]:
    yield module.name.rsplit(".", 1)[-1], 1
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno


def main(root: Path = ROOT) -> int:
    """Print the figures of a tree and what is wrong in it; return the exit status."""
    sys.setrecursionlimit(10_000)
    modules = read_modules(root)
    sizes, twice = folder_sizes(modules), repeated_names(modules)
    round_about = circles(import_graph(modules))
    print(f"{sum(module.lines for module in modules):,} lines in {len(modules)} files")
    print(f"{len(sizes)} folders, the largest: ", end="")
    print(", ".join(f"{folder.relative_to(root)} {count}" for folder, count in sizes.most_common(5)))
    most = sorted(twice.items(), key=lambda one: -len(one[1]))[:8]
    print(f"{len(twice)} file names occur twice or more: ", end="")
    print(", ".join(f"{name} {len(paths)}" for name, paths in most))
    print(f"{len(round_about)} circles, the largest of {len(round_about[0]) if round_about else 0} files")

    wrong = [
        f"{folder.relative_to(root)} has {count} modules; at most {MOST_MODULES}"
        for folder, count in sizes.items()
        if count > MOST_MODULES
    ]
    wrong += [f"circle: {', '.join(circle)}" for circle in round_about if len(circle) > MOST_IN_CIRCLE]
    bans = read_bans((root / "docs" / "glossary.md").read_text())
    wrong += [
        f"{module.path.relative_to(root)}:{line}: `{ban.word}` is banned here: {ban.instead}"
        for module, line, ban in banned_names(modules, bans)
    ]
    wrong += [
        f"{module.path.relative_to(root)}:{line}: `{name}` is Linux's alone: behind `core.linux` it goes"
        for module, line, name in linux_names(modules)
    ]
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
