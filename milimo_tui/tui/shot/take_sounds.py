"""Asking what a take shall sound like, or whether it goes on: one form, in the inspector and in Review."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from milimo_tui.tui.fields.form_field import Choice, FormField, Kind
from milimo_tui.tui.forms.asking import ask_form, run_kept
from milimo_tui.tui.forms.form import Form

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Story, Take
    from milimo_tui.tui.shell.screen import StudioScreen

SOUND, RANGE, BEHIND, BEFORE, INTO, DUB = "sound", "range", "on", "led in", "into", "lip sync"
ACTS = (
    Choice(SOUND, "new sound, its pictures stay"),
    Choice(RANGE, "new sound from then to then"),
    Choice(BEHIND, "it goes on behind its end"),
    Choice(BEFORE, "more in front of its first frame"),
    Choice(INTO, "it goes over into another shot's take"),
    Choice(DUB, "the lines as they are now, same mouth and voice"),
)
SECONDS = 60  # that are made at once


async def ask_take_sound(screen: StudioScreen, story: Story, shot: str, take: Take) -> None:
    """Ask what is to be made of a take, and queue it."""
    number, rate = story.numbers.get(shot, shot), story.project.rate
    others = [story.numbers[one.id] for one in story.live_shots() if one.take and one.id != shot]

    def fields(texts: Mapping[str, str]) -> list[FormField]:
        act = texts.get("act", SOUND)
        first = FormField(key="act", label="what", kind=Kind.CHOICE, choices=ACTS, text=SOUND, is_needed=True)
        return [first, *_more(act, rate, others, take)]

    async def keep(texts: Mapping[str, str]) -> str:
        id, values = _order(texts)
        return await run_kept(screen, id, {"id": shot, "take": take.id, "detach": True, **values})

    await ask_form(
        screen, Form(f"{number}  sound, or more of a take", fields, keep, verb="queues it", whole=True)
    )


def _more(act: str, rate: Fraction, others: list[str], take: Take) -> list[FormField]:
    """The fields that an act has beside."""
    time: dict[str, Any] = {"kind": Kind.TIME, "rate": rate, "least": 0, "is_needed": True}
    if act == RANGE:
        most = {"most": take.length}
        return [
            FormField(key="since", label="from", text="0f", help="a time of the shot", **{**time, **most}),
            FormField(key="until", label="to", text=f"{take.length}f", **{**time, **most}),
        ]
    made = FormField(
        key="length", label="how much", text="2s", **{**time, "least": 1, "most": float(SECONDS * rate)}
    )
    if act == INTO:
        choices = tuple(Choice(one) for one in others)
        other = FormField(
            key="into", label="into", kind=Kind.CHOICE, choices=choices, is_needed=True,
            help="the shot whose picked take it leads into",
        )  # fmt: skip
        return [made, other]
    if act in (BEHIND, BEFORE):
        return [made]
    if act == DUB:
        return [FormField(key="line", label="line", kind=Kind.PATH, help="a recording; empty: its voice")]
    return []


def _order(texts: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """The command of what was asked for, with what it takes."""
    given = {name: text for name, text in texts.items() if text and name != "act"}
    match texts.get("act", SOUND):
        case "on" | "into":
            return "shot.extend", given
        case "led in":
            return "shot.extend", {**given, "before": True}
        case "lip sync":
            return "shot.dub", given
        case _:
            return "shot.sound", given
