"""The form for a film on Home: name, status, tags, description, language, format and rate, which are saved
together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from milimo_tui.core.time import format_rate, parse_ratio
from milimo_tui.story.values.film import Status
from milimo_tui.studio.project.film_formats import FORMATS
from milimo_tui.tui.fields.choice_notes import RATE_ORDER, RATES, STATUSES
from milimo_tui.tui.fields.form_field import FieldChoice, FieldKind, FormField, make_choices
from milimo_tui.tui.forms.form import Form
from milimo_tui.tui.forms.form_dialogs import ask_form, run_form_command

if TYPE_CHECKING:
    from milimo_tui.tui.shell.screen import StudioScreen


def make_film_facts_fields(film: Mapping[str, Any]) -> tuple[FormField, ...]:
    """Return the form fields for a film, with its present values. `film` is the film's row on Home."""
    sides = film["width"], film["height"]
    shape = next((each.words for each in FORMATS if each.sides == sides), "")
    return (
        FormField(key="name", label="name", text=film["name"], is_needed=True),
        FormField(
            key="status", label="status", kind=FieldKind.CHOICE, text=film["status"], is_needed=True,
            choices=make_choices((each.value for each in Status), STATUSES),
        ),
        FormField(key="tags", label="tags", text=", ".join(film["tags"]), help="wet, festival"),
        FormField(key="description", label="about", text=film["description"], help="description of the film"),
        FormField(
            key="language", label="language", text=film["language"],
            help="language of the dialogue, such as de or pt-br; empty: detected",
        ),
        FormField(
            key="format", label="format", kind=FieldKind.CHOICE, text=shape,
            choices=tuple(FieldChoice(each.words, f"{each.raster_text}   {each.use}") for each in FORMATS),
            help="size and rate of the film; existing takes stay",
        ),
        FormField(
            key="rate", label="rate", kind=FieldKind.CHOICE, text=format_rate(parse_ratio(film["rate"])),
            choices=make_choices(RATE_ORDER, RATES), is_free=True, help="durations stay the same",
        ),
    )  # fmt: skip


async def ask_film_facts(screen: StudioScreen, film: Mapping[str, Any]) -> bool:
    """Open a form with the name, status, tags, description, language, format and rate of a film. Return
    True if the form was saved. Only changed values are written.
    """
    fields = make_film_facts_fields(film)
    before = {field.key: field.text for field in fields}

    async def keep(texts: Mapping[str, str]) -> str:
        changed = {name: text for name, text in texts.items() if text.strip() != before[name].strip()}
        if not changed:
            return ""
        return await run_form_command(screen, "project.set", {"film": film["folder"], **changed})

    return await ask_form(screen, Form(f"{film['name']}", fields, keep, whole=True))
