"""The form on the Weights screen that asks for a family and a machine, and shows which weights that machine
could use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from milimo_tui.core.format import format_bytes, format_duration
from milimo_tui.engines.catalog.model_catalog import SETUPS
from milimo_tui.tui.fields.form_field import FieldChoice, FieldKind, FormField, make_choices
from milimo_tui.tui.forms.form import Form
from milimo_tui.tui.forms.form_dialogs import ask_form, run_form_command

if TYPE_CHECKING:
    from milimo_tui.studio.registry.registry import Outcome
    from milimo_tui.studio.session.studio import Studio
    from milimo_tui.tui.shell.screen import StudioScreen

AUTO = "auto"
MACHINE = ("card", "ram", "disk")


@dataclass(frozen=True, slots=True)
class RequestedSetup:
    """A setup plan from `model.setup`. `is_here` is True if the plan is for this machine, so that its weights
    can be installed. `is_complete` is True if all weights of the plan are installed already.
    """

    family: str
    model: str
    lines: list[str]
    question: str
    is_here: bool
    is_complete: bool


async def ask_setup(screen: StudioScreen, family: str) -> RequestedSetup | None:
    """Show the form, beginning with a family, and return the setup plan. Return None if the user cancels."""
    first = family if family in SETUPS else next(iter(SETUPS))
    outcomes: list[Outcome] = []
    typed: dict[str, str] = {}

    async def keep(texts: Mapping[str, str]) -> str:
        typed.clear()
        typed.update(texts)
        return await run_form_command(screen, "model.setup", _make_setup_values(texts), outcomes)

    form = Form(
        "Weights for a card",
        partial(make_setup_fields, first),
        keep,
        foresee=partial(predict_setup, screen.studio_app.studio),
        verb="shows the setup plan",
        whole=True,
    )
    if not await ask_form(screen, form) or not outcomes:
        return None
    outcome = outcomes[-1]
    facts = outcome.data
    return RequestedSetup(
        facts["family"],
        facts["model"],
        (outcome.text or "").splitlines(),
        _format_setup_question(facts),
        not any(typed.get(key, "").strip() for key in ("card", "ram")),
        not facts["rows"],
    )


def make_setup_fields(first: str, texts: Mapping[str, str]) -> list[FormField]:
    """Return the form's fields: the family, the weights of that family, and the memory and disk of the
    machine. `first` is the family that is selected when the form opens. `texts` are the answers given so far,
    by field.
    """
    family = texts.get("family") or first
    weight_choices = [FieldChoice(AUTO, "what suits the card")]
    weight_choices += [FieldChoice(option.model, option.brings) for option in SETUPS.get(family, ())]
    return [
        FormField(
            key="family",
            label="family",
            kind=FieldKind.CHOICE,
            text=first,
            choices=make_choices(SETUPS),
            help="the models to set up",
        ),
        FormField(
            key="model", label="weights", kind=FieldKind.CHOICE, text=AUTO, choices=tuple(weight_choices)
        ),
        _make_gigabytes_field("card", "card", "this machine’s", 1000, "its memory"),
        _make_gigabytes_field("ram", "main memory", "this machine’s", 8000, "RAM size"),
        _make_gigabytes_field("disk", "disk", "all free space", 1_000_000, "its free space"),
    ]


def _make_gigabytes_field(key: str, label: str, usual: str, most: float, help: str) -> FormField:
    return FormField(
        key=key,
        label=label,
        kind=FieldKind.NUMBER,
        default=usual,
        least=1,
        most=most,
        step=8,
        big=32,
        unit="GB",
        help=help,
    )


def predict_setup(studio: Studio, texts: Mapping[str, str]) -> str:
    """Return one line about the weights that the machine in the form could use, or the reason why it can use
    none. Raises the errors of `model.setup`.
    """
    from milimo_tui.studio.registry.registry import run_by_id

    facts = run_by_id(studio, "model.setup", _make_setup_values(texts)).data
    if not facts["recipe"]:
        return str(facts["why"])
    left = f"; {format_bytes(facts['disk_left'])} left" if (facts["disk_left"] or 0) > 0 else ""
    big, taken = format_bytes(facts["bytes"]), format_duration(facts["seconds"])
    return f"{facts['model']}, {big}{left}: {facts['size']} in {taken}"


def _make_setup_values(texts: Mapping[str, str]) -> dict[str, Any]:
    """Convert the form's texts to arguments of `model.setup`. The arguments request a dry run, which
    downloads nothing.
    """
    model = texts.get("model", AUTO)
    values = {key: texts[key] for key in ("family", *MACHINE) if texts.get(key, "").strip()}
    return {**values, "model": "" if model == AUTO else model, "dry_run": True}


def _format_setup_question(facts: Mapping[str, Any]) -> str:
    licences = ", ".join(dict.fromkeys(row["licence"] for row in facts["rows"]))
    return f"Fetch {format_bytes(facts['bytes'])} under the licence {licences}?"
