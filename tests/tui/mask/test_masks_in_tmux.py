"""Masks by keys alone in a real tmux: by words, corrected, kept and painted; followed, corrected and followed
again: on tiny weights, through the real queue. What came of it is read by the command line.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from milimo_tui.media.encode.take_file import write_take
from milimo_tui.media.read.footage import Footage
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, environment
from tests.tour.terminals import TmuxTerminal, shows, wait_for

__all__ = ["tiny"]

COMMAND = [sys.executable, "-m", "milimo_tui.cli.main"]
ONE_THREAD = {"TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
SIDES, FRAMES = (128, 96), 5


@pytest.fixture
def masks(tmp_path: Path, tiny: Tiny) -> Iterator[Milimo]:
    """A film with a photo and a clip, and weights that find something everywhere and paint noise."""
    milimo = Milimo({**environment(tmp_path), **ONE_THREAD}, tmp_path / "work")
    furnish(milimo.home, tiny, "sam3", "flux2-klein")
    milimo.act("project", "new", "Masks")
    random = np.random.default_rng(0)
    ground = np.asarray(Image.fromarray(random.integers(0, 255, (6, 8, 3), dtype=np.uint8)).resize(SIDES))
    Image.fromarray(ground).save(milimo.cwd / "photo.png")
    moving = [np.roll(ground, 4 * index, axis=1) for index in range(FRAMES)]
    write_take(
        milimo.cwd / "clip.mov", moving, width=SIDES[0], height=SIDES[1], rate=Fraction(25), frames=FRAMES
    )
    for name in ("photo.png", "clip.mov"):
        milimo.act("asset", "add", str(milimo.cwd / name))
    yield milimo
    milimo.inside("supervisor", "stop", "--now")


def jobs(milimo: Milimo, kind: str) -> list[Any]:
    """The jobs of a kind that are done, oldest first; none may have failed."""
    found = [job for job in milimo.json("job", "list", "--all") if job["kind"] == kind]
    assert all(job["state"] != "failed" for job in found), found
    return [job for job in found if job["state"] == "done"]


@pytest.mark.long("tour")
@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (120, 40)], ids=["80x24", "120x40"])
def test_an_object_by_words_corrected_painted_and_one_followed(
    masks: Milimo, columns: int, lines: int
) -> None:
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    terminal = TmuxTerminal(COMMAND, masks.env, f"milimo-masks-{columns}", columns, lines)

    def done(kind: str, count: int) -> None:
        wait_for(terminal, lambda screen: bool(screen) and len(jobs(masks, kind)) >= count)

    def mask(name: str) -> None:
        """Open the mask screen on a file of Media, by its name."""
        terminal.send("gm")
        wait_for(terminal, shows("Media", "clip.mov"))
        terminal.send(f"/{name}")
        wait_for(terminal, shows(f"/{name}"))
        terminal.send("\r")
        terminal.send("Zk")
        wait_for(terminal, shows("Mask", name, "find by words"))

    try:
        wait_for(terminal, shows("Masks", "NORMAL"))
        mask("photo.png")
        terminal.send("S")
        wait_for(terminal, shows("sure by:"))
        terminal.send("\x150.1\r")
        terminal.send("t")
        wait_for(terminal, shows("find:"))
        terminal.send("coin\r")
        done("segment", 1)
        wait_for(terminal, shows("[1]", "coin"))
        terminal.send("a")
        done("segment", 2)
        wait_for(terminal, shows("1 in, 0 out"))
        terminal.send("LJX")
        done("segment", 3)
        wait_for(terminal, shows("1 in, 1 out"))
        terminal.send("pHp")
        terminal.send("\r")
        terminal.send("\r")
        wait_for(terminal, shows("kept"))
        done("draw_mask", 1)
        terminal.send("cc")
        wait_for(terminal, shows("prompt"))
        terminal.send("\ra blue lamp\r")
        wait_for(terminal, shows("a blue lamp"))
        terminal.send("\r")
        done("inpaint", 1)
        terminal.send("\x1b")
        painted = jobs(masks, "inpaint")[0]["outputs"]["picture"]
        drawn = np.asarray(Image.open(jobs(masks, "draw_mask")[0]["outputs"]["mask"]).convert("L"))
        before = np.asarray(Image.open(masks.cwd / "photo.png").convert("RGB"))
        changed = (before != np.asarray(Image.open(painted).convert("RGB"))).any(axis=2)
        assert changed.any()
        assert not changed[drawn == 0].any()

        mask("clip.mov")
        terminal.send("]]bLJ")
        terminal.send("\r")
        wait_for(terminal, shows("[1]"))
        terminal.send("Ta")
        done("track", 1)
        wait_for(terminal, shows("frame 2 of 5"))
        terminal.send("]pKKp")
        wait_for(terminal, shows("frame 3 of 5"))
        terminal.send("Ta")
        done("track", 2)
        first, second = (job["outputs"] for job in jobs(masks, "track"))
        with Footage(Path(first["object1"])) as was, Footage(Path(second["object1"])) as now:
            assert (was.frame(3)[..., 0] != now.frame(3)[..., 0]).any()  # as corrected
            np.testing.assert_array_equal(was.frame(2)[..., 0], now.frame(2)[..., 0])  # as drawn
    finally:
        terminal.close()
