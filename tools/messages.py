"""Find the sentences that people read in the sources of the program.

The sentences are the messages of screens, errors with their hints, questions, titles and help of commands,
labels of fields and notes of keys. The tests of wording check them, and `tools.messages_page` prints them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from milimo_tui.core import errors
from milimo_tui.tui.keys import keymap_file

SOURCE = Path(errors.__file__).resolve().parents[1]
_COMMON_ERRORS = frozenset(name for name, value in vars(errors).items() if isinstance(value, type))
# Errors that other modules derive from the common ones.
_OWN_ERRORS = frozenset(
    name
    for path in SOURCE.rglob("*.py")
    for name, base in re.findall(r"^class (\w+)\((\w+)\):", path.read_text(), re.MULTILINE)
    if base in _COMMON_ERRORS
)
ERRORS = _COMMON_ERRORS | _OWN_ERRORS
# The kind of sentence at each position of a call. The arguments of all calls are also read by keyword.
KINDS_BY_POSITION = {
    "show_message": {0: "message", 2: "hint"},
    "_warn_stuck": {0: "message", 1: "hint"},
    "ask_text": {0: "question"},
    "confirm": {0: "question"},
    "show_guide": {0: "guide"},
    "Command": {1: "command", 2: "help"},
    "make_cut_command": {1: "command", 2: "help"},
    "_define_setting": {2: "setting"},
    "show_progress": {0: "message", 1: "hint"},
    "print_note": {0: "message"},
    **{name: {0: "error", 1: "hint"} for name in ERRORS},
}
KEYWORDS = frozenset({"hint", "help", "description", "does", "note", "label", "placeholder", "verb"})
# Modules without any of these need not be parsed, which takes most of the time.
_MAY_HAVE_MESSAGES = re.compile(rf"\b(?:(?:{'|'.join(KINDS_BY_POSITION)})\(|(?:{'|'.join(KEYWORDS)})=)")
GAP = "\0"  # in `words`, a value that is filled in when the program runs


@dataclass(frozen=True)
class Text:
    """A text in the source. In `words`, each value that is filled in at run time is `GAP`. In `shown`, it is
    the name of the value.
    """

    line: int
    words: str
    shown: str


@dataclass(frozen=True)
class Sentence:
    """A text that a person reads, with its place in the source."""

    path: str
    line: int
    kind: str
    words: str
    shown: str

    @property
    def where(self) -> str:
        """The path and the line, separated by a colon."""
        return f"{self.path}:{self.line}"

    @property
    def is_hint(self) -> bool:
        """Return True if the text is the hint of a message."""
        return self.kind == "hint"

    @property
    def is_constant(self) -> bool:
        """Return True if the source has the complete text, without a filled-in value."""
        return GAP not in self.words


def find_messages(source: str, path: str) -> Iterator[list[Sentence]]:
    """Yield, for each call in a module, the sentences among its arguments: a message, then its hint."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and (found := list(_read_call(call, path))):
            yield found


def _read_call(call: ast.Call, path: str) -> Iterator[Sentence]:
    function = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    kinds = KINDS_BY_POSITION.get(function, {})
    read = [(kind, call.args[at]) for at, kind in kinds.items() if at < len(call.args)]
    read += [(each.arg, each.value) for each in call.keywords if each.arg in KEYWORDS]
    for kind, value in read:
        for text in find_texts(value):
            yield Sentence(path, text.line, kind, text.words, text.shown)


def find_texts(value: ast.expr) -> Iterator[Text]:
    """Yield the texts that an argument may have.

    Both branches of a choice are texts. The arguments of a call inside the argument are not.
    """
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield Text(value.lineno, value.value, value.value)
    elif isinstance(value, ast.JoinedStr):
        constants = [each.value if isinstance(each, ast.Constant) else None for each in value.values]
        words = "".join(GAP if each is None else str(each) for each in constants)
        shown = "".join(
            name_value(part) if each is None else str(each)
            for part, each in zip(value.values, constants, strict=True)
        )
        yield Text(value.lineno, words, shown)
    elif isinstance(value, ast.IfExp):
        yield from (*find_texts(value.body), *find_texts(value.orelse))
    elif isinstance(value, ast.BinOp | ast.BoolOp | ast.Tuple | ast.List):
        dots = "…" if isinstance(value, ast.BinOp) else ""
        for child in ast.iter_child_nodes(value):
            if isinstance(child, ast.expr):
                for text in find_texts(child):
                    yield Text(text.line, f"{GAP}{text.words}{GAP}", f"{dots}{text.shown}{dots}")


def name_value(part: ast.expr) -> str:
    """Return the name of a filled-in value in angle quotes, or `…` if the name is too short to be
    meaningful.
    """
    value = part.value if isinstance(part, ast.FormattedValue) else part
    name = value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")
    return f"‹{name.strip('_')}›" if len(name) > 2 else "…"


def remove_docstrings(tree: ast.Module) -> ast.Module:
    """Replace each docstring of a module by `pass`, in place."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            body[0] = ast.copy_location(ast.Pass(), body[0])
    return tree


@cache
def read_sources() -> dict[str, str]:
    """Read all modules of the program, keyed by their path below the package."""
    return {path.relative_to(SOURCE).as_posix(): path.read_text() for path in sorted(SOURCE.rglob("*.py"))}


@cache
def list_messages() -> list[list[Sentence]]:
    """Return the sentences of all modules, grouped by the call that contains them, then the notes of keys."""
    sources = {path: text for path, text in read_sources().items() if _MAY_HAVE_MESSAGES.search(text)}
    found = [group for path, source in sources.items() for group in find_messages(source, path)]
    # The notes of `ui.mode` are the names of screens.
    notes = (each for each in keymap_file.load_keymap("default").bindings if each.run != "ui.mode")
    return found + [[Sentence(f"keymap: {each.run}", 0, "key", each.note, each.note)] for each in notes]


def list_sentences() -> list[Sentence]:
    """Return the sentences of all modules and the notes of keys."""
    return [sentence for group in list_messages() for sentence in group]


@cache
def list_texts() -> list[tuple[str, str]]:
    """Return every text of the sources except docstrings: its place and its words."""
    return [
        (f"{path}:{text.line}", text.words)
        for path, source in read_sources().items()
        for node in ast.walk(remove_docstrings(ast.parse(source)))
        if isinstance(node, ast.expr)
        for text in find_texts(node)
    ]
