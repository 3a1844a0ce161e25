"""Test copies of complete and of trimmed H.264 sources: each kind of coding, in each kind of container."""

from __future__ import annotations

import gc
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.media.files.stream_facts import read_stream_facts
from milimo_tui.media.picture import colour, yuv
from milimo_tui.media.render.film import RenderResult, render
from tests.media.cuts import CutBuilder, media_of
from tests.media.material import HEIGHT, WIDTH, make_take, numbered, pictures_of, read_number

RATE = Fraction(25)
FRAMES = 80
# The x264 parameters of each kind of source.
CODINGS = {
    "closed": "keyint=12:bframes=0",
    "between": "keyint=12:bframes=3:b-adapt=0",
    "open": "keyint=12:bframes=3:b-adapt=0:open-gop=1",
    "long": "keyint=250:bframes=3:b-adapt=0",
    "pyramid": "keyint=40:bframes=8:b-adapt=0:b-pyramid=strict",
    "intra": "keyint=1",
    "repeated": "keyint=12:bframes=3:repeat-headers=1:aud=1",
}
CONTAINERS = ("mp4", "mov", "mkv", "ts")


def write_source(path: Path, params: str, sound_seconds: Fraction = Fraction(0)) -> Path:
    """Write a source whose picture k shows the number k, with a silent sound track if `sound_seconds` is
    not 0, and return its path.
    """
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.codec_context.options = {
            "crf": "20",
            "preset": "veryfast",
            "x264-params": f"{params}:scenecut=0",
        }
        yuv.tag_bt709(stream.codec_context)
        sound = container.add_stream("aac", rate=48_000, layout="mono") if sound_seconds else None
        for index in range(FRAMES):
            frame = colour.to_yuv(numbered(index))
            frame.pts, frame.time_base = index, 1 / RATE
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if sound is not None:
            silence = np.zeros((1, round(sound_seconds * 48_000)), np.float32)
            heard = av.AudioFrame.from_ndarray(silence, format="fltp", layout="mono")
            heard.sample_rate, heard.pts = 48_000, 0
            container.mux(sound.encode(heard))
            container.mux(sound.encode(None))
    return path


def render_clip(source: Path, film: Path, first: int, frames: int) -> RenderResult:
    """Render a film of one clip, which shows pictures [first, first + frames) of a source."""
    bench = CutBuilder()
    media = media_of(source, facts=read_stream_facts(source))
    bench.add("V1", media, frames, source_in=first / RATE)
    return render(bench.plan(), film, Delivery(), lambda stage, done, total: None)


def read_numbers(film: Path) -> list[int]:
    return [read_number(picture) for picture in pictures_of(film)]


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("coding", CODINGS)
def test_complete_source_is_copied_completely(tmp_path: Path, coding: str, container: str) -> None:
    source = write_source(tmp_path / f"source.{container}", CODINGS[coding])
    done = render_clip(source, tmp_path / "film.mp4", 0, FRAMES)
    assert done == RenderResult(frames=FRAMES, passed=0, composited=0, copied=FRAMES)
    assert read_numbers(tmp_path / "film.mp4") == list(range(FRAMES))


@pytest.mark.parametrize("seconds", [Fraction(2), Fraction(5)])
@pytest.mark.parametrize("container", CONTAINERS)
def test_sound_of_another_length_does_not_prevent_a_copy(
    tmp_path: Path, container: str, seconds: Fraction
) -> None:
    source = write_source(tmp_path / f"source.{container}", CODINGS["between"], seconds)
    done = render_clip(source, tmp_path / "film.mp4", 0, FRAMES)
    assert (done.copied, done.frames) == (FRAMES, FRAMES)
    assert read_numbers(tmp_path / "film.mp4") == list(range(FRAMES))


@pytest.mark.parametrize("container", CONTAINERS)
def test_trimmed_source_is_copied_from_its_next_key_frame(tmp_path: Path, container: str) -> None:
    """A transport stream is searched by decoding times. A seek to a key frame therefore arrived after it, and
    the render failed.
    """
    source = write_source(tmp_path / f"source.{container}", CODINGS["between"])
    done = render_clip(source, tmp_path / "film.mp4", 40, 32)
    assert (done.copied, done.passed) == (24, 8)  # The first key frame in the clip is picture 48.
    assert read_numbers(tmp_path / "film.mp4") == list(range(40, 72))


def test_render_frees_pictures_without_garbage_collection(tmp_path: Path) -> None:
    """Reading the orientation of a picture created a reference cycle, so that hundreds of encoded pictures
    remained in memory.
    """
    bench = CutBuilder()
    bench.add("V1", make_take(tmp_path / "take.mov", FRAMES), FRAMES)
    gc.collect()
    gc.disable()
    try:
        before = count_pictures_in_memory()
        render(
            bench.plan(), tmp_path / "film.mp4", Delivery(smart_copy=False), lambda stage, done, total: None
        )
        assert count_pictures_in_memory() - before <= 2
    finally:
        gc.enable()


def count_pictures_in_memory() -> int:
    return sum(isinstance(each, av.VideoFrame) for each in gc.get_objects())
