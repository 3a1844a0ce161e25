"""Conversion between Fountain emphasis and runs of styled text: bold, italics, underline. Pure, in linear
time.

The marks are the same as those that `story.values.text.strip_emphasis` removes, so that both agree on every
text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.values.text import EMPHASIS, ESCAPED, strip_emphasis

_OPEN = {"*": "\ue000", "**": "\ue001", "***": "\ue002", "_": "\ue003"}
_SHUT = {"*": "\ue004", "**": "\ue005", "***": "\ue006", "_": "\ue007"}
_STYLES = {
    "\ue000": ("italic",), "\ue001": ("bold",), "\ue002": ("bold", "italic"), "\ue003": ("underline",),
}  # fmt: skip
_MARKS = compile_lazily("[\ue000-\ue007]")
_LITERAL = compile_lazily(r"[*_]|\\(?=[*_\\~@#!>.=])")


@dataclass(frozen=True, slots=True)
class StyledRun:
    """A run of characters that all have the same style."""

    text: str
    bold: bool = False
    italic: bool = False
    underline: bool = False

    @property
    def has_no_style(self) -> bool:
        """True if the run is neither bold, italic nor underlined."""
        return not (self.bold or self.italic or self.underline)

    def has_same_style(self, other: StyledRun) -> bool:
        """Return True if both runs have the same style."""
        return (self.bold, self.italic, self.underline) == (other.bold, other.italic, other.underline)


def parse_styled_runs(text: str) -> tuple[StyledRun, ...]:
    """Split a text into runs of equal style. Emphasis marks, and the backslashes that protect characters, are
    removed.
    """
    text = _MARKS.sub("", text)
    for _ in range(3):
        text = EMPHASIS.sub(lambda found: f"{_OPEN[found[1]]}{found[2]}{_SHUT[found[1]]}", text)
    depth = {"bold": 0, "italic": 0, "underline": 0}
    out: list[StyledRun] = []
    done = 0
    for mark in _MARKS.finditer(text):
        _append_run(out, text[done : mark.start()], depth)
        done = mark.end()
        opens = mark[0] in _STYLES
        for style in _STYLES[mark[0] if opens else chr(ord(mark[0]) - 4)]:
            depth[style] += 1 if opens else -1
    _append_run(out, text[done:], depth)
    return tuple(_join_equal_runs(out))


def _join_equal_runs(runs: Iterable[StyledRun]) -> list[StyledRun]:
    """Join consecutive runs that have the same style, and drop empty runs."""
    full = (run for run in runs if run.text)
    groups = (list(group) for _, group in groupby(full, lambda run: (run.bold, run.italic, run.underline)))
    return [replace(group[0], text="".join(run.text for run in group)) for group in groups]


def _append_run(out: list[StyledRun], text: str, depth: dict[str, int]) -> None:
    if text:
        styles = (depth[style] > 0 for style in ("bold", "italic", "underline"))
        out.append(StyledRun(ESCAPED.sub(r"\1", text), *styles))


def write_styled_runs(runs: Iterable[StyledRun]) -> str:
    """Return runs as text with Fountain marks. Characters that would be parsed as marks get a backslash.

    Spaces at the ends of a run are outside its marks. A style that spans several lines is marked on each
    line. If marks would change the text (`**a*b**`), the style is dropped.
    """
    runs = tuple(runs)
    text = "".join([run.text for run in runs])
    bare = escape_emphasis(text)
    if all(run.has_no_style for run in runs):
        return bare
    joined = _join_equal_runs(runs)
    out = "".join("\n".join(_mark_line(line, run) for line in run.text.split("\n")) for run in joined)
    return out if strip_emphasis(out) == text else bare


def escape_emphasis(text: str) -> str:
    """Return a text so that Fountain shows it unchanged: characters that would be parsed as marks get a
    backslash.
    """
    return text if strip_emphasis(text) == text else _LITERAL.sub(r"\\\g<0>", text)


def _mark_line(text: str, run: StyledRun) -> str:
    core = text.strip()
    if not core:
        return text
    start = len(text) - len(text.lstrip())
    around = text[:start], text[start + len(core) :]
    core = _LITERAL.sub(r"\\\g<0>", core)
    if run.bold or run.italic:
        stars = "*" * ((2 if run.bold else 0) + (1 if run.italic else 0))
        core = f"{stars}{core}{stars}"
    if run.underline:
        core = f"_{core}_"
    return core.join(around)
