"""The history over the timeline: every state of every branch, and the cursor where one stands."""

from __future__ import annotations

from pathlib import Path

from milimo_tui.studio.registry import run
from milimo_tui.tui.history_panel import HistoryPanel
from tests.tui.rain_market import make_studio
from tests.tui.stage import on


async def test_a_branch_is_seen_and_gone_to_by_keys(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    async with on(studio, "timeline", (80, 24)) as stage:

        def clips() -> int:
            cut = studio.snapshot().cut
            assert cut is not None
            return len(cut.clips)

        await stage.press("g", "u")
        assert "nothing was edited yet" in stage.said
        began = clips()
        await stage.press("1", "0", "l", "s")
        assert clips() == began + 1
        await stage.press("u", "w", "x", "x")
        assert clips() == began - 2
        await stage.pilot.press("g", "u")
        await stage.until(lambda: isinstance(stage.app.screen, HistoryPanel))
        await stage.pilot.pause()
        lines = "\n".join(stage.lines())
        assert "History of “" in lines
        assert "● as it began" in lines
        assert "├╴○ split" in lines
        assert "◀ here" in lines
        panel = stage.app.screen
        assert isinstance(panel, HistoryPanel)
        assert panel.rows.key == studio.project().history(studio.snapshot().cut.id)[-1].id  # type: ignore[union-attr]
        await stage.pilot.press("k", "k")
        await stage.press("enter")
        assert "now after “split" in stage.said
        assert "2 undone, 1 done again" in stage.said
        assert clips() == began + 1
        await stage.press("u")
        assert clips() == began
        run(studio, "cut.jump", {"to": "start"})
        assert clips() == began
