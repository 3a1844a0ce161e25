"""Test rendered films: every frame and sample of a plan is in place, and a film that cannot be written is
reported.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
import pytest
from av.video.stream import VideoStream
from PIL import Image

from milimo_tui.core.errors import BadInput, Cancelled, DiskFull, Failed, NotFound, ReadOnly
from milimo_tui.cut.delivery.delivery import Delivery, PictureFormat
from milimo_tui.cut.delivery.presets import PRESETS
from milimo_tui.cut.plan.plan import Media, RenderPlan
from milimo_tui.media.compose.layers import LayerSources
from milimo_tui.media.encode.take_file import write_take
from milimo_tui.media.files.facts import digest
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.read.probe import probe
from milimo_tui.media.render.film import RenderResult, render
from tests.media.conftest import fill_disk_under
from tests.media.cuts import CutBuilder, edge
from tests.media.material import (
    FILM_RATES,
    HEIGHT,
    WIDTH,
    Sound,
    clicks,
    found_clicks,
    ground_of,
    make_take,
    near,
    numbered,
    pictures_of,
    read_number,
    sound_of,
    tone,
)
from tests.media.reading import delivery_of, picture_at, tags

RED, GREEN, BLUE = (180, 50, 50), (50, 150, 60), (50, 70, 180)


def quiet(stage: str, done: int, total: int) -> None:
    """Ignore reported progress."""


def film_of(plan: RenderPlan, folder: Path, of: str = "h264") -> Path:
    render(plan, folder / "film.mp4", delivery_of(of), quiet)
    return folder / "film.mp4"


def shown(path: Path) -> list[Rgb]:
    return list(pictures_of(path))


def heard(path: Path) -> Sound:
    """Return the film's sound as floats. AAC is lossy, so tests compare with a tolerance."""
    return sound_of(path)


def psnr(one: Rgb, other: Rgb) -> float:
    error = float(((one.astype(float) - other.astype(float)) ** 2).mean())
    return 99.0 if error == 0 else 10 * np.log10(255**2 / error)


@pytest.mark.parametrize("rate", FILM_RATES, ids=str)
def test_every_frame_is_written_once_with_sound_of_equal_length(tmp_path: Path, rate: Fraction) -> None:
    """Row 56 and defect 7.1: clips of a magnetic track follow each other although no start is stored."""
    bench = CutBuilder(rate=rate)
    for index in range(3):
        path = make_take(tmp_path / f"{index}.mov", 20, rate=rate, first=100 * index, sound=tone(20, rate))
        bench.add("V1", path, 20 - index, source_in=index / rate)
    film = film_of(bench.plan(), tmp_path)

    wanted = [*range(20), *range(101, 120), *range(202, 220)]
    assert [read_number(picture) for picture in shown(film)] == wanted
    facts = probe(film)
    assert (facts.frames, facts.rate) == (57, rate)
    assert (facts.video_codec, facts.audio_codec, facts.sample_rate) == ("h264", "aac", 48000)
    with av.open(str(film)) as container:
        times = [(p.pts or 0) * p.time_base for p in container.demux(video=0) if p.size]
        audio = container.streams.audio[0]
        length = (audio.duration or 0) * (audio.time_base or 0)
        context = container.streams.video[0].codec_context
        assert (context.colorspace, context.color_range, context.pix_fmt) == (1, 1, "yuv420p")
    assert sorted(times) == [index / rate for index in range(57)]
    assert abs(length - 57 / rate) <= 1 / rate


def test_another_reader_sees_the_same_film(tmp_path: Path) -> None:
    """The system's ffprobe reports the same frame count, codecs, raster and rate."""
    if shutil.which("ffprobe") is None:
        pytest.skip("ffmpeg is not installed")
    bench = two_shots(tmp_path)
    film = film_of(bench.plan(), tmp_path)
    told = subprocess.run(
        ["ffprobe", "-v", "error", "-count_frames", "-print_format", "json", "-show_streams", str(film)],
        capture_output=True,
        check=True,
    )
    video, audio = json.loads(told.stdout)["streams"]
    assert (video["codec_name"], video["width"], video["height"]) == ("h264", WIDTH, HEIGHT)
    assert (video["avg_frame_rate"], video["nb_read_frames"]) == ("25/1", "60")
    assert (video["color_space"], video["color_range"], video["pix_fmt"]) == ("bt709", "tv", "yuv420p")
    assert (audio["codec_name"], audio["sample_rate"], audio["channels"]) == ("aac", "48000", 2)
    assert abs(float(audio["duration"]) - 60 / 25) <= 1 / 25


def test_gaps_are_black_and_silent(tmp_path: Path) -> None:
    """Row 56: gaps are black."""
    bench = CutBuilder()
    path = make_take(tmp_path / "a.mov", 20, colour=RED, sound=tone(20, bench.rate))
    bench.add("V1", path, 10)
    bench.add("V1", None, 15)
    bench.add("V1", path, 10)
    film = film_of(bench.plan(), tmp_path)
    pictures, sound = shown(film), heard(film)
    assert len(pictures) == 35
    assert all(picture.max() <= 3 for picture in pictures[10:25])
    assert near(ground_of(pictures[9]), RED)
    assert near(ground_of(pictures[25]), RED)
    assert np.abs(sound[:, edge(11) : edge(24)]).max() < 0.002
    assert np.abs(sound[:, edge(2) : edge(8)]).max() > 0.2
    assert np.abs(sound[:, edge(27) : edge(33)]).max() > 0.2


def test_upper_track_covers_the_lower_one_where_its_picture_is(tmp_path: Path) -> None:
    """Row 56: a picture on V2 is fitted into the frame with its shape kept, and V1 is visible in the bars
    next to it.
    """
    bench = CutBuilder()
    bench.add("V1", make_take(tmp_path / "low.mov", 20, colour=RED), 20)
    bench.add("V2", make_take(tmp_path / "high.mov", 10, colour=BLUE, width=48, height=96), 10, start=5)
    film = film_of(bench.plan(), tmp_path)
    pictures = shown(film)
    for index, picture in enumerate(pictures):
        row = picture[80]
        assert near(tuple(row[80]), BLUE if 5 <= index < 15 else RED, 8), index
        assert near(tuple(row[20]), RED, 8), index
        assert near(tuple(row[140]), RED, 8), index


def test_wide_picture_is_letterboxed_in_black(tmp_path: Path) -> None:
    bench = CutBuilder()
    bench.add("V1", make_take(tmp_path / "wide.mov", 3, colour=GREEN, width=320, height=96), 3)
    picture = shown(film_of(bench.plan(), tmp_path))[1]
    assert picture[:20].max() <= 4
    assert picture[-20:].max() <= 4
    assert near(tuple(picture[62, 80]), GREEN, 8)
    assert read_number(picture[24:72]) == 1


def test_opacity_mixes(tmp_path: Path) -> None:
    bench = CutBuilder()
    bench.add("V1", make_take(tmp_path / "low.mov", 10, colour=RED), 10)
    bench.add("V2", make_take(tmp_path / "high.mov", 10, colour=BLUE), 10, start=0, opacity=0.25)
    picture = shown(film_of(bench.plan(), tmp_path))[5]
    wanted = tuple(round(0.75 * low + 0.25 * high) for low, high in zip(RED, BLUE, strict=True))
    assert near(ground_of(picture), (wanted[0], wanted[1], wanted[2]), 5)


def test_transparent_still_shows_the_film_behind(tmp_path: Path) -> None:
    overlay = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    overlay[48:, :80] = (*BLUE, 255)
    overlay[48:, 80:] = (*BLUE, 128)
    Image.fromarray(overlay).save(tmp_path / "title.png")
    bench = CutBuilder()
    bench.add("V1", make_take(tmp_path / "low.mov", 4, colour=RED), 4)
    bench.add("V2", tmp_path / "title.png", 4, start=0)
    picture = shown(film_of(bench.plan(), tmp_path))[3]
    assert read_number(picture) == 3, "the clear half shows the film"
    assert near(tuple(picture[80, 40]), BLUE, 8)
    middle = tuple((a + b) // 2 for a, b in zip(RED, BLUE, strict=True))
    assert near(tuple(picture[80, 120]), (middle[0], middle[1], middle[2]), 8)


@pytest.mark.parametrize(
    ("codec", "pixels", "space", "span"),
    [
        ("libx264", "yuv420p", 1, 1),
        ("libx264", "yuv420p", 5, 1),
        ("libx264", "yuvj420p", 1, 2),
        ("mjpeg", "yuvj422p", 5, 2),
        ("ffv1", "yuv420p", 1, 2),
        ("ffv1", "yuv444p10le", 1, 1),
        ("ffv1", "bgr0", 0, 2),
    ],
)
def test_every_matrix_range_and_depth_gives_the_same_colour(
    tmp_path: Path, codec: str, pixels: str, space: int, span: int
) -> None:
    wanted = (180, 60, 40)
    flat = np.full((HEIGHT, WIDTH, 3), wanted, np.uint8)
    with av.open(str(tmp_path / "a.mkv"), "w") as container:
        stream = cast(VideoStream, container.add_stream(codec, rate=25))
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, pixels
        stream.codec_context.colorspace, stream.codec_context.color_range = space, span
        for index in range(3):
            frame = av.VideoFrame.from_ndarray(flat, format="rgb24").reformat(
                format=pixels, dst_colorspace=space, src_color_range=2, dst_color_range=span
            )
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    bench = CutBuilder()
    bench.add("V1", tmp_path / "a.mkv", 3)
    picture = shown(film_of(bench.plan(), tmp_path))[1]
    assert near(tuple(picture[48, 80]), wanted, 5)


def test_fades_go_through_black_and_back(tmp_path: Path) -> None:
    bench = CutBuilder()
    bench.add("V1", make_take(tmp_path / "a.mov", 30, colour=(200, 200, 200)), 30, fade_in=8, fade_out=4)
    film = film_of(bench.plan(), tmp_path)
    levels = [ground_of(picture)[0] for picture in shown(film)]
    assert levels[0] < 30
    assert levels[:9] == sorted(levels[:9])
    assert all(abs(level - 200) <= 4 for level in levels[8:26])
    assert levels[25:] == sorted(levels[25:], reverse=True)
    assert levels[-1] < 40
    assert abs(levels[3] - 200 * 3.5 / 8) < 12


def test_stills_are_held_for_their_whole_length(tmp_path: Path) -> None:
    """Row 59 and defect 7.4: a still is visible in each of its frames."""
    Image.fromarray(numbered(77, GREEN, 320, 192)).save(tmp_path / "still.png")
    bench = CutBuilder()
    bench.add("V1", tmp_path / "still.png", 40)
    bench.add("V1", make_take(tmp_path / "a.mov", 5, first=7), 5)
    pictures = shown(film_of(bench.plan(), tmp_path))
    assert [read_number(picture) for picture in pictures] == [77] * 40 + [7, 8, 9, 10, 11]
    assert all(near(ground_of(picture), GREEN) for picture in pictures[:40])


def test_film_of_sound_alone_is_black_with_sound(tmp_path: Path) -> None:
    """Defect 7.4b: a timeline with sound only can be rendered."""
    path = make_take(tmp_path / "a.mov", 25, sound=tone(25, Fraction(25)))
    bench = CutBuilder()
    bench.add("A1", path, 25, start=5)
    film = film_of(bench.plan(), tmp_path)
    pictures, sound = shown(film), heard(film)
    assert len(pictures) == 30
    assert max(int(picture.max()) for picture in pictures) <= 3
    assert np.abs(sound[:, : edge(4)]).max() < 0.002
    assert np.abs(sound[:, edge(6) : edge(29)]).max() > 0.2


def test_clip_of_another_rate_keeps_its_speed(tmp_path: Path) -> None:
    """Defect 7.5: trim and length of a clip are seconds of its source, whatever the source's rate is."""
    path = make_take(tmp_path / "slow.mov", 24, rate=Fraction(12), sound=clicks(96000, [48000]))
    bench = CutBuilder(rate=Fraction(24))
    bench.add("V1", path, 24, source_in=Fraction(1, 2))
    film = film_of(bench.plan(), tmp_path)
    assert [read_number(picture) for picture in shown(film)] == [6 + k // 2 for k in range(24)]
    assert abs(found_clicks(heard(film), 0.2)[0] - 24000) <= 48


def test_hidden_and_muted_tracks_are_left_out(tmp_path: Path) -> None:
    """Defect 7.6: hiding and muting a track also apply to the film."""
    bench = CutBuilder()
    bench.add("V1", make_take(tmp_path / "low.mov", 20, colour=RED, sound=tone(20, bench.rate)), 20)
    bench.add("V2", make_take(tmp_path / "high.mov", 20, colour=BLUE), 20, start=0)
    bench.tracks["V2"] = replace(bench.tracks["V2"], hidden=True)
    bench.tracks["V1"] = replace(bench.tracks["V1"], muted=True)
    film = film_of(bench.plan(), tmp_path)
    assert all(near(ground_of(picture), RED) for picture in shown(film))
    assert np.abs(heard(film)).max() < 0.002


def test_source_without_sound_is_silent_and_no_error(tmp_path: Path) -> None:
    """Defect 7.7: a clip without an audio stream does not stop the render."""
    with av.open(str(tmp_path / "mute.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for index in range(10):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(numbered(index), format="rgb24")))
        container.mux(stream.encode(None))
    bench = CutBuilder()
    bench.add("V1", tmp_path / "mute.mp4", 10)
    bench.add("A1", tmp_path / "mute.mp4", 10, start=0)
    bench.add("V1", make_take(tmp_path / "a.mov", 10, sound=tone(10, bench.rate)), 10)
    film = film_of(bench.plan(), tmp_path)
    assert [read_number(picture) for picture in shown(film)] == [*range(10), *range(10)]
    assert np.abs(heard(film)[:, edge(12) : edge(18)]).max() > 0.2


def test_clips_placed_whole_keep_their_length(tmp_path: Path) -> None:
    """Defect 7.8: a clip placed at its full length shows all of its frames, and a clip of one frame shows
    one.
    """
    path = make_take(tmp_path / "a.mov", 12)
    bench = CutBuilder()
    bench.add("V1", path, 12)
    bench.add("V1", path, 1, source_in=Fraction(5, 25))
    assert [read_number(picture) for picture in shown(film_of(bench.plan(), tmp_path))] == [*range(12), 5]


def test_sounds_of_all_tracks_are_mixed_at_their_samples(tmp_path: Path) -> None:
    """Row 57 and defects 7.2 and 7.3: the sound of V1 and V2 clips is heard, and no sound ends another
    sound.
    """
    bench = CutBuilder()
    for index, (track, start) in enumerate([("V1", 0), ("V2", 10), ("A1", 22), ("A2", 35)]):
        path = make_take(tmp_path / f"{index}.mov", 50, sound=clicks(96000, [960], 0.9))
        place = {} if track == "V1" else {"start": start}
        bench.add(track, path, 50 if track == "V1" else 8, **place)
    found = found_clicks(heard(film_of(bench.plan(), tmp_path)), 0.2)
    wanted = [edge(start) + 960 for start in (0, 10, 22, 35)]
    assert len(found) == 4
    assert max(abs(a - b) for a, b in zip(found, wanted, strict=True)) <= 48


def test_shots_without_a_take_show_a_slate_and_offline_media_are_named(tmp_path: Path) -> None:
    bench = CutBuilder()
    bench.add("V1", Media(kind="slate", title="3B", text="Mara turns to the glass.", previs=True), 6)
    bench.add("V1", Media(kind="offline", title="rain.mov", text="The file is gone."), 6)
    plan = bench.plan()
    film = film_of(plan, tmp_path)
    pictures = shown(film)
    assert len(pictures) == 12
    assert psnr(pictures[0], pictures[5]) > 45
    assert all(20 < picture.mean() < 90 and picture.max() > 200 for picture in pictures)
    assert psnr(pictures[3], pictures[9]) < 35
    assert "PREVIS" in tags(film)["comment"]


def test_film_is_marked_as_previs_only_with_previs_pictures(tmp_path: Path) -> None:
    bench = CutBuilder()
    bench.add("V1", make_take(tmp_path / "a.mov", 3), 3)
    film = film_of(bench.plan(), tmp_path)
    assert "comment" not in tags(film)
    assert tags(film)["title"] == "Rain"


def test_range_is_that_part_of_the_film(tmp_path: Path) -> None:
    """Row 58: a range of the film can be rendered."""
    bench = CutBuilder()
    bench.add("V1", make_take(tmp_path / "a.mov", 20), 20)
    bench.add("V1", make_take(tmp_path / "b.mov", 20, first=100, sound=clicks(38400, [0])), 20)
    film = film_of(bench.plan(13, 31), tmp_path)
    assert [read_number(picture) for picture in shown(film)] == [*range(13, 20), *range(100, 111)]
    assert abs(found_clicks(heard(film), 0.2)[0] - edge(7)) <= 48


@pytest.mark.parametrize("of", [row.name for row in PRESETS if row.delivery.container == "mp4"])
def test_every_preset_renders(tmp_path: Path, of: str) -> None:
    bench = CutBuilder()
    bench.add("V1", make_take(tmp_path / "a.mov", 8), 8)
    assert [read_number(picture) for picture in shown(film_of(bench.plan(), tmp_path, of))] == [*range(8)]


def test_unknown_preset_is_reported() -> None:
    with pytest.raises(NotFound, match="no preset"):
        delivery_of("h266")


def test_render_counts_copied_and_composited_frames(tmp_path: Path) -> None:
    bench = CutBuilder()
    bench.add("V1", make_take(tmp_path / "a.mov", 20), 20)
    bench.add("V2", make_take(tmp_path / "b.mov", 5), 5, start=3, opacity=0.5)
    calls: list[tuple[str, int, int]] = []
    done = render(bench.plan(), tmp_path / "film.mp4", delivery_of("draft"), lambda *call: calls.append(call))
    assert done == RenderResult(frames=20, passed=15, composited=5)
    assert calls == [("rendering", index + 1, 20) for index in range(20)]


def composite_bench(folder: Path) -> CutBuilder:
    """Build a cut that combines letterboxing, opacity, fades, a still with alpha, another frame rate and a
    slate.
    """
    smooth = np.linspace(0, 255, WIDTH, dtype=np.uint8)
    overlay = np.zeros((60, 100, 4), np.uint8)
    overlay[..., 1] = 200
    overlay[..., 3] = smooth[:100]
    Image.fromarray(overlay).save(folder / "o.png")
    bench = CutBuilder()
    bench.add("V1", make_take(folder / "a.mov", 30, colour=RED), 20, source_in=Fraction(5, 25), fade_in=6)
    bench.add("V1", Media(kind="slate", title="3B", text="Rain."), 10)
    bench.add("V1", make_take(folder / "b.mov", 30, rate=Fraction(30), colour=GREEN), 15, fade_out=7)
    bench.add(
        "V2", make_take(folder / "c.mov", 30, colour=BLUE, width=64, height=96), 25, start=8, opacity=0.6
    )
    bench.add("V2", folder / "o.png", 8, start=35, fade_in=3, fade_out=3)
    return bench


def test_preview_equals_export(tmp_path: Path) -> None:
    """The picture in the viewer at a frame equals the film's frame, for composited and plain pictures."""
    plan = composite_bench(tmp_path).plan()
    pictures = shown(film_of(plan, tmp_path))
    sources = LayerSources(plan.width, plan.height)
    worst = min(psnr(picture_at(plan, frame, sources), pictures[frame]) for frame in range(plan.frames))
    sources.close()
    assert worst >= 40


def test_same_plan_gives_the_same_bytes(tmp_path: Path) -> None:
    plan = composite_bench(tmp_path).plan()
    first = digest(film_of(plan, tmp_path))
    assert digest(film_of(plan, tmp_path)) == first


def two_shots(folder: Path, frames: int = 30) -> CutBuilder:
    bench = CutBuilder()
    bench.add("V1", make_take(folder / "a.mov", frames, sound=tone(frames, bench.rate)), frames)
    bench.add("V1", make_take(folder / "b.mov", frames, sound=tone(frames, bench.rate)), frames)
    return bench


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.endswith(".part")]


@pytest.mark.parametrize("at", [1, 40])
def test_cancel_keeps_the_earlier_film(tmp_path: Path, at: int) -> None:
    """Row 58: a render can be cancelled, and the earlier film remains."""
    plan = two_shots(tmp_path).plan()
    (tmp_path / "film.mp4").write_bytes(b"the earlier film")

    def progress(stage: str, done: int, total: int) -> None:
        if done == at:
            raise Cancelled("the render was cancelled")

    with pytest.raises(Cancelled):
        render(plan, tmp_path / "film.mp4", Delivery(), progress)
    assert (tmp_path / "film.mp4").read_bytes() == b"the earlier film"
    assert leftovers(tmp_path) == []


def test_missing_source_names_clip_and_timecode(tmp_path: Path) -> None:
    plan = two_shots(tmp_path).plan()
    (tmp_path / "b.mov").unlink()
    (tmp_path / "film.mp4").write_bytes(b"the earlier film")
    with pytest.raises(Failed, match=r"clip “b” at 00:00:01:05"):
        film_of(plan, tmp_path)
    assert (tmp_path / "film.mp4").read_bytes() == b"the earlier film"
    assert leftovers(tmp_path) == []


def test_damaged_source_names_clip_and_timecode(tmp_path: Path) -> None:
    plan = two_shots(tmp_path).plan()
    path = tmp_path / "b.mov"
    with av.open(str(path)) as container:
        packets = [(p.pos or 0, p.size) for p in container.demux(video=0) if p.size]
    data = bytearray(path.read_bytes())
    for position, size in packets[20:]:
        data[position : position + size] = b"\xff" * size
    path.write_bytes(data)
    with pytest.raises(Failed, match=r"clip “b” at 00:00:02:00: b\.mov is damaged"):
        film_of(plan, tmp_path)
    assert not (tmp_path / "film.mp4").exists()


def noisy_plan(folder: Path) -> RenderPlan:
    """Return the plan of a film that takes about two megabytes, because noise compresses badly."""
    random = np.random.default_rng(2)
    write_take(
        folder / "noise.mov",
        (random.integers(0, 255, (HEIGHT, WIDTH, 3), dtype=np.uint8) for _ in range(80)),
        width=WIDTH,
        height=HEIGHT,
        rate=Fraction(25),
        frames=80,
    )
    bench = CutBuilder()
    bench.add("V1", folder / "noise.mov", 80)
    return bench.plan()


def test_disk_that_fills_up_is_one_sentence_and_keeps_the_earlier_film(tmp_path: Path) -> None:
    plan = noisy_plan(tmp_path)
    (tmp_path / "film.mp4").write_bytes(b"the earlier film")
    fill_disk_under(tmp_path / ".film.mp4.part")
    with pytest.raises(DiskFull, match="the disk is full"):
        render(
            plan, tmp_path / "film.mp4", Delivery(picture=PictureFormat(quality=2, speed="ultrafast")), quiet
        )
    assert (tmp_path / "film.mp4").read_bytes() == b"the earlier film"
    assert leftovers(tmp_path) == []


def test_full_disk_is_reported_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = two_shots(tmp_path, 4).plan()
    monkeypatch.setenv("MILIMO_TEST_FREE_BYTES", "1000")
    with pytest.raises(DiskFull, match="the disk is full"):
        film_of(plan, tmp_path)
    assert not (tmp_path / "film.mp4").exists()


@pytest.fixture
def short_plan(tmp_path: Path) -> RenderPlan:
    return two_shots(tmp_path, 4).plan()


def test_read_only_target_is_reported_before_the_work(short_plan: RenderPlan, closed_folder: Path) -> None:
    calls: list[int] = []
    with pytest.raises(ReadOnly, match="read-only"):
        render(short_plan, closed_folder / "film.mp4", Delivery(), lambda *call: calls.append(1))
    assert not calls


def test_impossible_targets_are_refused(tmp_path: Path) -> None:
    plan = two_shots(tmp_path, 4).plan()
    with pytest.raises(BadInput, match="is a folder"):
        render(plan, tmp_path, Delivery(), quiet)
    with pytest.raises(BadInput, match="there is no folder"):
        render(plan, tmp_path / "nowhere" / "film.mp4", Delivery(), quiet)
    with pytest.raises(BadInput, match="nothing to render"):
        render(plan.model_copy(update={"frames": 0, "stretches": ()}), tmp_path / "f.mp4", Delivery(), quiet)
    with pytest.raises(BadInput, match="can't be encoded"):
        render(plan.model_copy(update={"width": 161}), tmp_path / "f.mp4", Delivery(), quiet)
