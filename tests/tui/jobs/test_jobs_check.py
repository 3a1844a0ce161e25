"""Test the check report of a film on the Jobs screen: a separate pane, next to the log where there is
room.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from milimo_tui.cut.plan.report import ROLE, CheckFinding, CheckReport
from milimo_tui.jobs.values.views import DetailedJob
from milimo_tui.tui.jobs.details import JobDetails
from tests.budget import thorough
from tests.tui.jobs.test_jobs_model import FILM
from tests.tui.jobs.test_jobs_screen import show
from tests.tui.rain_market import make_studio
from tests.tui.stage import Stage, on


def finding(level: str, kind: str, start: int, frames: int, code: str, text: str) -> CheckFinding:
    return CheckFinding.model_validate(
        {"kind": kind, "level": level, "start": start, "end": start + frames, "timecode": code, "text": text}
    )


REPORT = CheckReport(
    frames=4380,
    seconds=175.2,
    sync_ms=0.0,
    lufs=-16.2,
    true_peak=-1.1,
    findings=(
        finding("note", "silent", 900, 75, "00:00:36:00", "silent, as in the cut"),
        finding("warning", "black", 1502, 2, "00:01:00:02", "a flash of black: the cut has a gap there"),
    ),
)
WRONG = REPORT.model_copy(
    update={
        "findings": (
            *REPORT.findings,
            finding(
                "failed", "frozen", 2000, 60, "00:01:20:00", "the picture stands still where the cut moves"
            ),
        )
    }
)


async def look(stage: Stage, report: CheckReport, state: str) -> str:
    """Return the screen with a film with that check report under the cursor, as if its report had been
    read.
    """
    values = report.model_dump(mode="json")
    kept = {"parts": [{"role": ROLE, "path": "/x.json", "facts": values}]} if state == "failed" else {}
    tried = {"number": 1, "facts": {} if state == "failed" else {"report": values}}
    whole = DetailedJob.from_json({**FILM.as_json(), "state": state, "history": [tried], **kept})
    await show(stage, whole)
    screen = stage.screen
    screen.panes.details = JobDetails(FILM.id, whole, "2026-11-20 23:10:05 rendered\n")
    screen.panes.redraw_panes()
    await stage.pilot.pause()
    return "\n".join(stage.lines())


@pytest.mark.parametrize("size", thorough("screens", [(80, 24), (200, 50)], one=True))
@pytest.mark.parametrize("state", ["done", "failed"])
async def test_film_shows_its_check(tmp_path: Path, size: tuple[int, int], state: str) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    async with on(studio, "jobs", size) as stage:
        text = await look(stage, REPORT if state == "done" else WRONG, state)
        if size[0] < 160:
            assert "log   history   check   machine" in text
            await stage.press("tab", "tab", "tab")
            text = "\n".join(stage.lines())
        words = " ".join(text.split())
        assert "4,380 frames" in words
        assert "-16.2 LUFS" in words
        assert "! 00:01:00:02 a flash of black" in words
        assert "· 00:00:36:00 silent, as in the cut" in words
        assert ("✕ 00:01:20:00 the picture stands still" in words) is (state == "failed")
        assert {len(line) for line in stage.lines()} == {size[0]}
    studio.close()


async def test_other_jobs_have_no_check(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    async with on(studio, "jobs", (80, 24)) as stage:
        await show(stage, replace(FILM, kind="make_video"))
        assert "log   history   machine" in "\n".join(stage.lines())
    studio.close()
