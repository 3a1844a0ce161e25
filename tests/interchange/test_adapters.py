"""Test that exported files open in OpenTimelineIO's own adapters with the right record and source in and out,
exact to the frame.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest

from milimo_tui.core.order_keys import create_spread_keys
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, SourceKind, Track, TrackKind, Transition
from milimo_tui.cut.values.effects import Effects
from milimo_tui.interchange.files import edl
from milimo_tui.interchange.files.reading import read_cut_file
from milimo_tui.interchange.values.bundle import CutBundle, Medium
from milimo_tui.interchange.xml import fcp7, fcpxml, mlt
from tests.interchange.strategies import IdCounter

BEACH = ClipSource(SourceKind.ASSET, "beach")
WIND = ClipSource(SourceKind.ASSET, "wind")
MEDIA = {
    BEACH: Medium(name="beach.mov", path="/media/beach.mov", seconds=Fraction(4000), starts=Fraction(3600)),
    WIND: Medium(name="wind.wav", path="/media/wind.wav", kind="sound", seconds=Fraction(4000), channels=2),
}
WHOLE = [Fraction(rate) for rate in (24, 25, 30, 50, 60)]
ODD = [Fraction(24000, 1001), Fraction(30000, 1001)]


def long_cut(rate: Fraction, *, joined: bool = False) -> CutBundle:
    """Return a cut with clips of 1 to 59 frames, gaps between, and many source offsets, on V1, V2 and A1."""
    tracks = [
        Track(id=name, cut="cut", name=name, kind=kind, order=order)
        for (name, kind), order in zip(
            (("V1", TrackKind.VIDEO), ("V2", TrackKind.VIDEO), ("A1", TrackKind.AUDIO)),
            create_spread_keys(3),
            strict=True,
        )
    ]
    clips: list[Clip] = []
    for track in tracks:
        at = 0
        for number in range(120):
            frames = 1 + (number * 7) % 59
            at += 0 if number % 3 else (number * 5) % 11
            clips.append(
                Clip(
                    id=f"{track.id}-{number}",
                    cut="cut",
                    track=track.id,
                    source=WIND if track.id == "A1" else BEACH,
                    frames=frames,
                    start=at,
                    source_in=Fraction((number * 131) % 9000) / rate,
                    label=f"clip {number}",
                )
            )
            at += frames
    cut = Cut(id="cut", name="Long", rate=rate, tracks=tuple(tracks), clips=tuple(clips))
    if joined:
        row = [replace(clip, frames=40, start=40 * index) for index, clip in enumerate(clips[:8])]
        joins = tuple(
            Transition(id=f"t{at}", cut="cut", left=row[at].id, right=row[at + 1].id, frames=9 + at)
            for at in (1, 3, 5)
        )
        cut = replace(cut, clips=tuple(row), transitions=joins)
    return CutBundle(cut=cut, media=MEDIA)


def expected(bundle: CutBundle, track: str, *, timecode: bool) -> list[tuple[Any, ...]]:
    """Return name, record in and out, and source in and out of a track's clips. `timecode` adds the source's
    start timecode.
    """
    rate = bundle.cut.rate
    out = []
    for clip in bundle.cut.clips:
        if clip.track == track:
            start = clip.start or 0
            into = int((bundle.media[clip.source].starts * timecode + clip.source_in) * rate + Fraction(1, 2))
            out.append((clip.label, start, start + clip.frames, into, into + clip.frames))
    return out


def opened(track: Any) -> list[tuple[Any, ...]]:
    """Return name, record in and out, and source in and out of the clips on a track that an adapter has
    read.
    """
    out = []
    for item in track:
        if isinstance(item, otio.schema.Clip):
            place, span = track.range_of_child(item), item.source_range
            times = place.start_time, place.end_time_exclusive(), span.start_time, span.end_time_exclusive()
            out.append((item.name, *(round(time.value) for time in times)))
    return out


@pytest.mark.parametrize("rate", [*WHOLE, *ODD])
def test_edl_opens_with_equal_cuts(rate: Fraction) -> None:
    bundle = long_cut(rate)
    lists = edl.write_edl(bundle)
    first = otio.adapters.read_from_string(lists[""], "cmx_3600", rate=float(rate))
    tracks = {track.name: track for track in first.tracks}
    assert opened(tracks["V"]) == expected(bundle, "V1", timecode=True)
    assert opened(tracks["A1"]) == expected(bundle, "A1", timecode=True)
    second = otio.adapters.read_from_string(lists["V2"], "cmx_3600", rate=float(rate))
    assert opened(second.tracks[0]) == expected(bundle, "V2", timecode=True)


@pytest.mark.parametrize("speed", [Fraction(1), Fraction(2)])
def test_edl_opens_with_the_drop_frame_timecode_of_its_files(speed: Fraction) -> None:
    rate = Fraction(30000, 1001)
    bundle = long_cut(rate)
    starts = Fraction(2023686) / rate  # 18:45:23;22
    media = {
        source: replace(medium, starts=starts, rate=rate, drops=True) for source, medium in MEDIA.items()
    }
    clips = tuple(replace(clip, effects=Effects(speed=speed)) for clip in bundle.cut.clips)
    bundle = replace(bundle, media=media, cut=replace(bundle.cut, clips=clips))
    text = edl.write_edl(bundle)[""]
    read = otio.adapters.read_from_string(text, "cmx_3600", rate=float(rate))
    track = next(track for track in read.tracks if track.name == "V")
    assert [each[:4] for each in opened(track)] == [
        each[:4] for each in expected(bundle, "V1", timecode=True)
    ]
    speeds = [each.time_scalar for clip in track.find_clips() for each in clip.effects]
    assert speeds == pytest.approx([2.0] * (0 if speed == 1 else len(clips) // 3))


@pytest.mark.parametrize("rate", WHOLE)
def test_fcpxml_opens_with_equal_cuts(rate: Fraction) -> None:
    bundle = long_cut(rate)
    timeline = otio.adapters.read_from_string(fcpxml.write_fcpxml(bundle), "fcpx_xml")
    lanes = {track.name: track for track in timeline.tracks}
    for lane, track in (("0", "V1"), ("1", "V2"), ("-1", "A1")):
        assert opened(lanes[lane]) == expected(bundle, track, timecode=True)
    assert lanes["-1"].kind == "Audio"


@pytest.mark.parametrize("rate", WHOLE)
def test_times_of_an_fcpxml_are_exact_or_slightly_above(rate: Fraction) -> None:
    for frames in range(20_000):
        seconds = Fraction(fcpxml.format_frames_as_seconds(frames, rate).removesuffix("s"))
        assert 0 <= seconds - Fraction(frames) / rate <= Fraction(1, 10**6 * rate)
        assert int(float(seconds.numerator) / float(seconds.denominator) * float(rate)) == frames


@pytest.mark.parametrize("rate", [Fraction(25), *ODD])
def test_final_cut_7_opens_with_equal_cuts(rate: Fraction) -> None:
    bundle = long_cut(rate)
    timeline = otio.adapters.read_from_string(fcp7.write_fcp7(bundle), "fcp_xml")
    for track, name in zip(timeline.tracks, ("V1", "V2", "A1"), strict=True):
        told = [each[:3] for each in expected(bundle, name, timecode=True)]
        assert [each[:3] for each in opened(track)] == told
        sources = zip(opened(track), expected(bundle, name, timecode=True), strict=True)
        assert all(abs(ours[3] - theirs[3]) <= (rate.denominator > 1) for theirs, ours in sources)


@pytest.mark.parametrize("rate", [Fraction(25), *ODD])
def test_kdenlive_opens_with_equal_cuts(rate: Fraction, capsys: pytest.CaptureFixture[str]) -> None:
    bundle = long_cut(rate)
    timeline = otio.adapters.read_from_string(mlt.write_mlt(bundle, "film", ".kdenlive")[""], "kdenlive")
    capsys.readouterr()  # discard the adapter's message that it is no longer maintained
    tracks = {track.name: track for track in timeline.tracks}
    for name in ("V1", "V2", "A1"):
        told = [each[1:] for each in expected(bundle, name, timecode=False)]
        assert [each[1:] for each in opened(tracks[name])] == told


def test_dissolves_start_where_their_second_clip_appears() -> None:
    bundle = long_cut(Fraction(25), joined=True)
    timeline = otio.adapters.read_from_string(edl.write_edl(bundle)[""], "cmx_3600", rate=25)
    found = [
        (round(track.range_of_child(item).start_time.value), round(item.out_offset.value))
        for track in timeline.tracks
        for item in track
        if isinstance(item, otio.schema.Transition)
    ]
    assert found == [(80 - 5, 10), (160 - 6, 12), (240 - 7, 14)]
    xml = otio.adapters.read_from_string(fcp7.write_fcp7(bundle), "fcp_xml")
    joins = [item for item in xml.tracks[0] if isinstance(item, otio.schema.Transition)]
    assert [(j.in_offset.value, j.out_offset.value) for j in joins] == [(5, 5), (6, 6), (7, 7)]
    assert opened(xml.tracks[0])[1:] == expected(bundle, "V1", timecode=True)[1:]


@pytest.mark.parametrize("name", ["V2", "字幕"])
def test_lists_next_to_an_edl_are_read_with_it(tmp_path: Path, name: str) -> None:
    bundle = long_cut(Fraction(25))
    tracks = [replace(track, name=name) if track.name == "V2" else track for track in bundle.cut.tracks]
    named = replace(bundle, cut=replace(bundle.cut, tracks=tuple(tracks)))
    for part, text in edl.write_edl(named).items():
        (tmp_path / f"film{f'.{part}' if part else ''}.edl").write_text(text)
    (tmp_path / "film.notes.edl").write_text("not a list of this cut")
    arrival = read_cut_file(tmp_path / "film.edl", IdCounter(), Fraction(25))
    assert [track.name for track in arrival.bundle.cut.tracks] == ["V1", "A1", "V2"]
    assert arrival.notes == ("with the companion list of V2",)
    placed = layout(arrival.bundle.cut)
    for track in arrival.bundle.cut.tracks:
        found = [
            (each.start, each.end)
            for each in placed.get_row(track.id)
            if each.clip.source.kind is SourceKind.ASSET
        ]
        assert found == [each[1:3] for each in expected(bundle, track.name, timecode=True)]


@pytest.mark.parametrize(
    ("rate", "mode", "code", "frames"),
    [
        (Fraction(25), "NON-DROP FRAME", "01:01:00:02", 1502),
        (Fraction(24000, 1001), "NON-DROP FRAME", "01:01:00:02", 1442),
        (Fraction(30000, 1001), "NON-DROP FRAME", "01:01:00:02", 1802),
        (Fraction(30000, 1001), "DROP FRAME", "01:01:00:02", 1800),
        (Fraction(30000, 1001), "DROP FRAME", "01:01:00;02", 1800),
        (Fraction(60000, 1001), "DROP FRAME", "01:01:00;04", 3600),
    ],
)
def test_list_from_one_o_clock_starts_at_the_first_frame_of_the_film(
    tmp_path: Path, rate: Fraction, mode: str, code: str, frames: int
) -> None:
    begin = f"01:00:00{code[8]}00"
    path = tmp_path / "film.edl"
    path.write_text(f"TITLE: t\nFCM: {mode}\n\n001  AX  V  C  {begin} {code} {begin} {code}\n")
    cut = read_cut_file(path, IdCounter(), rate).bundle.cut
    [clip] = cut.clips
    assert (layout(cut).get_start(clip.id), clip.frames) == (0, frames)
