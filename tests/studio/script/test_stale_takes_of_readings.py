"""Test that an accepted reading makes exactly the takes stale whose facts it changes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from milimo_tui.core.ids import new_id
from milimo_tui.story.commit.accepted_reading import ReadingChoice
from milimo_tui.story.values.film import Asset, AssetKind, Take
from milimo_tui.studio.script import screenplays
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec, signatures, staleness
from tests.studio.script.read_films import GoldReading, find_shot, make_studio
from tests.studio.script.test_accepted_reading import get_story

SCRIPT = """Title: Two Rooms

INT. KITCHEN - NIGHT

ELSA (70), white bun, grey cardigan, peels an apple. MIRA (9), red boots, kneels on a chair and watches.

ELSA
Eat.

A cat jumps onto the table.

MIRA
Later.

INT. ATTIC - DAY

Mira opens a trunk.

MIRA
Empty.
"""
ENGINES = ("ltx2", "wan", "animatic")


def add_takes(studio: Studio) -> None:
    """Add takes of several engines to every shot, with the signatures of the shot's present facts."""
    file, story = studio.require_project(), get_story(studio)
    for shot in story.live_shots():
        for engine in ENGINES:
            spec = shot_spec.make_performed_spec(story, shot, engine=engine, seed=0)
            asset = Asset(id=new_id("ast"), kind=AssetKind.VIDEO, path=f"media/aa/{new_id('file')}.mov")
            take = Take(
                id=new_id("take"), shot=shot.id, asset=asset.id, job=new_id("job"), engine=engine, seed=1,
                frames=shot.frames, signature=signatures.get_signature(spec),
                spec=json.dumps(spec.model_dump(mode="json")),
            )  # fmt: skip
            file.facts.add_asset(asset)
            file.facts.add_take(take, asset)


def list_stale_shots(studio: Studio, engines: Sequence[str] = ENGINES) -> set[str]:
    """Return the words of the shots with a stale take of these engines. All of a shot's takes must be stale,
    or all fresh.
    """
    story = get_story(studio)
    shots = {shot.id: shot for shot in story.live_shots()}
    stale = {
        (take.shot, staleness.find_stale_parts_of_take(story, shots[take.shot], take) != staleness.FRESH)
        for take in story.takes
        if take.engine in engines
    }
    names: dict[str, set[bool]] = {}
    for id, is_stale in stale:
        names.setdefault(id, set()).add(is_stale)
    assert all(len(states) == 1 for states in names.values()), names
    words = {shot.id: shot.dialogue[0].text if shot.dialogue else shot.action for shot in shots.values()}
    return {words[id] for id, is_stale in stale if is_stale}


def make_gold() -> GoldReading:
    """Return a reading that agrees with the rules about the kitchen, except that it sees the cat."""
    gold = GoldReading(SCRIPT)
    gold.add_person("Cat", "A cat jumps", kind="animal", gender="it")
    gold.add_beat("1", "ELSA (70)", "Elsa", "Mira")
    gold.add_beat("1", "Eat.", "Elsa", "Mira")
    gold.add_beat("1", "A cat", "Cat")
    gold.add_beat("1", "Later.", "Mira", "Elsa")
    for name in ("Elsa", "Mira"):
        gold.add_person(name)
    return gold


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    """Return a studio with a film that has takes of every shot."""
    studio = make_studio(tmp_path / "films", SCRIPT)
    add_takes(studio)
    return studio


def test_accepted_reading_makes_only_takes_with_changed_facts_stale(studio: Studio) -> None:
    looks = get_story(studio).looks
    assert looks
    numbers = get_story(studio).numbers
    gold = make_gold()
    # The people of the rules are not in the reading that is accepted, so their looks stay.
    choice = ReadingChoice(frozenset({"1"}), frozenset({"Cat"}))
    screenplays.commit_script(studio, reading=gold.make_reading(), choice=choice)
    story = get_story(studio)
    assert list_stale_shots(studio) == {"A cat jumps onto the table."}
    assert find_shot(story, "A cat").characters == ("Cat",)
    assert story.looks == looks
    assert story.numbers == numbers


def test_accepted_posture_makes_the_shots_that_show_it_stale(studio: Studio) -> None:
    gold = make_gold()
    gold.scenes["1"]["beats"].clear()
    gold.add_beat("1", "ELSA (70)", "Elsa", "Mira", Mira={"posture": "kneels on a chair"})
    gold.add_beat("1", "Eat.", "Elsa", "Mira")
    gold.add_beat("1", "Later.", "Mira", "Elsa")
    choice = ReadingChoice(frozenset({"1"}), frozenset())
    screenplays.commit_script(studio, reading=gold.make_reading(), choice=choice)
    story = get_story(studio)
    shown = {
        shot.dialogue[0].text if shot.dialogue else shot.action
        for shot in story.live_shots()
        if "Mira" in shot.characters and shot.scene == story.scenes[0].id
    }
    assert list_stale_shots(studio, ("ltx2", "wan")) == shown
    # A drawing shows no posture.
    assert list_stale_shots(studio, ("animatic",)) == set()
