"""Test the page with a reading of the screenplay: what it lists, and what accepting, leaving out, declining
and undoing do to the film.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.story.values.suggestion import SuggestionState
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from tests.studio.script.read_films import GoldReading, find_element, find_shot, make_studio
from tests.tui.stage import Stage, on

SCRIPT = """INT. OFFICE - NIGHT

MARTHA, sixty, in a yellow cardigan, counts tickets. PETE leans on the glass.

PETE
Since when?

Martha takes off the cardigan.

EXT. DECK - DAWN

Pete stands at the stern.

MARTHA (V.O.)
Goodbye.

INT. WARD - DAY

Empty beds. A radio plays to nobody.
"""


def make_gold() -> GoldReading:
    gold = GoldReading(SCRIPT)
    gold.add_person("Martha", "MARTHA, sixty, in a yellow cardigan", age="sixty", clothes="a yellow cardigan")
    gold.add_person("Pete")
    gold.add_circumstances("1", place="office", time_of_day="night")
    gold.add_beat("1", "counts tickets", "Martha", "Pete", Pete={"posture": "leans on the glass"})
    gold.add_beat("1", "Since when", "Pete", "Martha")
    gold.add_beat("1", "takes off", "Martha", "Pete")
    gold.add_change("1", "Martha", "takes off the cardigan", clothes="without the cardigan")
    gold.add_change("1", "Pete", "Martha takes off", clothes="a torn red coat")  # The script does not say so.
    gold.add_beat("2", "stands at the stern", "Pete", Pete={"posture": "stands at the stern"})
    gold.add_beat("2", "Goodbye", "Pete", heard=("Martha",))
    return gold


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    """Yield a studio with an open reading. Scene 3 could not be read."""
    made = make_studio(tmp_path / "home", SCRIPT)
    reading = make_gold().make_reading()
    problem = "the answer is unusable"
    unread: dict[str, Any] = {"number": "3", "breakdown": None, "problem": problem, "rejected": []}
    scenes = json.dumps([*json.loads(reading.scenes), unread])
    made.require_project().facts.add_reading(replace(reading, scenes=scenes), [])
    yield made
    made.close()


async def open_page(stage: Stage) -> None:
    await stage.press("Z", "v")
    assert stage.screen.MODE == "reading"


def list_kinds(stage: Stage) -> list[str]:
    return [str(effect["kind"]) for effect in stage.screen._effects]


def find_row(stage: Stage, kind: str, name: str = "") -> int:
    """Move the cursor to the first row of a kind and name, and return its place."""
    effects: list[dict[str, Any]] = stage.screen._effects
    at = next(n for n, each in enumerate(effects) if each["kind"] == kind and name in ("", each["name"]))
    stage.screen.effects.move_to(at)
    return at


def read_details(stage: Stage) -> str:
    """Return the text of the pane with the details, as one line."""
    rows = stage.screen.query_one("#both").rows
    return " ".join(" ".join(row.left.plain for row in rows).split())


def get_state(studio: Studio) -> SuggestionState:
    [reading] = studio.require_project().facts.list_readings()
    return reading.state


def list_read_scenes(studio: Studio) -> list[str]:
    return [scene.number for scene in studio.take_snapshot().story.scenes if scene.breakdown]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_reading_is_listed_with_people_looks_shots_and_open_facts(
    studio: Studio, size: tuple[int, int]
) -> None:
    before = studio.take_snapshot().story
    async with on(studio, "script", size) as stage:
        await open_page(stage)
        kinds = list_kinds(stage)
        assert stage.app.shown_message is None, "the progress of the comparison is gone"
        assert kinds[:2] == ["person", "person"]
        assert {"scene", "look", "shot", "open", "not read"} <= set(kinds)
        find_row(stage, "look", "Martha")
        await stage.settle()
        assert "takes off the cardigan" in read_details(stage), "the quotation is shown"
        find_row(stage, "open")
        await stage.settle()
        assert "g q asks" in stage.text
        assert all(len(line) <= size[0] for line in stage.lines())
        await stage.press("escape")
    assert studio.take_snapshot().story == before
    assert get_state(studio) is SuggestionState.OPEN


async def test_enter_accepts_everything_in_one_undo_step_and_undo_opens_the_reading_again(
    studio: Studio,
) -> None:
    before = studio.take_snapshot().story
    async with on(studio, "script", (80, 24)) as stage:
        await open_page(stage)
        await stage.press("enter")
        assert stage.screen.MODE == "script"
        after = studio.take_snapshot().story
        assert list_read_scenes(studio) == ["1", "2"]
        assert any("torn red coat" in str(doubt) for shot in after.shots for doubt in shot.doubts)
        assert get_state(studio) is SuggestionState.ACCEPTED
        registry.run_by_id(studio, "cut.undo", {"whole_project": True})
        undone = studio.take_snapshot().story
        assert (undone.scenes, undone.shots, undone.elements) == (
            before.scenes,
            before.shots,
            before.elements,
        )
        await stage.settle()
        await open_page(stage)


async def test_one_scene_and_one_look_are_accepted_alone_and_the_rest_waits(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await open_page(stage)
        find_row(stage, "scene", "scene 2")
        await stage.press("a")
        assert list_read_scenes(studio) == ["2"]
        assert stage.screen.MODE == "reading"
        at = find_row(stage, "look", "Martha")
        await stage.press("a")
        assert list_read_scenes(studio) == ["1", "2"]
        story = studio.take_snapshot().story
        scene = json.loads(story.scenes[0].breakdown)
        assert [change["name"] for change in scene["changes"]] == ["Martha"]
        assert not scene.get("beats"), "only the look was accepted"
        assert stage.screen._effects[at]["accepted"]
        assert find_element(story, "Martha").breakdown == ""
        assert get_state(studio) is SuggestionState.OPEN


async def test_reading_is_settled_when_its_last_item_is_accepted(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await open_page(stage)
        for kind, name in (("scene", "scene 1"), ("scene", "scene 2"), ("person", "Martha")):
            find_row(stage, kind, name)
            await stage.press("a")
        assert get_state(studio) is SuggestionState.OPEN
        find_row(stage, "person", "Pete")
        await stage.press("a")
        assert get_state(studio) is SuggestionState.ACCEPTED
        await stage.until(lambda: stage.screen.MODE == "storyboard", "the page stays open")


async def test_items_without_a_mark_are_left_out_and_not_offered_again(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await open_page(stage)
        find_row(stage, "look", "Martha")
        await stage.press("space")
        find_row(stage, "person", "Pete")
        await stage.press("space")
        find_row(stage, "scene", "scene 2")
        await stage.press("space", "enter")
        assert stage.screen.MODE == "storyboard"
        assert list_read_scenes(studio) == ["1"]
        story = studio.take_snapshot().story
        scene = json.loads(story.scenes[0].breakdown)
        assert len(scene["beats"]) == 3
        assert not scene.get("changes")
        assert find_element(story, "Martha").breakdown
        assert not find_element(story, "Pete").breakdown
        assert get_state(studio) is SuggestionState.ACCEPTED
        await stage.press("Z", "v")
        assert stage.screen.MODE == "storyboard", "nothing waits"


async def test_declined_reading_changes_nothing(studio: Studio) -> None:
    before = studio.take_snapshot().story
    async with on(studio, "storyboard", (80, 24)) as stage:
        await open_page(stage)
        await stage.press("x", "n")
        assert stage.screen.MODE == "reading"
        await stage.press("x", "y")
        assert stage.screen.MODE == "storyboard"
        assert get_state(studio) is SuggestionState.DECLINED
        assert studio.take_snapshot().story.shots == before.shots


async def test_undo_takes_back_that_a_reading_was_declined(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await open_page(stage)
        await stage.press("x", "y")
        assert get_state(studio) is SuggestionState.DECLINED
        await stage.press("u")
        await stage.until(lambda: get_state(studio) is SuggestionState.OPEN, "undo opens no reading")
        await stage.settle()
        await open_page(stage)


async def test_values_of_the_user_are_listed_and_stay(studio: Studio) -> None:
    words = "My own words for Pete."
    registry.run_by_id(studio, "element.set", {"id": "@Martha", "description": "a tall woman"})
    registry.run_by_id(studio, "shot.set", {"id": "1B", "prompt": words})
    registry.run_by_id(studio, "shot.set", {"id": "1C", "cast": "Pete"})
    async with on(studio, "storyboard", (80, 24)) as stage:
        await open_page(stage)
        kept = [effect for effect in stage.screen._effects if effect["kind"] == "kept"]
        assert [effect["name"] for effect in kept] == ["Martha", "1B", "1C"]
        find_row(stage, "kept", "1C")
        await stage.press("space")
        assert not stage.screen._left_out, "a value of the user has no mark"
        await stage.press("enter")
    story = studio.take_snapshot().story
    assert find_element(story, "Martha").description == "a tall woman"
    assert find_shot(story, "Since when").prompt == words
    assert find_shot(story, "takes off").characters == ("Pete",)


async def test_scene_whose_text_has_changed_is_listed_and_not_accepted(studio: Studio) -> None:
    changed = SCRIPT.replace("stands at the stern", "sleeps at the stern")
    registry.run_by_id(studio, "script.save", {"text": changed})
    async with on(studio, "storyboard", (80, 24)) as stage:
        await open_page(stage)
        find_row(stage, "outdated", "scene 2")
        await stage.press("a")
        assert list_read_scenes(studio) == []
        await stage.press("enter")
    assert list_read_scenes(studio) == ["1"]


async def test_next_step_reviews_an_open_reading(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        steps = stage.app.next_steps
        await stage.until(lambda: steps.is_known and steps.is_settled)
        await stage.press("!")
        assert stage.screen.MODE == "reading"


async def test_filter_shows_one_kind_with_its_scenes(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await open_page(stage)
        kinds = list(dict.fromkeys(list_kinds(stage)))
        for _ in range(kinds.index("look") + 1):
            await stage.press("f")
        shown = [stage.screen._effects[int(row.key)]["kind"] for row in stage.screen.effects.rows]
        assert shown == ["scene", "look"]


async def show_kind(stage: Stage, kind: str) -> None:
    """Press the key of the filter until only the rows of a kind are shown."""
    kinds = list(dict.fromkeys(list_kinds(stage)))
    for _ in range(kinds.index(kind) + 1):
        await stage.press("f")


async def test_enter_accepts_no_hidden_rows(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await open_page(stage)
        await show_kind(stage, "look")
        assert "“look”" in stage.lines()[0]
        await stage.press("enter")
        assert stage.screen.MODE == "reading"
        story = studio.take_snapshot().story
        scenes = [json.loads(scene.breakdown) for scene in story.scenes if scene.breakdown]
        assert [len(scene["changes"]) for scene in scenes] == [1]
        assert not any(scene.get("beats") for scene in scenes)
        assert not find_element(story, "Martha").breakdown
        assert get_state(studio) is SuggestionState.OPEN
        assert "“look”" not in stage.lines()[0]
        await stage.press("enter")
        assert list_read_scenes(studio) == ["1", "2"]
        assert stage.screen.MODE == "storyboard"


async def test_row_of_a_scene_marks_only_the_rows_of_the_chosen_kind(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await open_page(stage)
        await show_kind(stage, "look")
        find_row(stage, "scene", "scene 1")
        await stage.press("space")
        assert [item.split(":")[1] for item in stage.screen._left_out] == ["look"]
        await stage.press("enter")
        assert list_read_scenes(studio) == [], "no row that is shown has a mark"


@pytest.mark.parametrize("place", ["storyboard", "script"])
async def test_acceptance_ends_with_a_success_message(studio: Studio, place: str) -> None:
    async with on(studio, place, (80, 24)) as stage:
        await open_page(stage)
        await stage.press("enter")
        await stage.settle()
        assert [message.kind for message in stage.app.messages][-1] == "good"
        assert "error" not in [message.kind for message in stage.app.messages]


async def test_accepting_the_last_item_is_no_error(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await open_page(stage)
        for kind, name in (
            ("scene", "scene 1"),
            ("scene", "scene 2"),
            ("person", "Martha"),
            ("person", "Pete"),
        ):
            find_row(stage, kind, name)
            await stage.press("a")
        await stage.until(lambda: stage.screen.MODE == "storyboard", "the page stays open")
        await stage.settle()
        assert {message.kind for message in stage.app.messages} <= {"good", "info"}


async def test_accepted_scene_counts_no_changes(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await open_page(stage)
        at = find_row(stage, "scene", "scene 1")
        rows = stage.screen._effects[at]["reasons"]
        kinds = [effect["kind"] for effect in stage.screen._list_rows_of_scene(stage.screen._effects[at])]
        assert int(rows[-1].split()[0]) == len(kinds) - kinds.count("open")
        await stage.press("a")
        assert stage.screen._effects[at]["reasons"][-1] == "in the film"


async def test_long_names_are_complete_on_a_wide_screen(studio: Studio) -> None:
    long = "Martha Elisabeth Quist"
    registry.run_by_id(studio, "element.set", {"id": "@Martha", "name": long})
    async with on(studio, "storyboard", (200, 50)) as stage:
        await open_page(stage)
        assert long in stage.text
