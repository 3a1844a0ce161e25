"""Test the check of a film: its measurements, the faults it finds in damaged films, and the differences it
accepts.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from milimo_tui.core.time import frame_to_sample
from milimo_tui.cut.delivery.delivery import Delivery, Loudness
from milimo_tui.cut.plan.plan import Media, RenderPlan
from milimo_tui.cut.plan.report import CheckFinding, CheckReport
from milimo_tui.cut.plan.report_text import format_report
from milimo_tui.media.check import picture_check
from milimo_tui.media.check.film_check import check_rendered_film
from milimo_tui.media.check.packet_check_cache import CheckCache
from milimo_tui.media.render.film import render
from tests.media.cuts import CutBuilder
from tests.media.material import HEIGHT, WIDTH, Sound, make_take, numbered, tone
from tests.media.reading import delivery_of

RATE = Fraction(25)
H264 = delivery_of("h264")


@dataclass(frozen=True)
class CheckedFilm:
    """A rendered film of 132 frames with its plan: 40 frames of clicks, 2 of black, 30 of a tone, a slate of
    30, and 30 of noise.
    """

    plan: RenderPlan
    film: Path
    folder: Path


def clicking(frames: int) -> Sound:
    """Return `frames` frames of sound with four bursts of noise a second, no two of them alike."""
    chance = np.random.default_rng(7)
    sound = np.zeros((2, frame_to_sample(frames, RATE, 48000)), np.float32)
    for start in range(4000, sound.shape[1] - 2000, 12000):
        sound[:, start : start + 400] = chance.uniform(-0.5, 0.5, 400)
    return sound


def noise(frames: int, level: float = 0.1) -> Sound:
    chance = np.random.default_rng(3)
    return chance.normal(0, level, (2, frame_to_sample(frames, RATE, 48000))).astype(np.float32)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CheckedFilm]:
    folder = tmp_path_factory.mktemp("checks")
    bench = CutBuilder()
    bench.add("V1", make_take(folder / "a.mov", 40, sound=clicking(40)), 40)
    bench.add("V1", None, 2)
    bench.add("V1", make_take(folder / "b.mov", 30, first=100, sound=tone(30, RATE)), 30)
    bench.add("V1", Media(kind="slate", title="3B", text="Rain."), 30)
    bench.add("V1", make_take(folder / "c.mov", 30, first=200, sound=noise(30)), 30)
    plan = bench.plan()
    render(plan, folder / "film.mp4", H264, lambda stage, done, total: None)
    yield CheckedFilm(plan, folder / "film.mp4", folder)
    shutil.rmtree(folder)


def report(film: Path, plan: RenderPlan, delivery: Delivery = H264, kept: Path | None = None) -> CheckReport:
    return check_rendered_film(film, plan, delivery, lambda done, total: None, kept)


def failures(found: CheckReport) -> list[CheckFinding]:
    return [each for each in found.findings if each.level == "failed"]


def of(found: CheckReport, kind: str) -> list[tuple[str, int, int]]:
    return [(each.level, each.start, each.end) for each in found.findings if each.kind == kind]


def write(path: Path, plan: RenderPlan, pictures: list[np.ndarray], sound: Sound | None = None) -> Path:
    """Write a film with these pictures and this sound at the size and rate of `plan`, whatever the plan
    shows.
    """
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=plan.rate, options={"crf": "18", "preset": "ultrafast"})
        video.width, video.height, video.pix_fmt = plan.width, plan.height, "yuv420p"
        audio = container.add_stream("aac", rate=48000, layout="stereo")
        for index, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = index, 1 / plan.rate
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        if sound is not None:
            heard = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound), format="fltp", layout="stereo")
            heard.sample_rate, heard.pts = 48000, 0
            container.mux(audio.encode(heard))
            container.mux(audio.encode(None))
    return path


def test_film_equal_to_its_plan_passes_with_its_figures(made: CheckedFilm) -> None:
    found = report(made.film, made.plan)
    assert failures(found) == []
    assert (found.frames, found.seconds) == (132, 132 / 25)
    assert found.sync_ms is not None
    assert abs(found.sync_ms) < 0.1
    assert found.lufs is not None
    assert -30 < found.lufs < -10
    assert found.true_peak is not None
    assert -12 < found.true_peak < 0
    assert of(found, "black") == [("warning", 40, 42)]
    [(level, start, end)] = of(found, "silent")
    assert (level, start) == ("note", 72)
    assert 100 <= end <= 102  # the encoder lets the next sound begin slightly early
    assert of(found, "frozen") == []
    assert format_report(found)[0].startswith("check: 132 frames   sync 0.0 ms")
    assert format_report(found)[1] == "  ! 00:00:01:15  2 f  black  a flash of black: the cut has a gap there"


def test_figures_agree_with_another_meter(made: CheckedFilm) -> None:
    """The true peak is at least the highest decoded sample, and the loudness equals that of the mix."""
    found = report(made.film, made.plan)
    with av.open(str(made.film)) as container:
        highest = max(float(np.abs(frame.to_ndarray()).max()) for frame in container.decode(audio=0))
    assert found.true_peak is not None
    assert found.true_peak >= 20 * np.log10(highest) - 0.01


def test_checked_pictures_are_not_decoded_again(made: CheckedFilm, tmp_path: Path) -> None:
    first = picture_check.check_video_stream(made.film, CheckCache(tmp_path), lambda frames: None)
    again = picture_check.check_video_stream(made.film, CheckCache(tmp_path), lambda frames: None)
    assert first is not None
    assert again is not None
    assert (first.decoded, again.decoded) == (132, 0)
    assert first.measures.tobytes() == again.measures.tobytes()
    assert again.times == first.times == tuple(Fraction(frame, 25) for frame in range(132))
    for kept in tmp_path.rglob("*.npy"):
        kept.write_bytes(kept.read_bytes()[:-1])
    spoilt = picture_check.check_video_stream(made.film, CheckCache(tmp_path), lambda frames: None)
    assert spoilt is not None
    assert spoilt.decoded == 132
    assert report(made.film, made.plan, kept=tmp_path) == report(made.film, made.plan)
    CheckCache(tmp_path).delete_oldest_measures(most=1)
    assert len(list(tmp_path.rglob("*.npy"))) == 1


def test_damaged_picture_is_found_at_its_time(made: CheckedFilm, tmp_path: Path) -> None:
    report(made.film, made.plan, kept=tmp_path / "cache")
    with av.open(str(made.film)) as container:
        told = [(packet.pts, packet.pos, packet.size) for packet in container.demux(video=0)]
        tick = container.streams.video[0].time_base or Fraction(1)
    largest = max((size, int(pts * tick * 25), pos) for pts, pos, size in told if pts and pos)
    at, place = largest[1], largest[2] + largest[0] // 3
    data = bytearray(made.film.read_bytes())
    data[place : place + largest[0] // 3] = bytes(largest[0] // 3)
    spoilt = tmp_path / "film.mp4"
    spoilt.write_bytes(data)
    for kept in (None, tmp_path / "cache"):
        found = report(spoilt, made.plan, kept=kept)
        assert not found.has_passed
        (first, *_) = [each for each in failures(found) if each.kind == "damage"]
        assert abs(first.start - at) <= 4


@pytest.mark.parametrize("share", [0.0, 0.5, 0.9])
def test_truncated_file_fails(made: CheckedFilm, tmp_path: Path, share: float) -> None:
    data = made.film.read_bytes()
    (tmp_path / "film.mp4").write_bytes(data[: int(len(data) * share)])
    found = report(tmp_path / "film.mp4", made.plan)
    assert not found.has_passed
    assert found.frames < 132


def test_film_with_missing_or_extra_frames_fails(made: CheckedFilm, tmp_path: Path) -> None:
    pictures = [numbered(index) for index in range(20)]
    bench = CutBuilder()
    bench.add("V1", make_take(tmp_path / "a.mov", 20), 20)
    for count in (19, 21):
        some = (pictures + pictures)[:count]
        sound = np.zeros((2, 38400), np.float32)
        found = report(write(tmp_path / f"{count}.mp4", bench.plan(), some, sound), bench.plan())
        assert [each.text for each in failures(found)] == [f"the film has {count} frames, but its cut has 20"]


def test_additional_black_frozen_and_silent_ranges_fail(tmp_path: Path) -> None:
    """If 30 frames are black, frozen or silent although the plan moves and sounds there, the check fails."""
    frames = 150
    bench = CutBuilder()
    bench.add("V1", make_take(tmp_path / "a.mov", frames, sound=noise(frames)), frames)
    pictures = [numbered(index) for index in range(frames)]
    pictures[20:50] = [np.zeros((HEIGHT, WIDTH, 3), np.uint8)] * 30
    pictures[70:100] = [pictures[70]] * 30
    sound = noise(frames)
    sound[:, 110 * 1920 : 140 * 1920] = 0
    found = report(write(tmp_path / "film.mp4", bench.plan(), pictures, sound), bench.plan())
    told = {(each.kind, each.start, each.end) for each in failures(found)}
    assert {("black", 20, 50), ("frozen", 70, 100)} <= told
    (silent,) = [each for each in failures(found) if each.kind == "silent"]
    assert abs(silent.start - 110) <= 1
    assert abs(silent.end - 140) <= 1
    assert all(
        each.timecode == f"00:00:{each.start // 25:02d}:{each.start % 25:02d}" for each in found.findings
    )


def test_one_black_frame_not_in_the_cut_fails(tmp_path: Path) -> None:
    bench = CutBuilder()
    bench.add("V1", make_take(tmp_path / "a.mov", 20), 20)
    pictures = [numbered(index) for index in range(20)]
    pictures[9] = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    silence = np.zeros((2, 38400), np.float32)
    found = report(write(tmp_path / "film.mp4", bench.plan(), pictures, silence), bench.plan())
    assert [(each.kind, each.start, each.end) for each in failures(found)] == [("black", 9, 10)]


def test_dark_still_and_quiet_sources_are_notes(tmp_path: Path) -> None:
    frames = 60
    dark = [np.zeros((HEIGHT, WIDTH, 3), np.uint8)] * frames
    source = write(tmp_path / "a.mov", CutBuilder().plan(), dark, np.zeros((2, frames * 1920), np.float32))
    bench = CutBuilder()
    bench.add("V1", source, frames)
    render(bench.plan(), tmp_path / "film.mp4", H264, lambda stage, done, total: None)
    found = report(tmp_path / "film.mp4", bench.plan())
    assert found.has_passed
    assert {each.kind for each in found.findings if each.level == "note"} >= {"black", "frozen", "silent"}
    assert found.lufs is None


def test_picture_or_sound_not_in_the_cut_fails(tmp_path: Path) -> None:
    bench = CutBuilder()
    bench.add("V1", None, 50)
    bench.add("V1", make_take(tmp_path / "a.mov", 10), 10)
    pictures = [numbered(index) for index in range(60)]
    found = report(write(tmp_path / "film.mp4", bench.plan(), pictures, noise(60)), bench.plan())
    told = {(each.kind, each.text) for each in failures(found)}
    assert ("black", "there is a picture where the cut is black") in told
    assert ("silent", "there is sound where the cut is silent") in told


@pytest.mark.parametrize("frames", [-3, -1, 0, 1, 4])
def test_sync_is_measured_to_the_millisecond(made: CheckedFilm, tmp_path: Path, frames: int) -> None:
    """Sound that is shifted by a number of frames and two milliseconds is measured with exactly that
    offset.
    """
    late = frames * 1920 + 96
    with av.open(str(made.film)) as container:
        pictures = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    with av.open(str(made.film)) as container:
        sound = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    moved = np.roll(sound[:, : 132 * 1920], late, axis=1)
    found = report(write(tmp_path / "film.mp4", made.plan, pictures, moved), made.plan)
    assert found.sync_ms is not None
    assert found.sync_ms == pytest.approx(frames * 40 + 2, abs=0.2)
    assert bool([each for each in failures(found) if each.kind == "sync"]) is (abs(late) > 1920 + 48)


def test_sound_that_differs_from_the_cut_needs_a_look(tmp_path: Path) -> None:
    bench = CutBuilder()
    bench.add("V1", make_take(tmp_path / "a.mov", 40, sound=noise(40)), 40)
    pictures = [numbered(index) for index in range(40)]
    found = report(write(tmp_path / "film.mp4", bench.plan(), pictures, clicking(40)), bench.plan())
    assert found.sync_ms is None
    assert ("warning", "the sound is not at its position in the cut") in {
        (each.level, each.text) for each in found.findings
    }


@pytest.mark.parametrize("frames", [4, 8, 60])
def test_steady_tone_gives_no_reference_for_sync(tmp_path: Path, frames: int) -> None:
    """A steady tone matches itself after each period, so no offset is measured and no fault is reported."""
    bench = CutBuilder()
    bench.add("V1", make_take(tmp_path / "a.mov", frames, sound=tone(frames, RATE)), frames)
    render(bench.plan(), tmp_path / "film.mp4", H264, lambda stage, done, total: None)
    found = report(tmp_path / "film.mp4", bench.plan())
    assert found.sync_ms is None
    assert failures(found) == []


def test_unexpected_streams_fail(made: CheckedFilm) -> None:
    wanted = H264.model_copy(
        update={"picture": delivery_of("h265-10").picture, "sound": delivery_of("wav").sound}
    )
    texts = {each.text for each in failures(report(made.film, made.plan, wanted))}
    assert texts >= {
        "its pictures are h264, not hevc",
        "its pixels are yuv420p, not yuv420p10le",
        "its sound is aac, not pcm_s24le",
    }
    larger = made.plan.model_copy(update={"width": 320})
    assert "it is 160×96, not 320×96" in {each.text for each in failures(report(made.film, larger))}


def test_loudness_and_peak_off_target_need_a_look(made: CheckedFilm) -> None:
    quiet = H264.model_copy(update={"loudness": Loudness(lufs=-35.0, true_peak=-9.0)})
    found = report(made.film, made.plan, quiet)
    assert found.has_passed
    assert {each.kind for each in found.findings if each.level == "warning"} >= {"loudness", "peak"}


def test_cancel_ends_a_check_at_once(made: CheckedFilm) -> None:
    class Stop(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise Stop

    with pytest.raises(Stop):
        check_rendered_film(made.film, made.plan, H264, stop)
