"""A film that uses each feature once. `data/film.otio` contains it, byte for byte."""

from __future__ import annotations

from fractions import Fraction

from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, Marker, SourceKind, Track, TrackKind, Transition
from milimo_tui.cut.values.effects import Blend, Effects, Title, TitlePlace
from milimo_tui.cut.values.keyframes import Easing, Keyframe
from milimo_tui.cut.values.transition_kinds import Direction, TransitionKind
from milimo_tui.interchange.values.bundle import CutBundle, EdgeTransition, TrackExtras
from tests.interchange.strategies import FILES, MEDIA

RATE = Fraction(30000, 1001)
SHOT, BEACH, WIND = (
    ClipSource(SourceKind.SHOT, "shot_1"),
    ClipSource(SourceKind.ASSET, "asset_1"),
    ClipSource(SourceKind.ASSET, "asset_2"),
)
LOOK = Effects(
    curves=(
        ("opacity", (Keyframe(0, 0.0), Keyframe(12, 0.1 + 0.2, Easing.BOTH), Keyframe(40, 1.0, Easing.HOLD))),
        ("volume", (Keyframe(0, -12.0), Keyframe(30, 0.0))),
        ("x", (Keyframe(-5, 0.25), Keyframe(30, -0.25, Easing.IN))),
    ),
    flip_h=True,
    blend=Blend.SCREEN,
    lut="lut_1",
    matte="mask_1",
    matte_inverted=True,
)


def _track(id: str, name: str, kind: TrackKind, order: str, **flags: bool | int) -> Track:
    return Track(id=id, cut="cut_1", name=name, kind=kind, order=order, **flags)  # type: ignore[arg-type]


def _clip(id: str, track: str, source: ClipSource, frames: int, **more: object) -> Clip:
    return Clip(id=id, cut="cut_1", track=track, source=source, frames=frames, **more)  # type: ignore[arg-type]


def film() -> CutBundle:
    """Return the film. Two of its clips show the same nested cut."""
    inner = Cut(
        id="cut_2",
        name="Opening",
        rate=Fraction(24),
        width=1280,
        height=720,
        hand_edited=True,
        tracks=(Track(id="t9", cut="cut_2", name="V1", kind=TrackKind.VIDEO, order="V", magnetic=True),),
        clips=(
            Clip(
                id="c9", cut="cut_2", track="t9", source=SHOT, frames=48, order="V", source_in=Fraction(1, 3)
            ),
        ),
        markers=(Marker(id="m9", cut="cut_2", frame=7, text="inside"),),
    )
    cut = Cut(
        id="cut_1",
        name="The film",
        rate=RATE,
        width=1920,
        height=1080,
        hand_edited=True,
        mark_in=0,
        mark_out=200,
        tracks=(
            _track("t1", "V1", TrackKind.VIDEO, "F", magnetic=True),
            _track("t2", "Over", TrackKind.VIDEO, "V", hidden=True, height=2),
            _track("t3", "A1", TrackKind.AUDIO, "V", muted=True, solo=True, locked=True),
        ),
        clips=(
            _clip("c1", "t1", SHOT, 60, order="A", source_in=Fraction(1, 7), effects=LOOK, label="Rain"),
            _clip("c2", "t1", BEACH, 90, order="B", effects=Effects(speed=Fraction(-3, 2)), fade_out=12),
            _clip("c3", "t1", ClipSource(SourceKind.GAP), 15, order="C"),
            _clip("c4", "t1", ClipSource(SourceKind.CUT, "cut_2"), 30, order="D", source_in=Fraction(1, 2)),
            _clip("c5", "t1", ClipSource(SourceKind.CUT, "cut_2"), 30, order="E", opacity=0.5),
            _clip("c6", "t2", BEACH, 20, anchor="c2", offset=5, effects=Effects(speed=Fraction(0))),
            _clip(
                "c7",
                "t2",
                ClipSource(SourceKind.TITLE),
                40,
                start=160,
                effects=Effects(title=Title(text="Fin", place=TitlePlace.TOP)),
            ),
            _clip("c8", "t3", WIND, 225, start=0, gain_db=-6.5, fade_in=9, muted=True),
        ),
        transitions=(
            Transition(
                id="x1",
                cut="cut_1",
                left="c1",
                right="c2",
                frames=13,
                kind=TransitionKind.WIPE,
                direction=Direction.UP,
                softness=0.2,
            ),
            Transition(id="x2", cut="cut_1", left="c4", right="c5", frames=8),
        ),
        markers=(
            Marker(id="m1", cut="cut_1", frame=25, text="turn", colour="#12ab34", name="a", done=True),
            Marker(id="m2", cut="cut_1", frame=3, clip="c2", text="here"),
        ),
    )
    kept = {
        "t2": TrackExtras(tail=25, tail_edge=EdgeTransition(6, 0, "out")),
        "t3": TrackExtras(head_edge=EdgeTransition(0, 9, "in")),
    }
    return CutBundle(cut=cut, cuts={"cut_2": inner}, media=MEDIA, files=FILES, extras=kept)
