"""Test the comparison of two files: files with the same pictures and sound are equal whatever their bytes,
and differences are described.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.media.encode.take_file import write_take
from milimo_tui.media.files.compare_media import compare_in_subprocess, compare_media_files, decode_content

RATE = Fraction(24)


def moving(frames: int = 5, *, other: int | None = None) -> list[NDArray[np.uint8]]:
    """Return grey pictures that become lighter. The picture at index `other` has a red square."""
    pictures = [np.full((32, 48, 3), 40 + 8 * n, dtype=np.uint8) for n in range(frames)]
    if other is not None:
        pictures[other] = pictures[other].copy()
        pictures[other][8:24, 8:24] = (200, 30, 30)
    return pictures


def tone(frequency: float = 440.0) -> NDArray[np.float32]:
    at = np.arange(10_000) / 48_000
    return np.repeat(np.sin(2 * np.pi * frequency * at)[None] * 0.5, 2, axis=0).astype(np.float32)


def take(
    path: Path,
    pictures: list[NDArray[np.uint8]],
    sound: NDArray[np.float32] | None = None,
    *,
    title: str = "",
    rate: Fraction = RATE,
) -> Path:
    height, width, _ = pictures[0].shape
    write_take(
        path,
        pictures,
        width=width,
        height=height,
        rate=rate,
        frames=len(pictures),
        sound=tone() if sound is None else sound,
        metadata={"title": title},
    )
    return path


def test_equal_frames_and_samples_are_found_in_files_of_other_bytes(tmp_path: Path) -> None:
    one = take(tmp_path / "a.mov", moving(), title="one")
    other = take(tmp_path / "b.mov", moving(), title="another")
    assert one.read_bytes() != other.read_bytes()
    found = compare_media_files(one, other)
    assert found.equal
    assert found.differences == ()
    assert (found.frames, found.samples) == (5, 10_000)
    assert found.pictures[0] == found.pictures[1]


def test_first_different_frame_is_named(tmp_path: Path) -> None:
    one = take(tmp_path / "a.mov", moving())
    other = take(tmp_path / "b.mov", moving(other=4))
    found = compare_media_files(one, other)
    assert not found.equal
    assert found.differences == ("1 of 5 frames differ, frame 4 the first",)
    assert found.sound[0] == found.sound[1]


def test_one_different_sample_is_found(tmp_path: Path) -> None:
    sound = tone()
    sound[1, 4_000] += 0.01
    found = compare_media_files(take(tmp_path / "a.mov", moving()), take(tmp_path / "b.mov", moving(), sound))
    assert found.differences == ("the sound differs",)


@pytest.mark.parametrize(
    ("pictures", "rate", "said"),
    [
        (moving(4), RATE, "5 frames, then 4"),
        (moving(), Fraction(25), "24/1 frames a second, then 25/1"),
        ([picture[:, :40] for picture in moving()], RATE, "48 pixels across, then 40"),
    ],
)
def test_other_shape_is_reported(
    pictures: list[NDArray[np.uint8]], rate: Fraction, said: str, tmp_path: Path
) -> None:
    other = take(tmp_path / "b.mov", pictures, rate=rate)
    assert said in compare_media_files(take(tmp_path / "a.mov", moving()), other).differences


def test_separate_process_gives_the_same_answer(tmp_path: Path) -> None:
    one, other = take(tmp_path / "a.mov", moving()), take(tmp_path / "b.mov", moving(other=0))
    assert compare_in_subprocess(one, other) == compare_media_files(one, other)
    with pytest.raises(BadInput, match=r"c\.mov"):
        compare_in_subprocess(one, tmp_path / "c.mov")


def test_pictures_alone_and_other_files_are_compared(tmp_path: Path) -> None:
    silent = decode_content(take(tmp_path / "a.mov", moving(), np.zeros((2, 0), dtype=np.float32)))
    assert len(silent.frames) == 5
    (tmp_path / "words.mov").write_text("no pictures")
    with pytest.raises(BadInput, match=r"words\.mov"):
        decode_content(tmp_path / "words.mov")
    with pytest.raises(NotFound):
        decode_content(tmp_path / "gone.mov")
