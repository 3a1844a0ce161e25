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
from milimo_tui.story.breakdown.verification import VerifiedScene, find_in_script, verify_person, verify_scene
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
    assert verify(changes=(change, change)).problem


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
    ("name", "others", "known"),
    [
        ("Ida", (), ["Ida"]),
        ("The cat", (), ["The cat"]),
        ("Ferns", (), ["Ferns"]),
        ("A man", (), []),
        ("Old Ida", (), []),
        ("A", ("The",), []),
        ("Smaug", ("Ida", "Zorblax"), ["Ida"]),
        ("Ida", ("Smaug",), ["Ida"]),
        ("Plants", ("Ferns",), ["Plants", "Ferns"]),
    ],
)
def test_person_has_only_names_of_the_script(name: str, others: tuple[str, ...], known: list[str]) -> None:
    found = find_in_script(Person(name=name, other_names=others), [read_scene()], ["IDA", "RADIO"])
    assert ([found.name, *found.other_names] if found is not None else []) == known


def test_unknown_people_and_voices_are_never_in_the_picture() -> None:
    people = (VisiblePerson(name="Ida"), VisiblePerson(name="Radio"), VisiblePerson(name="Gustav"))
    done = verify(beats=(SceneBeat(line=2, end_line=2, visible=people),))
    assert done.breakdown.beats[0].visible_names == ("Ida",)
    assert {each.text for each in done.rejected} == {"Gustav"}


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


def verify_circumstances(**facts: str) -> dict[str, str]:
    """Return the facts of line 13 (“She takes off the apron. The lamp goes out.”) that pass."""
    quote = "She takes off the apron. The lamp goes out."
    made = {name: Fact(text, line=13, quote=quote) for name, text in facts.items()}
    found = verify(circumstances=(Circumstances(line=13, **made),)).breakdown.circumstances  # type: ignore[arg-type]
    return {name: getattr(found[0], name).text for name in facts}


def test_light_weather_and_time_need_a_word_of_their_line() -> None:
    assert verify_circumstances(light="dark", weather="rain", time_of_day="dawn", place="pier") == {
        "light": "", "weather": "", "time_of_day": "", "place": "",
    }  # fmt: skip
    assert verify_circumstances(light="lamp goes out") == {"light": "lamp goes out"}


def test_weather_and_time_may_be_translated() -> None:
    screenplay = fountain.parse(b"INNEN. HAUS - TAG\n\nEs schneit, Schnee auf dem Dach. Nacht.\n")
    scene = number_scene(screenplay.scenes[0], build_cast(screenplay))
    quote = "Es schneit, Schnee auf dem Dach. Nacht."
    here = Circumstances(
        line=2,
        weather=Fact("snow", line=2, quote=quote),
        time_of_day=Fact("night", line=2, quote=quote),
        light=Fact("dark", line=2, quote=quote),
    )
    [found] = verify_scene(SceneBreakdown(circumstances=(here,)), scene, FILM).breakdown.circumstances
    assert (found.weather.text, found.time_of_day.text, found.light.text) == ("snow", "night", "")


def test_speaker_who_is_only_heard_is_not_visible() -> None:
    screenplay = fountain.parse(b"INT. HALL - DAY\n\nIda waits.\n\nMOTHER (O.S.)\nShe is here.\n")
    scene = number_scene(screenplay.scenes[0], build_cast(screenplay))
    film = FilmBreakdown((Person(name="Ida"), Person(name="Mother")))
    people = (VisiblePerson(name="Mother"), VisiblePerson(name="Ida"))
    [beat] = verify_scene(
        SceneBreakdown(beats=(SceneBeat(line=4, end_line=5, visible=people),)), scene, film
    ).breakdown.beats
    assert beat.visible_names == ("Ida",)
    assert [each.name for each in beat.heard] == ["Mother"]


def test_condition_is_about_the_person() -> None:
    screenplay = fountain.parse(b"INT. KITCHEN - DAY\n\nThe sink is dripping. Ida is soaked.\n")
    scene = number_scene(screenplay.scenes[0], build_cast(screenplay))

    def list_conditions(text: str, quote: str) -> list[str]:
        change = LookChange(name="Ida", line=2, condition=Fact(text, line=2, quote=quote))
        found = verify_scene(SceneBreakdown(changes=(change,)), scene, FILM)
        return [each.condition.text for each in found.breakdown.changes]

    assert list_conditions("dripping", "The sink is dripping.") == []
    assert list_conditions("soaked", "Ida is soaked.") == ["soaked"]


def test_first_look_is_no_change() -> None:
    quote = "IDA, fifty, in a yellow apron, waters the ferns."
    apron = Fact("a yellow apron", line=2, quote=quote)
    film = FilmBreakdown((Person(name="Ida", clothes=apron),))
    changes = SceneBreakdown(changes=(LookChange(name="Ida", line=2, clothes=apron),))
    done = verify_scene(changes, read_scene(), film)
    assert (done.breakdown.changes, done.rejected) == ((), ())


def test_short_words_are_a_quotation() -> None:
    screenplay = fountain.parse(b"INT. YARD - DAY\n\nTwo GUARDS, big, in black vests, wait.\n")
    scene = number_scene(screenplay.scenes[0], build_cast(screenplay))
    found = verify_person(Person(name="Guards", build=Fact("big")), [scene])
    assert (found.build.text, found.build.line) == ("big", 2)


def test_nobody_is_described_by_the_sentence_before_the_name() -> None:
    screenplay = fountain.parse(b"EXT. FARM - DAY\n\nLow mist. On the gate sits DORA, a hen in a hat.\n")
    scene = number_scene(screenplay.scenes[0], build_cast(screenplay))
    found = verify_person(Person(name="Dora", clothes=Fact("low mist")), [scene])
    assert not found.clothes
    assert verify_person(Person(name="Dora", clothes=Fact("a hat")), [scene]).clothes


@pytest.mark.parametrize(
    ("weather", "light", "passes"),
    [
        ("rain", "one bulb", True),
        ("still raining", "headlights", True),
        ("Es schneit", "Die Lampe geht aus", True),
        ("l\u2019orage", "Noir", True),
        ("llueve", "se va la luz", True),
        ("Low mist", "candles", True),
        ("the elbows", "the window", False),
        ("ai gomiti", "the siren", False),
        ("the elbows", "matching blazers", False),
        ("the elbows", "a little soldier starts", False),
    ],
)
def test_weather_and_light_have_a_word_for_them(weather: str, light: str, *, passes: bool) -> None:
    text = f"{weather}. {light}."
    screenplay = fountain.parse(f"EXT. YARD - DAY\n\n{text}\n".encode())
    scene = number_scene(screenplay.scenes[0], build_cast(screenplay))
    here = Circumstances(
        line=2, weather=Fact(weather, line=2, quote=text), light=Fact(light, line=2, quote=text)
    )
    [found] = verify_scene(SceneBreakdown(circumstances=(here,)), scene, FILM).breakdown.circumstances
    assert (bool(found.weather), bool(found.light)) == (passes, passes)
