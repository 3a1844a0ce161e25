"""Count how plainly the package is written: names, docstrings, comments, commit subjects and lines.

`tools.house` prints these counts and fails when one is worse than its record in `tools/language_counts.toml`.
`python -m tools.language_counts --record` writes better counts into that file; it never writes a worse one.
"""

from __future__ import annotations

import ast
import importlib
import io
import re
import subprocess
import sys
import tokenize
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tools.asserted_messages import find_asserted_messages
from tools.source_modules import Module, read_modules

RECORD = "tools/language_counts.toml"
# These modules list words that people search by, so their words are not checked.
PALETTE_WORDS = ("milimo_tui.tui.keys.synonyms", "milimo_tui.tui.keys.tasks")
ISSUE_START = "57e9d49e95ada289b812e95cb1886aa438d178cb"  # last commit before plain English became the rule
MOST_IN_SUBJECT = 72  # characters of a commit subject, as git's manual advises for wrapped logs
RIDDLE_OPENING = re.compile(r"(What|Whether|How|It|One|Those|Who|As|That)\b")
PARTICIPLE = re.compile(
    r"(^|_)(told|said|kept|shown|laid|named|worn|heard|seen|held|made|meant|lent|gone|asked|given|found|drawn"
    r"|chosen|written|taken|known|left|put|spoken)$"
)
# Public packages whose base classes are imported to recognise their hooks. Torch and its relatives are left
# out: they take seconds to import, and their few hooks are listed in MODEL_HOOKS.
IMPORTED_BASES = (
    "textual",
    "rich",
    "pydantic",
    "logging",
    "argparse",
    "threading",
    "socketserver",
    "http",
    "enum",
)
MODEL_HOOKS = frozenset({"forward", "step", "encode", "decode"})
ANY_HOOK = re.compile(r"__|act_|on_|_on_|action_|watch_|validate_|compute_|key_|render")
# Protocols that may have only one implementation, each with the reason.
LONE_PROTOCOLS = frozenset(
    {
        "Foresight",  # used by engines, implemented by jobs, which engines may not import
        "Nvml",  # implemented by the driver's library, and by a fake in tests
        "StudioApp",  # implemented by the app, which needs all the screens that use it
    }
)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(slots=True)
class ClassFacts:
    """A class as written: its qualified name, bases, methods and whether it is a Protocol."""

    name: str
    bases: tuple[str, ...]
    methods: dict[str, Function]
    attributes: frozenset[str]
    is_protocol: bool
    assigned: frozenset[str]  # names that the class or its methods assign


@dataclass(slots=True)
class Counts:
    """Counts of a package. In `values` a lower number is better; the sizes are reported without a limit."""

    values: dict[str, float] = field(default_factory=dict)
    code_lines: int = 0
    comment_lines: int = 0

    def find_worse(self, record: Mapping[str, float]) -> list[str]:
        """Return a sentence for each count that is worse than in `record`."""
        return [
            f"{name}: {self.values[name]:g}, recorded {most:g} ({RECORD}): bring it down again"
            for name, most in record.items()
            if name in self.values and self.values[name] > most
        ]


def count_tree(root: Path) -> Counts:
    """Read the modules of a tree and count them; see `count_language`."""
    return count_language(read_modules(root), root / "tests")


def count_language(modules: Sequence[Module], tests: Path) -> Counts:
    """Count names, docstrings and lines of the modules of `milimo_tui`, and messages asserted in `tests`."""
    package = [each for each in modules if each.name.partition(".")[0] == "milimo_tui"]
    classes = dict(_list_classes(package))
    functions = [node for each in package for node in each.tree.body if isinstance(node, Function)]
    methods = [node for each in classes.values() for node in _own_methods(each, classes)]
    everywhere = [node for each in package for node in ast.walk(each.tree)]
    names = Counter(node.name for node in everywhere if isinstance(node, Function))
    class_names = Counter(node.name for node in everywhere if isinstance(node, ast.ClassDef))
    docstrings = [doc for node in everywhere if (doc := _docstring(node))]
    code, comments = _count_lines(package)
    counts = Counts(code_lines=code, comment_lines=comments)
    counts.values = {
        "one_word_functions_percent": _percent(sum(map(_is_one_word, functions)), len(functions)),
        "one_word_methods_percent": _percent(sum(map(_is_one_word, methods)), len(methods)),
        "repeated_function_names_percent": _percent(
            sum(count for count in names.values() if count > 1), names.total()
        ),
        "class_names_defined_twice": sum(count > 1 for count in class_names.values()),
        "protocols": sum(each.is_protocol for each in classes.values()),
        "riddle_docstrings": sum(bool(RIDDLE_OPENING.match(doc)) for doc in docstrings),
        "participle_functions": sum(bool(PARTICIPLE.search(node.name)) for node in functions),
        "modules_that_name_dissolve": sum(
            _names_dissolve(each) for each in package if each.name not in PALETTE_WORDS
        ),
        "messages_asserted_in_tests": len(find_asserted_messages(tests)),
    }
    return counts


def find_lone_protocols(modules: Sequence[Module], tests: Sequence[str]) -> list[str]:
    """Return the Protocols of the package with fewer than two implementations.

    A class and its subclasses are one implementation. A file of `tests` with all methods of a Protocol has a
    fake of it.
    """
    classes = dict(_list_classes(modules))
    members = {name: _list_members(facts, classes) for name, facts in classes.items()}
    found = []
    for name, facts in classes.items():
        if not facts.is_protocol or facts.name in LONE_PROTOCOLS:
            continue
        made = [
            each
            for other, each in classes.items()
            if not each.is_protocol and members[name] <= members[other]
        ]
        count = sum(not any(base in made for base in _list_ancestors(each, classes)) for each in made)
        has_fake = any(
            all(re.search(rf"def {method}\(|\b{method}\b.* = ", text) for method in facts.methods)
            for text in tests
        )
        if count + has_fake < 2:
            found.append(name)
    return found


def _list_members(facts: ClassFacts, classes: Mapping[str, ClassFacts]) -> set[str]:
    """Return the names that a class has, its own and inherited ones."""
    family = [facts, *_list_ancestors(facts, classes)]
    names = {name for each in family for name in (*each.methods, *each.attributes, *each.assigned)}
    return names | {name for base in _outside_bases(family) for name in _outside_names(base)}


def find_long_subjects(root: Path, start: str = ISSUE_START) -> list[str]:
    """Return the commit subjects over 72 characters since `start`: by default, since plain English became
    the rule. Empty without git, and in a shallow clone, which may lack `start`.

    Raises LookupError if a complete history does not contain `start`, because nothing would be checked.
    """
    listed = _run_git(root, "log", "--format=%s", f"{start}..HEAD")
    if listed.returncode and _run_git(root, "rev-parse", "--is-shallow-repository").stdout == "false\n":
        raise LookupError(f"the commits since {start} can't be listed: {listed.stderr.strip()}")
    return [line for line in listed.stdout.splitlines() if len(line) > MOST_IN_SUBJECT]


def _run_git(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)


def read_record(root: Path) -> dict[str, float]:
    """Read the recorded counts; empty if the tree has no record."""
    path = root / RECORD
    return tomllib.loads(path.read_text()) if path.exists() else {}


def write_record(root: Path, counts: Counts) -> None:
    """Write the counts that are better than the record; keep the recorded count where it is better."""
    record = read_record(root)
    best = {name: min(value, record.get(name, value)) for name, value in counts.values.items()}
    lines = [f"{name} = {value:g}" if value % 1 else f"{name} = {int(value)}" for name, value in best.items()]
    (root / RECORD).write_text(
        "# Counts of tools/language_counts.py. None may rise.\n" + "\n".join(lines) + "\n"
    )


def _is_one_word(node: Function) -> bool:
    return "_" not in node.name.strip("_")


def _percent(part: int, total: int) -> float:
    return round(100 * part / total, 1) if total else 0.0


def _docstring(node: ast.AST) -> str | None:
    has_docstring = isinstance(node, ast.Module | ast.ClassDef | Function)
    return ast.get_docstring(node) if has_docstring else None  # type: ignore[arg-type]


def _list_classes(modules: Sequence[Module]) -> Iterator[tuple[str, ClassFacts]]:
    for module in modules:
        imports = _read_imports(module.tree)
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                bases = tuple(_resolve_base(base, imports, module.name) for base in node.bases)
                methods = {each.name: each for each in node.body if isinstance(each, Function)}
                yield (
                    f"{module.name}.{node.name}",
                    ClassFacts(
                        node.name,
                        bases,
                        methods,
                        _class_attributes(node),
                        "typing.Protocol" in bases,
                        _list_assigned_names(node),
                    ),
                )


def _class_attributes(node: ast.ClassDef) -> frozenset[str]:
    targets = [each.target for each in node.body if isinstance(each, ast.AnnAssign)]
    return frozenset(each.id for each in targets if isinstance(each, ast.Name))


def _list_assigned_names(node: ast.ClassDef) -> frozenset[str]:
    own = {
        target.id
        for each in node.body
        if isinstance(each, ast.Assign)
        for target in each.targets
        if isinstance(target, ast.Name)
    }
    inside = (each for each in ast.walk(node) if isinstance(each, ast.Attribute))
    return frozenset(own | {each.attr for each in inside if isinstance(each.ctx, ast.Store)})


def _read_imports(tree: ast.Module) -> dict[str, str]:
    imports = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            imports.update({each.asname or each.name: f"{node.module}.{each.name}" for each in node.names})
        elif isinstance(node, ast.Import):
            imports.update({each.asname or each.name.partition(".")[0]: each.name for each in node.names})
    return imports


def _resolve_base(base: ast.expr, imports: Mapping[str, str], module: str) -> str:
    text = ast.unparse(base).partition("[")[0]
    first, _, rest = text.partition(".")
    known = imports.get(first, f"{module}.{first}")
    return f"{known}.{rest}" if rest else known


def _own_methods(facts: ClassFacts, classes: Mapping[str, ClassFacts]) -> Iterator[Function]:
    """Yield the methods that count: no properties, hooks, overrides or implementations of a protocol."""
    ancestors = list(_list_ancestors(facts, classes))
    inherited = {name for each in ancestors for name in each.methods}
    protocol_methods = set() if facts.is_protocol else _implemented_protocol_methods(facts, classes)
    hooks = {name for base in _outside_bases([facts, *ancestors]) for name in _outside_names(base)}
    for name, node in facts.methods.items():
        is_property = any(
            "property" in ast.unparse(each) or ".setter" in ast.unparse(each) for each in node.decorator_list
        )
        if not (
            is_property or ANY_HOOK.match(name) or name in inherited | protocol_methods | hooks | MODEL_HOOKS
        ):
            yield node


def _list_ancestors(facts: ClassFacts, classes: Mapping[str, ClassFacts]) -> Iterator[ClassFacts]:
    for base in facts.bases:
        if (found := classes.get(base)) is not None and found is not facts:
            yield found
            yield from _list_ancestors(found, classes)


def _implemented_protocol_methods(facts: ClassFacts, classes: Mapping[str, ClassFacts]) -> set[str]:
    members = _list_members(facts, classes)
    return {
        method
        for each in classes.values()
        if each.is_protocol and each.methods and {*each.methods, *each.attributes} <= members
        for method in each.methods
    }


def _outside_bases(classes: Sequence[ClassFacts]) -> Iterator[str]:
    for each in classes:
        yield from (base for base in each.bases if base.startswith(IMPORTED_BASES))


@cache
def _outside_names(base: str) -> frozenset[str]:
    module, _, name = base.rpartition(".")
    try:
        return frozenset(dir(getattr(importlib.import_module(module), name)))
    except (ImportError, AttributeError):
        return frozenset()


def _names_dissolve(module: Module) -> bool:
    return any(
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and "dissolve" in re.split(r"[^a-z]+", node.value)
        for node in ast.walk(module.tree)
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value)
    )


def _count_lines(modules: Sequence[Module]) -> tuple[int, int]:
    """Return the lines of code without blank lines, comments and docstrings, and the lines of comments."""
    code = comments = 0
    for module in modules:
        docstring_lines = {
            line
            for node in ast.walk(module.tree)
            if _docstring(node)
            for line in range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)  # type: ignore[attr-defined]
        }
        code_lines: set[int] = set()
        for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
            if token.type == tokenize.COMMENT:
                comments += 1
            elif token.type not in (
                tokenize.NL,
                tokenize.NEWLINE,
                tokenize.INDENT,
                tokenize.DEDENT,
                tokenize.ENDMARKER,
            ):
                code_lines.update(range(token.start[0], token.end[0] + 1))
        code += len(code_lines - docstring_lines)
    return code, comments


def main(root: Path) -> int:
    """Print the counts of a tree; with `--record`, write the better ones. Return the exit status."""
    counts = count_tree(root)
    for name, value in counts.values.items():
        print(f"{name} {value:g}")
    print(f"code_lines {counts.code_lines}, comment_lines {counts.comment_lines}")
    if "--record" in sys.argv:
        write_record(root, counts)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parent.parent))
