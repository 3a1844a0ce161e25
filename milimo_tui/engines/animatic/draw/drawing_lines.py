"""Translate the lines of a drawing file to Python source, line by line.

`docs/drawings.md` describes the language. A drawing file is data, not a program: it can use only the names
that its library provides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_COMMENT = re.compile(r"(?:^|\s)#(?:\s.*)?$")
_COLOUR = re.compile(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})\b")
_ASSIGNMENT = re.compile(r"(?P<names>[\w(][\w\s,()]*?) = (?P<value>.+)")
_NAMES = re.compile(r"\(?\w+\)?(?:\s*,\s*\(?\w+\)?)*")
_COMMAND = re.compile(r"(?P<owner>\w+\.)?(?P<word>\w+)(?:\s+(?P<values>.*))?")
_REPEAT = re.compile(r"repeat (?P<count>.+?)(?: as (?P<name>\w+))?:")
_COUNT = re.compile(r"count (?P<name>\w+) from (?P<first>.+?) to (?P<last>.+?)(?: by (?P<step>\S+))?:")
_COUNTING = re.compile(r"for (?P<item>.+?) in (?P<items>.+) counting (?P<name>\w+):")
_SINGLE = {
    "stop": "return",
    "skip": "continue",
    "reseed": "_source = Random(random()); random, choice = _source.random, _source.choice",
}


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of a drawing file: its line number, its indent and its text without comments."""

    number: int
    indent: int
    text: str


def read_statements(text: str) -> Iterator[Statement]:
    """Yield the statements of a drawing file.

    A line with a deeper indent than the line before continues that line, unless that line ends with a colon.
    """
    waiting: Statement | None = None
    for number, raw in enumerate(text.splitlines(), start=1):
        bare = _COMMENT.sub("", raw).rstrip()
        line = Statement(number, len(bare) - len(bare.lstrip()), bare.strip())
        if not line.text:
            continue
        if waiting is not None and line.indent > waiting.indent and not waiting.text.endswith(":"):
            waiting = Statement(waiting.number, waiting.indent, f"{waiting.text} {line.text}")
            continue
        if waiting is not None:
            yield waiting
        waiting = line
    if waiting is not None:
        yield waiting


def translate_statement(line: Statement) -> str:
    """Return a statement as one line of Python, with the same indent."""
    return " " * line.indent + _translate_line(expand_values(line.text))


def translate_header(line: Statement, subject: str) -> str:
    """Translate the first line of a drawing, `drawing NAME parameters:`, to a Python `def` line.

    `subject` is the name of the first parameter, which is not written in the file.
    """
    name, _, parameters = line.text.removeprefix("drawing ").removesuffix(":").partition(" ")
    return f"def {name}({', '.join(filter(None, (subject, expand_values(parameters))))}):"


def _translate_line(text: str) -> str:
    if text in _SINGLE:
        return _SINGLE[text]
    if text.startswith("else if "):
        return text.replace("else if", "elif", 1)
    if text.startswith("within "):
        return f"with keep_within({text[7:-1]}):"
    if text.startswith("give "):
        return f"return {text[5:]}"
    if found := _REPEAT.fullmatch(text):
        return f"for {found['name'] or '_'} in range({found['count']}):"
    if found := _COUNT.fullmatch(text):
        step = found["step"] or "1"
        beyond = "- 1" if step.startswith("-") else "+ 1"
        return f"for {found['name']} in range({found['first']}, {found['last']} {beyond}, {step}):"
    if found := _COUNTING.fullmatch(text):
        return f"for {found['name']}, ({found['item']}) in enumerate(({found['items']})):"
    if text.endswith(":"):
        return text
    found = _ASSIGNMENT.fullmatch(text)
    if found is not None and _NAMES.fullmatch(found["names"]):
        return text
    found = _COMMAND.fullmatch(text)
    if found is None:
        return text
    return f"{found['owner'] or ''}draw_{found['word']}({found['values'] or ''})"


def expand_values(text: str) -> str:
    """Replace each colour by a tuple of three numbers, and each sequence of points such as `(0, 1) (2, 3)` by
    a tuple of points.
    """
    coloured = _COLOUR.sub(lambda found: str(tuple(int(part, 16) for part in found.groups())), text)
    return _expand_runs(coloured, 0)[0]


def _expand_runs(text: str, start: int) -> tuple[str, int]:
    """Expand the sequences of points from index `start` up to the next unmatched closing bracket.

    Return the expanded text and the index of that bracket.
    """
    out: list[str] = []
    index = start
    # Index in `out` of the first bracketed group of the current sequence; None outside a sequence
    run: int | None = None
    while index < len(text) and text[index] not in ")]}":
        sign = text[index]
        if sign not in "([{":
            if run is not None and not sign.isspace():
                _close_run(out, run)
                run = None
            out.append(sign)
            index += 1
            continue
        is_group = sign == "(" and (index == 0 or not (text[index - 1].isalnum() or text[index - 1] in "_)]"))
        inner, end = _expand_runs(text, index + 1)
        if not is_group and run is not None:
            _close_run(out, run)
            run = None
        elif is_group:
            run = len(out) if run is None else run
        out.append(sign + inner + text[end : end + 1])
        index = end + 1
    if run is not None:
        _close_run(out, run)
    return "".join(out), index


def _close_run(out: list[str], first: int) -> None:
    groups: Sequence[str] = [part for part in out[first:] if not part.isspace()]
    if len(groups) > 1:
        out[first:] = [f"({', '.join(groups)}) "]
