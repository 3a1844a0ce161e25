"""Test films rendered in segments: the bytes are always the same, nothing is made twice, and copies are exact
to the frame.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest

from milimo_tui.cut.delivery.delivery import Delivery, PictureFormat
from milimo_tui.cut.plan.plan import Media, RenderPlan
from milimo_tui.media.encode.coded import CodedPacket, CodedWriter, read_note, read_packets
from milimo_tui.media.encode.encoded_segment import EncodedSegment
from milimo_tui.media.encode.packet_copies import plan_packet_copy
from milimo_tui.media.encode.segment_cache import SegmentCache
from milimo_tui.media.files.facts import digest
from milimo_tui.media.files.stream_facts import read_stream_facts
from milimo_tui.media.picture import colour, yuv
from milimo_tui.media.render.film import RenderResult, render
from milimo_tui.media.render.side_by_side import Made, run_in_parallel
from tests.media.cuts import CutBuilder, media_of
from tests.media.material import HEIGHT, WIDTH, make_take, numbered, pictures_of, read_number, tone

RATE = Fraction(25)
FRAMES = 60
ENCODED = Delivery(smart_copy=False)
# Encoding of each source: length of a GOP in pictures, number of B-frames, and 1 for open GOPs.
CODINGS = {"short": (12, 0, 0), "long": (250, 3, 0), "between": (20, 3, 0), "open": (20, 3, 1)}


def coded(path: Path, first: int, gop: int, between: int, is_open: int) -> Path:
    """Write a source whose picture k shows the number first + k, and return its path."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        params = f"keyint={gop}:bframes={between}:open-gop={is_open}:scenecut=0:b-adapt=0"
        stream.codec_context.options = {"crf": "16", "preset": "ultrafast", "x264-params": params}
        yuv.tag_bt709(stream.codec_context)
        for index in range(FRAMES):
            frame = colour.to_yuv(numbered(first + index))
            frame.pts, frame.time_base = index, 1 / RATE
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Media]:
    folder = tmp_path_factory.mktemp("sources")
    made = {
        name: coded(folder / f"{name}.mp4", 100 * index, *coding)
        for index, (name, coding) in enumerate(CODINGS.items())
    }
    made["take"] = make_take(folder / "take.mov", FRAMES, first=500, sound=tone(FRAMES, RATE))
    return {name: media_of(path, facts=read_stream_facts(path)) for name, path in made.items()}


def silent(stage: str, done: int, total: int) -> None:
    """Ignore reported progress."""


def made(plan: RenderPlan, path: Path, delivery: Delivery = ENCODED, **values: Any) -> RenderResult:
    return render(plan, path, delivery, silent, **values)


def shown(path: Path) -> list[int]:
    return [read_number(picture) for picture in pictures_of(path)]


def varied(sources: dict[str, Media]) -> CutBuilder:
    """Build a cut of several segments with an overlay, a fade, pictures held past the end of a source, and a
    slate.
    """
    bench = CutBuilder()
    for index, name in enumerate(("take", "long", "between", "short")):
        bench.add("V1", sources[name], 40 + index, source_in=Fraction(3, 25), fade_in=5 * (index == 2))
    bench.add("V2", sources["open"], 30, start=60, opacity=0.4)
    bench.add("V1", Media(kind="slate", title="3B", text="Mara turns"), 30)
    return bench


def test_one_worker_and_four_give_the_same_bytes(tmp_path: Path, sources: dict[str, Media]) -> None:
    plan = varied(sources).plan()
    for workers in (1, 4):
        made(plan, tmp_path / f"{workers}.mp4", workers=workers)
    assert digest(tmp_path / "1.mp4") == digest(tmp_path / "4.mp4")


def test_only_changes_are_encoded(tmp_path: Path, sources: dict[str, Media]) -> None:
    bench, cache = varied(sources), tmp_path / "cache"
    made(bench.plan(), tmp_path / "before.mp4", cache=cache)
    again = made(bench.plan(), tmp_path / "again.mp4", cache=cache)
    assert again.kept == again.frames
    assert digest(tmp_path / "again.mp4") == digest(tmp_path / "before.mp4")

    bench.clips[0] = type(bench.clips[0])(**{**_values(bench.clips[0]), "source_in": Fraction(7, 25)})
    done = made(bench.plan(), tmp_path / "after.mp4", cache=cache)
    assert done.frames - done.kept == 40
    made(bench.plan(), tmp_path / "fresh.mp4")
    assert digest(tmp_path / "after.mp4") == digest(tmp_path / "fresh.mp4")


def _values(clip: Any) -> dict[str, Any]:
    return {name: getattr(clip, name) for name in clip.__dataclass_fields__}


def test_source_changed_under_its_name_is_encoded_again(tmp_path: Path) -> None:
    take, cache = make_take(tmp_path / "a.mov", 30), tmp_path / "cache"
    bench = CutBuilder()
    bench.add("V1", take, 30)
    made(bench.plan(), tmp_path / "film.mp4", cache=cache)
    make_take(take, 30, first=200)
    assert made(bench.plan(), tmp_path / "film.mp4", cache=cache).kept == 0
    assert shown(tmp_path / "film.mp4") == list(range(200, 230))


@pytest.mark.parametrize("name", [*CODINGS, "take"])
@pytest.mark.parametrize(("first", "frames"), [(0, FRAMES), (5, 40), (13, 47), (24, 36)])
def test_copies_are_exact_to_the_frame(
    tmp_path: Path, sources: dict[str, Media], name: str, first: int, frames: int
) -> None:
    bench = CutBuilder()
    bench.add("V1", sources[name], frames, source_in=Fraction(first, 25))
    done = made(bench.plan(), tmp_path / "film.mp4", Delivery())
    begins = shown(Path(sources[name].path))[0]
    assert shown(tmp_path / "film.mp4") == list(range(begins + first, begins + first + frames))
    assert (done.copied > 0) == (name not in ("long", "open") or first == 0)
    assert done.copied + done.passed == frames


def test_copies_of_many_kinds_are_in_one_film(tmp_path: Path, sources: dict[str, Media]) -> None:
    """The film has one set of codec headers, that of most copied pictures, and readers still decode each
    picture once.
    """
    bench = CutBuilder()
    wanted: list[int] = []
    for index, name in enumerate((*CODINGS, "take", "short")):
        bench.add("V1", sources[name], 41, source_in=Fraction(index, 25))
        begins = shown(Path(sources[name].path))[0]
        wanted += range(begins + index, begins + index + 41)
    done = made(bench.plan(), tmp_path / "film.mp4", Delivery())
    assert 0 < done.copied < done.frames == len(wanted)
    assert shown(tmp_path / "film.mp4") == wanted
    with av.open(str(tmp_path / "film.mp4")) as container:
        assert container.streams.video[0].codec_context.codec_tag == "avc1"
        times = [(packet.pts or 0) * packet.time_base for packet in container.demux(video=0) if packet.size]
    assert sorted(times) == [index / RATE for index in range(done.frames)]


def test_film_of_one_kind_of_sources_is_copied_whole(tmp_path: Path, sources: dict[str, Media]) -> None:
    bench = CutBuilder()
    for _ in range(3):
        bench.add("V1", sources["between"], FRAMES)
    done = made(bench.plan(), tmp_path / "film.mp4", Delivery())
    assert done == RenderResult(frames=180, passed=0, composited=0, copied=180)
    with av.open(str(tmp_path / "film.mp4")) as film, av.open(sources["between"].path) as source:
        assert film.streams.video[0].codec_context.codec_tag == "avc1"
        mine = [bytes(packet) for packet in film.demux(video=0) if packet.size]
        theirs = [bytes(packet) for packet in source.demux(video=0) if packet.size]
    assert mine == theirs * 3


def test_frame_held_past_its_end_is_encoded(tmp_path: Path, sources: dict[str, Media]) -> None:
    bench = CutBuilder()
    bench.add("V1", sources["short"], FRAMES + 10)
    done = made(bench.plan(), tmp_path / "film.mp4", Delivery())
    assert (done.copied, done.passed) == (FRAMES, 10)
    assert shown(tmp_path / "film.mp4") == [*range(FRAMES), *[FRAMES - 1] * 10]


def test_missing_file_or_odd_times_prevent_a_copy(tmp_path: Path, sources: dict[str, Media]) -> None:
    bench = CutBuilder()
    bench.add("V1", sources["short"].model_copy(update={"path": str(tmp_path / "gone.mp4")}), 20)
    assert plan_packet_copy(bench.plan().stretches[0], RATE) is None
    with av.open(str(tmp_path / "odd.mkv"), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for index in range(20):
            frame = colour.to_yuv(numbered(index))
            frame.pts, frame.time_base = index * 40 + index % 3 * 12, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    odd = CutBuilder()
    odd.add("V1", sources["short"].model_copy(update={"path": str(tmp_path / "odd.mkv")}), 20)
    assert plan_packet_copy(odd.plan().stretches[0], RATE) is None


@pytest.mark.long("files")
def test_killed_render_continues_and_equals_an_unbroken_one(
    tmp_path: Path, sources: dict[str, Media]
) -> None:
    """The render is killed with SIGKILL after some segments are finished, and the next render uses these
    segments again.
    """
    bench = CutBuilder()
    for index in range(12):
        bench.add("V1", sources["take"], 30, source_in=Fraction(index, 25))
    plan, slow = bench.plan(), Delivery(picture=PictureFormat(speed="veryslow"), smart_copy=False)
    (tmp_path / "plan.json").write_text(plan.model_dump_json())
    (tmp_path / "delivery.json").write_text(slow.model_dump_json())
    cache = tmp_path / "cache"
    words = [str(tmp_path / name) for name in ("plan.json", "delivery.json", "film.mp4", "cache")]
    child = subprocess.Popen([sys.executable, "-c", _ONE, *words])
    until = time.monotonic() + 300
    while len(list(cache.rglob("*.coded"))) < 3 and child.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    os.kill(child.pid, signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL, "it was killed at work"
    assert not (tmp_path / "film.mp4").exists()

    done = made(plan, tmp_path / "film.mp4", slow, cache=cache)
    assert 0 < done.kept < done.frames
    made(plan, tmp_path / "unbroken.mp4", slow)
    assert digest(tmp_path / "film.mp4") == digest(tmp_path / "unbroken.mp4")


_ONE = """
import sys, time
from pathlib import Path
from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.media.render.film import render
plan, delivery, output, cache = map(Path, sys.argv[1:])
plan = RenderPlan.model_validate_json(plan.read_bytes())
delivery = Delivery.model_validate_json(delivery.read_bytes())
render(plan, output, delivery, lambda *told: time.sleep(0.05), cache=cache, workers=1)
"""


def packets() -> Iterator[CodedPacket]:
    for place in range(20):
        yield CodedPacket(place, 1, place == 0, bytes([place]) * 100)


def test_files_of_packets_are_complete_or_absent(tmp_path: Path) -> None:
    path = tmp_path / "a" / "x.coded"
    writer = CodedWriter(path)
    writer.write(packets())
    assert read_note(path) is None
    writer.finish_file({"frames": 20})
    writer.discard_unfinished()
    assert read_note(path) == {"frames": 20}
    assert list(read_packets(path)) == list(packets())
    whole = path.read_bytes()
    for damaged in (whole[:-1], whole[1:], whole[:50] + b"!" + whole[51:], b"", b"x" * 8):
        path.write_bytes(damaged)
        assert read_note(path) is None
    left = CodedWriter(path)
    left.discard_unfinished()
    assert [each.name for each in path.parent.iterdir()] == ["x.coded"]


def test_cache_keeps_the_most_recently_used(tmp_path: Path) -> None:
    cache = SegmentCache(tmp_path, most=7000)
    for number in range(5):
        cache.store_segment(f"{number:040}", EncodedSegment(20, 3, tuple(packets())))
        os.utime(cache.path(f"{number:040}"), ns=(number, number))
    assert cache.load(f"{0:040}") == EncodedSegment(20, 3, tuple(packets()))
    cache.delete_oldest_segments()
    assert [number for number in range(5) if cache.read_cached_note(f"{number:040}")] == [0, 4]


def test_unwritable_cache_stops_no_film(tmp_path: Path, sources: dict[str, Media]) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    bench = CutBuilder()
    bench.add("V1", sources["take"], 20)
    made(bench.plan(), tmp_path / "film.mp4", cache=tmp_path / "cache")
    assert shown(tmp_path / "film.mp4") == list(range(500, 520))


def test_parallel_work_arrives_in_order_and_stops() -> None:
    begun: list[int] = []

    def do(part: int, made: Made) -> int:
        begun.append(part)
        if part == 3:
            raise ValueError("three")
        return part * part

    found: list[int] = []
    with pytest.raises(ValueError, match="three"):
        found.extend(run_in_parallel(range(100), do, 2, lambda picture: None))
    assert found == [0, 1, 4]
    results = run_in_parallel(range(3), do, 2, lambda picture: None)
    assert list(results) == [0, 1, 4]
    assert len(begun) < 20, "nothing is begun that nobody waits for"
