"""Fields as values: what each kind takes, why it refuses, how it is stepped, what fits what is typed."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from milimo_tui.cut.edit.clip_effects import ALIGNS, PLACES
from milimo_tui.cut.edit.transitions import DIRECTIONS, KINDS
from milimo_tui.cut.values.effects import Blend, Easing, OnDamage
from milimo_tui.story.values.film import Angle, Coverage, ElementKind, Function, Movement, Rig, Size
from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.args import arguments
from milimo_tui.studio.registry.grammar import shape_of
from milimo_tui.tui.fields.argument_field import argument_field, engines, models
from milimo_tui.tui.fields.choice_notes import NOTES, note_of
from milimo_tui.tui.fields.form_field import Choice, FormField, Kind, choices_of
from milimo_tui.tui.fields.path_facts import facts_of
from milimo_tui.tui.fields.reading import as_shown, beside, fitting, refusal, settled
from milimo_tui.tui.fields.stepping import stepped

MOVE = FormField(
    key="movement", label="movement", kind=Kind.CHOICE, choices=choices_of(Movement, NOTES["movement"])
)
STEPS = FormField(
    key="steps",
    label="steps",
    kind=Kind.NUMBER,
    least=1,
    most=60,
    is_whole=True,
    special=("auto",),
    limit="ltx2",
)  # fmt: skip
LENGTH = FormField(key="length", label="length", kind=Kind.TIME, least=1, rate=Fraction(25))
HEADING = FormField(key="heading", label="heading", help="such as INT. KITCHEN - NIGHT")
SOUND = FormField(key="sound", label="sound", kind=Kind.SWITCH)
CAST = FormField(
    key="cast", label="cast", kind=Kind.WORDS, choices=(Choice("Mara"), Choice("Jun")), is_free=True
)


@pytest.mark.parametrize(
    ("field", "typed", "reason"),
    [
        (STEPS, "80", "1 to 60 for ltx2"),
        (STEPS, "8", ""),
        (STEPS, "auto", ""),
        (STEPS, "8.5", "“8.5” is no whole number"),
        (STEPS, "nan", "“nan” is no whole number"),
        (LENGTH, "2s", ""),
        (LENGTH, "50f", ""),
        (LENGTH, "00:02", ""),
        (LENGTH, "0", "1 f or more"),
        (LENGTH, "soon", "“soon” is not a timecode"),
        (MOVE, "pan left", ""),
        (MOVE, "PAN LEFT", ""),
        (MOVE, "dolly inn", "“dolly inn” is none of these; nearest: dolly in"),
        (SOUND, "yes", ""),
        (SOUND, "perhaps", "“perhaps” is neither on nor off"),
        (CAST, "anybody", ""),
        (FormField(key="name", label="name", is_needed=True), " ", "name must be given"),
        (FormField(key="a", label="a", check=lambda text: f"not {text}"), "b", "not b"),
    ],
)
def test_what_a_field_can_t_be_is_told_in_a_few_words(field: FormField, typed: str, reason: str) -> None:
    found = refusal(field, typed)
    assert found.startswith(reason) if reason else not found, found


@pytest.mark.parametrize(
    ("field", "text", "count", "big", "after"),
    [
        (STEPS, "8", 3, False, "11"),
        (STEPS, "58", 1, True, "60"),
        (STEPS, "1", -1, False, "1"),
        (STEPS, "auto", 1, False, "1"),
        (LENGTH, "2s", 1, False, "51f"),
        (LENGTH, "2s", -1, True, "25f"),
        (LENGTH, "1f", -5, False, "1f"),
        (MOVE, "static", 1, False, "pan left"),
        (MOVE, "static", -1, False, "rack"),
        (SOUND, "on", 1, False, "off"),
        (SOUND, "on", 2, False, "on"),
        (CAST, "Mara", 1, False, "Mara"),
    ],
)
def test_less_and_more_stay_within_bounds(
    field: FormField, text: str, count: int, big: bool, after: str
) -> None:
    assert stepped(field, text, count, big=big) == after


def test_what_is_typed_finds_choices_by_their_beginning_then_by_what_they_are_for() -> None:
    assert [choice.word for choice in fitting(MOVE, "pan")] == ["pan left", "pan right"]
    assert "dolly in" in [choice.word for choice in fitting(MOVE, "thought")]
    assert [choice.word for choice in fitting(CAST, "Mara, J")] == ["Jun"]
    assert len(fitting(MOVE, "")) == len(Movement)
    assert settled(MOVE, "STATIC ") == "static"
    assert settled(SOUND, "yes") == "on"


def test_a_time_is_told_in_seconds_and_frames_whatever_it_was_typed_as() -> None:
    assert {as_shown(LENGTH, text) for text in ("2s", "50f", "50", "02:00")} == {"2.00 s   50 f"}
    assert beside(LENGTH, "2s") == "2.00 s   50 f"
    assert "timecode" in beside(LENGTH, "")
    assert beside(STEPS, "8") == "1 to 60 for ltx2, or auto"
    assert beside(HEADING, "INT.") == "such as INT. KITCHEN - NIGHT", "how it is written"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("size", Size), ("angle", Angle), ("movement", Movement), ("function", Function), ("rig", Rig),
        ("coverage", Coverage), ("blend", Blend), ("damaged", OnDamage), ("easing", Easing),
        ("kind", (*ElementKind, *KINDS)), ("direction", DIRECTIONS), ("align", ALIGNS), ("place", PLACES),
    ],
)  # fmt: skip
def test_every_choice_says_what_it_is_for(name: str, words: type[StrEnum]) -> None:
    assert [str(word) for word in words if not note_of(name, str(word))] == []


def test_every_choice_of_every_command_says_what_it_is_for() -> None:
    bare = [
        f"{entry.id} {name}: {word}"
        for entry in registry.commands().values()
        for name, item in arguments(entry.args).items()
        for word in shape_of(item)[1]
        if set(shape_of(item)[1]) != {"on", "off"} and not note_of(name, word)
    ]
    assert bare == []


def test_engines_and_weights_are_lists_with_what_each_is_for() -> None:
    assert {"ltx2", "animatic"} <= {choice.word for choice in engines()}
    assert all(choice.note for choice in (*engines(), *models(), *models("flux2")))
    items = arguments(registry.command("shot.set").args)
    assert all(argument_field(items[name], None).kind is Kind.CHOICE for name in ("engine", "model"))


def test_a_path_is_told_by_what_it_leads_to(tmp_path: Path) -> None:
    tmp_path = tmp_path / "refs"
    tmp_path.mkdir()
    Image.new("RGB", (192, 108)).save(tmp_path / "bar.png")
    (tmp_path / "words.fountain").write_text("INT. BAR")
    assert facts_of(str(tmp_path / "bar.png")) == "✓ 192 × 108"
    assert facts_of(str(tmp_path)) == "✓ folder, 2 files"
    assert facts_of(str(tmp_path / "words.fountain")).startswith("✓ 8")
    assert "nothing is there" in facts_of(str(tmp_path / "gone"))
    (tmp_path / "broken.png").write_bytes(b"no picture")
    assert facts_of(str(tmp_path / "broken.png")).startswith("✕ ")
    assert facts_of("") == ""
