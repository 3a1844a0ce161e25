"""Test two terminals on one film: each shows the other's edits live, a conflict is reported in one sentence,
and a killed studio loses no edit.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import milimo_tui
from milimo_tui.cut.values.cut import Cut
from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.session.studio import Studio
from tests.tui.rain_market import make_studio
from tests.tui.stage import on

ROOT = str(Path(milimo_tui.__file__).parents[1])


def cut_of(studio: Studio) -> Cut:
    cut = studio.take_snapshot().cut
    assert cut is not None
    return cut


@pytest.mark.long("screens")
async def test_screen_shows_edits_of_another_terminal_and_undoes_its_own(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    other = make_studio(tmp_path / "home", actor="terminal-b")
    async with on(studio, "timeline", (80, 24)) as stage:

        def shown() -> int:
            return len(stage.screen.cut.clips)

        began = shown()
        await stage.press("1", "0", "l", "s")
        run_by_id(other, "cut.split", {"at": "200"})
        await stage.until(lambda: shown() == began + 2)
        # Undo takes back this terminal's own edit, although the other terminal's edit is newer.
        await stage.press("u")
        assert shown() == began + 1
        run_by_id(other, "cut.undo")
        await stage.until(lambda: shown() == began)
        await stage.press("U")
        assert shown() == began + 1
        mine = {clip.id for clip in cut_of(other).clips}
        run_by_id(other, "cut.remove", {"clip": min(cut_of(other).clips, key=lambda clip: clip.frames).id})
        await stage.until(lambda: {clip.id for clip in stage.screen.cut.clips} < mine)
        await stage.press("u")
        assert "can't undo “split" in stage.said
        assert "terminal-b did “" in stage.said
        assert shown() == began


CRASH = """
import os, sys
from pathlib import Path
from milimo_tui.studio.registry.registry import run_by_id
from tests.tui.rain_market import make_studio
studio = make_studio(Path(sys.argv[1]), actor="terminal-1")
run_by_id(studio, "cut.split", {"at": "30"})
with studio.require_project().combine_edits("macro a"):
    run_by_id(studio, "cut.split", {"at": "60"})
    run_by_id(studio, "cut.split", {"at": "200"})
    print(len(studio.take_snapshot().cut.clips), flush=True)
    os.kill(os.getpid(), 9)
"""


@pytest.mark.long("screens")
def test_killed_studio_loses_no_edit_and_continues_its_history(tmp_path: Path) -> None:
    """Every edit is saved at once. The next terminal finds all edits and can undo them one by one."""
    home = tmp_path / "home"
    first = make_studio(home, takes=False)
    began = cut_of(first)
    first.close()
    done = subprocess.run(
        [sys.executable, "-c", CRASH, str(home)],
        env={**os.environ, "PYTHONPATH": ROOT},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (-9, "")
    again = make_studio(home, actor="terminal-7")
    assert len(cut_of(again).clips) == int(done.stdout) == len(began.clips) + 3
    assert run_by_id(again, "cut.undo").message == "undone: macro a"
    assert len(cut_of(again).clips) == len(began.clips) + 1
    run_by_id(again, "cut.undo")
    undone = cut_of(again)
    assert replace(undone, clips=()) == replace(began, clips=())
    assert set(undone.clips) == set(began.clips)
    run_by_id(again, "cut.redo")
    run_by_id(again, "cut.redo")
    assert len(cut_of(again).clips) == int(done.stdout)
    again.close()
