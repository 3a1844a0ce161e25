"""Test the writer of takes: exact counts, tags, the same bytes for the same input, and no leftovers after a
failure.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from milimo_tui.core.errors import BadInput, DiskFull, Failed
from milimo_tui.core.time import frame_to_sample
from milimo_tui.media.encode.take_file import TakeWriter, write_take
from milimo_tui.media.files.facts import digest
from milimo_tui.media.read.probe import probe
from tests.media.conftest import fill_disk_under
from tests.media.material import (
    FILM_RATES,
    HEIGHT,
    WIDTH,
    clicks,
    found_clicks,
    make_take,
    numbered,
    pictures_of,
    read_number,
    sound_of,
)
from tests.media.reading import tags


@pytest.mark.parametrize("rate", FILM_RATES, ids=str)
def test_counts_times_and_order_are_exact(tmp_path: Path, rate: Fraction) -> None:
    frames = 37
    samples = frame_to_sample(frames, rate, 48000)
    path = make_take(tmp_path / "a.mov", frames, rate=rate, sound=clicks(samples, [0, 1001, samples - 1]))

    with av.open(str(path)) as container:
        times = [(packet.pts or 0) * packet.time_base for packet in container.demux(video=0) if packet.size]
    assert times == [index / rate for index in range(frames)]
    assert [read_number(picture) for picture in pictures_of(path)] == list(range(frames))
    sound = sound_of(path)
    assert sound.shape == (2, samples)
    assert found_clicks(sound) == [0, 1001, samples - 1]
    facts = probe(path)
    assert (facts.frames, facts.rate, facts.seconds) == (frames, rate, frames / rate)


def test_file_is_h264_closed_gop_tagged_bt709_with_pcm(tmp_path: Path) -> None:
    path = make_take(tmp_path / "a.mov", 40)
    with av.open(str(path)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        context = video.codec_context
        assert (context.name, video.pix_fmt) == ("h264", "yuv420p")
        assert (context.colorspace, context.color_range, context.color_primaries, context.color_trc) == (
            1,
            1,
            1,
            1,
        )
        assert (audio.codec_context.name, audio.sample_rate, audio.channels) == ("pcm_s16le", 48000, 2)
        keys = [
            index
            for index, packet in enumerate(p for p in container.demux(video) if p.size)
            if packet.is_keyframe
        ]
    assert keys == [0, 12, 24, 36]


def test_colour_is_kept(tmp_path: Path) -> None:
    """A written colour is read back nearly without loss, because writer and reader use the same matrix and
    range.
    """
    colours = [(255, 255, 255), (0, 0, 0), (200, 30, 40), (20, 180, 60), (30, 60, 220), (128, 128, 128)]
    flat = [np.full((HEIGHT, WIDTH, 3), colour, np.uint8) for colour in colours]
    write_take(tmp_path / "a.mov", flat, width=WIDTH, height=HEIGHT, rate=Fraction(25), frames=len(flat))
    for want, got in zip(flat, pictures_of(tmp_path / "a.mov"), strict=True):
        assert np.abs(got.astype(int) - want.astype(int)).max() <= 3


def test_equal_input_gives_equal_bytes(tmp_path: Path) -> None:
    sound = clicks(48000, [10, 2000])
    for name in ("a.mov", "b.mov"):
        make_take(tmp_path / name, 25, sound=sound)
    assert digest(tmp_path / "a.mov") == digest(tmp_path / "b.mov")
    make_take(tmp_path / "c.mov", 25, sound=sound, first=1)
    assert digest(tmp_path / "c.mov") != digest(tmp_path / "a.mov")


def test_bytes_do_not_depend_on_the_chunks_of_sound(tmp_path: Path) -> None:
    sound = np.sin(np.arange(2 * 9600, dtype=np.float32)).reshape(2, -1)
    for name, step in (("a.mov", 9600), ("b.mov", 777)):
        with TakeWriter(tmp_path / name, width=32, height=32, rate=Fraction(25), frames=5) as writer:
            for start in range(0, 9600, step):
                writer.sound(sound[:, start : start + step])
            for _ in range(5):
                writer.picture(np.zeros((32, 32, 3), np.uint8))
    assert digest(tmp_path / "a.mov") == digest(tmp_path / "b.mov")


def test_bytes_do_not_depend_on_the_order_of_streams(tmp_path: Path) -> None:
    """The bytes are the same even if the sound is written twelve seconds before the pictures, or after
    them.
    """
    frames, still = 300, np.zeros((32, 32, 3), np.uint8)
    sound = np.sin(np.arange(2 * frames * 1920, dtype=np.float32)).reshape(2, -1)
    for name in ("sound first.mov", "pictures first.mov"):
        with TakeWriter(tmp_path / name, width=32, height=32, rate=Fraction(25), frames=frames) as writer:
            if name.startswith("sound"):
                writer.sound(sound)
            for _ in range(frames):
                writer.picture(still)
            if name.startswith("pictures"):
                writer.sound(sound)
    assert digest(tmp_path / "sound first.mov") == digest(tmp_path / "pictures first.mov")


@pytest.mark.parametrize("given", [0, 100, 20000])
def test_sound_is_padded_or_cut_to_the_picture(tmp_path: Path, given: int) -> None:
    with TakeWriter(tmp_path / "a.mov", width=32, height=32, rate=Fraction(25), frames=5) as writer:
        writer.sound(np.full((2, given), 0.5, np.float32))
        for _ in range(5):
            writer.picture(np.zeros((32, 32, 3), np.uint8))
    sound = sound_of(tmp_path / "a.mov")
    assert sound.shape == (2, 9600)
    kept = min(given, 9600)
    assert np.allclose(sound[:, :kept], 0.5, atol=1e-3)
    assert not sound[:, kept:].any()


def test_metadata_is_written_and_read_back(tmp_path: Path) -> None:
    carried = {"milimo": '{"seed":7,"spec":"…"}', "comment": "PREVIS", "title": "3B"}
    write_take(
        tmp_path / "a.mov",
        [numbered(0)],
        width=WIDTH,
        height=HEIGHT,
        rate=Fraction(25),
        frames=1,
        metadata=carried,
    )
    assert carried.items() <= tags(tmp_path / "a.mov").items()


@pytest.mark.parametrize("sides", [(161, 96), (160, 95), (0, 0)])
def test_odd_sizes_are_refused(tmp_path: Path, sides: tuple[int, int]) -> None:
    with pytest.raises(BadInput, match="can't be written"):
        TakeWriter(tmp_path / "a.mov", width=sides[0], height=sides[1], rate=Fraction(25), frames=1)


def test_too_few_too_many_or_misshapen_pictures_fail_and_leave_nothing(tmp_path: Path) -> None:
    def write(pictures: int, frames: int, width: int = WIDTH) -> None:
        write_take(
            tmp_path / "a.mov",
            (numbered(index, width=width) for index in range(pictures)),
            width=WIDTH,
            height=HEIGHT,
            rate=Fraction(25),
            frames=frames,
        )

    with pytest.raises(Failed, match="5 frames"):
        write(4, 5)
    with pytest.raises(Failed, match="more"):
        write(6, 5)
    with pytest.raises(BadInput, match="does not fit"):
        write(1, 1, width=WIDTH + 2)
    assert list(tmp_path.glob("*.mov*")) + list(tmp_path.glob(".*.part")) == []


def test_failed_take_keeps_the_earlier_file(tmp_path: Path) -> None:
    path = make_take(tmp_path / "a.mov", 3)
    before = digest(path)
    with pytest.raises(Failed):
        write_take(path, [numbered(0)], width=WIDTH, height=HEIGHT, rate=Fraction(25), frames=2)
    assert digest(path) == before


def test_full_disk_is_one_sentence(tmp_path: Path) -> None:
    fill_disk_under(tmp_path / ".a.mov.part")
    noise = np.random.default_rng(0).integers(0, 255, (120, HEIGHT, WIDTH, 3), dtype=np.uint8)
    with pytest.raises(DiskFull, match="the disk is full"):
        write_take(
            tmp_path / "a.mov", noise, width=WIDTH, height=HEIGHT, rate=Fraction(25), frames=len(noise)
        )
    assert list(tmp_path.glob("*a.mov*")) == []


def test_disk_full_at_the_very_end_is_one_sentence(tmp_path: Path) -> None:
    """The file is so small that all of it is still in a buffer when the file is closed, so the error appears
    only then.
    """
    fill_disk_under(tmp_path / ".a.mov.part")
    with pytest.raises(DiskFull, match="the disk is full"):
        make_take(tmp_path / "a.mov", 1)
    assert list(tmp_path.glob("*a.mov*")) == []
