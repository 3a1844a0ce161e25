"""Generate random cuts for property tests, with media that ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial

from hypothesis import strategies as st

from milimo_tui.core.errors import Ambiguous, BadInput, Refused
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values import new_cuts
from milimo_tui.cut.values.cut import Available, Clip, ClipSource, Cut, NewId
from milimo_tui.cut.values.effects import NO_EFFECTS, PARAMS, Blend, EffectParameter, Effects, OnDamage, Title
from milimo_tui.cut.values.keyframes import Curve, Easing, Keyframe
from milimo_tui.cut.values.sound_effects import (
    SOUND_EFFECTS,
    SoundChain,
    SoundEffect,
    SoundNumber,
    make_sound_effect,
    set_effect_curve,
)
from milimo_tui.cut.values.transition_kinds import TransitionKind
from tests.cut import films

RATES = [Fraction(25), Fraction(24000, 1001), Fraction(30000, 1001), Fraction(25, 2)]
SPEEDS = [Fraction(1), Fraction(2), Fraction(1, 2), Fraction(-1), Fraction(-3, 2), Fraction(0)]
LOOKS = [
    NO_EFFECTS,
    Effects(
        curves=(
            ("scale", (Keyframe(2, 1.0, Easing.BOTH), Keyframe(9, 2.5))),
            ("volume", (Keyframe(4, -6.0),)),
        )
    ),
    Effects(
        curves=(("opacity", (Keyframe(-3, 0.0, Easing.HOLD), Keyframe(30, 1.0))),),
        flip_h=True,
        blend=Blend.ADD,
    ),
]
SECONDS: dict[str, Fraction | None] = {
    "long": Fraction(60),
    "short": Fraction(3),
    "odd": Fraction(1001, 480),
    "still": None,
    films.TAKEN: Fraction(4),
}
"""The length in seconds of the media of each source; None for a still."""
HEAD = Fraction(12, 25)
"""The length in seconds of the take's handle before its shot begins."""
S0 = Fraction(0)


def bounds(source: ClipSource) -> Available | None:
    seconds = SECONDS[source.ref]
    return (
        None
        if seconds is None
        else Available.from_duration(seconds, HEAD if source.ref == films.TAKEN else S0)
    )


def _values(param: EffectParameter | SoundNumber) -> st.SearchStrategy[float]:
    return st.floats(param.low, param.high, allow_nan=False)


@st.composite
def curves(draw: st.DrawFn, param: EffectParameter | SoundNumber, most: int = 30) -> Curve:
    """Draw keyframes in order of frame, some of them outside a clip of `most` frames."""
    frames = sorted(draw(st.sets(st.integers(-most, 2 * most), min_size=1, max_size=4)))
    return tuple(Keyframe(frame, draw(_values(param)), draw(st.sampled_from(Easing))) for frame in frames)


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
titles = st.builds(
    Title,
    text=words,
    size=st.floats(0.01, 1),
    font=words,
    colour=st.sampled_from(["#ffffff", "#123456"]),
    background=st.sampled_from(["", "#000000"]),
    align=st.sampled_from(["left", "centre", "right"]),
    place=st.sampled_from(["top", "middle", "bottom"]),
)


@st.composite
def sound_effects(draw: st.DrawFn) -> SoundEffect:
    """Draw a sound effect with any of its numbers in range, possibly with keys."""
    kind = draw(st.sampled_from(sorted(SOUND_EFFECTS.values(), key=lambda kind: kind.name)))
    chosen = draw(st.sets(st.sampled_from(sorted(kind.numbers))))
    numbers = {
        name: draw(st.floats(kind.numbers[name].low, kind.numbers[name].high)) for name in sorted(chosen)
    }
    effect = make_sound_effect(kind.name, numbers, bypassed=draw(st.booleans()))
    names = sorted(kind.numbers) if kind.allows_keys else []
    for name in draw(st.lists(st.sampled_from(names), max_size=2)) if names else []:
        effect = set_effect_curve(effect, name, draw(curves(kind.numbers[name])))
    return effect


def sound_chains() -> st.SearchStrategy[SoundChain]:
    """Return a strategy for the sound effects of a clip."""
    return st.just(()) | st.lists(sound_effects(), max_size=4).map(tuple)


@st.composite
def effects(draw: st.DrawFn) -> Effects:
    """Draw any effects that a clip can have."""
    names = draw(
        st.sets(st.sampled_from(sorted(name for name in PARAMS if not PARAMS[name].timed)), max_size=3)
    )
    return Effects(
        curves=tuple((name, draw(curves(PARAMS[name]))) for name in sorted(names)),
        flip_h=draw(st.booleans()),
        flip_v=draw(st.booleans()),
        blend=draw(st.sampled_from(Blend)),
        lut=draw(words),
        matte=draw(words),
        matte_inverted=draw(st.booleans()),
        damaged=draw(st.sampled_from(OnDamage)),
        speed=draw(st.fractions(-10, 10, max_denominator=1000)),
        title=draw(st.none() | titles),
        chain=draw(sound_chains()),
    )


@st.composite
def pieces(draw: st.DrawFn, rate: Fraction = Fraction(25), most: int = 24) -> Clip:
    """Draw a clip of at most `most` frames that fits its media."""
    name = draw(st.sampled_from(sorted(SECONDS)))
    seconds = SECONDS[name]
    frames = draw(st.integers(1, most))
    speed, head = draw(st.sampled_from(SPEEDS)), Fraction(0)
    if seconds is None:
        speed = abs(speed)  # a still has no end at which reversed playback could start
    if seconds is not None:
        step = abs(speed) / rate  # source seconds from one frame to the next
        frames = min(frames, int(seconds / step)) if step else frames
        head = draw(st.integers(0, min(20, int((seconds - frames * step) * rate)))) / rate
        if speed < 0:
            head -= speed * (frames - 1) / rate
        head -= HEAD if name == films.TAKEN else 0
    clip = edits.create_trackless_clip(films.asset(name), frames, head, label=name)
    return replace(clip, effects=replace(draw(st.sampled_from(LOOKS)), speed=speed))


@st.composite
def cuts(draw: st.DrawFn, new_id: NewId) -> Cut:
    """Draw a cut with clips on V1, unconnected and connected clips on V2 and A1, fades, markers and possibly
    a gap.
    """
    rate = draw(st.sampled_from(RATES))
    cut = new_cuts.create_cut("Random", rate=rate, new_id=new_id)
    v1, v2, a1 = (films.track_of(cut, name).id for name in ("V1", "V2", "A1"))
    for clip in draw(st.lists(pieces(rate), min_size=1, max_size=6)):
        cut = edits.append_clip(cut, v1, clip, new_id=new_id)
    if draw(st.booleans()):
        cut = edits.insert_gap(cut, v1, draw(st.integers(0, 30)), draw(st.integers(1, 9)), new_id=new_id)
    for track in (v2, a1):
        for clip in draw(st.lists(pieces(rate), max_size=4)):
            at, connected = draw(st.integers(0, 60)), draw(st.booleans())
            cut = edits.overwrite_clip(cut, track, at, clip, new_id=new_id, connected=connected)
    for clip in draw(st.lists(st.sampled_from(cut.clips), max_size=2)):
        frame = draw(st.integers(0, clip.frames - 1))
        cut = edits.add_marker(cut, frame, new_id=new_id, clip=clip.id)
        fade = draw(st.integers(0, clip.frames))
        cut = edits.set_clip(cut, clip.id, fade_in=fade // 2, fade_out=fade - fade // 2)
    for clip in draw(st.lists(st.sampled_from(cut.clips), max_size=3)):
        kind, frames = draw(st.sampled_from(TransitionKind)), draw(st.integers(1, 12))
        joined = attempt(
            partial(
                edits.set_transition, cut, clip.id, new_id=new_id, frames=frames, kind=kind, bounds=bounds
            )
        )
        cut = joined or cut
    return replace(cut, hand_edited=False)


def some_clip(data: st.DataObject, cut: Cut, *tracks: str) -> str | None:
    """Draw the id of a clip on one of `tracks` (by default on any track), or None if there is none."""
    wanted = {track.id for track in cut.tracks if not tracks or track.name in tracks}
    ids = sorted(clip.id for clip in cut.clips if clip.track in wanted)
    return data.draw(st.sampled_from(ids)) if ids else None


def length(cut: Cut) -> int:
    return layout(cut).frames


def attempt(act: Callable[[], Cut]) -> Cut | None:
    """Return the result of an edit, or None if it refuses. Any other exception, or a refusal without a
    message, fails the test.
    """
    try:
        return act()
    except (Ambiguous, BadInput, Refused) as error:
        if not error.message:
            raise AssertionError("refused without a sentence") from error
        return None
