"""The form that changes the sound of a take or extends the take, used in the shot inspector and in Review."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from milimo_tui.tui.fields.form_field import FieldChoice, FieldKind, FormField
from milimo_tui.tui.forms.form import Form
from milimo_tui.tui.forms.form_dialogs import ask_form, run_form_command

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Story, Take
    from milimo_tui.tui.shell.screen import StudioScreen

SOUND, RANGE, BEHIND, BEFORE, INTO, DUB = "sound", "range", "on", "led in", "into", "lip sync"
LED, OVER = "recording", "clip"
# The changes that the form offers for an existing take. `OF_SHOT` below has the kinds of new takes that it
# offers.
ACTS = (
    FieldChoice(SOUND, "new sound, its pictures stay"),
    FieldChoice(RANGE, "new sound for a time range"),
    FieldChoice(BEHIND, "it continues after its end"),
    FieldChoice(BEFORE, "more before its first frame"),
    FieldChoice(INTO, "it continues into another shot's take"),
    FieldChoice(DUB, "the lines as they are now, same mouth and voice"),
)
OF_SHOT = (
    FieldChoice(LED, "a take whose pictures follow a recorded line"),
    FieldChoice(OVER, "a take of a clip’s pictures, with new sound"),
)
SECONDS = 60  # Maximum length of an extension in seconds. The form does not accept a longer one.


async def ask_take_sound(screen: StudioScreen, story: Story, shot: str, take: Take | None) -> None:
    """Open the form and queue the chosen job: a change of the sound or length of `take`, or a new take of the
    shot that follows a recording.

    If `take` is None, only the new take is offered.
    """
    number, rate = story.numbers.get(shot, shot), story.project.rate
    others = [story.numbers[one.id] for one in story.live_shots() if one.take and one.id != shot]

    choices = (*ACTS, *OF_SHOT) if take is not None else OF_SHOT
    usual = choices[0].word

    def fields(texts: Mapping[str, str]) -> list[FormField]:
        act = texts.get("act", usual)
        first = FormField(
            key="act", label="change", kind=FieldKind.CHOICE, choices=choices, text=usual, is_needed=True
        )
        more = (
            _make_recording_fields(act)
            if take is None or act in (LED, OVER)
            else _make_sound_act_fields(act, rate, others, take)
        )
        return [first, *more]

    async def keep(texts: Mapping[str, str]) -> str:
        id, values = _make_sound_command({"act": usual, **texts})
        if id == "shot.make":
            led = {"ids": (shot,), "detach": True, "engine": _find_recording_engine(story, shot), **values}
            return await run_form_command(screen, id, led)
        of = {"take": take.id} if take is not None and "over" not in values else {}
        return await run_form_command(screen, id, {"id": shot, **of, "detach": True, **values})

    await ask_form(
        screen, Form(f"{number}  sound, or more of a take", fields, keep, verb="queues the job", whole=True)
    )


def _find_recording_engine(story: Story, shot: str) -> str:
    """Return the name of the engine for a take that follows a recording. The name is empty if the shot's own
    engine can make this take; an engine that only draws pictures cannot.
    """
    from milimo_tui.studio.made_takes.take_orders import list_take_changers
    from milimo_tui.studio.takes import shot_spec

    own = shot_spec.choose_engine(story, shot_spec.find_shot(story, shot))
    return next(iter(list_take_changers()), "") if shot_spec.is_drawing_engine(own) else ""


def _make_recording_fields(act: str) -> list[FormField]:
    """Return the form field for a recording or clip; `act` is the chosen kind of take."""
    key, label, help = (
        ("over", "clip", "a file, or a clip of the film") if act == OVER
        else ("sound", "line", "a recording, no longer than the shot")
    )  # fmt: skip
    return [FormField(key=key, label=label, kind=FieldKind.PATH, is_needed=True, help=help)]


def _make_sound_act_fields(act: str, rate: Fraction, others: list[str], take: Take) -> list[FormField]:
    """Return the form fields for the details of the change `act`, such as the length of an extension.
    `others` are the numbers of the shots into which the take can lead.
    """
    time: dict[str, Any] = {"kind": FieldKind.TIME, "rate": rate, "least": 0, "is_needed": True}
    if act == RANGE:
        most = {"most": take.length}
        return [
            FormField(key="since", label="from", text="0f", help="a time of the shot", **{**time, **most}),
            FormField(key="until", label="to", text=f"{take.length}f", **{**time, **most}),
        ]
    field = FormField(
        key="length", label="length", text="2s", **{**time, "least": 1, "most": float(SECONDS * rate)}
    )
    if act == INTO:
        choices = tuple(FieldChoice(one) for one in others)
        other = FormField(
            key="into", label="bridge to", kind=FieldKind.CHOICE, choices=choices, is_needed=True,
            help="the shot whose picked take follows",
        )  # fmt: skip
        return [field, other]
    if act in (BEHIND, BEFORE):
        return [field]
    if act == DUB:
        return [
            FormField(
                key="line",
                label="line",
                kind=FieldKind.PATH,
                help="a recording; empty: the voice of the take",
            )
        ]
    return []


def _make_sound_command(texts: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """Return the id of the command to run for the form's answers, and the command's arguments."""
    given = {name: text for name, text in texts.items() if text and name != "act"}
    match texts.get("act", SOUND):
        case "on" | "into":
            return "shot.extend", given
        case "led in":
            return "shot.extend", {**given, "before": True}
        case "lip sync":
            return "shot.dub", given
        case "recording":
            return "shot.make", given
        case _:
            return "shot.sound", given
