"""The fields for a new film: script, name, template, format, rate and style. Pure functions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from milimo_tui.core.file_suffixes import SCRIPT_SUFFIXES
from milimo_tui.core.format import format_count
from milimo_tui.core.time import format_rate, parse_rate
from milimo_tui.studio.project.film_formats import FORMATS, find_film_format
from milimo_tui.studio.project.templates import Template
from milimo_tui.tui.fields.choice_notes import RATE_ORDER, RATES
from milimo_tui.tui.fields.form_field import FieldChoice, FieldKind, FormField, make_choices

SCRIPT, NAME, TEMPLATE, FORMAT, RATE, STYLE = "script", "name", "template", "format", "rate", "style"
PLAIN = "none"  # The choice that stands for no template.


@dataclass(frozen=True, slots=True)
class NewScriptSource:
    """The screenplay for a new film. `path` is the first content of the field for the script's path, and
    `text` is a pasted screenplay. `offered` lists the paths that the field offers.
    """

    path: str = ""
    text: str = ""
    offered: Sequence[str] = ()


def make_new_film_fields(
    source: NewScriptSource,
    title: str,
    look: Callable[[str], Awaitable[str]],
    check: Callable[[str], str],
    chosen: Mapping[str, str],
    templates: Sequence[Template] = (),
) -> tuple[FormField, ...]:
    """Return the fields for a new film.

    - `title` is the title in the script, the default of the film's name.
    - `look` returns a description of the script at a path.
    - `check` returns the reason why the script at a path can't be read; empty if it can.
    - `chosen` holds the present choices. A template sets format, rate and style; a format sets the rate.
    - `templates` are the templates of this studio home.
    """
    pasted = f"the text that was pasted, {format_count(source.text.count(chr(10)) + 1, 'line')}"
    begun_with = next((each for each in templates if each.name == chosen.get(TEMPLATE)), None)
    shape = chosen.get(FORMAT) or _format_template_shape(begun_with)
    offered = (
        FieldChoice(PLAIN, "the default settings"),
        *(FieldChoice(each.name, each.about) for each in templates),
    )
    formats = tuple(FieldChoice(each.words, f"{each.raster_text}   {each.use}") for each in FORMATS)
    return (
        FormField(
            key=SCRIPT,
            label="script",
            kind=FieldKind.PATH,
            text=source.path,
            is_needed=not source.text,
            default=pasted if source.text else "a path, or paste the text",
            suffixes=SCRIPT_SUFFIXES,
            choices=make_choices(source.offered),
            is_free=True,
            look=look,
            check=check,
        ),
        FormField(key=NAME, label="name", default=title, source="the script’s" if title else ""),
        FormField(key=TEMPLATE, label="template", kind=FieldKind.CHOICE, text=PLAIN, choices=offered),
        FormField(
            key=FORMAT,
            label="format",
            kind=FieldKind.CHOICE,
            text=_format_template_shape(begun_with),
            choices=formats,
            default=f"{begun_with.width} × {begun_with.height}" if begun_with is not None else "",
        ),
        FormField(
            key=RATE,
            label="rate",
            kind=FieldKind.CHOICE,
            choices=make_choices(RATE_ORDER, RATES),
            text=_choose_default_rate(begun_with, chosen.get(FORMAT) or shape),
        ),
        FormField(
            key=STYLE,
            label="style",
            help="words at the start of every prompt",
            default=begun_with.style if begun_with is not None else "",
        ),
    )


def make_new_film_values(texts: Mapping[str, str], text: str) -> dict[str, str]:
    """Return the form's texts as arguments of the command `project.new`. `text` is a pasted screenplay; if it
    is empty, the path in `texts` is used.
    """
    shape, template = texts.get(FORMAT, ""), texts.get(TEMPLATE, PLAIN)
    script = {"text": text} if text else {SCRIPT: strip_path_quotes(texts[SCRIPT])}
    template_values = {TEMPLATE: "" if template == PLAIN else template}
    return {**texts, **template_values, FORMAT: find_film_format(shape).name if shape else "", **script}


def _format_template_shape(template: Template | None) -> str:
    """Return the name of the format that has the width and height of a template; empty if no format has this
    size. Without a template, return the name of the first format.
    """
    if template is None:
        return FORMATS[0].words
    sides = template.width, template.height
    return next((each.words for each in FORMATS if each.sides == sides), "")


def _choose_default_rate(template: Template | None, shape: str) -> str:
    """Return the default for the frame rate. If the chosen format (`shape`) is that of the template, this is
    the template's rate. Otherwise it is the rate that belongs to the format.
    """
    if template is not None and shape == _format_template_shape(template):
        return format_rate(parse_rate(template.rate))
    return find_film_format(shape or FORMATS[0].words).rate


def strip_path_quotes(typed: str) -> str:
    """Return a typed path without quotes. Terminals put quotes around a path that is dropped on them."""
    return typed.strip().strip("'\"")
