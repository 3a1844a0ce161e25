"""Test that a key on the Script screen takes no more time in a long screenplay than in a short one."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from tests.tui.stage import on
from tests.tui.studio_setup import make_studio, settle


def screenplay(lines: int) -> str:
    scene = "INT. ROOM - NIGHT\n\nRain. Wide on the market.\n\nMARA\nYou are late.\n\nJUN\nNever.\n\n"
    return "Title: Long\n\n" + scene * (lines // 10)


def cost(folder: Path, lines: int) -> float:
    """Return the CPU time in seconds of ten of 30 keys typed in the middle of a text of `lines` lines. The
    five cheapest and the fifteen dearest keys are left out, so that other load on the machine does not count.
    """

    async def type_on() -> float:
        folder.mkdir()
        studio = make_studio(folder / "home", screenplay(lines))
        async with on(studio, "script") as stage:
            await stage.press("i")
            stage.screen.editor.move_to_line(lines // 2)
            await settle(stage.pilot)
            assert stage.screen.editor.wrapped_document.height == sum(
                len(offsets) + 1 for offsets in stage.screen.editor.wrapped_document._wrap_offsets
            )
            taken = []
            for number in range(30):
                before = time.process_time()
                await stage.pilot.press("ab"[number % 2])
                taken.append(time.process_time() - before)
        studio.close()
        return sum(sorted(taken)[5:15])

    return asyncio.run(type_on())


@pytest.mark.long("screens")
def test_key_costs_the_same_in_a_script_of_any_length(tmp_path: Path) -> None:
    short, long = cost(tmp_path / "short", 200), cost(tmp_path / "long", 2000)
    assert long < 1.8 * short, (short, long)
