"""Test the stream of a plan: ffmpeg reads it from a pipe and gets each frame of the range once, with the
sound in sync.
"""

from __future__ import annotations

import os
import subprocess
import threading
from fractions import Fraction
from functools import partial
from pathlib import Path

import av
import numpy as np
import pytest

from milimo_tui.cut.plan.plan import Media, PlanLayer, PlanStretch, RenderPlan, SoundClip
from milimo_tui.media.render.live_stream import stream_file, write_live_plan
from milimo_tui.studio.commands.film.play import DescriptorWriter
from tests.media.numbered_clips import SAMPLE_RATE, SIZE, TENS, number_in, numbered

NTSC = Fraction(24000, 1001)


def plan_of(path: Path, rate: Fraction, *ranges: tuple[int, int]) -> RenderPlan:
    """Return a plan of several ranges of one clip in sequence. A range is [first, end) in frames of the
    clip.
    """
    media = Media(kind="video", path=str(path), rate=rate, seconds=200 / rate, has_sound=True)
    stretches, sounds, at = [], [], 0
    for first, end in ranges:
        place = {"clip": f"c{at}", "media": media, "source_in": first / rate, "clip_frames": end - first}
        stretches.append(PlanStretch(start=at, frames=end - first, layers=(PlanLayer(**place),)))
        sounds.append(SoundClip(**place, start=at, frames=end - first))
        at += end - first
    return RenderPlan(
        cut="c", name="numbered", rate=rate, width=SIZE[0], height=SIZE[1], sample_rate=SAMPLE_RATE,
        frames=at, stretches=tuple(stretches), sounds=tuple(sounds),
    )  # fmt: skip


def streamed(plan: RenderPlan, folder: Path) -> tuple[list[int], np.ndarray]:
    """Stream a plan to ffmpeg through a pipe. Return the numbers in the pictures that it decodes, and the
    sound in mono.
    """
    out, sound = folder / "seen.mkv", folder / "heard.raw"
    reader = subprocess.Popen(
        [
            "ffmpeg", "-v", "error", "-y", "-i", "pipe:0", "-map", "0:v", "-c:v", "ffv1",
            "-fps_mode", "passthrough", str(out), "-map", "0:a", "-ac", "1", "-f", "f32le", str(sound),
        ],
        stdin=subprocess.PIPE,
    )  # fmt: skip
    assert reader.stdin is not None
    write_live_plan(plan, DescriptorWriter(reader.stdin.fileno()))
    reader.stdin.close()
    assert reader.wait() == 0
    with av.open(str(out)) as container:
        pictures = list(container.decode(video=0))
    assert [round((picture.time or 0) * plan.rate) for picture in pictures] == list(range(plan.frames))
    return [number_in(picture) for picture in pictures], np.fromfile(sound, dtype="<f4")


@pytest.mark.parametrize("rate", [Fraction(25), NTSC], ids=("25", "23.976"))
def test_range_is_streamed_frame_by_frame_with_sound_in_step(tmp_path: Path, rate: Fraction) -> None:
    clip = tmp_path / "clip.mov"
    numbered(clip, 0, 200, rate, b_frames=True)
    ranges = ((13, 62), (100, 101), (0, 33))
    seen, heard = streamed(plan_of(clip, rate, *ranges), tmp_path)
    assert seen == [number for first, end in ranges for number in range(first, end)]
    assert abs(len(heard) - len(seen) / rate * SAMPLE_RATE) < 0.02 * SAMPLE_RATE
    for place, number in enumerate(seen):
        first, end = (int(frame / rate * SAMPLE_RATE) for frame in (place + 0.25, place + 0.75))
        loud = float(np.abs(heard[first:end]).max())
        assert (loud > 0.2) == (number % TENS == 0), (place, number, loud)


def test_stream_ends_quietly_when_its_reader_closes(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mov"
    numbered(clip, 0, 200, Fraction(25), b_frames=False)
    before = threading.active_count()

    def leave(read_end: int) -> None:
        os.read(read_end, 100)
        os.close(read_end)

    plan = plan_of(clip, Fraction(25), (0, 200))
    for write in (partial(write_live_plan, plan), partial(stream_file, clip)):
        read_end, write_end = os.pipe()
        reader = threading.Thread(target=leave, args=(read_end,), daemon=True)
        reader.start()
        with pytest.raises(BrokenPipeError):
            write(DescriptorWriter(write_end))
        reader.join()
        os.close(write_end)
    assert threading.active_count() == before


def test_file_of_a_take_is_streamed_with_its_packets_unchanged(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mov"
    numbered(clip, 7, 30, Fraction(25), b_frames=True)
    out = tmp_path / "streamed.mkv"
    with out.open("wb") as handle:
        stream_file(clip, DescriptorWriter(handle.fileno()))
    with av.open(str(out)) as container, av.open(str(clip)) as source:
        assert container.format.name.startswith("matroska")
        assert [number_in(picture) for picture in container.decode(video=0)] == list(range(7, 37))
        assert len(source.streams) == len(container.streams) == 2
    with out.open("rb") as handle, (tmp_path / "again").open("wb") as copy:
        stream_file(out, DescriptorWriter(copy.fileno()))
        assert (tmp_path / "again").read_bytes() == handle.read(), "what can be read in order goes as it lies"
