"""Test fields as values: accepted input of each kind, reasons for refusal, stepping, and completions."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from milimo_tui.cut.values.effects import Blend, OnDamage, TitleAlign, TitlePlace
from milimo_tui.cut.values.keyframes import Easing
from milimo_tui.cut.values.transition_kinds import TRANSITIONS, Direction
from milimo_tui.story.values.film import ElementKind
from milimo_tui.story.values.shot_words import Angle, Coverage, Function, Movement, Rig, Size
from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.args import read_arguments
from milimo_tui.studio.registry.grammar import get_argument_shape
from milimo_tui.tui.fields.argument_field import list_engine_choices, list_model_choices, make_argument_field
from milimo_tui.tui.fields.choice_notes import NOTES, get_choice_note
from milimo_tui.tui.fields.form_field import FieldChoice, FieldKind, FormField, make_choices
from milimo_tui.tui.fields.path_facts import describe_path
from milimo_tui.tui.fields.reading import (
    describe_typed_value,
    explain_refusal,
    format_closed_field,
    list_matching_choices,
    normalize_field_text,
)
from milimo_tui.tui.fields.stepping import step_field_text

MOVE = FormField(
    key="movement", label="movement", kind=FieldKind.CHOICE, choices=make_choices(Movement, NOTES["movement"])
)
STEPS = FormField(
    key="steps",
    label="steps",
    kind=FieldKind.NUMBER,
    least=1,
    most=60,
    is_whole=True,
    special=("auto",),
    limit="ltx2",
)
LENGTH = FormField(key="length", label="length", kind=FieldKind.TIME, least=1, rate=Fraction(25))
HEADING = FormField(key="heading", label="heading", help="such as INT. KITCHEN - NIGHT")
SOUND = FormField(key="sound", label="sound", kind=FieldKind.SWITCH)
CAST = FormField(
    key="cast",
    label="cast",
    kind=FieldKind.WORDS,
    choices=(FieldChoice("Mara"), FieldChoice("Jun")),
    is_free=True,
)


@pytest.mark.parametrize(
    ("field", "typed", "reason"),
    [
        (STEPS, "80", "1 to 60 for ltx2"),
        (STEPS, "8", ""),
        (STEPS, "auto", ""),
        (STEPS, "8.5", "“8.5” is not a whole number"),
        (STEPS, "nan", "“nan” is not a whole number"),
        (LENGTH, "2s", ""),
        (LENGTH, "50f", ""),
        (LENGTH, "00:02", ""),
        (LENGTH, "0", "1 f or more"),
        (LENGTH, "soon", "“soon” is not a timecode"),
        (MOVE, "pan left", ""),
        (MOVE, "PAN LEFT", ""),
        (MOVE, "dolly inn", "“dolly inn” isn't in the list; nearest: dolly in"),
        (SOUND, "yes", ""),
        (SOUND, "perhaps", "“perhaps” is neither on nor off"),
        (CAST, "anybody", ""),
        (FormField(key="name", label="name", is_needed=True), " ", "name must be given"),
        (FormField(key="a", label="a", check=lambda text: f"not {text}"), "b", "not b"),
    ],
)
def test_invalid_field_value_is_explained_in_a_few_words(field: FormField, typed: str, reason: str) -> None:
    found = explain_refusal(field, typed)
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
def test_steps_stay_within_bounds(field: FormField, text: str, count: int, big: bool, after: str) -> None:
    assert step_field_text(field, text, count, big=big) == after


def test_typed_text_finds_choices_by_prefix_then_by_description() -> None:
    assert [choice.word for choice in list_matching_choices(MOVE, "pan")] == ["pan left", "pan right"]
    assert "dolly in" in [choice.word for choice in list_matching_choices(MOVE, "thought")]
    assert [choice.word for choice in list_matching_choices(CAST, "Mara, J")] == ["Jun"]
    assert len(list_matching_choices(MOVE, "")) == len(Movement)
    assert normalize_field_text(MOVE, "STATIC ") == "static"
    assert normalize_field_text(SOUND, "yes") == "on"


def test_time_is_shown_in_seconds_and_frames() -> None:
    assert {format_closed_field(LENGTH, text) for text in ("2s", "50f", "50", "02:00")} == {"2.00 s   50 f"}
    assert describe_typed_value(LENGTH, "2s") == "2.00 s   50 f"
    assert "timecode" in describe_typed_value(LENGTH, "")
    assert describe_typed_value(STEPS, "8") == "1 to 60 for ltx2, or auto"
    assert describe_typed_value(HEADING, "INT.") == "such as INT. KITCHEN - NIGHT", "how it is written"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("size", Size),
        ("angle", Angle),
        ("movement", Movement),
        ("function", Function),
        ("rig", Rig),
        ("coverage", Coverage),
        ("blend", Blend),
        ("damaged", OnDamage),
        ("easing", Easing),
        ("kind", (*ElementKind, *TRANSITIONS)),
        ("direction", tuple(Direction)),
        ("align", TitleAlign),
        ("place", TitlePlace),
    ],
)
def test_every_choice_is_described(name: str, words: type[StrEnum]) -> None:
    assert [str(word) for word in words if not get_choice_note(name, str(word))] == []


def test_every_choice_of_every_command_is_described() -> None:
    bare = [
        f"{entry.id} {name}: {word}"
        for entry in registry.list_commands().values()
        for name, item in read_arguments(entry.args).items()
        for word in get_argument_shape(item)[1]
        if set(get_argument_shape(item)[1]) != {"on", "off"} and not get_choice_note(name, word)
    ]
    assert bare == []


def test_engines_and_weights_are_listed_with_their_purpose() -> None:
    assert {"ltx2", "animatic"} <= {choice.word for choice in list_engine_choices()}
    assert all(
        choice.note
        for choice in (*list_engine_choices(), *list_model_choices(), *list_model_choices("flux2"))
    )
    items = read_arguments(registry.find_command("shot.set").args)
    assert all(
        make_argument_field(items[name], None).kind is FieldKind.CHOICE for name in ("engine", "model")
    )
    for command in ("project.new", "project.set"):
        engine = read_arguments(registry.find_command(command).args)["engine"]
        assert make_argument_field(engine, None).kind is FieldKind.CHOICE


def test_path_is_described_by_its_target(tmp_path: Path) -> None:
    tmp_path = tmp_path / "refs"
    tmp_path.mkdir()
    Image.new("RGB", (192, 108)).save(tmp_path / "bar.png")
    (tmp_path / "words.fountain").write_text("INT. BAR")
    assert describe_path(str(tmp_path / "bar.png")) == "✓ 192 × 108"
    assert describe_path(str(tmp_path)) == "✓ folder, 2 files"
    assert describe_path(str(tmp_path / "words.fountain")).startswith("✓ 8")
    assert "nothing is there" in describe_path(str(tmp_path / "gone"))
    many = tmp_path / "many"
    many.mkdir()
    for number in range(999):
        (many / f"{number}.png").touch()
    assert describe_path(str(many)) == "✓ folder, 999 files"
    (many / "last.png").touch()
    assert describe_path(str(many)) == "✓ folder, 1,000 files or more", "counting stops there"
    (tmp_path / "broken.png").write_bytes(b"no picture")
    assert describe_path(str(tmp_path / "broken.png")).startswith("✕ ")
    assert describe_path("") == ""
