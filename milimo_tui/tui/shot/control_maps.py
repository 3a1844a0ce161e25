"""The form that makes a control map (a clip of one property such as depth or edges, which a take follows).
The storyboard, the shot inspector and the Media screen use this form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from milimo_tui.engines.specs.control_specs import MAP_KINDS
from milimo_tui.studio.pictures.control_maps import MOVES
from milimo_tui.tui.fields.choice_notes import CONTROLS, MOVEMENTS
from milimo_tui.tui.fields.form_field import FieldKind, FormField, make_choices
from milimo_tui.tui.forms.form import Form
from milimo_tui.tui.forms.form_dialogs import ask_form, run_form_command

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.shell.screen import StudioScreen

BETWEEN = ";"  # Separator between several paths that the user types into one field.
KIND = FormField(
    key="kind", label="kind", kind=FieldKind.CHOICE, choices=make_choices(MAP_KINDS, CONTROLS), is_needed=True
)
OF = FormField(
    key="file", label="clip", kind=FieldKind.PATH, is_needed=True, help="a file, an asset or a shot"
)
THRESHOLDS = tuple(
    FormField(
        key=key, label=label, kind=FieldKind.NUMBER, default=usual, least=0, most=2040, big=50, is_whole=True,
        help=help,
    )
    for key, label, usual, help in (
        ("low", "weak edges from", "100", "retained if they touch a strong one"),
        ("high", "strong edges from", "200", "as in the original"),
    )
)  # fmt: skip
WAYS = (
    FormField(key="way", label="paths", help=f"points in pixels: 100,200 300,80{BETWEEN} 20,20 90,90"),
    FormField(
        key="camera", label="or the camera", kind=FieldKind.CHOICE, is_free=True,
        choices=make_choices((one.value for one in MOVES), MOVEMENTS),
        help="a movement, or 0:0,0,1 96:10,0,1.3",
    ),
    FormField(key="mask", label="or a mask", help="a moving mask of the clip: its name"),
)  # fmt: skip
WEIGHTS = FormField(
    key="model", label="weights", default="the best here", help="an id; also of weights of your own"
)
MORE: Mapping[str, tuple[FormField, ...]] = {
    "canny": THRESHOLDS,
    "motion": WAYS,
    "depth": (WEIGHTS,),
    "pose": (WEIGHTS,),
}


async def ask_control_map(screen: StudioScreen, title: str, file: str = "", shot: str = "") -> None:
    """Ask for the options of a control map, and queue the job that makes the map.

    `file` is the source; if empty, the form asks for the source. `shot` is the id of the shot that will
    follow the map; if empty, the form asks for that shot too.
    """

    def fields(texts: Mapping[str, str]) -> list[FormField]:
        shown_fields = [KIND] if file else [OF, KIND]
        shown_fields += MORE.get(texts.get("kind", ""), ())
        return shown_fields if shot else [*shown_fields, _make_follower_field(screen.film)]

    async def keep(texts: Mapping[str, str]) -> str:
        values: dict[str, Any] = {"shot": shot, **({"file": file} if file else {}), **texts}
        if "way" in values:
            values["way"] = tuple(part.strip() for part in values["way"].split(BETWEEN) if part.strip())
        return await run_form_command(screen, "control.make", {**values, "detach": True})

    await ask_form(screen, Form(f"{title}  a map to follow", fields, keep, verb="makes the map", whole=True))


def _make_follower_field(film: FilmSnapshot | None) -> FormField:
    """Return the form field for the shot that will follow the control map; the user may leave the field
    empty.
    """
    story = film.story if film else None
    numbers = [story.numbers.get(shot.id, "") for shot in story.live_shots()] if story else []
    return FormField(
        key="shot", label="shot", kind=FieldKind.CHOICE, choices=make_choices(filter(None, numbers)),
        is_free=True, help="the shot that follows the map; empty: none",
    )  # fmt: skip
