"""Test the table of inspector fields: every value can be stepped, displayed and typed within its range, and
is written by a command.
"""

from __future__ import annotations

from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

import pytest

from milimo_tui.core.errors import BadInput
from milimo_tui.cut.edit.clip_effects import CHOICES
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import (
    Clip,
    ClipSource,
    Cut,
    SourceKind,
    TrackKind,
    Transition,
    return_no_media_limit,
)
from milimo_tui.cut.values.effects import NO_EFFECTS, PARAMS, Effects, Title
from milimo_tui.cut.values.keyframes import Keyframe
from milimo_tui.cut.values.transition_kinds import TransitionKind
from milimo_tui.story.values.film import Shot
from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.args import read_arguments, validate_args
from milimo_tui.tui.timeline.fields.changes import find_next_easing, is_animated, make_clip_change
from milimo_tui.tui.timeline.fields.field_text import (
    format_for_typing,
    format_pan,
    format_setting_number,
    format_setting_value,
    key_lane,
    parse_setting_value,
)
from milimo_tui.tui.timeline.fields.fields import (
    BY_KEY,
    FIELDS,
    NONE,
    FieldGroup,
    FieldShape,
    InspectorField,
    step_setting_value,
)
from milimo_tui.tui.timeline.fields.subject import (
    InspectorSubject,
    find_clip_field,
    find_edge_transitions,
    list_clip_fields,
    read_field_value,
)
from milimo_tui.tui.timeline.values.model import order_lanes
from tests.tui.timeline.timeline_films import clip, track

RATE = Fraction(25)
SHOWN = replace(clip("c", "V1", 100, ClipSource(SourceKind.SHOT, "shot_1")), order="V")
SHOT = Shot(id="shot_1", scene="scn_1", order="a")
TITLED = replace(
    SHOWN, id="t", source=ClipSource(SourceKind.TITLE), effects=Effects(title=Title(text="Rain\nMarket"))
)
V1 = track("V1", "a", magnetic=True)
NEXT = replace(SHOWN, id="n", order="W")
JOINED = Transition(id="j", cut="cut_1", left="c", right="n", frames=10, kind=TransitionKind.WIPE)
CUT = Cut(id="cut_1", name="long", tracks=(V1,), clips=(SHOWN, NEXT), transitions=(JOINED,))


def subject_of(field: InspectorField, cut: Cut = CUT) -> InspectorSubject:
    """Return a clip of V1 that has the field: the first clip, which has a wipe at its tail, a title, or the
    second clip.
    """
    if field.group is FieldGroup.TITLE:
        return InspectorSubject(TITLED, TrackKind.VIDEO, RATE)
    (lane,) = order_lanes(cut, {V1.id: layout(cut).get_row(V1.id)})
    span = lane.spans[1] if field.edge == "head" and field.group is FieldGroup.JOIN else lane.spans[0]
    return InspectorSubject(
        span.clip,
        TrackKind.VIDEO,
        RATE,
        0,
        SHOT,
        "768x512",
        find_edge_transitions(lane, span, lane.dissolves),
    )


def test_every_effect_number_is_in_the_inspector() -> None:
    assert {field.key for field in FIELDS if field.can_have_keys} == {
        name for name in PARAMS if not PARAMS[name].timed
    }
    assert len(BY_KEY) == len(FIELDS), "no key twice"


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.key)
def test_row_73_every_setting_steps_within_its_range_and_is_read_as_displayed(
    field: InspectorField,
) -> None:
    value = read_field_value(field, subject_of(field))
    assert parse_setting_value(field, format_for_typing(field, value, RATE), RATE) == (
        "" if value is None and not field.auto else value
    )
    if not field.can_step:
        return
    value = field.low if value is None else value
    up = step_setting_value(field, value, 1)
    assert up != value or up == field.high
    assert parse_setting_value(field, format_for_typing(field, up, RATE), RATE) == up
    if field.shape in (FieldShape.SWITCH, FieldShape.ONE_OF, FieldShape.COLOUR):
        assert step_setting_value(field, up, -1) == value
        return
    assert step_setting_value(field, value, 10**12, big=True) == field.high
    assert step_setting_value(field, value, -(10**12), big=True) == field.low
    if field.low > 0 or field.shape not in (FieldShape.FRAMES, FieldShape.TIME):
        with pytest.raises(BadInput, match=r"can't be|whole|not a position"):
            parse_setting_value(field, str((field.high + 1) * field.times * 2), RATE)


def test_row_73_steps_size_and_ranges_are_settings_of_the_shot() -> None:
    """Seed, frames, guidance in steps of 0.5, sampler steps and size can be edited."""
    shots = {field.key: field for field in FIELDS if field.group is FieldGroup.SHOT}
    assert {"seed", "frames", "guidance", "steps", "size", "prompt", "negative"} <= set(shots)
    assert step_setting_value(shots["guidance"], 3.0, 1) == 3.5
    assert (shots["steps"].low, shots["steps"].high) == (1, 1000)
    assert parse_setting_value(shots["steps"], "auto", RATE) is None
    assert step_setting_value(shots["frames"], 25, -1) == 24, "no least of 25 frames"


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("opacity", "80", 0.8),
        ("opacity", "80 %", 0.8),
        ("scale", "112.5%", 1.125),
        ("gain_db", "-3", -3.0),
        ("gain_db", "−3,5 dB", -3.5),
        ("pan", "L 50", -0.5),
        ("pan", "r100", 1.0),
        ("pan", "c", 0.0),
        ("speed", "50", Fraction(1, 2)),
        ("speed", "1/3", Fraction(1, 3)),
        ("speed", "2x", Fraction(2)),
        ("speed", "-100 %", Fraction(-1)),
        ("fade_in", "1:00", 25),
        ("fade_in", "0.5 s", 13),
        ("length", "48 f", 48),
        ("blend", "Screen", "screen"),
        ("flip_h", "yes", True),
        ("steps", "8", 8),
        ("lut", "none", ""),
        ("source_in", "1:00", 25),
        ("title_text", "Rain\\nMarket", "Rain\nMarket"),
        ("title_colour", "Red", "#ff5f56"),
        ("title_colour", "#FC0", "#ffcc00"),
        ("title_background", "none", ""),
        ("tail_kind", "Wipe", "wipe"),
    ],
)
def test_values_are_read_in_usual_spellings(key: str, typed: str, value: Any) -> None:
    assert parse_setting_value(BY_KEY[key], typed, RATE) == value


@pytest.mark.parametrize(
    ("key", "typed", "why"),
    [
        ("opacity", "101", "from 0 % to 100 %"),
        ("scale", "0", "from 1 %"),
        ("opacity", "nan", "from 0 % to 100 %"),
        ("gain_db", "loud", "from −96 dB to 24 dB"),
        ("pan", "up", "L 50"),
        ("speed", "fast", "a negative speed plays backwards"),
        ("speed", "2e9", "10000 %"),
        ("length", "0", "from 1 f"),
        ("length", "soon", "2.5s"),
        ("blend", "burn", "multiply"),
        ("muted", "perhaps", "yes"),
        ("steps", "0", "or auto"),
        ("title_colour", "none", "#rrggbb"),
        ("title_size", "200", "from 0.5 % to 100 %"),
        ("tail_softness", "-1", "from 0 %"),
        ("seed", "9" * 6000, "from 0 to 4294967295"),
        ("length", "9" * 6000, "is not a timecode"),
        ("length", "1" * 12, "from 1 f on"),
        ("fade_in", "1e99999999 s", "number of seconds"),
        ("speed", "9" * 6000, "is not a number"),
        ("speed", "1/0", "is not a number"),
        ("pan", "9" * 6000, "from L 100"),
        ("opacity", "", "is not a number"),
    ],
)
def test_refusal_lists_what_is_possible(key: str, typed: str, why: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_setting_value(BY_KEY[key], typed, RATE)
    text = f"{caught.value.message} {caught.value.hint}"
    assert why in text
    assert len(text) < 160, "one clear sentence, whatever was typed"


def test_numbers_have_sign_and_unit() -> None:
    assert [format_setting_number(value, 1, "dB") for value in (-3, 0, 2.5, -0.01)] == [
        "−3.0 dB",
        "0.0 dB",
        "2.5 dB",
        "−0.01 dB",
    ]
    assert format_setting_number(112.5, 0, "%") == "112.5 %"
    assert [format_pan(value) for value in (-0.5, 0, 1)] == ["L 50", "C", "R 100"]
    assert format_setting_value(BY_KEY["length"], 60, RATE) == "60 f   2.40 s"


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.key)
def test_every_change_is_a_command_with_the_displayed_effect(field: InspectorField) -> None:
    """The arguments are those of the command, and the preview shows the requested value."""
    subject = subject_of(field)
    cut = replace(CUT, clips=(*CUT.clips, TITLED)) if field.group is FieldGroup.TITLE else CUT
    if field.group is FieldGroup.JOIN and field.attribute == "colour":
        cut = replace(CUT, transitions=(replace(JOINED, kind=TransitionKind.DIP),))
    value: Any = "Night falls" if field.attribute == "label" else "Night\nfalls"
    if field.can_step:
        value = step_setting_value(
            field, read_field_value(field, subject), 2 if field.shape is not FieldShape.SWITCH else 1
        )
    change = make_clip_change(
        field,
        subject.clip,
        value,
        frame=None,
        shot="shot_1",
        new_id=lambda prefix: f"{prefix}_new",
        bounds=return_no_media_limit,
        rate=RATE,
    )
    command = registry.list_commands()[change.command]
    validate_args(command.args, change.args, change.command)
    if change.preview is not None:
        after = change.preview(cut)
        clip = next(clip for clip in after.clips if clip.id == subject.clip.id)
        there = subject_of(field, after) if field.group is FieldGroup.JOIN else replace(subject, clip=clip)
        assert read_field_value(field, there) == value


def test_every_effect_and_choice_of_commands_has_a_field() -> None:
    """Every argument about a clip in `cut.effect`, `cut.set`, `cut.title`, `cut.transition` and `cut.speed`
    has a field.
    """
    known = {(field.group, field.attribute) for field in FIELDS}
    # These values have fields of their own. `Z t` cycles through the styles.
    of_the_clip = {"fade", "x", "y", "style"}
    for command, group, besides in (
        # `Z a` asks for the stream, its channels, and the clips to change.
        ("cut.set", FieldGroup.CLIP, {"clip", "unmuted", "stream", "channels", "all_clips"}),
        ("cut.title", FieldGroup.TITLE, {"clip", "track", "at", "frames", "insert", "free", *of_the_clip}),
        ("cut.transition", FieldGroup.JOIN, {"clip", "edge", "overlap"}),
    ):
        names = set(read_arguments(registry.list_commands()[command].args)) - besides
        assert {name for each, name in known if each is group} == names
    assert {name for group, name in known if group is FieldGroup.CHOICE} == set(CHOICES)
    of_modes = {"keeps_pitch", "blended", "chain"}  # `Z v` and `Z E` show and set these values.
    everything = {each.name for each in fields(Effects)} - {"curves", "speed", "title", *CHOICES, *of_modes}
    assert not everything, "an effect without a line"


def test_transition_has_fields_of_its_kind_and_none_without_a_neighbour() -> None:
    here = subject_of(BY_KEY["tail_kind"])

    def listed(subject: InspectorSubject) -> list[str]:
        return [field.key for field in list_clip_fields(subject) if field.group is FieldGroup.JOIN]

    assert listed(here) == ["tail_kind", "tail_frames", "tail_direction", "tail_softness"]
    assert listed(replace(here, edges={"tail": replace(JOINED, kind=TransitionKind.DIP)})) == [
        "tail_kind",
        "tail_frames",
        "tail_colour",
    ]
    assert listed(replace(here, edges={"tail": None, "head": None})) == ["head_kind", "tail_kind"]
    assert listed(replace(here, edges={})) == []
    sound = find_clip_field(replace(here, kind=TrackKind.AUDIO), "tail_kind")
    assert sound is not None
    assert sound.words == (NONE, "dissolve", "dip")


def test_names_are_selected_from_those_of_the_film() -> None:
    subject = replace(subject_of(BY_KEY["lut"]), names={"lut": {"asset_1": "Night", "asset_2": "Day"}})
    lut = find_clip_field(subject, "lut")
    assert lut is not None
    assert lut.can_step
    assert format_setting_value(lut, "asset_2", RATE) == "Day"
    assert [step_setting_value(lut, "", count) for count in (1, 2, 3, -1)] == [
        "asset_1",
        "asset_2",
        "",
        "asset_2",
    ]
    assert parse_setting_value(lut, "night", RATE) == "asset_1"
    assert parse_setting_value(lut, "film.cube", RATE) == "film.cube", (
        "the command says so where there is none"
    )
    assert not BY_KEY["lut"].can_step


def test_keyframed_number_gets_a_keyframe_at_the_playhead() -> None:
    keyed = replace(
        SHOWN, effects=replace(NO_EFFECTS, curves=(("scale", (Keyframe(0, 1.0), Keyframe(20, 2.0))),))
    )
    change = make_clip_change(
        BY_KEY["scale"], keyed, 3.0, frame=10, shot="", new_id=str, bounds=return_no_media_limit, rate=RATE
    )
    assert change.command == "cut.keyframe"
    assert change.preview is not None
    (after,) = change.preview(replace(CUT, clips=(keyed,))).clips
    assert [key.frame for key in after.effects.get_curve("scale")] == [0, 10, 20]
    assert not is_animated((Keyframe(0, 1.0),))
    assert is_animated((Keyframe(5, 1.0),))
    assert find_next_easing((Keyframe(5, 1.0),), 4) is None


def test_fields_depend_on_the_kind_of_clip() -> None:
    def sections(one: Clip, kind: TrackKind, shot: Shot | None = None) -> list[str]:
        return list(
            dict.fromkeys(
                field.section for field in list_clip_fields(InspectorSubject(one, kind, RATE, 0, shot))
            )
        )

    assert sections(SHOWN, TrackKind.VIDEO, SHOT) == [
        "Clip",
        "Sound",
        "Picture",
        "Look",
        "Shot, for its next take",
    ]
    assert sections(SHOWN, TrackKind.AUDIO) == ["Clip", "Sound"]
    gap = clip("g", "V1", 10, ClipSource(SourceKind.GAP))
    assert [field.key for field in list_clip_fields(InspectorSubject(gap, TrackKind.VIDEO, RATE))] == [
        "length"
    ]
    assert sections(TITLED, TrackKind.VIDEO) == ["Title", "Clip", "Picture", "Look"]
    keys = {field.key for field in list_clip_fields(InspectorSubject(TITLED, TrackKind.VIDEO, RATE))}
    assert {"opacity", "title_text", "title_place"} <= keys
    assert not keys & {"speed", "volume", "gain_db", "source_in"}


def test_keyframes_are_drawn_on_a_lane_with_the_playhead() -> None:
    assert key_lane((0, 99), 100, 50, 11) == "◆────┃────◆"
    assert key_lane((50,), 100, 50, 11) == "─────◆─────"
    assert key_lane((-5, 150), 100, 0, 5) == "┃────", "what a trim hid is not drawn"
    assert key_lane((0,), 100, 0, 2) == ""
