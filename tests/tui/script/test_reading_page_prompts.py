"""Test the prompts on the page of a reading: the texts that are compared, and the acceptance of single
prompts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.story.breakdown.stored_json import format_stored_json
from milimo_tui.story.commit.reading_prompts import ProposedPrompt
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.suggestion import SuggestionState
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.writing import reading_prompts
from tests.studio.script.read_films import make_studio
from tests.tui.script.test_reading_page import (
    SCRIPT,
    find_row,
    get_state,
    list_read_scenes,
    make_gold,
    open_page,
    read_details,
)
from tests.tui.stage import on

FAULT = "Pete is missing"


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    """Yield a studio with an open reading that has prompts for LTX-2. The film's engine is the animatic. The
    prompt of 1B does not agree with the facts.
    """
    made = make_studio(tmp_path / "home", SCRIPT)
    project, reading = made.require_project(), make_gold().make_reading()
    project.facts.add_reading(reading, [])
    briefs = reading_prompts.make_reading_order(project, reading).briefs
    prompts = [
        ProposedPrompt(
            number=brief.number,
            scene=brief.scene,
            family=brief.family,
            meant=brief.meant,
            text=f"The paragraph of {brief.number}.",
            faults=(FAULT,) if brief.number == "1B" else (),
        )
        for brief in briefs
    ]
    text = json.dumps([json.loads(format_stored_json(prompt)) for prompt in prompts])
    assert project.facts.set_reading_prompts(reading.job, text, [])
    yield made
    made.close()


def compose_for_ltx2(studio: Studio, number: str) -> str:
    """Return the text that is sent now for a shot if LTX-2 makes its take."""
    story = studio.take_snapshot().story
    shot = FilmPerformances(story).prepare_for_take(shot_spec.find_shot(story, number))
    parts = shot_spec.compose_shot_prompt(story, shot, "ltx2").parts
    return " ".join(part.text for part in parts if part.source != "the film")


def list_accepted_prompts(studio: Studio) -> list[str]:
    found = studio.take_snapshot().story.suggestions
    return sorted(one.text for one in found if one.state is SuggestionState.ACCEPTED)


async def test_texts_of_one_model_family_are_compared(studio: Studio) -> None:
    now = compose_for_ltx2(studio, "1A")
    async with on(studio, "script", (120, 40)) as stage:
        await open_page(stage)
        rows = {(each["kind"], each["name"]): each for each in stage.screen._effects}
        assert rows["prompt", "1A"]["before"] == rows["shot", "1A"]["before"] == now
        assert rows["prompt", "1A"]["after"] == "The paragraph of 1A."
        await stage.press("enter")
        accepted = compose_for_ltx2(studio, "2A")
    assert accepted == "The paragraph of 2A."


async def test_shot_whose_facts_are_the_same_has_no_row(studio: Studio) -> None:
    registry.run_by_id(studio, "script.accept_reading", {"scenes": "1,2"})
    for name in ("Martha", "Pete"):
        registry.run_by_id(studio, "script.accept_reading", {"people": (name,)})
    found = registry.run_by_id(studio, "script.accept_reading", {"dry_run": True}).data
    assert [each["name"] for each in found if each["kind"] == "shot"] == []
    # The look of Martha changed the facts, so these prompts could not be accepted with their scene.
    assert any(each["kind"] == "prompt" and not each["accepted"] for each in found)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_prompt_is_accepted_alone_after_its_facts(studio: Studio, size: tuple[int, int]) -> None:
    async with on(studio, "storyboard", size) as stage:
        await open_page(stage)
        find_row(stage, "prompt", "1A")
        await stage.press("a")
        assert "scene 1" in stage.said, "the facts are not in the film"
        assert list_read_scenes(studio) == []
        for name in ("Martha", "Pete"):
            find_row(stage, "person", name)
            await stage.press("a")
        for number in ("1A", "1C", "1D", "2A", "2B"):
            if ("prompt", number) in {(each["kind"], each["name"]) for each in stage.screen._effects}:
                find_row(stage, "prompt", number)
                await stage.press("space")  # Leave out this prompt, so that the scene is accepted without it.
        find_row(stage, "scene", "scene 1")
        await stage.press("a")
        assert list_read_scenes(studio) == ["1"]
        assert list_accepted_prompts(studio) == []
        at = find_row(stage, "prompt", "1A")
        await stage.press("a")
        assert list_accepted_prompts(studio) == ["The paragraph of 1A."]
        assert stage.screen._effects[at]["accepted"]
        assert get_state(studio) is SuggestionState.OPEN
        registry.run_by_id(studio, "cut.undo", {"whole_project": True})
        assert list_accepted_prompts(studio) == []


async def test_unmarked_prompt_is_left_out(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await open_page(stage)
        find_row(stage, "prompt", "2A")
        await stage.press("space", "enter")
        assert stage.screen.MODE == "storyboard"
    accepted = list_accepted_prompts(studio)
    assert "The paragraph of 1A." in accepted
    assert "The paragraph of 2A." not in accepted
    assert list_read_scenes(studio) == ["1", "2"]
    assert get_state(studio) is SuggestionState.ACCEPTED


async def test_faulty_prompt_is_listed_with_its_fault_and_not_accepted(studio: Studio) -> None:
    async with on(studio, "storyboard", (120, 40)) as stage:
        await open_page(stage)
        find_row(stage, "unused", "1B")
        await stage.settle()
        assert FAULT in read_details(stage)
        await stage.press("space", "a")
        assert not stage.screen._left_out
        await stage.press("enter")
    assert "The paragraph of 1B." not in list_accepted_prompts(studio)


async def test_reading_stays_open_while_a_prompt_waits(studio: Studio) -> None:
    registry.run_by_id(studio, "script.accept_reading", {"people": ("Martha", "Pete")})
    found = registry.run_by_id(studio, "script.accept_reading", {"dry_run": True}).data
    facts = tuple(
        item for each in found for item in each["items"] if not item.startswith(("person:", "prompt:"))
    )
    registry.run_by_id(studio, "script.accept_reading", {"facts": facts})
    assert list_read_scenes(studio) == ["1", "2"]
    assert list_accepted_prompts(studio) == []
    assert get_state(studio) is SuggestionState.OPEN
    shots = tuple(each["name"] for each in found if each["kind"] == "prompt")
    registry.run_by_id(studio, "script.accept_reading", {"prompts": shots})
    assert len(list_accepted_prompts(studio)) == len(shots)
    assert get_state(studio) is SuggestionState.ACCEPTED


async def test_shot_screen_offers_the_prompts_of_another_engine(studio: Studio) -> None:
    registry.run_by_id(studio, "script.accept_reading", {})
    async with on(studio, "storyboard", (120, 40)) as stage:
        await stage.press("enter")
        assert stage.screen.MODE == "shot"
        assert "yet: R asks" not in " ".join(stage.text.split()), "the animatic needs no prompts"
        registry.run_by_id(studio, "project.set", {"engine": "wan"})
        await stage.until(lambda: "yet: R asks" in " ".join(stage.text.split()))
        await stage.press("R")
        assert ":model setup local" in stage.said, "no language model is ready here"
