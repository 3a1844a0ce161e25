"""Test reading and mixing sound: every sample is in its place, whatever the rate, container or starting
point.
"""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from milimo_tui.core.errors import BadInput, Failed, NotFound
from milimo_tui.core.time import frame_to_sample
from milimo_tui.media.sound.resampled import SoundReader
from tests.media.material import clicks, found_clicks, make_take, numbered, tone
from tests.media.reading import read_sound
from tests.media.sounds import a_sound, mixed, noise, plan_of, record


def test_any_start_gives_the_same_samples(tmp_path: Path) -> None:
    sound = noise(96000)
    make_take(tmp_path / "a.mov", 50, sound=sound)
    draw = random.Random(1)
    with SoundReader(tmp_path / "a.mov", 48000) as reader:
        for start in [draw.randrange(95000) for _ in range(30)] + [0, 94000, 10]:
            assert np.allclose(reader.read(start, 1000), sound[:, start : start + 1000], atol=1e-4)


def test_outside_of_the_file_is_silence(tmp_path: Path) -> None:
    make_take(tmp_path / "a.mov", 5, sound=np.full((2, 9600), 0.5, np.float32))
    with SoundReader(tmp_path / "a.mov", 48000) as reader:
        around = reader.read(-100, 10000)
        assert not around[:, :100].any()
        assert np.allclose(around[:, 100:9700], 0.5, atol=1e-4)
        assert not around[:, 9700:].any()
        assert not reader.read(500000, 100).any()
        assert np.allclose(reader.read(9500, 100), 0.5, atol=1e-4)


@pytest.mark.parametrize("native", [44100, 22050, 32000, 96000])
def test_resampling_keeps_every_click_in_place(tmp_path: Path, native: int) -> None:
    at = [native // 10, native // 2, native * 3 // 2]
    path = record(tmp_path / "a.wav", clicks(native * 2, at), native)
    with SoundReader(path, 48000) as reader:
        whole = reader.read(0, 96000)
    wanted = [round(index * 48000 / native) for index in at]
    assert np.abs(np.array(found_clicks(whole)) - wanted).max() <= 1
    # A read from any other start returns the same samples.
    for start in (1, 4777, 23999, 71000):
        assert np.allclose(
            read_sound(path, Fraction(start, 48000), 3000), whole[:, start : start + 3000], atol=2e-4
        )


def test_mono_is_equally_loud_on_both_sides(tmp_path: Path) -> None:
    path = record(tmp_path / "a.wav", noise(22050, 1), 22050, layout="mono")
    sound = read_sound(path, Fraction(0), 48000)
    assert np.array_equal(sound[0], sound[1])
    assert np.abs(sound[0]).max() == pytest.approx(np.abs(noise(22050, 1)).max(), rel=0.05)


def test_five_channels_are_mixed_down_to_two(tmp_path: Path) -> None:
    path = record(tmp_path / "a.wav", noise(48000, 6), 48000, layout="5.1")
    sound = read_sound(path, Fraction(0), 48000)
    assert sound.shape == (2, 48000)
    assert 0.05 < np.abs(sound).max() <= 1.0


@pytest.mark.parametrize("name", ["a.m4a", "a.mp3", "a.flac", "a.opus"])
def test_compressed_sound_is_the_same_from_any_start(tmp_path: Path, name: str) -> None:
    codec = {"a.m4a": "aac", "a.mp3": "libmp3lame", "a.flac": "flac", "a.opus": "libopus"}[name]
    sound = noise(144000)
    path = record(tmp_path / name, sound, 48000, codec)
    with SoundReader(path, 48000) as reader:
        whole = reader.read(0, 144000)
    shift = np.correlate(whole[0, 47000:53000], sound[0, 48000:52000], "valid").argmax() - 1000
    assert abs(int(shift)) <= 1, "the codec's own delay is not taken for time"
    for start in (30000, 70001, 100777):
        assert np.allclose(
            read_sound(path, Fraction(start, 48000), 2000), whole[:, start : start + 2000], atol=3e-3
        )


@pytest.mark.parametrize("native", [48000, 44100])
def test_containers_that_round_times_lose_no_sample(tmp_path: Path, native: int) -> None:
    """Matroska stores times in milliseconds. Blocks are joined by counting their samples, not by these
    rounded times.
    """
    sound = noise(native * 3)
    path = record(tmp_path / "a.mkv", sound, native)
    with SoundReader(path, native) as reader:
        assert np.allclose(reader.read(0, native * 3), sound, atol=1e-4)


def test_holes_in_a_sound_track_are_silent(tmp_path: Path) -> None:
    sound = np.full((2, 48000), 0.5, np.float32)
    with av.open(str(tmp_path / "a.mkv"), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=48000, layout="stereo")
        for start in (0, 96000):
            frame = av.AudioFrame.from_ndarray(sound, format="fltp", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = 48000, start, Fraction(1, 48000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with SoundReader(tmp_path / "a.mkv", 48000) as reader:
        heard = reader.read(0, 144000)
    assert np.allclose(heard[:, :48000], 0.5, atol=1e-3)
    assert not heard[:, 48000:96000].any()
    assert np.allclose(heard[:, 96000:], 0.5, atol=1e-3)


@pytest.mark.long("files")
def test_variable_rate_mp3_is_exact_wherever_reading_starts(tmp_path: Path) -> None:
    """An MP3 file without a Xing header stores neither times nor an index."""
    sound = noise(48000 * 12)
    sound[:, : 48000 * 5] *= 0.001
    with av.open(str(tmp_path / "a.mp3"), "w", options={"write_xing": "0"}) as container:
        stream = container.add_stream(
            "libmp3lame", rate=48000, layout="stereo", options={"compression_level": "2"}
        )
        stream.codec_context.qscale = True
        stream.codec_context.global_quality = 118 * 4
        for start in range(0, sound.shape[1], 4800):
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(sound[:, start : start + 4800]), format="fltp", layout="stereo"
            )
            frame.sample_rate, frame.pts, frame.time_base = 48000, start, Fraction(1, 48000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    whole = read_sound(tmp_path / "a.mp3", Fraction(0), 48000 * 12)
    for start in (48000 * 6 + 17, 48000 * 10):
        heard = read_sound(tmp_path / "a.mp3", Fraction(start, 48000), 4000)
        assert np.allclose(heard, whole[:, start : start + 4000], atol=3e-3)


def test_files_without_sound_are_reported(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "a.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(numbered(0), format="rgb24")))
        container.mux(stream.encode(None))
    with pytest.raises(BadInput, match="no sound"):
        SoundReader(tmp_path / "a.mp4", 48000)
    with pytest.raises(NotFound, match=r"gone\.wav"):
        SoundReader(tmp_path / "gone.wav", 48000)


@pytest.mark.parametrize("rate", [Fraction(25), Fraction(30000, 1001), Fraction(24000, 1001)], ids=str)
def test_clips_start_at_the_sample_of_their_frame(tmp_path: Path, rate: Fraction) -> None:
    """Defects 7.2 and 7.3: the sound of each clip is heard to its own end and starts at its absolute
    sample.
    """
    path = record(tmp_path / "a.wav", clicks(48000, [0]), 48000)
    starts = [0, 7, 23, 101, 149]
    heard = mixed(plan_of(*(a_sound(path, start, 20) for start in starts), frames=180, rate=rate))
    assert found_clicks(heard) == [frame_to_sample(start, rate, 48000) for start in starts]
    assert heard.shape[1] == frame_to_sample(180, rate, 48000)


def test_clip_is_cut_at_its_edges_and_starts_at_its_in_point(tmp_path: Path) -> None:
    path = record(tmp_path / "a.wav", clicks(96000, [0, 24000, 28799, 28800, 48000]), 48000)
    heard = mixed(plan_of(a_sound(path, 10, 5, source_in=Fraction(1, 2))))
    base = frame_to_sample(10, Fraction(25), 48000)
    assert np.flatnonzero(heard[0] > 0.5).tolist() == [base, base + 4799, base + 4800]
    heard = mixed(plan_of(a_sound(path, 10, 2, source_in=Fraction(1, 2))))
    assert np.flatnonzero(heard[0] > 0.5).tolist() == [base]


def test_two_clips_of_one_sound_join_without_a_seam(tmp_path: Path) -> None:
    sound = noise(96000)
    path = record(tmp_path / "a.wav", sound, 48000)
    split = mixed(plan_of(a_sound(path, 0, 13), a_sound(path, 13, 37, source_in=Fraction(13, 25))), step=1920)
    assert np.allclose(split, sound, atol=1e-4)


def test_sounds_are_added_with_their_gains(tmp_path: Path) -> None:
    """Defect 7.3: no sound becomes quieter because others play, and no sound ends another."""
    paths = [
        record(tmp_path / f"{k}.wav", np.full((2, 96000), 0.1 * (k + 1), np.float32), 48000) for k in (0, 1)
    ]
    heard = mixed(plan_of(a_sound(paths[0], 0, 25), a_sound(paths[1], 10, 40, gain_db=-6.0206), frames=50))
    assert np.allclose(heard[:, :19200], 0.1, atol=1e-3)
    assert np.allclose(heard[:, 19200:48000], 0.2, atol=1e-3)
    assert np.allclose(heard[:, 48000:], 0.1, atol=1e-3)


def test_fades_start_and_end_at_zero_without_a_click(tmp_path: Path) -> None:
    path = record(tmp_path / "a.wav", np.full((2, 96000), 0.8, np.float32), 48000)
    heard = mixed(plan_of(a_sound(path, 5, 40, fade_in=10, fade_out=5)), step=1920)[0]
    edge = [frame_to_sample(frame, Fraction(25), 48000) for frame in (5, 15, 40, 45)]
    assert not heard[: edge[0]].any()
    assert not heard[edge[3] :].any()
    assert np.allclose(heard[edge[1] : edge[2]], 0.8, atol=1e-3)
    assert heard[(edge[0] + edge[1]) // 2] == pytest.approx(0.4, abs=0.01)
    assert np.abs(np.diff(heard)).max() < 0.001, "a step anywhere would be a click"
    assert (np.diff(heard[edge[0] : edge[1]]) >= -1e-6).all()


def test_range_inside_a_fade_continues_at_its_level(tmp_path: Path) -> None:
    path = record(tmp_path / "a.wav", np.full((2, 96000), 0.8, np.float32), 48000)
    whole = mixed(plan_of(a_sound(path, 0, 50, fade_in=20), frames=50))
    part = mixed(
        plan_of(
            a_sound(path, 0, 40, fade_in=20, clip_offset=10, clip_frames=50, source_in=Fraction(10, 25)),
            frames=40,
            start=10,
        )
    )
    assert np.allclose(part, whole[:, 19200:], atol=1e-4)


def test_loud_sums_stay_in_range(tmp_path: Path) -> None:
    path = record(tmp_path / "a.wav", tone(50, Fraction(25), level=0.9), 48000)
    heard = mixed(plan_of(a_sound(path, 0, 50), a_sound(path, 0, 50)))
    assert np.abs(heard).max() == 1.0


def test_missing_sound_is_named_with_its_timecode(tmp_path: Path) -> None:
    plan = plan_of(a_sound(tmp_path / "rain.wav", 30, 5), frames=50, start=1500)
    with pytest.raises(Failed, match=r"rain\.wav.*00:01:01:05.*not exist"):
        mixed(plan)
