"""Test mattes as files: every grey level is read back at any size, and an incomplete file never appears."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from milimo_tui.core.errors import BadInput, DiskFull, Failed, ReadOnly
from milimo_tui.media.picture.matte_files import MatteWriter, write_mask
from milimo_tui.media.picture.mattes import Mask, make_empty_mask
from milimo_tui.media.read.footage import Footage
from milimo_tui.media.read.integrity import check_file_intact
from milimo_tui.media.read.probe import probe
from tests.media.conftest import fill_disk_under
from tests.media.reading import tags


def greys(width: int, height: int, count: int) -> list[Mask]:
    random = np.random.default_rng(1)
    return [random.integers(0, 256, (height, width), dtype=np.uint8) for _ in range(count)]


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (33, 17), (161, 97)])
def test_row_53_moving_mask_keeps_every_grey_of_every_frame(tmp_path: Path, size: tuple[int, int]) -> None:
    path, rate = tmp_path / "m.mov", Fraction(24000, 1001)
    masks = greys(*size, 9)
    notes = {"milimo": '{"engine": "sam3"}'}
    with MatteWriter(path, width=size[0], height=size[1], rate=rate, frames=9, metadata=notes) as writer:
        for mask in masks:
            writer.add_mask_picture(mask)
    facts = probe(path)
    assert (facts.kind, facts.frames, facts.rate, facts.width, facts.height) == ("video", 9, rate, *size)
    assert facts.channels is None
    check_file_intact(path, facts.as_json())
    assert tags(path)["milimo"] == notes["milimo"]
    with Footage(path) as footage:
        for order in (range(9), reversed(range(9))):
            for number in order:
                assert (footage.frame(number) == masks[number][..., None]).all()


def test_still_mask_keeps_every_grey(tmp_path: Path) -> None:
    [mask] = greys(33, 17, 1)
    write_mask(tmp_path / "m.png", mask, {"milimo": "{}"})
    with Image.open(tmp_path / "m.png") as image:
        assert image.mode == "L"
        assert (np.asarray(image) == mask).all()
        assert image.info["milimo"] == "{}"


def test_same_masks_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        with MatteWriter(
            tmp_path / f"{name}.mov", width=33, height=17, rate=Fraction(25), frames=5
        ) as writer:
            for mask in greys(33, 17, 5):
                writer.add_mask_picture(mask)
    assert (tmp_path / "a.mov").read_bytes() == (tmp_path / "b.mov").read_bytes()


def write(path: Path, masks: Iterable[Mask]) -> None:
    """Write masks with a writer that expects three frames of 4×4 pixels."""
    with MatteWriter(path, width=4, height=4, rate=Fraction(25), frames=3) as writer:
        for mask in masks:
            writer.add_mask_picture(mask)


@pytest.mark.parametrize("count", [0, 2, 4])
def test_wrong_number_of_frames_leaves_no_file(tmp_path: Path, count: int) -> None:
    with pytest.raises(Failed, match="3 frames"):
        write(tmp_path / "m.mov", greys(4, 4, count))
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_interrupted_writing_leaves_no_file(tmp_path: Path) -> None:
    def broken_off() -> Iterator[Mask]:
        yield make_empty_mask(4, 4)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "m.mov", broken_off())
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_mask_of_another_size_or_without_frames_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="one frame"):
        MatteWriter(tmp_path / "m.mov", width=4, height=4, rate=Fraction(25), frames=0)
    with pytest.raises(BadInput, match="does not fit"):
        write(tmp_path / "m.mov", [make_empty_mask(5, 4)])


def test_full_disk_is_reported_and_nothing_is_left(tmp_path: Path) -> None:
    fill_disk_under(tmp_path / "m.png")
    with pytest.raises(DiskFull):
        write_mask(tmp_path / "m.png", make_empty_mask(4, 4), {})
    fill_disk_under(tmp_path / ".m.mov.part")
    with pytest.raises(DiskFull):
        write(tmp_path / "m.mov", greys(4, 4, 3))
    assert {path.name for path in tmp_path.iterdir()} == {"run", "m.png"}


def test_unwritable_folder_is_reported(closed_folder: Path) -> None:
    with pytest.raises(ReadOnly):
        write_mask(closed_folder / "m.png", make_empty_mask(4, 4), {})
    with pytest.raises(ReadOnly):
        write(closed_folder / "m.mov", greys(4, 4, 3))
