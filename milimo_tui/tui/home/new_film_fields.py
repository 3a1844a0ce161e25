"""What is asked for of a film that is started: its script, name, format, rate and style, as fields. Pure."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from milimo_tui.core.format import plural
from milimo_tui.studio.project.film_formats import FORMATS, find_format
from milimo_tui.tui.fields.choice_notes import RATES
from milimo_tui.tui.fields.form_field import Choice, FormField, Kind, choices_of

SCRIPT, NAME, FORMAT, RATE, STYLE = "script", "name", "format", "rate", "style"
SUFFIXES = (".fountain", ".spmd", ".fdx", ".pdf", ".docx", ".highland", ".txt", ".md")
ORDER = ("24", "25", "30", "50", "60", "23.976", "29.97")


@dataclass(frozen=True, slots=True)
class ScriptSource:
    """Where the screenplay comes from: a path to begin with, or a text that was pasted; scripts to offer."""

    path: str = ""
    text: str = ""
    offered: Sequence[str] = ()


def film_fields(
    source: ScriptSource,
    title: str,
    look: Callable[[str], Awaitable[str]],
    check: Callable[[str], str],
    shape: str = "",
) -> tuple[FormField, ...]:
    """Return the fields. `title` is the script's own; `look` finds out what a path leads to, `check` knows
    what is wrong with the script that was looked at last; `shape` is the format that was chosen, which says
    the rate."""
    pasted = f"the text that was pasted, {plural(source.text.count(chr(10)) + 1, 'line')}"
    formats = tuple(Choice(each.words, f"{each.pixels}   {each.use}") for each in FORMATS)
    return (
        FormField(
            key=SCRIPT, label="script", kind=Kind.PATH, text=source.path, is_needed=not source.text,
            default=pasted if source.text else "a path, or paste the text", suffixes=SUFFIXES,
            choices=choices_of(source.offered), is_free=True, look=look, check=check,
        ),
        FormField(key=NAME, label="name", default=title, source="the script’s" if title else ""),
        FormField(key=FORMAT, label="format", kind=Kind.CHOICE, text=FORMATS[0].words, choices=formats),
        FormField(
            key=RATE, label="rate", kind=Kind.CHOICE, choices=choices_of(ORDER, RATES),
            text=find_format(shape or FORMATS[0].words).rate,
        ),
        FormField(key=STYLE, label="style", help="words that head every prompt"),
    )  # fmt: skip


def film_values(texts: Mapping[str, str], text: str) -> dict[str, str]:
    """Return the form's texts as `project.new` takes them; `text` is a screenplay that was pasted."""
    shape = texts.get(FORMAT, FORMATS[0].words)
    script = {"text": text} if text else {SCRIPT: path_of(texts[SCRIPT])}
    return {**texts, FORMAT: find_format(shape).name, **script}


def path_of(typed: str) -> str:
    """Return the path that was typed: a terminal puts one that is dropped into it between quotes."""
    return typed.strip().strip("'\"")
