"""Test footage: pictures and clips are read as upright frames of their displayed size, in any order, from any
kind of file.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.media.read.footage import Footage
from tests.media.material import make_take, numbered, read_number, tone


def test_frames_are_read_in_any_order_with_little_read_ahead(tmp_path: Path) -> None:
    with Footage(make_take(tmp_path / "c.mov", 30), keep=5 * 160 * 96 * 3) as clip:
        assert (clip.frames, clip.rate) == (30, Fraction(25))
        assert (clip.width, clip.height) == (160, 96)
        for order in (range(30), range(29, -1, -1), (3, 17, 2, 16, 29, 0)):
            for number in order:
                assert read_number(clip.frame(number)) == number
                assert len(clip._kept) <= 6


def test_missing_frames_are_refused(tmp_path: Path) -> None:
    with (
        Footage(make_take(tmp_path / "c.mov", 3)) as clip,
        pytest.raises(BadInput, match="no frame 3") as told,
    ):
        clip.frame(3)
    assert told.value.hint == "its last frame is 2"
    Image.new("RGB", (4, 4)).save(tmp_path / "p.png")
    with Footage(tmp_path / "p.png") as still, pytest.raises(BadInput, match="no frame 1"):
        still.frame(1)


def test_clip_filmed_upright_is_upright(tmp_path: Path) -> None:
    path = tmp_path / "turned.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        stream.set_display_rotation(90)
        for number in range(4):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(numbered(number), format="rgb24")))
        container.mux(stream.encode(None))
    with Footage(path) as clip:
        assert (clip.width, clip.height) == (96, 160)
        frame = clip.frame(2)
        assert frame.shape == (160, 96, 3)
        turned = [np.rot90(frame, turns) for turns in (1, 3)]
        assert 2 in [read_number(np.ascontiguousarray(one)) for one in turned]


def test_clip_of_variable_rate_is_read_at_its_mean_rate(tmp_path: Path) -> None:
    path = tmp_path / "vfr.mkv"
    starts = [0, 40, 80, 400, 440, 480, 520, 560]  # Start of each picture in milliseconds.
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for number, start in enumerate(starts):
            frame = av.VideoFrame.from_ndarray(numbered(number), format="rgb24")
            frame.pts, frame.time_base = start, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with Footage(path) as clip:
        assert clip.frames == len(starts)
        assert clip.rate is not None
        numbers = [read_number(clip.frame(number)) for number in range(clip.frames)]
        due = [
            max(n for n, at in enumerate(starts) if at <= 1000 * k / clip.rate) for k in range(clip.frames)
        ]
        assert numbers == due, "what is on screen at that time"


def test_transparent_parts_are_white_and_deep_pictures_become_eight_bits(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (4, 2), (0, 0, 0, 0))
    clear.putpixel((0, 0), (200, 10, 10, 255))
    clear.save(tmp_path / "clear.png")
    with Footage(tmp_path / "clear.png") as still:
        assert still.frame(0)[0, 0].tolist() == [200, 10, 10]
        assert still.frame(0)[1, 3].tolist() == [255, 255, 255]
    Image.fromarray(np.full((2, 4), 32768, np.uint16)).save(tmp_path / "deep.png")
    with Footage(tmp_path / "deep.png") as still:
        assert still.frame(0)[0, 0].tolist() == [127, 127, 127]


def test_one_pixel_picture_is_accepted_and_a_huge_one_refused(tmp_path: Path) -> None:
    Image.new("RGB", (1, 1), (9, 9, 9)).save(tmp_path / "one.png")
    with Footage(tmp_path / "one.png") as still:
        assert still.frame(0).shape == (1, 1, 3)
    Image.new("L", (20_000, 2)).save(tmp_path / "wide.png")
    with pytest.raises(BadInput, match="too large"):
        Footage(tmp_path / "wide.png")


def test_file_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        Footage(tmp_path / "none.png")
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(BadInput):
        Footage(tmp_path / "text.png")
    path = tmp_path / "song.wav"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=48000, layout="stereo")
        sound = (tone(2, Fraction(25)) * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(sound.T).reshape(1, -1), format="s16", layout="stereo"
        )
        frame.sample_rate = 48000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(BadInput, match="sound"):
        Footage(path)
