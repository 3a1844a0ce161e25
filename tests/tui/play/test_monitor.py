"""Test the monitor, through which a screen requests pictures from the viewer process."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from milimo_tui.tui.play.monitor import Monitor
from milimo_tui.tui.terminal.capabilities import Terminal
from milimo_tui.tui.terminal.images.pictures import Pictures


async def test_problem_is_cleared_by_the_next_picture(tmp_path: Path) -> None:
    good = tmp_path / "good.png"
    Image.new("RGB", (16, 16), (90, 90, 90)).save(good)
    pictures = Pictures(
        Terminal("truecolor", "blocks"),
        send=lambda drawing: None,
        forget=lambda drawing: None,
        keys_rest_in=lambda: 0.0,
        rate=lambda: None,
    )
    monitor = Monitor(pictures, "test")
    try:
        assert await monitor.draw_file_frame(tmp_path / "missing.png", 80, 80) is None
        assert "missing.png" in monitor.problem
        assert await monitor.draw_file_frame(good, 80, 80) is not None
        assert not monitor.problem
    finally:
        await pictures.close()
