"""Test a picture in each picture protocol of terminals: the real viewer process makes it, and independent
decoders read it.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
from PIL import Image

from milimo_tui.core.errors import BadInput
from milimo_tui.media.viewer.cells import CELL
from milimo_tui.media.viewer.client import ViewerAnswer, ViewerClient
from tests.media.cuts import CutBuilder
from tests.media.material import make_take
from tests.media.viewer.cell_pictures import Picture, psnr
from tests.media.viewer.test_cells import scene
from tests.tui.rain_market import write_small_take

COLUMNS, ROWS, CELL_PIXELS = 60, 20, (8, 16)
WIDTH, HEIGHT = COLUMNS * 8, ROWS * 16


@pytest_asyncio.fixture
async def viewer() -> AsyncIterator[ViewerClient]:
    client = ViewerClient()
    await client.start()
    yield client
    await client.close()


@pytest.fixture
def still(tmp_path: Path) -> Path:
    """Write a scene with film grain in the same aspect ratio as the cells."""
    grain = np.random.default_rng(4).normal(0, 3, (HEIGHT, WIDTH, 1)).astype(np.float32)
    whole = Image.fromarray(scene(COLUMNS, ROWS).round().astype(np.uint8)).resize((WIDTH, HEIGHT))
    picture = np.clip(np.asarray(whole).astype(np.float32) + grain, 0, 255).astype(np.uint8)
    Image.fromarray(picture).save(tmp_path / "still.png")
    return tmp_path / "still.png"


async def ask(viewer: ViewerClient, path: Path, **way: Any) -> ViewerAnswer:
    answer = await viewer.request(
        "file", path=str(path), letterbox=True, way={"columns": COLUMNS, "rows": ROWS, **way}
    )
    assert answer is not None
    assert answer.way == way["kind"]
    return answer


def pixels(image: Image.Image) -> Picture:
    """Return an image scaled to its area of cells, as a terminal scales it."""
    whole = image.convert("RGB").resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR)
    return np.asarray(whole, np.float32)


def sixel_picture(data: bytes, tmp_path: Path) -> Image.Image:
    """Return the image that libsixel decodes from `data`."""
    if shutil.which("sixel2png") is None:
        pytest.skip("libsixel-bin is not installed")
    (tmp_path / "p.six").write_bytes(data)
    subprocess.run(["sixel2png", "-i", tmp_path / "p.six", "-o", tmp_path / "p.png"], check=True)
    return Image.open(tmp_path / "p.png")


async def test_cells_are_packed_with_bars_around_the_picture(viewer: ViewerClient, still: Path) -> None:
    answer = await ask(viewer, still, kind="cells", signs=["quadrants", "bars"])
    assert (answer.width, answer.height, answer.format) == (COLUMNS, ROWS, "cells")
    assert len(answer.data) == COLUMNS * ROWS * CELL.itemsize
    wide = {"kind": "cells", "columns": 20, "rows": 20, "colours": "truecolor"}
    answer = (
        await viewer.request("file", path=str(still), letterbox=True, bars=[255, 0, 0], way=wide) or answer
    )
    cells = np.frombuffer(answer.data, CELL).reshape(20, 20)
    red = (cells["ground"] == [255, 0, 0]).all(axis=2) & (cells["sign"] == 32)
    # In 20×20 cells of 8×16 pixels, a picture of 480×320 fills 6.67 rows in the middle, so the rows above are
    # red bars.
    assert red[:6].all()
    assert red[-6:].all()
    assert not red[7:13].any()
    answer = await viewer.request("file", path=str(still), way=wide) or answer
    assert (answer.width, answer.height) == (20, 7)


async def test_kitty_gets_a_palette_within_its_limit(viewer: ViewerClient, still: Path) -> None:
    wanted = pixels(Image.open(still))
    for budget, least in ((30_000, 30.0), (16_000, 29.0)):
        answer = await ask(viewer, still, kind="kitty", budget=budget)
        assert answer.format == "png"
        assert -(-len(answer.data) // 3) * 4 <= budget
        image = Image.open(io.BytesIO(answer.data))
        assert image.size == (answer.width, answer.height)
        assert len(image.getcolors() or ()) <= 256
        assert psnr(pixels(image), wanted) >= least
    # A picture is sent even if no size fits the budget.
    tiny = await ask(viewer, still, kind="kitty", budget=1)
    assert min(tiny.width, tiny.height) == 16


async def test_local_terminal_gets_every_pixel_by_name(viewer: ViewerClient, still: Path) -> None:
    whole = np.asarray(Image.open(still).convert("RGB")).tobytes()
    direct = await ask(viewer, still, kind="kitty")
    assert direct.format == "zlib"
    assert zlib.decompress(direct.data) == whole
    for medium, place in (("shared", "/dev/shm{}"), ("file", "{}")):
        answer = await ask(viewer, still, kind="kitty", medium=medium)
        assert (answer.format, answer.data, answer.size) == ("rgb", b"", len(whole))
        assert "tty-graphics-protocol" in answer.place
        path = Path(place.format(answer.place))
        assert path.read_bytes() == whole
        assert path.stat().st_mode & 0o777 == 0o600
    await viewer.close()
    assert not path.exists()  # The viewer deletes shared files that no terminal has read.
    # A file left over from a viewer that was killed.
    left = Path("/dev/shm/tty-graphics-protocol-milimo-4194399-1")
    left.touch()
    another = ViewerClient()
    try:
        await ask(another, still, kind="kitty", medium="shared")
        assert not left.exists()
        ours = [path for path in left.parent.glob("tty-graphics-protocol-milimo-*") if _is_ours(path)]
        assert ours
    finally:
        await another.close()


def _is_ours(path: Path) -> bool:
    parent = Path("/proc", path.name.split("-")[-2], "stat").read_text().rpartition(")")[2].split()[1]
    return int(parent) == os.getpid()


async def test_iterm2_gets_a_jpeg_within_its_limit(viewer: ViewerClient, still: Path) -> None:
    for budget, least in ((0, 34.0), (30_000, 32.0), (6_000, 24.0)):
        answer = await ask(viewer, still, kind="iterm2", budget=budget)
        image = Image.open(io.BytesIO(answer.data))
        assert (image.format, answer.format) == ("JPEG", "jpeg")
        assert not budget or -(-len(answer.data) // 3) * 4 <= budget
        assert psnr(pixels(image), pixels(Image.open(still))) >= least


async def test_sixels_are_sent_in_bands_that_are_images(
    viewer: ViewerClient, still: Path, tmp_path: Path
) -> None:
    answer = await ask(viewer, still, kind="sixel", cell=CELL_PIXELS)
    assert sum(part.bytes for part in answer.parts) == len(answer.data)
    assert all(part.bytes <= 16384 for part in answer.parts)
    seen = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    row = at = 0
    for part in answer.parts:
        assert part.row == row
        image = sixel_picture(answer.data[at : at + part.bytes], tmp_path)
        height = part.rows * CELL_PIXELS[1]
        seen[row * 16 : row * 16 + height] = np.asarray(image.convert("RGB"))[:height]
        row, at = row + part.rows, at + part.bytes
    assert row == ROWS
    assert psnr(seen, pixels(Image.open(still))) >= 34
    small = await ask(viewer, still, kind="sixel", cell=CELL_PIXELS, budget=40_000)
    assert len(small.data) < len(answer.data)


async def test_frame_of_the_film_uses_every_protocol(viewer: ViewerClient, tmp_path: Path) -> None:
    cut = CutBuilder()
    cut.add("V1", make_take(tmp_path / "a.mov", 12, first=0x5555), 10)
    key = viewer.register_plan(cut.plan())
    asked = {"columns": 32, "rows": 10, "cell": [10, 20]}
    for kind, size in (("cells", (32, 10)), ("kitty", (160, 96)), ("iterm2", (160, 96))):
        answer = await viewer.request("frame", plan=key, frame=3, way={**asked, "kind": kind})
        assert answer is not None
        assert (answer.way, answer.width, answer.height) == (kind, *size)
        assert (answer.columns, answer.rows) == (32, 10)
        rgb = await viewer.request("frame", plan=key, frame=3, width=160, height=96)
        assert rgb is not None
        assert rgb.way == ""
        if kind == "kitty":
            assert zlib.decompress(answer.data) == rgb.data


async def test_nearly_unchanged_cells_stay_as_on_the_screen(viewer: ViewerClient, tmp_path: Path) -> None:
    """Between two similar frames of a film fewer cells change, and no cell differs much from the film's
    picture.
    """
    write_small_take(tmp_path / "a.mov", 8, 3)
    cut = CutBuilder()
    cut.add("V1", tmp_path / "a.mov", 8)
    plan = viewer.register_plan(cut.plan())

    async def cells(frame: int, steady: int, slot: str) -> np.ndarray[Any, Any]:
        way = {"kind": "cells", "columns": COLUMNS, "rows": ROWS, "steady": steady}
        answer = await viewer.request("frame", slot=slot, plan=plan, frame=frame, way=way)
        assert answer is not None
        return np.frombuffer(answer.data, CELL).reshape(answer.rows, answer.columns)

    before, exact = await cells(2, 0, "exact"), await cells(3, 0, "exact")
    await cells(2, 8, "steady")
    steady = await cells(3, 8, "steady")
    assert (steady != before).sum() < (exact != before).sum()
    far = np.abs(steady["ink"].astype(int) - exact["ink"].astype(int))[steady["sign"] == exact["sign"]]
    assert far.max() <= 16


async def test_unknown_protocol_is_refused(viewer: ViewerClient, still: Path) -> None:
    for way in (
        {"kind": "gif", "columns": 4, "rows": 4},
        {"kind": "cells"},
        {"kind": "cells", "columns": 0, "rows": 4},
        {"kind": "cells", "columns": 4, "rows": 4, "colours": "17"},
        {"kind": "kitty", "columns": 4, "rows": 4, "medium": "post"},
        {"kind": "kitty", "columns": 4000, "rows": 4},
        {"kind": "kitty", "columns": 4, "rows": 4, "cell": [8]},
    ):
        with pytest.raises(BadInput):
            await viewer.request("file", path=str(still), way=way)
