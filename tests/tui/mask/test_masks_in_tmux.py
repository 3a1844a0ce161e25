"""Test a mask with keys alone in a real tmux, on tiny weights and the real queue.

An object of a clip is found by words, corrected with two points and a brush, inpainted, tracked in both
directions, corrected and tracked again. The results are read from the files of the jobs.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
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
from tests.tour import terminals
from tests.tour.terminals import TmuxTerminal, shows

__all__ = ["tiny"]

COMMAND = [sys.executable, "-m", "milimo_tui.cli.main"]
ONE_THREAD = {"TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
SIDES, FRAMES = (128, 96), 5
SECONDS = 90.0  # Time limit for a step.
SEEN = 2  # The frame in which the mask is drawn.


@pytest.fixture
def masks(tmp_path: Path, tiny: Tiny) -> Iterator[Milimo]:
    """Create a film with a clip, and tiny weights that find a mask everywhere and paint noise."""
    milimo = Milimo({**environment(tmp_path), **ONE_THREAD}, tmp_path / "work")
    furnish(milimo.home, tiny, "sam3", "flux2-klein")
    milimo.act("project", "new", "Masks")
    random = np.random.default_rng(0)
    ground = np.asarray(Image.fromarray(random.integers(0, 255, (6, 8, 3), dtype=np.uint8)).resize(SIDES))
    moving = [np.roll(ground, 4 * index, axis=1) for index in range(FRAMES)]
    clip, (width, height) = milimo.cwd / "clip.mov", SIDES
    write_take(clip, moving, width=width, height=height, rate=Fraction(25), frames=FRAMES)
    milimo.act("asset", "add", str(clip))
    yield milimo
    milimo.inside("supervisor", "stop", "--now")


def jobs(milimo: Milimo, kind: str) -> list[Any]:
    """Return the finished jobs of a kind, oldest first. Fail if a job of that kind has failed."""
    found = [job for job in milimo.json("job", "list") if job["kind"] == kind]
    assert all(job["state"] != "failed" for job in found), found
    return [job for job in found if job["state"] == "done"]


def mask_of(file: str, frame: int) -> Any:
    with Footage(Path(file)) as moving:
        return moving.frame(frame)[..., 0].copy()


@pytest.mark.long("tour")
def test_object_is_masked_by_words_corrected_painted_and_tracked(masks: Milimo) -> None:
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    terminal = TmuxTerminal(COMMAND, masks.env, "milimo-masks")

    def wait_for(reached: Callable[[str], bool]) -> None:
        terminals.wait_for(terminal, reached, SECONDS)

    def done(kind: str, count: int) -> None:
        wait_for(lambda screen: bool(screen) and len(jobs(masks, kind)) >= count)

    try:
        wait_for(shows("Masks", "NORMAL"))
        terminal.send("gm")
        wait_for(shows("Media", "clip.mov"))
        terminal.send("Zk")
        wait_for(shows("Mask · clip.mov", "frame 0 of 5"))
        terminal.send("]]")
        wait_for(shows(f"frame {SEEN} of 5"))

        terminal.send("S")
        wait_for(shows("lowest confidence:"))
        terminal.send("\x150.1\r")
        terminal.send("t")
        wait_for(shows("things to find:"))
        terminal.send("coin\r")
        wait_for(shows("[1]", "coin"))

        terminal.send("a")
        done("segment", 2)
        wait_for(shows("1 in, 0 out"))
        terminal.send("LJX")
        done("segment", 3)
        wait_for(shows("1 in, 1 out"))
        terminal.send("p")
        wait_for(shows("BRUSH"))
        terminal.send("Hp")
        wait_for(lambda screen: "BRUSH" not in screen)
        terminal.send("\r")
        done("draw_mask", 1)
        wait_for(shows("the mask is saved"))

        terminal.send("cc")
        wait_for(shows("new content"))
        terminal.send("\ra blue lamp\r")
        wait_for(shows("a blue lamp", "Enter repaints the area"))
        terminal.send("\r")
        done("inpaint", 1)
        drawn = np.asarray(Image.open(jobs(masks, "draw_mask")[0]["outputs"]["mask"]).convert("L"))
        painted = np.asarray(Image.open(jobs(masks, "inpaint")[0]["outputs"]["picture"]).convert("RGB"))
        with Footage(masks.cwd / "clip.mov") as clip:
            changed = (clip.frame(SEEN) != painted).any(axis=2)
        assert drawn.any()
        assert changed.any()
        assert not changed[drawn == 0].any()  # Every pixel outside of the mask is unchanged.

        terminal.send("Ta")
        done("track", 1)
        wait_for(shows("drawn at 2"))
        terminal.send("]")
        wait_for(shows("frame 3 of 5"))
        terminal.send("pKKp")
        wait_for(shows("drawn at 2, 3"))
        terminal.send("Ta")
        done("track", 2)
        first, second = (job["outputs"] for job in jobs(masks, "track"))
        # The second mask includes the correction.
        assert (mask_of(first["mask"], 3) != mask_of(second["mask"], 3)).any()
        for followed in (first, second):
            # At the drawn frame the tracked mask equals the drawing.
            np.testing.assert_array_equal(mask_of(followed["mask"], SEEN), drawn)
    finally:
        terminal.close()
