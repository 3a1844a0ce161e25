"""Test that only facts which the script confirms pass the verification of a scene."""

from __future__ import annotations

from typing import Any

import pytest

from milimo_tui.story.breakdown.facts import Fact
from milimo_tui.story.breakdown.numbered_scene import NumberedScene, number_scene
from milimo_tui.story.breakdown.people import FilmBreakdown, Person, PersonKind
from milimo_tui.story.breakdown.scenes import (
    Circumstances,
    HeardVoice,
    LookChange,
    SceneBeat,
    SceneBreakdown,
    VisiblePerson,
)
from milimo_tui.story.breakdown.verification import VerifiedScene, is_in_script, verify_person, verify_scene
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.cast import build_cast
from milimo_tui.story.values.shot_words import Setting, VoicePosition

SCRIPT = b"""INT. GREENHOUSE - NIGHT

IDA, fifty, in a yellow apron, waters the ferns. A thin cat sleeps. [[Cut the cat?]]

RADIO (V.O.)
Frost tonight.

IDA
(to the cat)
I know, I know.

LATER

She takes off the apron. The lamp goes out.
"""
FILM = FilmBreakdown(
    (
        Person(name="Ida", other_names=("The gardener",)),
        Person(name="Cat", kind=PersonKind.ANIMAL),
        Person(name="Radio", kind=PersonKind.VOICE),
    )
)


def read_scene() -> NumberedScene:
    screenplay = fountain.parse(SCRIPT)
    return number_scene(screenplay.scenes[0], build_cast(screenplay))


def verify(**values: object) -> VerifiedScene:
    return verify_scene(SceneBreakdown(**values), read_scene(), FILM)  # type: ignore[arg-type]


def test_scene_is_numbered_without_notes() -> None:
    scene = read_scene()
    assert scene.format_for_model().splitlines() == [
        "0 INT. GREENHOUSE - NIGHT",
        "2 IDA, fifty, in a yellow apron, waters the ferns. A thin cat sleeps.",
        "4 RADIO (V.O.) says: Frost tonight.",
        "7 IDA says: (to the cat) I know, I know.",
        "11 LATER",
        "13 She takes off the apron. The lamp goes out.",
    ]
    assert [each.line for each in scene.filmed] == [2, 4, 7, 13]


def test_quoted_fact_gets_the_lines_of_its_quotation() -> None:
    change = LookChange(
        name="the gardener", line=2, clothes=Fact("no apron", line=2, quote="takes OFF the  apron")
    )
    [found] = verify(changes=(change,)).breakdown.changes
    assert (found.name, found.line, found.clothes.line) == ("Ida", 13, 13)


def test_fact_without_a_usable_quotation_quotes_another_sentence() -> None:
    light = Circumstances(line=13, light=Fact("the lamp goes out", line=13, quote="It is dark now"))
    [found] = verify(circumstances=(light,)).breakdown.circumstances
    assert found.light.quote == "The lamp goes out."


def test_invented_fact_is_rejected() -> None:
    change = LookChange(
        name="Ida", line=13, clothes=Fact("a red evening gown", line=13, quote="in her red gown")
    )
    done = verify(changes=(change,))
    assert not done.breakdown.changes
    [rejected] = done.rejected
    assert (rejected.subject, rejected.text) == ("clothes of Ida", "a red evening gown")


def test_quotation_must_say_the_fact() -> None:
    hair = Fact("long grey hair", line=7, quote="I know, I know.")
    done = verify(changes=(LookChange(name="Ida", line=7, features=hair),))
    assert not done.breakdown.changes
    assert [each.subject for each in done.rejected] == ["features of Ida"]
    assert [each.subject_label for each in done.rejected] == ["face and hair of Ida"]


def test_age_has_the_number_of_the_script() -> None:
    quote = "IDA, fifty, in a yellow apron"
    right = verify_person(Person(name="Ida", age=Fact("fifty", line=2, quote=quote)), [read_scene()])
    wrong = verify_person(Person(name="Ida", age=Fact("sixty", line=2, quote=quote)), [read_scene()])
    assert right.age.text == "fifty"
    assert not wrong.age
    assert len(wrong.rejected) == 1


@pytest.mark.parametrize(
    ("name", "is_known"),
    [
        ("Ida", True),
        ("The cat", True),
        ("Ferns", True),
        ("A man", False),
        ("Old Ida", False),
    ],
)
def test_person_is_in_the_script_only_by_a_complete_short_name_or_a_long_word(
    name: str, is_known: bool
) -> None:
    assert is_in_script(Person(name=name), [read_scene()], ["IDA", "RADIO"]) is is_known


def test_unknown_people_and_voices_are_never_in_the_picture() -> None:
    people = (VisiblePerson(name="Ida"), VisiblePerson(name="Radio"), VisiblePerson(name="Gustav"))
    done = verify(beats=(SceneBeat(line=2, end_line=2, visible=people),))
    assert done.breakdown.beats[0].visible_names == ("Ida",)
    assert {each.text for each in done.rejected} == {"Radio", "Gustav"}


def test_speaker_is_heard_or_seen_as_the_cue_says() -> None:
    beats = (SceneBeat(line=4, end_line=5), SceneBeat(line=7, end_line=9))
    radio, ida = verify(beats=beats).breakdown.beats
    assert (radio.visible, radio.heard) == ((), (HeardVoice("Radio", VoicePosition.VOICE_OVER),))
    assert (ida.visible_names, ida.heard, ida.speaker) == (("Ida",), (), "Ida")


def test_heading_wins_over_a_contradiction() -> None:
    done = verify(circumstances=(Circumstances(setting=Setting.EXTERIOR),))
    assert done.breakdown.circumstances[0].setting is Setting.INTERIOR
    assert [each.subject for each in done.rejected] == ["setting"]
    assert done.failed == 0


def test_single_failure_or_a_contradicted_heading_leaves_the_scene_usable() -> None:
    beat = SceneBeat(line=2, end_line=2, visible=(VisiblePerson(name="Ida"),))
    start = Circumstances(
        place=Fact("beach", quote="at the beach"), setting=Setting.EXTERIOR,
        time_of_day=Fact("noon", quote="at noon"), weather=Fact("rain", quote="it rains"),
    )  # fmt: skip
    done = verify(beats=(beat,), circumstances=(start,))
    assert {each.subject for each in done.rejected} == {"place", "time of day", "setting", "weather"}
    assert (done.checked, done.failed, done.problem) == (2, 1, "")
    [found] = done.breakdown.circumstances
    assert (found.setting, bool(found.place), bool(found.time_of_day)) == (Setting.INTERIOR, False, False)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"beats": (SceneBeat(line=2, end_line=2), SceneBeat(line=7, end_line=7))},
        {"circumstances": (Circumstances(setting=Setting.EXTERIOR),)},
        {"beats": (SceneBeat(line=2, end_line=2, visible=(VisiblePerson(name="Gustav"),)),)},
        {"beats": tuple(SceneBeat(line=2, end_line=2, visible=(VisiblePerson(name=n),)) for n in "IdaXY")},
    ],
    ids=["nothing", "nobody", "only a wrong setting", "only a wrong person", "mostly wrong people"],
)
def test_answer_without_a_confirmed_fact_has_a_problem(values: dict[str, Any]) -> None:
    assert verify(**values).problem


def test_parts_of_a_paragraph_have_all_its_words_or_are_joined() -> None:
    whole = (
        SceneBeat(
            line=13, end_line=13, text="She takes off the apron.", visible=(VisiblePerson(name="Ida"),)
        ),
        SceneBeat(line=13, end_line=13, text="The lamp goes out."),
    )
    assert [beat.text for beat in verify(beats=whole).breakdown.beats] == [beat.text for beat in whole]
    [joined] = verify(beats=(whole[0], whole[0])).breakdown.beats
    assert (joined.text, joined.visible_names) == ("", ("Ida",))


def test_age_of_an_earlier_scene_is_known_in_a_later_change() -> None:
    film = FilmBreakdown((Person(name="Ida", age=Fact("81", line=2, quote="IDA, 81")),))
    change = LookChange(name="Ida", line=13, features=Fact("81 again", line=13, quote="takes off the apron"))
    older = LookChange(name="Ida", line=13, features=Fact("82 now", line=13, quote="takes off the apron"))
    found = verify_scene(SceneBreakdown(changes=(change,)), read_scene(), film)
    assert found.breakdown.changes[0].features.text == "81 again"
    assert not verify_scene(SceneBreakdown(changes=(older,)), read_scene(), film).breakdown.changes


def test_heading_with_a_note_is_part_of_the_scene() -> None:
    screenplay = fountain.parse(b"INT. TRAIN - NIGHT [[B-story]]\n\nIda sleeps.\n")
    scene = number_scene(screenplay.scenes[0], build_cast(screenplay))
    assert scene.format_for_model() == "0 INT. TRAIN - NIGHT\n2 Ida sleeps."
