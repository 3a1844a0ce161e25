"""Test of files for Kdenlive and MLT: dissolves on two playlists, changed speeds and freezes. `melt` renders
the same frames as Milimo.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from milimo_tui.core.order_keys import create_spread_keys
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, SourceKind, Track, TrackKind, Transition
from milimo_tui.cut.values.effects import Effects
from milimo_tui.interchange.files.reading import read_cut_file
from milimo_tui.interchange.values.bundle import CutBundle, Medium
from milimo_tui.interchange.xml import mlt
from tests.interchange.strategies import IdCounter
from tests.interchange.test_adapters import long_cut
from tests.seen import melt

RATE = Fraction(25)
UP, DOWN = ClipSource(SourceKind.ASSET, "up"), ClipSource(SourceKind.ASSET, "down")
GREYS = {UP: lambda frame: 20 + 2 * frame, DOWN: lambda frame: 235 - 2 * frame}


def ramp(path: Path, source: ClipSource) -> Medium:
    """Write a clip of a hundred grey frames. Each is two levels lighter or darker than the frame before,
    depending on the source.
    """
    with av.open(str(path), "w") as film:
        stream = film.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for frame in range(100):
            picture = np.full((72, 64), 128, np.uint8)
            picture[:48] = GREYS[source](frame)
            film.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="yuv420p")))
        film.mux(stream.encode())
    return Medium(name=path.name, path=str(path), seconds=Fraction(4), rate=RATE)


def film(folder: Path) -> CutBundle:
    """Return a cut with two dissolves, a clip at double speed, a backwards clip, a freeze, and a clip on V2
    above the second dissolve.
    """
    tracks = [
        Track(id=name, cut="cut", name=name, kind=TrackKind.VIDEO, order=order)
        for name, order in zip(("V1", "V2"), create_spread_keys(2), strict=True)
    ]
    told = (
        (UP, 0, 14, 10, 1),
        (DOWN, 14, 12, 30, 1),
        (UP, 26, 8, 40, 2),
        (DOWN, 34, 6, 60, -1),
        (UP, 40, 5, 7, 0),
    )
    clips = [
        Clip(
            id=f"c{number}",
            cut="cut",
            track="V1",
            source=source,
            start=start,
            frames=frames,
            source_in=into / RATE,
            effects=Effects(speed=Fraction(speed)),
        )
        for number, (source, start, frames, into, speed) in enumerate(told)
    ]
    over = replace(clips[0], id="over", track="V2", start=18, frames=3, source_in=90 / RATE)
    joins = [
        Transition(id=f"t{number}", cut="cut", left=f"c{number}", right=f"c{number + 1}", frames=frames)
        for number, frames in ((0, 7), (1, 4))
    ]
    cut = Cut(
        id="cut",
        name="Grey",
        rate=RATE,
        width=64,
        height=48,
        tracks=tuple(tracks),
        clips=(*clips, over),
        transitions=tuple(joins),
    )
    return CutBundle(cut=cut, media={each: ramp(folder / f"{each.ref}.mkv", each) for each in (UP, DOWN)})


def expected(bundle: CutBundle) -> list[float]:
    """Return the expected grey level of each frame, from the source frame of each clip and the progress of
    its dissolve.
    """
    laid_out = layout(bundle.cut)
    row, [over] = (laid_out.get_row(track.id) for track in laid_out.tracks)
    out = []
    for frame in range(laid_out.frames):
        shares = {placed.clip.id: float(placed.start <= frame < placed.end) for placed in row}
        for join in bundle.cut.transitions:
            begin = laid_out.get_start(join.right) - join.frames // 2
            if begin <= frame < begin + join.frames:
                shares[join.right] = (frame - begin + 0.5) / join.frames
                shares[join.left] = 1 - shares[join.right]
        if over.start <= frame < over.end:
            shares = {over.clip.id: 1.0}
        out.append(
            sum(
                shares[placed.clip.id] * GREYS[placed.clip.source](_shown(placed.clip, frame - placed.start))
                for placed in (*row, over)
                if shares.get(placed.clip.id)
            )
        )
    return out


def _shown(clip: Clip, frame: int) -> int:
    return int(clip.source_in * RATE + frame * clip.effects.speed)


def test_melt_shows_the_same_pictures(tmp_path: Path) -> None:
    program = shutil.which("melt")
    if program is None:
        pytest.skip("melt is not installed")
    bundle = film(tmp_path)
    (tmp_path / "film.mlt").write_text(mlt.write_mlt(bundle, "film", ".mlt")[""])
    target = tmp_path / "film.mkv"
    # With real_time=-1 melt drops no frame on a busy machine.
    to = ("vcodec=ffv1", "pix_fmt=yuv420p", "an=1", "threads=1", "real_time=-1")
    melt.render(program, tmp_path / "film.mlt", target, *to)
    with av.open(str(target)) as opened:
        seen = [float(frame.to_ndarray()[:48].mean()) for frame in opened.decode(video=0)]
    wanted = expected(bundle)
    assert len(seen) == len(wanted)
    # At the first frame of a dissolve MLT shows nothing of the second clip, Milimo half a step of it. The
    # other differences are rounding.
    steps = {
        frame: 0.5 / join.frames
        for join in bundle.cut.transitions
        for begin in [layout(bundle.cut).get_start(join.right) - join.frames // 2]
        for frame in range(begin, begin + join.frames)
    }
    far = {
        frame: (one, other)
        for frame, (one, other) in enumerate(zip(seen, wanted, strict=True))
        if abs(one - other) > 3 + 180 * steps.get(frame, 0)
    }
    assert far == {}


@pytest.mark.parametrize("rate", [Fraction(25), Fraction(30000, 1001)])
def test_dissolves_of_kdenlive_are_read_again(tmp_path: Path, rate: Fraction) -> None:
    bundle = long_cut(rate, joined=True)
    joins = tuple(
        replace(join, frames=frames) for join, frames in zip(bundle.cut.transitions, (9, 1, 12), strict=True)
    )
    bundle = replace(bundle, cut=replace(bundle.cut, transitions=joins))
    path = tmp_path / "film.kdenlive"
    path.write_text(mlt.write_mlt(bundle, "film", ".kdenlive")[""])
    arrival = read_cut_file(path, IdCounter(), rate)
    cut = arrival.bundle.cut
    starts = layout(cut)
    assert [(starts.get_start(each.right), each.frames) for each in cut.transitions] == [
        (80, 9),
        (160, 1),
        (240, 12),
    ]
    assert [(starts.get_start(each.id), each.frames, each.source_in) for each in cut.clips] == [
        (each.start, each.frames, each.source_in) for each in bundle.cut.clips
    ]


def test_dissolve_without_media_becomes_a_cut_and_rows_of_them_alternate() -> None:
    bundle = long_cut(RATE, joined=True)
    joins = tuple(
        Transition(id=f"t{at}", cut="cut", left=left.id, right=right.id, frames=10)
        for at, (left, right) in enumerate(zip(bundle.cut.clips, bundle.cut.clips[1:], strict=False))
    )
    # One source frame too few for half of the dissolve
    early = replace(bundle.cut.clips[3], source_in=4 / RATE)
    clips = tuple(early if each.id == early.id else each for each in bundle.cut.clips)
    text = mlt.write_mlt(
        replace(bundle, cut=replace(bundle.cut, clips=clips, transitions=joins)), "f", ".mlt"
    )[""]
    assert text.count('"mlt_service">luma<') == 6
    assert text.count('<property name="reverse">1</property>') == 3
