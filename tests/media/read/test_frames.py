"""Test reading pictures: the exact frame at a source time, read forwards, backwards and in random order."""

from __future__ import annotations

import random
import shutil
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
import pytest
from av.video.stream import VideoStream

from milimo_tui.core.errors import BadInput, Failed, NotFound
from milimo_tui.media.read.frames import FrameReader, ReaderPool
from milimo_tui.media.read.walks import ReverseReadBudget
from tests.media.material import FILM_RATES, make_take, numbered, read_number


def encode(
    path: Path,
    frames: int,
    *,
    rate: Fraction = Fraction(25),
    codec: str = "libx264",
    options: dict[str, str] | None = None,
    format: str | None = None,
    first_pts: int = 0,
) -> Path:
    """Write a video unlike our own takes: another container or codec, long GOPs, B-frames, or times that do
    not start at 0.
    """
    with av.open(str(path), "w", format=format) as container:
        stream = cast(VideoStream, container.add_stream(codec, rate=rate, options=options or {}))
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        stream.codec_context.time_base = 1 / rate
        for index in range(frames):
            frame = av.VideoFrame.from_ndarray(numbered(index), format="rgb24")
            frame.pts, frame.time_base = index + first_pts, 1 / rate
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("rate", FILM_RATES, ids=str)
def test_random_frames_of_a_take_are_exact(tmp_path: Path, rate: Fraction) -> None:
    make_take(tmp_path / "a.mov", 120, rate=rate)
    draw = random.Random(7)
    with FrameReader(tmp_path / "a.mov") as reader:
        for wanted in [draw.randrange(120) for _ in range(40)] + [0, 119, 118, 119, 0, 1]:
            assert read_number(reader.picture(wanted / rate)) == wanted
            # Any time within the duration of a frame returns that frame.
            assert read_number(reader.picture((wanted + Fraction(4, 5)) / rate)) == wanted


def test_sequential_read_gives_every_frame_once(tmp_path: Path) -> None:
    make_take(tmp_path / "a.mov", 60)
    with FrameReader(tmp_path / "a.mov") as reader:
        assert [read_number(reader.picture(Fraction(k, 25))) for k in range(60)] == list(range(60))
        assert [read_number(reader.picture(Fraction(k, 25))) for k in reversed(range(60))] == list(
            reversed(range(60))
        )


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("long.mp4", {"g": "250", "bf": "3", "preset": "veryfast"}),
        ("ticks.mkv", {"g": "48", "bf": "2", "preset": "veryfast"}),
        ("stream.ts", {"g": "25", "bf": "2", "preset": "veryfast"}),
    ],
)
@pytest.mark.parametrize("rate", [Fraction(25), Fraction(30000, 1001)], ids=str)
def test_random_frames_of_foreign_files_are_exact(
    tmp_path: Path, name: str, options: dict[str, str], rate: Fraction
) -> None:
    path = encode(tmp_path / name, 90, rate=rate, options=options)
    draw = random.Random(3)
    with FrameReader(path) as reader:
        for wanted in [draw.randrange(90) for _ in range(25)] + [0, 89, 0]:
            assert read_number(reader.picture(wanted / rate)) == wanted


def test_times_count_from_the_first_picture(tmp_path: Path) -> None:
    path = encode(tmp_path / "late.mkv", 30, first_pts=1000)
    with FrameReader(path) as reader:
        assert [read_number(reader.picture(Fraction(k, 25))) for k in (0, 5, 29)] == [0, 5, 29]


def test_last_picture_is_held_and_the_first_precedes(tmp_path: Path) -> None:
    make_take(tmp_path / "a.mov", 10)
    with FrameReader(tmp_path / "a.mov") as reader:
        assert read_number(reader.picture(Fraction(100))) == 9
        assert read_number(reader.picture(Fraction(-1))) == 0
        assert read_number(reader.picture(Fraction(3, 25))) == 3


def test_slower_or_faster_source_repeats_and_skips_frames(tmp_path: Path) -> None:
    """Defect 7.5: a source of another rate is conformed by exact seconds, not by frame numbers."""
    make_take(tmp_path / "slow.mov", 12, rate=Fraction(12))
    make_take(tmp_path / "fast.mov", 50, rate=Fraction(50))
    with FrameReader(tmp_path / "slow.mov") as slow, FrameReader(tmp_path / "fast.mov") as fast:
        assert [read_number(slow.picture(Fraction(k, 24))) for k in range(24)] == [k // 2 for k in range(24)]
        assert [read_number(fast.picture(Fraction(k, 25))) for k in range(25)] == [2 * k for k in range(25)]


def test_damaged_middle_is_reported_there_and_not_before(tmp_path: Path) -> None:
    path = make_take(tmp_path / "a.mov", 48)
    with av.open(str(path)) as container:
        packets = [(p.pos, p.size) for p in container.demux(video=0) if p.size]
    data = bytearray(path.read_bytes())
    for position, size in packets[30:34]:
        assert position is not None
        data[position : position + size] = b"\xff" * size
    path.write_bytes(data)
    with FrameReader(path) as reader:
        assert read_number(reader.picture(Fraction(29, 25))) == 29
        with pytest.raises(Failed, match=r"a\.mov is damaged"):
            reader.picture(Fraction(31, 25))
        assert read_number(reader.picture(Fraction(12, 25))) == 12


def test_unreadable_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"gone\.mov"):
        FrameReader(tmp_path / "gone.mov")
    (tmp_path / "text.mov").write_text("no film")
    with pytest.raises(BadInput, match=r"text\.mov"):
        FrameReader(tmp_path / "text.mov")


def test_readers_are_shared_bounded_and_notice_a_new_file(tmp_path: Path) -> None:
    paths = [make_take(tmp_path / f"{k}.mov", 3, first=10 * k) for k in range(5)]
    readers = ReaderPool(limit=3)
    first = readers.get(paths[0])
    assert readers.get(paths[0]) is first
    assert readers.get(paths[0], lane="other") is not first
    for path in paths:
        readers.get(path)
    assert readers.get(paths[0]) is not first
    make_take(tmp_path / "new.mov", 3, first=500)
    shutil.move(tmp_path / "new.mov", paths[0])
    assert read_number(readers.get(paths[0]).picture(Fraction(0))) == 500
    readers.close()


def test_layers_read_backwards_side_by_side_show_their_frames(tmp_path: Path) -> None:
    """Several layers are read backwards within a small memory limit. A frame of 160 × 96 pixels takes 23 kB,
    so only 24 frames fit.
    """
    paths = [make_take(tmp_path / f"{k}.mov", 50, first=100 * k) for k in range(4)]
    readers = ReaderPool(walks=ReverseReadBudget(most=24 * 23_040))
    for at in range(len(paths)):
        together = {index % len(paths) for index in (at, at + 1, at + 2)}
        for frame in range(49, 30, -1):
            for index in together:
                number = read_number(readers.get(paths[index]).picture(Fraction(frame, 25)))
                assert number == frame + 100 * index
    readers.close()


class Reader:
    """A stand-in for a reader that holds pictures in memory until `drop_pictures` is called."""

    holds = True

    def drop_pictures(self) -> None:
        self.holds = False


def test_sequential_reads_share_one_memory_limit() -> None:
    walks, readers = ReverseReadBudget(most=100), [Reader() for _ in range(3)]
    assert walks.begin_reverse_reading(readers[0]) == 100
    assert walks.begin_reverse_reading(readers[1]) == 50
    assert [each.holds for each in readers] == [False, True, True], "it held more than its half"
    readers[0].holds = True
    assert walks.begin_reverse_reading(readers[0]) == 50
    assert walks.begin_reverse_reading(readers[2]) == 50
    assert [each.holds for each in readers] == [True, False, True]
    walks.end_reverse_reading(readers[0])
    walks.end_reverse_reading(readers[2])
    assert walks.begin_reverse_reading(readers[2]) == 100
    walks.release_idle_readers(60)
    assert [each.holds for each in readers] == [True, False, True], "one that is under way"
    walks.release_idle_readers(0)
    assert [each.holds for each in readers] == [True, False, False]
    assert walks.begin_reverse_reading(readers[0]) == 100


def test_colours_of_untagged_and_full_range_sources_are_right(tmp_path: Path) -> None:
    """An untagged SD file is read as BT.601 and a JPEG movie as full range, so that red stays red."""
    red = np.full((96, 160, 3), (200, 40, 40), np.uint8)
    for name, codec, pixels, space, span in (
        ("sd.mkv", "libx264", "yuv420p", 5, 1),
        ("full.mkv", "mjpeg", "yuvj420p", 5, 2),
    ):
        with av.open(str(tmp_path / name), "w") as container:
            stream = cast(VideoStream, container.add_stream(codec, rate=25))
            stream.width, stream.height, stream.pix_fmt = 160, 96, pixels
            frame = av.VideoFrame.from_ndarray(red, format="rgb24").reformat(
                format=pixels, dst_colorspace=space, src_color_range=2, dst_color_range=span
            )
            frame.pts, frame.time_base = 0, Fraction(1, 25)
            container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        with FrameReader(tmp_path / name) as reader:
            got = reader.picture(Fraction(0))[48, 80]
        assert np.abs(got.astype(int) - (200, 40, 40)).max() <= 5, name
