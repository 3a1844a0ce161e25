"""Test the Skeletons screen: joints are drawn over their picture, moved and restored by keys, and a skeleton
is exported as glTF.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from milimo_tui.interchange.skeletons.bones import JOINTS
from milimo_tui.interchange.skeletons.person_skeleton import Skeleton
from milimo_tui.story.elements.prompt import BY_USER
from milimo_tui.studio.pictures import skeletons
from milimo_tui.studio.session.studio import Studio
from tests.tui.stage import on
from tests.tui.studio_setup import make_studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home")
    yield made
    made.close()


def stand(studio: Studio, name: str) -> None:
    """Store a skeleton with its picture. The left wrist has a low confidence."""
    picture = studio.require_project().paths.root / f"{name}.png"
    Image.new("RGB", (320, 240), (90, 90, 120)).save(picture)
    seen = tuple(
        (100.0 + 8 * at, 20.0 + 12 * at, 0.1 if joint == "left_wrist" else 0.9)
        for at, joint in enumerate(JOINTS)
    )
    skeletons.store_skeleton(
        studio, Skeleton(name=name, source=str(picture), frame=0, width=320, height=240, seen=seen)
    )


@pytest.mark.long("screens")
async def test_joint_is_moved_undone_and_a_skeleton_exported(studio: Studio, tmp_path: Path) -> None:
    stand(studio, "mara")
    async with on(studio, "elements", (80, 24)) as stage:
        await stage.press("s")
        await stage.until(lambda: stage.screen.MODE == "skeletons" and stage.screen.skeleton)
        assert "Skeleton · mara" in stage.lines()[0]
        assert "1 unsure" in stage.lines()[0]
        first = stage.screen.joints.key
        await stage.press("5", "L")
        await stage.until(lambda: stage.screen.skeleton["changes"] == 1)
        [joint] = [each for each in stage.screen.skeleton["joints"] if each["joint"] == first]
        assert (joint["x"], joint["by_hand"]) == (105.0, True)
        assert BY_USER in stage.text
        await stage.press("u")
        await stage.until(lambda: stage.screen.skeleton["changes"] == 0)
        await stage.press("x")
        await stage.until(lambda: len(stage.screen.skeleton["unsure"]) == 2)
        await stage.press("e", "ctrl+u")
        await stage.paste(str(tmp_path / "mara.glb"))
        await stage.press("enter")
        await stage.settle()
        assert (tmp_path / "mara.glb").read_bytes()[:4] == b"glTF"
        await stage.press("right_parenthesis")
        assert "no other skeleton" in stage.said


@pytest.mark.long("screens")
async def test_missing_skeleton_is_explained(studio: Studio) -> None:
    async with on(studio, "elements", (80, 24)) as stage:
        await stage.press("s")
        await stage.until(lambda: stage.screen.MODE == "skeletons")
        await stage.settle()
        assert "finds one" in stage.text
        await stage.press("e")
        assert "here yet" in stage.said
        await stage.press("escape")
        assert stage.screen.MODE == "elements"
