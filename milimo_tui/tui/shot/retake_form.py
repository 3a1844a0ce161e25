"""The form that makes a changed version of a take: a part generated again, another frame size, a larger
picture or a higher frame rate.

The shot inspector opens the form for the take under the cursor or the picked take, Review for the take that
is on the screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from milimo_tui.tui.fields.form_field import FieldChoice, FieldKind, FormField
from milimo_tui.tui.forms.form import Form
from milimo_tui.tui.forms.form_dialogs import ask_form, run_form_command

if TYPE_CHECKING:
    from milimo_tui.tui.shell.screen import StudioScreen

AGAIN, FRAME, LARGER, MORE = "again", "new frame", "twice the sides", "twice the frames"
_WAYS = (
    FieldChoice(AGAIN, "a range, a region, or all of it"),
    FieldChoice(FRAME, "the picture stays, its edges are new"),
    FieldChoice(LARGER, "by the latent upsampler, with handles"),
    FieldChoice(MORE, "in the same time, for slow motion"),
)
_SOUND = (
    FieldChoice("auto", "new in a range of complete frames"),
    FieldChoice("new", "new in the range"),
    FieldChoice("keep", "as it is"),
)

_GROW = FormField(
    key="grow",
    label="grow",
    kind=FieldKind.NUMBER,
    default="0",
    least=-512,
    most=512,
    big=16,
    is_whole=True,
    help="pixels by which the mask grows or shrinks",
)
_FEATHER = FormField(
    key="feather",
    label="soft edge",
    kind=FieldKind.NUMBER,
    default="8",
    least=0,
    most=512,
    big=16,
    is_whole=True,
    help="pixels, inwards",
)


def make_retake_fields(texts: Mapping[str, str]) -> list[FormField]:
    """Return the form fields for the kind of change that the user chose, such as a larger picture. `texts`
    has the answers given so far, by field.
    """
    change = texts.get("way", AGAIN)
    first = FormField(
        key="way",
        label="make",
        kind=FieldKind.CHOICE,
        text=AGAIN,
        choices=_WAYS,
        help="the change to make; the old take stays",
    )
    strength = FormField(
        key="strength",
        label="strength",
        kind=FieldKind.NUMBER,
        least=0.01,
        most=1,
        step=0.05,
        big=0.25,
        default="1; all of it: 0.9" if change == AGAIN else "1" if change == FRAME else "0",
        help="noise at the start: 1 makes everything new",
    )
    if change in (LARGER, MORE):
        return [first, strength]
    words = FormField(
        key="prompt", label="prompt", default="the shot’s prompt", help="description of the new picture"
    )
    sound = FormField(key="sound", label="sound", kind=FieldKind.CHOICE, text="auto", choices=_SOUND)
    if change == FRAME:
        frame = FormField(
            key="frame", label="frame", text="film", help="1280x704, or film: the size of the film"
        )
        place = FormField(
            key="place",
            label="place",
            default="in the middle",
            help="left,top of the picture in the frame (pixels)",
        )
        return [first, frame, place, words, strength]
    where = [
        FormField(key="range", label="range", default="all of it", help="12..48, 1s..2.5s, 12.. to its end"),
        FormField(
            key="region",
            label="region",
            default="whole picture",
            help="left,top,right,bottom: 0.5,0,1,1, or pixels",
        ),
        FormField(key="mask", label="mask", help="a name or a file: white areas are made again"),
    ]
    edge = [_GROW] if texts.get("mask") else []
    edge += [_FEATHER] if texts.get("mask") or texts.get("region") else []
    return [first, *where, *edge, words, strength, sound]


async def ask_retake(screen: StudioScreen, title: str, shot: str, take: str) -> None:
    """Ask which change to make to a take, and queue the job. `shot` and `take` are ids."""

    async def keep(texts: Mapping[str, str]) -> str:
        change = texts.get("way", AGAIN)
        values = {name: text for name, text in texts.items() if name != "way"}
        command = "shot.upscale" if change in (LARGER, MORE) else "shot.retake"
        extra = {"time": True} if change == MORE else {}
        return await run_form_command(
            screen, command, {"id": shot, "take": take, **values, **extra, "detach": True}
        )

    await ask_form(screen, Form(title, make_retake_fields, keep, verb="makes the take", whole=True))
