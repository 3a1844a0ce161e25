"""Measure the code base: lines, modules per folder, repeated file names, import cycles, names and prose.

`python -m tools.house` prints the counts and the broken rules. It exits with 1 if a rule is broken:

- a folder of more than 25 modules;
- an import cycle of more than three files, type-only imports included;
- a name that `docs/glossary.md` bans for the package it is defined in;
- a Linux-only call or file, named outside `core.host` and `core.linux`;
- a Protocol with fewer than two implementations, fakes in tests included;
- a count of `tools.language_counts` that is worse than its record;
- a commit subject of more than 72 characters.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools import language_counts
from tools.source_modules import Module, read_modules

ROOT = Path(__file__).resolve().parent.parent
MOST_MODULES = 25  # most modules in a folder
MOST_IN_CIRCLE = 3  # most files in an import cycle
BANNED = re.compile(r"^\|(?P<words>[^|]*)\|(?P<instead>[^|]*)\|\s*banned(?: in (?P<rooms>[^|]*))?\s*\|$")
CODE = re.compile(r"`([^`]+)`")


# Modules that may name calls and files of Linux
BEHIND_HOST = ("milimo_tui.core.host", "milimo_tui.core.linux")
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
class Ban:
    """A word that may not be used as a name in the packages `rooms`. An empty package name means
    everywhere.
    """

    word: str
    instead: str
    rooms: tuple[str, ...]

    def holds(self, module: Module) -> bool:
        return any(f"{module.name}.".startswith(f"{room}." if room else "") for room in self.rooms)


def folder_sizes(modules: Sequence[Module]) -> Counter[Path]:
    """Count the modules of each folder. `__init__.py` is not counted."""
    return Counter(module.path.parent for module in modules if module.path.name != "__init__.py")


def repeated_names(modules: Sequence[Module]) -> dict[str, list[Path]]:
    """Return the file names that occur at least twice, with the paths of their files."""
    places = defaultdict(list)
    for module in modules:
        if module.path.name not in ("__init__.py", "__main__.py"):
            places[module.path.name].append(module.path)
    return {name: paths for name, paths in sorted(places.items()) if len(paths) > 1}


def import_graph(modules: Sequence[Module]) -> dict[str, set[str]]:
    """Return the modules that each module imports anywhere in its file, including late imports and imports
    for types.
    """
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
    """Return the import cycles as lists of modules, found as strongly connected components, largest first.

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
    """Return the rows of the glossary that ban a word: `| words | instead | banned in rooms |`."""
    bans = []
    for line in glossary.splitlines():
        if row := BANNED.match(line):
            rooms = tuple(CODE.findall(row["rooms"] or "")) or ("",)
            bans += [Ban(word, row["instead"].strip(), rooms) for word in CODE.findall(row["words"])]
    return bans


def banned_names(modules: Sequence[Module], bans: Sequence[Ban]) -> Iterator[tuple[Module, int, Ban]]:
    """Yield each definition of a banned name, with its module and line. Names of modules, classes, functions,
    arguments and variables are checked.
    """
    by_word = defaultdict(list)
    for ban in bans:
        by_word[ban.word].append(ban)
    for module in modules:
        for name, line in _defined(module):
            yield from ((module, line, ban) for ban in by_word[name] if ban.holds(module))


def linux_names(modules: Sequence[Module]) -> Iterator[tuple[Module, int, str]]:
    """Yield each Linux-only call or file that the package names outside `BEHIND_HOST`, with its module and
    line.
    """
    for module in modules:
        if not module.name.startswith("milimo_tui.") or module.name in BEHIND_HOST:
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and node.attr in LINUX_CALLS:
                yield module, node.lineno, node.attr
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                # A docstring may mention such a path but does not begin with it.
                is_file = f"{node.value}/".startswith(LINUX_FILES)
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
    """Print the figures of a source tree and the broken rules. Return the exit status."""
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
        f"{module.path.relative_to(root)}:{line}: `{name}` exists on Linux only: use it in `core.linux`"
        for module, line, name in linux_names(modules)
    ]
    counts = language_counts.count_language(modules, root / "tests")
    for count_name, value in counts.values.items():
        print(f"{count_name.replace('_', ' ')}: {value:g}")
    print(f"lines of code without comments and docstrings: {counts.code_lines:,}")
    print(f"lines of comments: {counts.comment_lines:,}")
    tests = [path.read_text() for path in (root / "tests").rglob("*.py")]
    wrong += [
        f"{name} has fewer than two implementations: use the class itself"
        for name in language_counts.find_lone_protocols(modules, tests)
    ]
    wrong += counts.find_worse(language_counts.read_record(root))
    wrong += [
        f"commit subject over 72 characters: {subject}"
        for subject in language_counts.find_long_subjects(root)
    ]
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
