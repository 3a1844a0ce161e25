"""What is asked for of a film that is started: its script, name, format, rate and style, as fields. Pure."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from milimo_tui.core.format import plural
from milimo_tui.engines.contract.fitting import ASPECTS, RASTERS
from milimo_tui.tui.fields.choice_notes import RATES
from milimo_tui.tui.fields.form_field import Choice, FormField, Kind, choices_of

SCRIPT, NAME, FORMAT, RATE, STYLE = "script", "name", "size", "rate", "style"
SUFFIXES = (".fountain", ".spmd", ".fdx", ".pdf", ".docx", ".highland", ".txt", ".md")
USUAL_RATE = "25"
ORDER = ("24", "25", "30", "50", "60", "23.976", "29.97")


@dataclass(frozen=True, slots=True)
class Format:
    """A shape of a film: what is shown, what the command takes, what it is for."""

    words: str
    value: str
    use: str

    @property
    def pixels(self) -> str:
        """Return its size: `1024 × 576`."""
        width, height = RASTERS.get(self.value) or ASPECTS[self.value]
        return f"{width} × {height}"


FORMATS = (
    Format("landscape 3:2", "landscape", "quickest"),
    Format("wide 16:9", "wide", "television"),
    Format("cinema 1.85:1", "cinema", "cinema"),
    Format("scope 2.39:1", "2.39:1", "wide cinema"),
    Format("classic 4:3", "4:3", "old films"),
    Format("square 1:1", "1:1", "posts"),
    Format("portrait 2:3", "portrait", "portraits"),
    Format("upright 9:16", "9:16", "telephones"),
)


@dataclass(frozen=True, slots=True)
class ScriptSource:
    """Where the screenplay comes from: a path to begin with, or a text that was pasted; scripts to offer."""

    path: str = ""
    text: str = ""
    offered: Sequence[str] = ()


def film_fields(
    source: ScriptSource, title: str, look: Callable[[str], Awaitable[str]], check: Callable[[str], str]
) -> tuple[FormField, ...]:
    """Return the fields. `title` is the script's own; `look` finds out what a path leads to, `check` knows
    what is wrong with the script that was looked at last."""
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
            key=RATE, label="rate", kind=Kind.CHOICE, text=USUAL_RATE, choices=choices_of(ORDER, RATES)
        ),
        FormField(key=STYLE, label="style", help="words that head every prompt"),
    )  # fmt: skip


def film_values(texts: Mapping[str, str], text: str) -> dict[str, str]:
    """Return the form's texts as `project.new` takes them; `text` is a screenplay that was pasted."""
    shape = texts.get(FORMAT, FORMATS[0].words)
    size = next(each.value for each in FORMATS if each.words == shape)
    script = {"text": text} if text else {SCRIPT: path_of(texts[SCRIPT])}
    return {**texts, FORMAT: size, **script}


def path_of(typed: str) -> str:
    """Return the path that was typed: a terminal puts one that is dropped into it between quotes."""
    return typed.strip().strip("'\"")
