"""Test the automation lane of the Timeline at 80×24: volume and pan of a track, its bus and the master are
drawn and changed by keys, and every change is one step of undo.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.cut.layout.strips import list_strips
from milimo_tui.cut.values.cut import Cut
from milimo_tui.cut.values.keyframes import Curve
from milimo_tui.studio.session.studio import Studio
from tests.tui.rain_market import add_sound, make_studio
from tests.tui.stage import Stage, on
from tests.tui.timeline.test_timeline_live import edits
from tests.tui.timeline.test_timeline_screen import cut_of


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home")
    cut = made.take_snapshot().cut
    assert cut is not None
    add_sound(made.require_project(), cut)
    yield made
    made.close()


def curve_of(cut: Cut, strip: str, name: str) -> Curve:
    return next(each for each in list_strips(cut) if each.name == strip).automation.get_curve(name)


def keys_of(cut: Cut, strip: str, name: str = "volume") -> list[tuple[int, float]]:
    return [(key.frame, key.value) for key in curve_of(cut, strip, name)]


async def go_to_track(stage: Stage, name: str) -> None:
    while stage.screen.cutting.get_lane(stage.screen.view.lane).track.name != name:
        await stage.press("j")


@pytest.mark.long("screens")
async def test_volume_of_a_track_is_drawn_and_its_keys_are_set_moved_raised_and_deleted(
    studio: Studio,
) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        await go_to_track(stage, "A2")
        before = edits(stage)
        await stage.press("0", "Z", "A")
        assert stage.lines()[-1].strip().startswith("A2 VOLUME")
        assert all(word in stage.lines()[-1] for word in ("lower", "raise", "key", "delete", "move"))
        await stage.press("m", "1", "2", "0", "l", "m", "6", "j")
        assert sum(line.count("◆") for line in stage.lines()) == 2
        assert "−6.0 dB" in stage.said
        await stage.press("J")
        assert any("╮" in line or "╰" in line for line in stage.lines())
        await stage.press("u")
        await stage.press("5", ">")
        assert stage.screen.playhead == 125
        edit = stage.screen.live_modes.automation_mode.edit
        assert [(key.frame, key.value) for key in edit.keys] == [(0, 0.0), (125, -6.0)]
        await stage.press("1", "0", "l", "m", "k", "x", "u", "enter")
        assert keys_of(cut_of(stage), "A2") == [(0, 0.0), (125, -6.0), (135, -5.0)]
        assert edits(stage) == before + 1, "one step"
        await stage.press("u")
        assert keys_of(cut_of(stage), "A2") == []


@pytest.mark.long("screens")
async def test_tab_goes_to_the_pan_the_bus_and_the_master(studio: Studio) -> None:
    studio_run(studio, "mix.bus_add", name="Music")
    studio_run(studio, "mix.set", strip="A2", bus="Music")
    async with on(studio, "timeline", (80, 24)) as stage:
        await go_to_track(stage, "A2")
        await stage.press("0", "Z", "A")
        names = []
        for _ in range(6):
            names.append(stage.screen.live_modes.automation_mode.edit.title)
            await stage.press("tab")
        assert names == ["A2 volume", "A2 pan", "Music volume", "Music pan", "master volume", "A2 volume"]
        assert stage.lines()[-1].strip().startswith("A2 PAN")
        await stage.press("m", "J")
        assert "L25" in stage.said
        await stage.press("tab", "m", "3", "k", "tab")
        assert keys_of(cut_of(stage), "A2", "pan") == [(0, -0.25)]
        assert keys_of(cut_of(stage), "Music") == [(0, 3.0)]
        await stage.press("tab", "m", "J", "escape")
        assert keys_of(cut_of(stage), "master") == [], "discarded"


@pytest.mark.long("screens")
async def test_deleting_the_last_key_ends_the_automation(studio: Studio) -> None:
    studio_run(studio, "mix.automate", strip="A1", keys=["10:-6", "40:0:ease"])
    async with on(studio, "timeline", (80, 24)) as stage:
        assert keys_of(cut_of(stage), "A1") == [(10, -6.0), (40, 0.0)]
        await go_to_track(stage, "A1")
        await stage.press("0", "Z", "A", ";", "x", ";", "x", "enter")
        assert keys_of(cut_of(stage), "A1") == []


def studio_run(studio: Studio, command: str, **values: object) -> None:
    from milimo_tui.studio.registry.registry import run_by_id

    run_by_id(studio, command, values)
