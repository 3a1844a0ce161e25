"""Test thumbnails made by a helper process: a picture that cannot be made is reported, and the others are
made.
"""

from __future__ import annotations

from pathlib import Path

import psutil
from PIL import Image

from milimo_tui.tui.play.picture_process import make_picture_files

POSTERS = "milimo_tui.media.viewer.poster"


async def test_damaged_file_is_reported_and_the_following_are_made(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.png", tmp_path / "bad.mov"
    Image.new("RGB", (1600, 900), (30, 90, 200)).save(good)
    bad.write_bytes(b"no film " * 100)
    orders = [
        {"source": str(source), "seconds": "0/1", "to": str(tmp_path / "kept" / f"{at}.jpg")}
        for at, source in enumerate((bad, good, tmp_path / "gone.png", good))
    ]
    made = [(order["to"], is_kept) async for order, is_kept in make_picture_files(POSTERS, orders)]
    assert [is_kept for _, is_kept in made] == [False, True, False, True]
    with Image.open(made[1][0]) as poster:
        assert poster.size == (640, 360)
        assert poster.format == "JPEG"


async def test_cancelled_wait_leaves_no_helper_process(tmp_path: Path) -> None:
    good = tmp_path / "good.png"
    Image.new("RGB", (64, 64)).save(good)
    orders = [{"source": str(good), "seconds": "0/1", "to": str(tmp_path / f"{at}.jpg")} for at in range(3)]
    pictures = make_picture_files(POSTERS, orders)
    await anext(pictures)
    (helper,) = [one for one in psutil.Process().children() if POSTERS in one.cmdline()]
    await pictures.aclose()
    assert not helper.is_running() or helper.status() == psutil.STATUS_ZOMBIE
