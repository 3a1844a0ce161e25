"""Random cuts with all features (Hypothesis strategies), and a comparison of cuts that ignores their ids."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import count, pairwise
from typing import Any

from hypothesis import strategies as st

from milimo_tui.core.order_keys import create_spread_keys
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, Marker, SourceKind, Track, TrackKind, Transition
from milimo_tui.cut.values.effects import PARAMS, Blend, Effects, OnDamage, Title
from milimo_tui.cut.values.keyframes import Easing, Keyframe
from milimo_tui.cut.values.timing import ENDLESS, get_portion_source_in
from milimo_tui.cut.values.transition_kinds import Direction, TransitionKind
from milimo_tui.interchange.values.bundle import CutBundle, EdgeTransition, Medium, TrackExtras
from tests.cut.strategies import sound_chains

RATES = [Fraction(24), Fraction(25), Fraction(30), Fraction(24000, 1001), Fraction(30000, 1001)]
MEDIA = {
    ClipSource(SourceKind.ASSET, "asset_1"): Medium(
        name="beach.mov",
        path="/media/day one/beach.mov",
        digest="1" * 64,
        seconds=Fraction(1001, 8),
        rate=Fraction(24000, 1001),
        width=1920,
        height=1080,
        channels=2,
        sample_rate=48000,
        starts=Fraction(3600),
    ),
    ClipSource(SourceKind.ASSET, "asset_2"): Medium(
        name="wind.wav", path="/media/wind.wav", kind="sound", seconds=Fraction(90), channels=1
    ),
    ClipSource(SourceKind.ASSET, "asset_3"): Medium(name="map.png", path="/media/map.png", kind="picture"),
    ClipSource(SourceKind.SHOT, "shot_1"): Medium(
        name="3B",
        path="/media/ab/take.mov",
        digest="2" * 64,
        seconds=Fraction(400),
        rate=Fraction(25),
        metadata={"shot": {"id": "shot_1", "number": "3B"}, "take": {"id": "take_1", "seed": 7}},
    ),
    ClipSource(SourceKind.SHOT, "shot_2"): Medium(
        name="4", metadata={"shot": {"id": "shot_2", "number": "4"}}
    ),
}
FILES = {
    "lut_1": Medium(name="warm.cube", path="/media/warm.cube", digest="3" * 64, kind="lut"),
    "mask_1": Medium(name="hero.mov", path="/media/cd/matte.mov", kind="matte"),
}
SECONDS = st.fractions(0, 20, max_denominator=1001)
COLOURS = st.sampled_from(["", "red", "#12ab34", "green"])
WORDS = st.sampled_from(["", "hello", "é “quoted” & <tagged>", "two\nlines"])


@dataclass
class IdCounter:
    """A function that returns new ids by counting."""

    numbers: Any = field(default_factory=count)

    def __call__(self, prefix: str) -> str:
        return f"{prefix}_{next(self.numbers)}"


@st.composite
def curves(draw: st.DrawFn) -> tuple[tuple[str, tuple[Keyframe, ...]], ...]:
    out = []
    for name in sorted(
        draw(st.sets(st.sampled_from(sorted(name for name in PARAMS if not PARAMS[name].timed)), max_size=3))
    ):
        frames = sorted(draw(st.sets(st.integers(-20, 200), min_size=1, max_size=4)))
        values = st.floats(PARAMS[name].low, PARAMS[name].high, allow_nan=False)
        keys = tuple(Keyframe(frame, draw(values), draw(st.sampled_from(Easing))) for frame in frames)
        out.append((name, keys))
    return tuple(out)


@st.composite
def effects(draw: st.DrawFn) -> Effects:
    if draw(st.booleans()):
        return Effects()
    return Effects(
        curves=draw(curves()),
        flip_h=draw(st.booleans()),
        flip_v=draw(st.booleans()),
        blend=draw(st.sampled_from(Blend)),
        lut=draw(st.sampled_from(["", "lut_1"])),
        matte=draw(st.sampled_from(["", "mask_1"])),
        matte_inverted=draw(st.booleans()),
        damaged=draw(st.sampled_from(OnDamage)),
        speed=draw(
            st.sampled_from([Fraction(1), Fraction(0), Fraction(-1), Fraction(1, 3), Fraction(-7, 2)])
        ),
        chain=draw(sound_chains()),
    )


@st.composite
def clips(draw: st.DrawFn, new_id: IdCounter, cut: Cut, track: Track, sources: list[ClipSource]) -> Clip:
    seen = track.kind is TrackKind.VIDEO
    audible = [source for source in sources if source.ref != "asset_3"]
    visible = [*(source for source in sources if source.ref != "asset_2"), ClipSource(SourceKind.TITLE)]
    source = draw(st.sampled_from(visible if seen else audible))
    look = draw(effects())
    if source.kind is SourceKind.TITLE:
        look = replace(look, title=Title(text=draw(WORDS), size=0.1, colour="#aabbcc"))
    frames = draw(st.integers(1, 60))
    fade = draw(st.integers(0, frames))
    return Clip(
        id=new_id("clip"),
        cut=cut.id,
        track=track.id,
        source=source,
        frames=frames,
        source_in=draw(SECONDS),
        gain_db=draw(st.sampled_from([0.0, -6.5, 3.0])),
        opacity=draw(st.sampled_from([1.0, 0.25])),
        fade_in=fade // 3,
        fade_out=fade - fade // 3,
        muted=draw(st.booleans()),
        label=draw(WORDS),
        effects=look,
    )


@st.composite
def rows(draw: st.DrawFn, new_id: IdCounter, cut: Cut, track: Track, sources: list[ClipSource]) -> list[Clip]:
    """Return random clips of a track without overlaps, some of them gaps."""
    found = draw(st.lists(clips(new_id, cut, track, sources), max_size=4))
    found = [
        replace(c, source=ClipSource(SourceKind.GAP), effects=Effects(), source_in=Fraction(0))
        if draw(st.integers(0, 5)) == 0
        else c
        for c in found
    ]
    if track.magnetic:
        return [
            replace(c, order=order) for c, order in zip(found, create_spread_keys(len(found)), strict=True)
        ]
    at, out = 0, []
    for clip in found:
        at += draw(st.sampled_from([0, 0, 7]))
        out.append(replace(clip, start=at))
        at += clip.frames
    return out


@st.composite
def whole_cuts(draw: st.DrawFn, new_id: IdCounter, sources: list[ClipSource], name: str) -> Cut:
    cut = Cut(
        id=new_id("cut"),
        name=name,
        rate=draw(st.sampled_from(RATES)),
        width=draw(st.sampled_from([768, 1920])),
        height=1080,
        sample_rate=44100,
        frozen=draw(st.booleans()),
        hand_edited=draw(st.booleans()),
        mark_in=draw(st.sampled_from([None, 0, 12])),
        mark_out=draw(st.sampled_from([None, 40])),
    )
    tracks = []
    for kind, letter in ((TrackKind.VIDEO, "V"), (TrackKind.AUDIO, "A")):
        number = draw(st.integers(0, 3))
        for index, order in enumerate(create_spread_keys(number)):
            tracks.append(
                Track(
                    id=new_id("track"),
                    cut=cut.id,
                    name=f"{letter}{index + 1}",
                    kind=kind,
                    order=order,
                    magnetic=draw(st.booleans()),
                    height=draw(st.integers(1, 3)),
                    muted=draw(st.booleans()),
                    solo=draw(st.booleans()),
                    locked=draw(st.booleans()),
                    hidden=draw(st.booleans()),
                )
            )
    on_tracks = [clip for track in tracks for clip in draw(rows(new_id, cut, track, sources))]
    cut = replace(cut, tracks=tuple(tracks), clips=tuple(on_tracks))
    return draw(dressed(new_id, _tied(draw, new_id, _hung(draw, cut))))


def _hung(draw: st.DrawFn, cut: Cut) -> Cut:
    """Anchor some clips of free tracks to clips of the magnetic track."""
    magnetic = {track.id for track in cut.tracks if track.magnetic}
    laid_out = layout(cut)
    anchors = [clip for clip in cut.clips if clip.track in magnetic]
    out = []
    for clip in cut.clips:
        if anchors and clip.start is not None and draw(st.booleans()):
            anchor = draw(st.sampled_from(anchors))
            offset = clip.start - laid_out.get_start(anchor.id)
            clip = replace(clip, start=None, anchor=anchor.id, offset=offset)
        out.append(clip)
    return replace(cut, clips=tuple(out))


def _tied(draw: st.DrawFn, new_id: IdCounter, cut: Cut) -> Cut:
    """Detach the sound of some clips and link it with the picture, and put some clips into groups."""
    free = [track for track in cut.tracks if track.kind is TrackKind.AUDIO and not track.magnetic]
    pictures = [track.id for track in cut.tracks if track.kind is TrackKind.VIDEO]
    clips, laid_out = {clip.id: clip for clip in cut.clips}, layout(cut)
    taken = {track.id: [(each.start, each.end) for each in laid_out.get_row(track.id)] for track in free}
    for clip in cut.clips:
        if clip.track not in pictures or clip.source.kind in ENDLESS or not draw(st.booleans()):
            continue
        start, end = laid_out.get_start(clip.id), laid_out.get_end(clip.id)
        late = draw(st.sampled_from([0, 0, 2])) % clip.frames  # L cut: the sound starts after its picture
        start += late
        there = [track for track in free if start >= late and _has_room(taken[track.id], start, end)]
        if there:
            name, sound = new_id("link"), new_id("clip")
            clips[clip.id] = replace(clip, link=name, muted=True)
            speed = Effects(speed=clip.effects.speed)
            made = replace(
                clip,
                id=sound,
                track=there[0].id,
                link=name,
                effects=speed,
                order=None,
                frames=clip.frames - late,
                source_in=get_portion_source_in(clip, late, cut.rate),
                fade_in=0,
                fade_out=0,
            )
            if clip.anchor is not None:
                made = replace(made, offset=(clip.offset or 0) + late)
            elif clip.order is None:
                made = replace(made, start=start)
            else:
                made = replace(made, start=None, anchor=clip.id, offset=late)
            clips[sound] = made
            taken[there[0].id].append((start, end))
    for name in ("group_a", "group_b"):
        ids = draw(st.sets(st.sampled_from(sorted(clips)), min_size=2, max_size=3)) if len(clips) > 1 else ()
        clips |= {each: replace(clips[each], group=name) for each in ids}
    return replace(cut, clips=tuple(clips.values()))


def _has_room(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    return all(behind <= start or end <= first for first, behind in taken)


@st.composite
def dressed(draw: st.DrawFn, new_id: IdCounter, cut: Cut) -> Cut:
    """Add transitions where clips touch, and markers."""
    laid_out = layout(cut)
    joins = []
    for track in laid_out.tracks:
        row = laid_out.get_row(track.id)
        for left, right in pairwise(row):
            if left.end == right.start and draw(st.booleans()):
                joins.append(
                    Transition(
                        id=new_id("transition"),
                        cut=cut.id,
                        left=left.clip.id,
                        right=right.clip.id,
                        frames=draw(st.integers(1, 2 * min(left.clip.frames, right.clip.frames))),
                        kind=draw(st.sampled_from(TransitionKind)),
                        direction=draw(st.sampled_from(Direction)),
                        colour=draw(st.sampled_from(["#000000", "#ffffff"])),
                        softness=draw(st.sampled_from([0.0, 0.3])),
                    )
                )
    markers = [
        Marker(
            id=new_id("marker"),
            cut=cut.id,
            frame=draw(st.integers(0, 90)),
            clip=draw(st.sampled_from([None, *(clip.id for clip in cut.clips)])),
            text=draw(WORDS),
            colour=draw(COLOURS),
            name=draw(st.sampled_from(["", "a"])),
            done=draw(st.booleans()),
        )
        for _ in range(draw(st.integers(0, 3)))
    ]
    return replace(cut, transitions=tuple(joins), markers=tuple(markers))


@st.composite
def bundles(draw: st.DrawFn) -> CutBundle:
    """Return a random cut with all features and up to two nested cuts, the second of which may contain the
    first.
    """
    new_id = IdCounter()
    sources = sorted(MEDIA, key=lambda source: source.ref)
    cuts: dict[str, Cut] = {}
    for number in range(draw(st.integers(0, 2))):
        nested = draw(whole_cuts(new_id, sources, f"inside {number}"))
        cuts[nested.id] = nested
        sources = [*sources, ClipSource(SourceKind.CUT, nested.id)]
    cut = draw(whole_cuts(new_id, sources, "The film"))
    free = [track.id for track in cut.tracks if not track.magnetic]
    edges = st.sampled_from([None, EdgeTransition(5, 3, "Cross", "SMPTE_Dissolve")])
    kept = {
        id: TrackExtras(tail=draw(st.integers(1, 30)), head_edge=draw(edges), tail_edge=draw(edges))
        for id in free[:1]
    }
    return CutBundle(cut=cut, cuts=cuts, media=MEDIA, files=FILES, extras=kept)


def told(bundle: CutBundle) -> Any:
    """Return all contents of a bundle with ids replaced by positions. Results are equal only for equal
    cuts.
    """
    return _told(bundle, bundle.cut, bundle.extras)


def _told(bundle: CutBundle, cut: Cut, kept: Any) -> Any:
    laid_out = layout(cut)
    places = {
        placed.clip.id: (track.name, track.kind, index)
        for track in laid_out.tracks
        for index, placed in enumerate(laid_out.get_row(track.id))
    }
    out: dict[str, Any] = {
        "cut": replace(cut, id="", tracks=(), clips=(), transitions=(), markers=()),
        "tracks": [replace(track, id="", cut="", order="") for track in laid_out.tracks],
        "kept": [kept.get(track.id) for track in laid_out.tracks],
        "transitions": [
            (places[each.left], places[each.right], replace(each, id="", cut="", left="", right=""))
            for each in sorted(cut.transitions, key=lambda each: places[each.left])
        ],
        "markers": sorted(
            repr((places.get(each.clip or ""), replace(each, id="", cut="", clip=None)))
            for each in cut.markers
        ),
        "clips": [],
    }
    for track in laid_out.tracks:
        for placed in laid_out.get_row(track.id):
            clip = placed.clip
            shows: Any = clip.source, bundle.media.get(clip.source)
            if clip.source.kind is SourceKind.CUT:
                shows = _told(bundle, bundle.cuts[clip.source.ref], {})
            plain = replace(
                clip,
                id="",
                cut="",
                track="",
                order=None,
                source=ClipSource(SourceKind.GAP),
                anchor=None,
            )
            on = places[clip.anchor] if clip.anchor else None
            files = [bundle.files.get(id) for id in (clip.effects.lut, clip.effects.matte)]
            out["clips"].append((files, places[clip.id], placed.start, on, plain, shows))
    return out
