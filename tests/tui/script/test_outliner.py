"""Test the outline of a long screenplay. A separate process computes it, and it must equal the outline of a
complete parse.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from milimo_tui.story.shots.outline import make_outline
from milimo_tui.tui.script.outliner import FEW, Outliner
from milimo_tui.tui.script.text.source_text import close_text, open_text
from tests.tui.stage import on
from tests.tui.studio_setup import make_studio, until

RATE = Fraction(25)
# Lines that are typed, pasted or deleted. Some of them change how all later lines are parsed.
PIECES = (
    "MARA", "INT. BAR - DAY", "INT. CAR - CONTINUOUS #7#", "", "He runs. Why?", "Jun smiles.", "(beat)",
    "[[note", "]]", "/*", "*/", "> CUT TO:", "@McX", "1. one", "Title: Two", "# Act", "a\x0cb\x85é", "\u2028",
)  # fmt: skip


def screenplay(lines: int) -> list[str]:
    scene = ["", "Rain. Wide on the market.", "", "MARA", "You are late.", "", "JUN", "Never.", ""]
    found = ["Title: Long", ""]
    while len(found) < lines:
        found += [f"INT. ROOM {len(found)} - NIGHT", *scene]
    return found


@pytest.fixture
def outliner() -> Iterator[Outliner]:
    made = Outliner()
    yield made
    made.end_outliner()


@pytest.mark.long("screens")
@pytest.mark.parametrize("seed", range(3))
def test_outline_after_any_edit_equals_that_of_the_whole_text(outliner: Outliner, seed: int) -> None:
    chosen = random.Random(seed)
    lines = screenplay(FEW + 50)
    for _ in range(25):
        opened = open_text("\n".join(lines))
        assert outliner.parse(opened.lines, opened.base, RATE) == make_outline(
            close_text(opened, opened.lines), len(opened.lines), RATE
        )
        at = chosen.randrange(len(lines))
        what = chosen.random()
        if what < 0.4:
            lines.insert(at, chosen.choice(PIECES))
        elif what < 0.6:
            lines[at] += chosen.choice(PIECES)
        elif what < 0.8:
            del lines[at : at + chosen.randrange(1, 8)]
        else:
            lines[at:at] = lines[at - 12 : at]


def test_killed_process_loses_no_outline(outliner: Outliner) -> None:
    lines = screenplay(2 * FEW)
    before = outliner.parse(lines, 0x10F000, RATE)
    process = outliner.process
    assert process is not None
    os.kill(process, signal.SIGKILL)
    assert outliner.parse(lines, 0x10F000, RATE) == before
    lines[2] = "INT. HALL - DAY"
    assert outliner.parse(lines, 0x10F000, RATE).scenes[0].heading == "INT. HALL - DAY"
    outliner.end_outliner()
    assert outliner.process is None
    assert outliner.parse(lines, 0x10F000, RATE).scenes[0].heading == "INT. HALL - DAY"


@pytest.mark.long("screens")
async def test_long_screenplay_is_outlined_by_a_process_that_exits_with_the_studio(
    tmp_path: Path,
) -> None:
    studio = make_studio(tmp_path / "home", "\n".join(screenplay(4 * FEW)))
    async with on(studio, "script") as stage:
        screen = stage.screen
        await until(
            stage.pilot,
            lambda: any("ROOM 2" in row.left.plain for row in screen.outline_rows.rows),
        )
        screen.editor.move_to_line(4)
        await stage.press("i", *"Mara", "space", *"sings", ".")
        await until(
            stage.pilot,
            lambda: any("sings" in row.left.plain for row in screen.outline_rows.rows),
        )
        process = screen._outliner.process
        assert process is not None
    studio.close()
    end = time.monotonic() + 20
    while Path(f"/proc/{process}").exists() and time.monotonic() < end:
        await asyncio.sleep(0.05)
    assert not Path(f"/proc/{process}").exists()
