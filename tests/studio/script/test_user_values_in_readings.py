"""Test that values of the user stay when a reading is accepted, and that the picture of a shot follows the
people, the voices and the words of the script.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.story.values.film import Scene, Shot, Story
from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.script import screenplays
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.writing.briefs import make_shot_brief
from milimo_tui.studio.writing.reading_changes import KEPT, list_reading_changes
from tests.studio.script.read_films import GoldReading, find_shot, make_studio

SCRIPT = """INT. FERRY OFFICE - NIGHT

Rain runs down the window. NORA (42) counts coins. Her dog BISCUIT, a small brown terrier, \
sleeps under the desk.

The telephone rings. Nora lifts the receiver.

NORA
We are closed.

MR. PIKE (ON PHONE)
You promised me a boat.

NORA
I promised nothing.

She puts the receiver down. Biscuit growls.

NORA
(to Biscuit)
Good dog.

EXT. HARBOUR

Fog over the water. TOMAS (60) coils a rope. IDA, 19, watches him.

TOMAS
She comes with the tide.

IDA
I know.

Nora walks out of the fog with Biscuit on a leash. Ida stands up.

IDA
You look like a funeral.
"""
OFFICE, HARBOUR = "1", "2"
WALK = "Nora walks"


def make_gold() -> GoldReading:
    gold = GoldReading(SCRIPT)
    for name in ("Nora", "Tomas", "Ida"):
        gold.add_person(name, gender="he" if name == "Tomas" else "she")
    gold.add_person("Biscuit", "BISCUIT", kind="animal", gender="it")
    gold.add_person("Mr. Pike", kind="voice", gender="he")
    gold.add_beat(OFFICE, "Rain runs", "Nora", "Biscuit", Biscuit={"posture": "sleeps under the desk"})
    for words in ("The telephone", "We are closed", "I promised", "She puts", "Good dog"):
        gold.add_beat(OFFICE, words, "Nora", "Biscuit")
    gold.add_beat(OFFICE, "You promised", "Nora", "Biscuit", heard=("Mr. Pike",))
    gold.add_circumstances(OFFICE, "Rain runs", weather="rain")
    gold.add_beat(HARBOUR, "Fog over", "Tomas", "Ida")
    gold.add_beat(HARBOUR, "She comes", "Tomas", "Ida")
    gold.add_beat(HARBOUR, "I know", "Tomas", "Ida")
    gold.add_beat(HARBOUR, WALK, "Tomas", "Ida", "Nora", "Biscuit")
    gold.add_beat(HARBOUR, "You look", "Ida", "Nora")
    gold.add_circumstances(HARBOUR, "Fog over", weather="fog")
    return gold


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return make_studio(tmp_path / "films", SCRIPT)


def get_story(studio: Studio) -> Story:
    return studio.take_snapshot().story


def get_scene(studio: Studio, number: str) -> Scene:
    return next(scene for scene in get_story(studio).scenes if scene.number == number)


def set_shot(studio: Studio, words: str, **values: str) -> None:
    story = get_story(studio)
    run_by_id(studio, "shot.set", {"id": story.numbers[find_shot(story, words).id], **values})


def accept_gold(studio: Studio) -> None:
    screenplays.commit_script(studio, reading=make_gold().make_reading())


def list_kept(studio: Studio) -> list[tuple[str, str]]:
    """Return the names and the values of the rows about values of the user."""
    rows = (row.effect for row in list_reading_changes(studio, make_gold().make_reading()))
    return [(row.name, row.after) for row in rows if row.kind == KEPT]


def describe_weather(studio: Studio, words: str) -> str:
    story = get_story(studio)
    number = story.numbers[find_shot(story, words).id]
    shown = run_by_id(studio, "shot.show", {"id": number}).data
    return str(shown["told"]["weather"]["text"])


def get_framing(shot: Shot) -> tuple[object, ...]:
    return (shot.characters, shot.size, shot.angle, shot.movement, shot.function, shot.rig, shot.focus)


# ------------------------------------------------------------------ values of the user


def test_weather_of_a_scene_stays_and_has_a_row(studio: Studio) -> None:
    run_by_id(studio, "scene.set", {"id": OFFICE, "weather": "snow"})
    assert list_kept(studio) == [(f"scene {OFFICE}", "snow")]
    accept_gold(studio)
    assert {describe_weather(studio, words) for words in ("Rain runs", "We are", "Good dog")} == {"snow"}
    assert describe_weather(studio, WALK) == "fog"
    brief = make_shot_brief(get_story(studio), find_shot(get_story(studio), "Rain runs"), "ltx2", 1)
    assert [row for row in brief.facts.splitlines() if "weather" in row] == ["- weather: snow"]


def test_weather_of_a_scene_that_is_set_after_the_reading_is_shown(studio: Studio) -> None:
    accept_gold(studio)
    assert describe_weather(studio, "Rain runs") == "rain"
    run_by_id(studio, "scene.set", {"id": OFFICE, "weather": "snow"})
    assert describe_weather(studio, "Rain runs") == "snow"


@pytest.mark.parametrize(
    ("words", "cast"), [("The telephone", "Nora"), ("Good dog", "Nora"), (WALK, "Nora, Biscuit")]
)
def test_cast_that_the_user_set_stays_with_its_framing(studio: Studio, words: str, cast: str) -> None:
    set_shot(studio, words, cast=cast)
    before = get_framing(find_shot(get_story(studio), words))
    accept_gold(studio)
    shot = find_shot(get_story(studio), words)
    assert get_framing(shot) == before
    assert shot.focus in shot.characters
    assert not shot.doubts
    set_shot(studio, words, size="ECU")
    assert find_shot(get_story(studio), words).characters == before[0]


def test_present_values_that_the_user_sets_are_listed_and_stay(studio: Studio) -> None:
    shot = find_shot(get_story(studio), "The telephone")
    set_shot(studio, "The telephone", cast=", ".join(shot.characters), size=shot.size.value)
    run_by_id(studio, "scene.set", {"id": HARBOUR, "weather": get_scene(studio, HARBOUR).weather or "mist"})
    name = get_story(studio).numbers[shot.id]
    accepted = find_shot(get_story(studio), "The telephone")
    assert {field for field, _ in accepted.own} == {"characters", "size"}
    assert (name, "Nora") in list_kept(studio)
    accept_gold(studio)
    after = find_shot(get_story(studio), "The telephone")
    assert (after.characters, after.size) == (shot.characters, shot.size)


def test_present_place_of_a_scene_stays_through_commits(studio: Studio) -> None:
    run_by_id(studio, "scene.set", {"id": HARBOUR, "location": get_scene(studio, HARBOUR).location})
    screenplays.commit_script(studio)
    accept_gold(studio)
    assert get_scene(studio, HARBOUR).is_set_by_user("location")


def test_action_that_the_user_wrote_for_a_speech_stays(studio: Studio) -> None:
    set_shot(studio, "We are closed", action="Nora yawns into the receiver.")
    accept_gold(studio)
    assert find_shot(get_story(studio), "We are closed").action == "Nora yawns into the receiver."


# ------------------------------------------------------------------ what the picture shows


def test_speech_on_the_phone_names_no_listener(studio: Studio) -> None:
    for accept in (lambda _: None, accept_gold):
        accept(studio)
        story = get_story(studio)
        shots = [find_shot(story, words) for words in ("We are closed", "I promised nothing")]
        assert {shot.action for shot in shots} == {"Nora speaks on the phone."}
        assert {shot.characters for shot in shots} == {("Nora",)}
        prompts = [shot_spec.compose_shot_prompt(story, shot, "ltx2").text for shot in shots]
        assert all("phone" in prompt and "Biscuit" not in prompt for prompt in prompts)
        assert "Biscuit" in find_shot(story, "Good dog").action


def test_action_of_a_speech_follows_the_people_of_the_reading(studio: Studio) -> None:
    assert "to Tomas" in find_shot(get_story(studio), "I know").action
    gold = make_gold()
    rows: list[Any] = gold.scenes[HARBOUR]["beats"]
    rows[:] = [row for row in rows if row.line not in (4, 7)]
    gold.add_beat(HARBOUR, "She comes", "Tomas")
    gold.add_beat(HARBOUR, "I know", "Ida")
    screenplays.commit_script(studio, reading=gold.make_reading())
    assert find_shot(get_story(studio), "I know").action == "Ida speaks."


def test_person_who_begins_the_text_is_the_subject(studio: Studio) -> None:
    accept_gold(studio)
    shot = find_shot(get_story(studio), WALK)
    assert (shot.characters[0], shot.focus) == ("Nora", "Nora")
    assert set(shot.characters) == {"Nora", "Biscuit", "Ida", "Tomas"}
    sides = [side for _, side in shot.stands]
    assert len(sides) == len(set(sides)) == 3


def test_order_of_the_reading_stays_if_the_text_begins_with_nobody(studio: Studio) -> None:
    gold = make_gold()
    beats: list[Any] = gold.scenes[OFFICE]["beats"]
    beats[:] = [row for row in beats if row.line != 2]
    gold.add_beat(OFFICE, "Rain runs", "Biscuit", "Nora")
    screenplays.commit_script(studio, reading=gold.make_reading())
    assert find_shot(get_story(studio), "Rain runs").characters == ("Biscuit", "Nora")


@pytest.mark.parametrize("change", [lambda _: None, accept_gold])
def test_facts_for_a_prompt_have_no_empty_part_and_no_repetition(
    studio: Studio, change: Callable[[Studio], None]
) -> None:
    change(studio)
    story = get_story(studio)
    for shot in story.live_shots():
        rows = make_shot_brief(story, shot, "ltx2", 1).facts.splitlines()
        names = [row.partition(":")[0] for row in rows]
        assert names.count("- weather") <= 1
        assert not [row for row in rows if "; ;" in row or row.startswith("- Biscuit is")]
        assert len(rows) == len(set(rows))
