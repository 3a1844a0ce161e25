"""Test renders that fail: the error is one sentence with the clip and its timecode if there is one, and the
earlier film remains. Full disks are small file systems that really fill up.
"""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from milimo_tui.core.errors import BadInput, DiskFull, Failed, MilimoError, ReadOnly
from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.plan.plan import FileRef, Media, RenderPlan
from milimo_tui.cut.plan.report import CheckReport
from milimo_tui.engines.contract.engine import Result
from milimo_tui.engines.film.engine import Film
from milimo_tui.engines.film.publication import publish_film_file
from milimo_tui.engines.specs.file_specs import RenderFilm
from milimo_tui.media.files.stream_facts import read_stream_facts
from milimo_tui.media.picture import yuv
from milimo_tui.media.picture.colour import Rgb
from tests.engines.film.test_engines import JobRecorder, freeze
from tests.media.cuts import CutBuilder, media_of
from tests.media.material import HEIGHT, WIDTH, make_take, tone
from tests.media.reading import delivery_of

RATE = Fraction(25)
EARLIER = b"the earlier film"
DISK_BYTES = 1 << 20


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Mount a small file system and let it report plenty of free space, so that it fills up only during the
    render.
    """
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=700", "none", str(folder)]
    if os.getuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted")
    monkeypatch.setenv("MILIMO_TEST_FREE_BYTES", str(10**12))
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def read_only_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "read only"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "ro,size=1m", "none", str(folder)]
    if os.getuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@dataclass
class RenderFolder:
    """A folder with source files, an earlier film and a workspace for renders."""

    folder: Path

    @property
    def target(self) -> Path:
        return self.folder / "film.mp4"

    def render(
        self, plan: RenderPlan, delivery: Delivery | None = None, desk: JobRecorder | None = None
    ) -> Result:
        delivery = delivery or Delivery()
        target = self.target.with_suffix(delivery.suffix)
        target.write_bytes(EARLIER)
        spec = RenderFilm(
            plan=str(freeze(self.folder, plan)),
            output=str(target),
            delivery=delivery,
            cache=str(self.folder / "cache"),
        )
        return Film().run(spec, desk or JobRecorder(self.folder / "job"))

    def refused(
        self, plan: RenderPlan, delivery: Delivery | None = None, desk: JobRecorder | None = None
    ) -> MilimoError:
        """Return the error of a render that must fail. Checks that the earlier film is unchanged and that no
        partial file is left.
        """
        with pytest.raises(MilimoError) as error:
            self.render(plan, delivery, desk)
        target = self.target.with_suffix((delivery or Delivery()).suffix)
        assert target.read_bytes() == EARLIER
        assert [path.name for path in self.folder.rglob("*.part")] == []
        assert "\n" not in error.value.message
        return error.value


@pytest.fixture
def house(tmp_path: Path) -> RenderFolder:
    return RenderFolder(tmp_path)


def cut(house: RenderFolder, *, of: Media | None = None) -> CutBuilder:
    """Build a cut of thirty frames of clip “a” and thirty frames of clip “b” or of the media `of`. Both clips
    have sound.
    """
    bench = CutBuilder()
    for name in ("a", "b"):
        make_take(house.folder / f"{name}.mov", 30, sound=tone(30, RATE))
    bench.add("V1", house.folder / "a.mov", 30)
    bench.add("V1", of or house.folder / "b.mov", 30)
    return bench


def spoil(path: Path, stream: str, share: float) -> None:
    """Overwrite the packets of one stream of a file, from the given share (0…1) of the packets to the end."""
    with av.open(str(path)) as container:
        chosen = container.streams.video if stream == "video" else container.streams.audio
        packets = [(packet.pos or 0, packet.size) for packet in container.demux(chosen[0]) if packet.size]
    data = bytearray(path.read_bytes())
    for position, size in packets[int(len(packets) * share) :]:
        data[position : position + size] = b"\xff" * size
    path.write_bytes(data)


def timed(picture: Rgb, index: int) -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
    frame.pts, frame.time_base = index, 1 / RATE
    return frame


def noisy(folder: Path, frames: int = 30) -> RenderPlan:
    """Return the plan of a film that takes some megabytes in every format, because noise compresses badly."""
    chance = np.random.default_rng(5)
    source = folder / "noise.mkv"
    with av.open(str(source), "w") as container:
        video = container.add_stream("libx264", rate=25, options={"crf": "4", "preset": "ultrafast"})
        video.width, video.height, video.pix_fmt = 320, 192, "yuv420p"
        audio = container.add_stream("flac", rate=48000, layout="stereo")
        for index in range(frames):
            picture = chance.integers(0, 255, (192, 320, 3), dtype=np.uint8)
            container.mux(video.encode(timed(picture, index)))
        heard = chance.integers(-9000, 9000, (1, 2 * frames * 1920)).astype(np.int16)
        sound = av.AudioFrame.from_ndarray(heard, format="s16", layout="stereo")
        sound.sample_rate, sound.pts = 48000, 0
        container.mux([*video.encode(None), *audio.encode(sound), *audio.encode(None)])
    bench = CutBuilder(width=320, height=192)
    bench.add("V1", source, frames)
    return bench.plan()


@pytest.mark.long("files")
@pytest.mark.parametrize("preset", ["h264-fine", "ffv1", "prores"])
def test_disk_that_fills_up_during_the_render_is_one_sentence(
    house: RenderFolder, small_disk: Path, preset: str
) -> None:
    error = house.refused(noisy(house.folder), delivery_of(preset), JobRecorder(small_disk / "job"))
    assert isinstance(error, DiskFull)
    assert error.message.startswith("the disk is full: could not write")
    assert "milimo clean" in error.hint


def test_disk_that_fills_up_during_publishing_keeps_the_earlier_film(
    small_disk: Path, tmp_path: Path
) -> None:
    """The film is complete in its workspace, but its target disk is too small for it."""
    whole = tmp_path / "job" / "film.mp4"
    whole.parent.mkdir()
    whole.write_bytes(bytes(2 * DISK_BYTES))
    target = small_disk / "film.mp4"
    target.write_bytes(EARLIER)
    with pytest.raises(DiskFull, match=r"the disk is full: could not write .*film\.mp4"):
        publish_film_file(whole, target)
    assert target.read_bytes() == EARLIER
    assert [path.name for path in small_disk.iterdir()] == ["film.mp4"]


def test_cache_on_a_full_disk_stops_no_film(house: RenderFolder, small_disk: Path) -> None:
    (small_disk / "filler").write_bytes(b"x" * (DISK_BYTES - 8192))
    (house.folder / "cache").symlink_to(small_disk)
    result = house.render(cut(house).plan())
    assert result.facts["report"]["frames"] == 60


def test_read_only_disk_is_reported_before_the_work(house: RenderFolder, read_only_disk: Path) -> None:
    spec = RenderFilm(
        plan=str(freeze(house.folder, cut(house).plan())), output=str(read_only_disk / "film.mp4")
    )
    desk = JobRecorder(house.folder / "job")
    with pytest.raises(ReadOnly, match=r"could not write .*film\.mp4: it is read-only here"):
        Film().run(spec, desk)
    assert desk.reports == []


def test_missing_source_names_its_clip_and_timecode(house: RenderFolder) -> None:
    plan = cut(house).plan()
    (house.folder / "b.mov").unlink()
    error = house.refused(plan)
    assert error.message == "clip “b” at 00:00:01:05: b.mov does not exist"


@pytest.mark.long("files")
def test_source_that_vanishes_during_the_render_is_reported(house: RenderFolder) -> None:
    """The film is long, so that its last source is not open yet when the file is deleted."""
    bench = cut(house)
    for _ in range(20):
        bench.add("V1", house.folder / "a.mov", 30)
    late = shutil.copy(house.folder / "b.mov", house.folder / "late.mov")
    bench.add("V1", Path(late), 30)
    plan = bench.plan()

    class Taking(JobRecorder):
        def progress(self, stage: str, done: int, total: int, note: str = "", **more: object) -> None:
            Path(late).unlink(missing_ok=True)

    error = house.refused(plan, desk=Taking(house.folder / "job"))
    assert error.message == "clip “late” at 00:00:26:10: late.mov does not exist"


def test_missing_sound_names_its_clip_and_timecode(house: RenderFolder) -> None:
    bench = cut(house)
    make_take(house.folder / "music.mov", 20, sound=tone(20, RATE))
    bench.add("A1", media_of(house.folder / "music.mov", kind="sound"), 20, start=35)
    plan = bench.plan()
    (house.folder / "music.mov").unlink()
    error = house.refused(plan)
    assert error.message == "clip “music” at 00:00:01:10: music.mov does not exist"


def test_missing_lut_names_its_clip_and_timecode(house: RenderFolder) -> None:
    plan = cut(house).plan()
    (first, second) = plan.stretches
    layer = second.list_pictures()[0].model_copy(
        update={"lut": FileRef(path=str(house.folder / "film.cube"))}
    )
    plan = plan.model_copy(update={"stretches": (first, second.model_copy(update={"layers": (layer,)}))})
    error = house.refused(plan)
    assert error.message.startswith("clip “b” at 00:00:01:05: the LUT film.cube")


def test_source_inside_a_compound_clip_names_clips_and_timecode(house: RenderFolder) -> None:
    inner = cut(house).plan()
    bench = CutBuilder()
    bench.add("V1", house.folder / "a.mov", 10)
    bench.add("V1", Media(kind="cut", title="Act one", plan=inner, rate=RATE, has_sound=True), 60)
    plan = bench.plan()
    (house.folder / "b.mov").unlink()
    error = house.refused(plan)
    assert "“Act one”" in error.message or "“b”" in error.message
    assert "00:00:01:" in error.message
    assert "b.mov does not exist" in error.message


def test_source_damaged_in_the_middle_names_its_clip_and_timecode(house: RenderFolder) -> None:
    plan = cut(house).plan()
    spoil(house.folder / "b.mov", "video", 0.5)
    error = house.refused(plan)
    assert error.message.startswith("clip “b” at 00:00:01:20: b.mov is damaged")


def test_sound_damaged_in_the_middle_names_its_clip_and_timecode(house: RenderFolder) -> None:
    chance = np.random.default_rng(4)
    with av.open(str(house.folder / "music.m4a"), "w") as container:
        stream = container.add_stream("aac", rate=48000, layout="stereo")
        heard = chance.normal(0, 0.1, (2, 60 * 1920)).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(heard, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = 48000, 0
        container.mux([*stream.encode(frame), *stream.encode(None)])
    bench = cut(house)
    bench.add("A1", media_of(house.folder / "music.m4a"), 60, start=0)
    spoil(house.folder / "music.m4a", "audio", 0.5)
    error = house.refused(bench.plan())
    assert re.match(r"clip “music” at 00:00:0[01]:\d\d: the sound of music\.m4a is damaged", error.message)


def copied(house: RenderFolder) -> tuple[RenderPlan, Path]:
    """Build a film of two files whose pictures can all be copied without encoding. Returns the plan and the
    path of one file.
    """
    bench = CutBuilder()
    for name in ("a", "b"):
        path = house.folder / f"{name}.mp4"
        chance = np.random.default_rng(11)
        with av.open(str(path), "w") as container:
            video = container.add_stream("libx264", rate=25, options={"crf": "20", "g": "12"})
            video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
            yuv.tag_bt709(video.codec_context)
            for index in range(48):
                picture = chance.integers(0, 255, (HEIGHT, WIDTH, 3), dtype=np.uint8)
                container.mux(video.encode(timed(picture, index)))
            container.mux(video.encode(None))
        bench.add("V1", media_of(path, facts=read_stream_facts(path)), 48)
    return bench.plan(), path


@pytest.mark.long("files")
def test_copied_damage_is_found_by_the_check(house: RenderFolder) -> None:
    """Copied pictures are not decoded during the render, but the check decodes them. A film with damaged
    pictures is not reported as done.
    """
    plan, path = copied(house)
    whole = house.render(plan)
    assert whole.facts["copied"] > 24
    shutil.rmtree(house.folder / "job")
    shutil.rmtree(house.folder / "cache")
    with av.open(str(path)) as container:
        packets = [(packet.pos or 0, packet.size) for packet in container.demux(video=0) if packet.size]
    whole_bytes = path.read_bytes()
    data = bytearray(whole_bytes)
    position, size = packets[30]
    data[position + size // 3 : position + size // 2] = bytes(size // 2 - size // 3)
    path.write_bytes(data)
    error = house.refused(plan)
    assert re.match(
        r"the rendered film differs from its cut: .* in clip “b”, at 00:00:03:\d\d", error.message
    )
    job = house.folder / "job"
    assert str(job / "film.mp4") in error.hint
    kept = CheckReport.model_validate_json((job / "film.report.json").read_bytes())
    assert not kept.has_passed
    assert (job / "film.mp4").is_file(), "what was rendered stays with its job"
    path.write_bytes(whole_bytes)
    mended = CheckReport.model_validate(house.render(plan).facts["report"])
    assert [(each.level, each.kind) for each in mended.findings] == [("note", "silent")]


def huge_png(path: Path, side: int = 60_000) -> Path:
    """Write a PNG of 60,000 × 60,000 pixels that takes a few hundred bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(100_000))) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    return path


def test_decompression_bomb_in_a_cut_names_its_clip_and_timecode(house: RenderFolder) -> None:
    bomb = huge_png(house.folder / "sky.png")
    error = house.refused(cut(house, of=Media(kind="picture", path=str(bomb), title="sky.png")).plan())
    assert error.message == "clip “sky.png” at 00:00:01:05: sky.png is too large"


def test_picture_replaced_by_a_bomb_after_import_is_reported(house: RenderFolder) -> None:
    """The file of a clip was replaced after the import: the plan expects 160×96 pixels, the file has 60,000 ×
    60,000.
    """
    plan = cut(house).plan()
    huge_png(house.folder / "b.mov")
    error = house.refused(plan)
    assert error.message.startswith("clip “b” at 00:00:01:05: b.mov")


@pytest.mark.long("files")
@pytest.mark.parametrize("kind", ["video", "picture", "sound"])
def test_endlessly_read_file_is_reported(house: RenderFolder, kind: str) -> None:
    """The source was replaced by a named pipe without a writer. Opening such a pipe would block forever."""
    os.mkfifo(house.folder / "never.mov")
    media = Media(kind=kind, path=str(house.folder / "never.mov"), title="never", has_sound=kind == "sound")
    if kind == "sound":
        bench = cut(house)
        bench.add("A1", media, 20, start=35)
    else:
        bench = cut(house, of=media)
    error = house.refused(bench.plan())
    assert error.message.startswith("clip “never” at 00:00:01:")
    assert "never.mov" in error.message
    assert isinstance(error, Failed | BadInput)
