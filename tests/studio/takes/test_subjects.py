"""Test the reference pictures of elements that are sent with a shot: which elements, in which order, and who
chose them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from milimo_tui.engines.specs.video_specs import MakeVideo, Subjects
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec, signatures
from milimo_tui.studio.takes.switched import apply_feature_switches
from tests.tui.studio_setup import make_studio


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    studio = make_studio(tmp_path / "home")
    registry.run_by_id(studio, "storyboard.commit")
    yield studio
    studio.close()


@pytest.fixture
def acting(studio: Studio) -> str:
    """Create a shot with a character, a prop and a place that has pictures, and return its id."""
    row = registry.run_by_id(studio, "shot.add", {"scene": "1", "action": "Mara lifts the brass lamp."}).data
    registry.run_by_id(studio, "shot.set", {"id": row["id"], "cast": "Mara"})
    return str(row["id"])


def picture(studio: Studio, folder: Path, element: str) -> None:
    path = folder / f"{element.strip('@')}.png"
    Image.new("RGB", (64 + len(element), 64), (90, len(element), 90)).save(path)
    registry.run_by_id(studio, "element.reference.add", {"id": element, "file": str(path)})


def asked(studio: Studio, id: str, engine: str = "ltx2") -> MakeVideo:
    story = studio.take_snapshot().story
    return shot_spec.make_video_spec(story, shot_spec.find_shot(story, id), engine=engine)


def test_people_and_props_precede_the_place(studio: Studio, acting: str, tmp_path: Path) -> None:
    registry.run_by_id(studio, "element.add", {"name": "brass lamp", "kind": "object"})
    place = next(one for one in studio.take_snapshot().story.elements if one.kind.value == "location")
    registry.run_by_id(studio, "shot.set", {"id": acting, "location": place.name})
    picture(studio, tmp_path, place.trigger)
    assert asked(studio, acting).subjects == Subjects(), "a place alone keeps nobody"
    lamp = next(one for one in studio.take_snapshot().story.elements if one.name == "brass lamp")
    picture(studio, tmp_path, lamp.trigger)
    picture(studio, tmp_path, "@Mara")
    going = asked(studio, acting).subjects
    assert [(one.name.lower(), one.is_place) for one in going.parts] == [
        ("mara", False),
        ("brass lamp", False),
        (place.name.lower(), True),
    ]
    assert asked(studio, acting, "animatic").subjects == Subjects()
    registry.run_by_id(studio, "element.set", {"id": "@Mara", "description": "in a red coat"})
    assert "in a red coat" in asked(studio, acting).subjects.parts[0].words


def test_subjects_set_by_user_are_part_of_the_signature(studio: Studio, acting: str, tmp_path: Path) -> None:
    before = signatures.get_signature(asked(studio, acting))
    picture(studio, tmp_path, "@Mara")
    auto = asked(studio, acting)
    assert signatures.get_signature(auto) == before, "a take is not stale for a picture that may stay behind"
    shown = registry.run_by_id(studio, "shot.show", {"id": acting, "engine": "ltx2"})
    line = next(line for line in shown.text.splitlines() if line.strip().startswith("pictures "))
    assert "Mara: not sent" in line
    registry.run_by_id(studio, "shot.set", {"id": acting, "subjects": "on"})
    by_hand = asked(studio, acting)
    assert by_hand.subjects.by == "on"
    registry.run_by_id(studio, "shot.set", {"id": acting, "subjects": "off"})
    off = asked(studio, acting)
    assert off.subjects == Subjects(by="off")
    assert len({signatures.get_signature(one) for one in (auto, by_hand, off)}) == 3
    sent = apply_feature_switches(replace(studio.settings, subjects=False), by_hand)
    assert sent.subjects == Subjects()
    assert signatures.get_signature(sent) == signatures.get_signature(by_hand)
