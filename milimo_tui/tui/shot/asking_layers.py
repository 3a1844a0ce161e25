"""The form for one attribute of a place (function, light, sound and so on; the option `--layer`).

Used by the Elements screen, the shot inspector and the plan of a scene.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from milimo_tui.story.values.place_layers import LAYERS, MAX_LAYER_LENGTH
from milimo_tui.tui.fields.form_field import FieldKind, FormField, make_choices
from milimo_tui.tui.forms.form import Form
from milimo_tui.tui.forms.form_dialogs import ask_form
from milimo_tui.tui.shell.screen import StudioScreen

if TYPE_CHECKING:
    from textual.geometry import Region

TAKE_BACK = "-"
HELP = f"in words; {TAKE_BACK} removes it"


async def ask_layer(
    screen: StudioScreen, owner: str, known: Mapping[str, str], name: str = "", at: Region | None = None
) -> str:
    """Ask the user for the text of a place attribute (such as light or sound), and return the answer as a
    value of the option `--layer`.

    `owner` is the name of the place, scene or shot for the question, and `known` has the present texts by
    attribute. If `name` is given, only that attribute is edited, inside the screen region `at`. Otherwise a
    form asks for the attribute too. Returns an empty string if nothing changes.
    """
    if name:
        label = f"{owner} {name} ({LAYERS[name]}; {TAKE_BACK} removes it):"
        text = await screen.ask_field(_make_layer_words_field(name, known), label=label, name="LAYER", at=at)
        return "" if text is None else _to_layer_argument(name, text, known)
    answers: dict[str, str] = {}

    def fields(texts: Mapping[str, str]) -> tuple[FormField, ...]:
        choices = make_choices(LAYERS, LAYERS)
        layer = FormField(
            key="layer", label="attribute", kind=FieldKind.CHOICE, choices=choices, is_needed=True
        )
        return layer, _make_layer_words_field(texts.get("layer", ""), known)

    async def keep(texts: Mapping[str, str]) -> str:
        answers.update(texts)
        return ""

    await ask_form(screen, Form(f"{owner}  attribute of its place", fields, keep, whole=True))
    return _to_layer_argument(answers["layer"], answers["words"], known) if "words" in answers else ""


def _make_layer_words_field(name: str, known: Mapping[str, str]) -> FormField:
    def check(text: str) -> str:
        return (
            f"{len(text)} letters are too many; at most {MAX_LAYER_LENGTH}"
            if len(text) > MAX_LAYER_LENGTH
            else ""
        )

    return FormField(
        key="words", label="text", text=known.get(name, ""), help=HELP, is_needed=True, check=check
    )


def _to_layer_argument(name: str, text: str, known: Mapping[str, str]) -> str:
    """Return `name=text` for the option `--layer`, only `name` if the attribute is to be reset, or an empty
    string if the text is unchanged.
    """
    words = text.strip()
    if words == known.get(name, ""):
        return ""
    return name if words == TAKE_BACK else f"{name}={words}"
