"""Test operations typed after `:` on the timeline. Without a named clip, they apply to the clip under the
playhead.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.rain_market import make_studio
from tests.tui.stage import Stage, on
from tests.tui.timeline.test_timeline_screen import LENGTHS, cut_of, v1


async def typed(stage: Stage, words: str) -> None:
    await stage.press(":")
    await stage.type(words)
    await stage.press("enter")


@pytest.mark.long("screens")
async def test_range_is_nested_opened_left_and_unnested(tmp_path: Path) -> None:
    async with on(make_studio(tmp_path / "home", takes=False), "timeline") as stage:
        outer = cut_of(stage)
        await stage.press("0", "i", "2", "w", "h", "o")
        await typed(stage, "cut.nest name=Storm")
        assert v1(cut_of(stage)) == [LENGTHS[0] + LENGTHS[1], *LENGTHS[2:]]
        await stage.press("0")
        await typed(stage, "cut.open")
        assert cut_of(stage).name == "Storm"
        assert v1(cut_of(stage)) == list(LENGTHS[:2])
        assert "Storm" in "\n".join(stage.lines())
        await typed(stage, "cut.trim_out by=-5")
        assert v1(cut_of(stage)) == [LENGTHS[0] - 5, LENGTHS[1]]
        await typed(stage, "cut.back")
        assert cut_of(stage).id == outer.id
        await typed(stage, "cut.un_nest")
        assert v1(cut_of(stage))[:2] == [LENGTHS[0] - 5, LENGTHS[1]], "what it shows now, with a gap behind"
        await stage.press("u")
        assert v1(cut_of(stage))[0] == LENGTHS[0] + LENGTHS[1]
