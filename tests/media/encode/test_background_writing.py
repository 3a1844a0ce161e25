"""Test writing pictures in a background thread: the file is the same, the order is kept, and errors reach the
caller.
"""

from __future__ import annotations

import threading
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from milimo_tui.core.errors import BadInput, Failed
from milimo_tui.media.encode.background_writer import BackgroundTakeWriter
from milimo_tui.media.encode.take_file import TakeWriter, write_take

SIZE: dict[str, Any] = {"width": 64, "height": 48, "rate": Fraction(24)}
DICE = np.random.default_rng(4)
PICTURES = DICE.integers(0, 256, (30, 48, 64, 3), dtype=np.uint8)
SOUND = DICE.normal(0, 0.1, (2, 60_000)).astype(np.float32)


@pytest.mark.parametrize("sound_at", [0, 15, 30])
def test_file_equals_the_one_written_in_one_go(sound_at: int, tmp_path: Path) -> None:
    """The file does not depend on when the sound is passed among the pictures."""
    write_take(tmp_path / "plain.mov", PICTURES, **SIZE, frames=30, sound=SOUND)
    with (
        TakeWriter(tmp_path / "beside.mov", **SIZE, frames=30) as writer,
        BackgroundTakeWriter(writer) as beside,
    ):
        for number, picture in enumerate(PICTURES):
            if number == sound_at:
                beside.sound(SOUND)
            beside.picture(picture)
        if sound_at == 30:
            beside.sound(SOUND)
    assert (tmp_path / "beside.mov").read_bytes() == (tmp_path / "plain.mov").read_bytes()


def test_producer_continues_while_frames_are_written(tmp_path: Path) -> None:
    """While the writer is blocked at its first picture, all other pictures can be passed to it. They are
    written in order.
    """
    gate, order = threading.Event(), list[int]()

    class Slow(TakeWriter):
        def picture(self, rgb: Any) -> None:
            assert gate.wait(20)
            order.append(int(rgb[0, 0, 0]))
            super().picture(rgb)

    shades = [np.full((48, 64, 3), shade, np.uint8) for shade in range(30)]
    with Slow(tmp_path / "take.mov", **SIZE, frames=30) as writer, BackgroundTakeWriter(writer) as beside:
        for picture in shades:
            beside.picture(picture)
        assert order == []
        gate.set()
    assert order == list(range(30))


def test_error_of_the_writer_is_raised_and_leaves_no_file(tmp_path: Path) -> None:
    def work(frames: int, count: int, size: int = 64) -> None:
        path = tmp_path / "take.mov"
        with TakeWriter(path, **SIZE, frames=frames) as writer, BackgroundTakeWriter(writer) as beside:
            for _ in range(count):
                beside.picture(np.zeros((48, size, 3), np.uint8))

    for frames, count in ((3, 4), (3, 2)):
        with pytest.raises(Failed, match="have 3 frames"):
            work(frames, count)
    with pytest.raises(BadInput, match="does not fit"):
        work(1, 1, 32)
    assert [one.name for one in tmp_path.iterdir()] == ["run"], "the folder of the test itself"


def test_failed_work_ends_the_writing(tmp_path: Path) -> None:
    def work() -> None:
        with (
            TakeWriter(tmp_path / "take.mov", **SIZE, frames=30) as writer,
            BackgroundTakeWriter(writer) as beside,
        ):
            beside.picture(PICTURES[0])
            raise KeyError("stopped")

    with pytest.raises(KeyError):
        work()
    assert [one.name for one in tmp_path.iterdir()] == ["run"], "the folder of the test itself"
    assert not any(thread.name == "take writer" for thread in threading.enumerate())
