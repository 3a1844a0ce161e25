"""Test speed ramps as edits: the clip shows the same source range at changing speed, and keyframes stay on
their pictures.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit import edits
from milimo_tui.cut.values.cut import Available, Clip, ClipSource, Cut
from milimo_tui.cut.values.effects import RAMP
from milimo_tui.cut.values.keyframes import Easing, Keyframe
from milimo_tui.cut.values.timing import get_source_second, get_source_span
from tests.cut.films import broken_rules, clip_of, draw, film, minter, on, track_of

RATE = Fraction(25)
KEYS = (Keyframe(0, 1.0, Easing.BOTH), Keyframe(50, 2.0))


def bounds(source: ClipSource) -> Available:
    """Return bounds of sixty seconds for each source."""
    return Available(Fraction(0), Fraction(60))


def seconds(clip: Clip, frame: int) -> float:
    return float(get_source_second(clip, frame, RATE))


def test_ramp_keeps_the_visible_range_and_ripples() -> None:
    mint = minter()
    cut = film(mint, "A:50 B:100 C:20")
    before = clip_of(cut, "B")
    cut = edits.set_speed_ramp(cut, before.id, KEYS, new_id=mint, bounds=bounds)
    clip = clip_of(cut, "B")
    assert clip.frames < 100
    assert draw(cut, "V1") == f"A 0-50, B 50-{50 + clip.frames}, C {50 + clip.frames}-{70 + clip.frames}"
    low, high = get_source_span(clip, RATE)
    assert low == 10
    assert float(abs(high - 14)) < 2 / 25, "to a frame at its speed there"
    assert broken_rules(cut, bounds) == []


def test_keyframes_stay_with_their_pictures_through_every_edit() -> None:
    mint = minter()
    cut = film(mint, "B:100")
    clip = clip_of(cut, "B")
    wanted = [seconds(clip, frame) for frame in (20, 60)]
    for first, second in ((0.5, 2.0), (4.0, 0.25), (1.0, 1.0)):
        keys = (Keyframe(20, first, Easing.LINEAR), Keyframe(60, second))
        made = clip_of(edits.set_speed_ramp(cut, clip.id, keys, new_id=mint, bounds=bounds), "B")
        for key, at in zip(made.effects.get_curve(RAMP), wanted, strict=True):
            assert seconds(made, key.frame) == pytest.approx(at, abs=0.6 * key.value / 25 + 0.03)


def test_other_keyframes_markers_and_connected_clips_stay_with_their_pictures() -> None:
    mint = minter()
    cut = film(mint, "B:100")
    clip = clip_of(cut, "B")
    cut = edits.set_key(cut, clip.id, "opacity", 40, 0.5)
    cut = edits.set_key(cut, clip.id, "opacity", 80, 1.0)
    cut = edits.add_marker(cut, 40, new_id=mint, clip=clip.id)
    cut = on(cut, "V2", 40, "t", 10, new_id=mint, connected=True)
    cut = edits.set_speed_ramp(cut, clip.id, (Keyframe(0, 0.5),), new_id=mint, bounds=bounds)
    clip = clip_of(cut, "B")
    assert clip.frames == 200
    assert [key.frame for key in clip.effects.get_curve("opacity")] == [80, 160]
    assert cut.markers[0].frame == 80
    assert draw(cut, "V2") == "t~ 80-90"


def test_halves_of_a_ramp_continue_and_join_again() -> None:
    mint = minter()
    cut = film(mint, "B:100")
    cut = edits.set_speed_ramp(cut, clip_of(cut, "B").id, KEYS, new_id=mint, bounds=bounds)
    whole = clip_of(cut, "B")
    parts = edits.split_clips(cut, 30, new_id=mint, track=track_of(cut, "V1").id)
    left, right = sorted(parts.clips, key=lambda clip: clip.order or "")
    assert seconds(right, 0) == seconds(whole, 30)
    assert seconds(right, 20) == pytest.approx(seconds(whole, 50), abs=1e-5)
    joined = edits.join_with_next_clip(parts, left.id, new_id=mint)
    assert clip_of(joined, "B").frames == whole.frames


def test_trim_of_the_head_hides_the_start_of_a_ramp() -> None:
    mint = minter()
    cut = film(mint, "B:100")
    cut = edits.set_speed_ramp(cut, clip_of(cut, "B").id, KEYS, new_id=mint, bounds=bounds)
    whole = clip_of(cut, "B")
    trimmed = edits.ripple_trim(cut, whole.id, "head", 12, new_id=mint, bounds=bounds)
    assert seconds(clip_of(trimmed, "B"), 10) == pytest.approx(seconds(whole, 22), abs=1e-5)
    back = edits.ripple_trim(trimmed, whole.id, "head", -12, new_id=mint, bounds=bounds)
    assert seconds(clip_of(back, "B"), 0) == pytest.approx(10.0, abs=1e-5)


def test_kept_length_shows_another_range_and_reports_missing_media() -> None:
    mint = minter()
    cut = film(mint, "B:100")
    clip = clip_of(cut, "B").id

    def short(source: ClipSource) -> Available:
        return Available(Fraction(0), Fraction(10) + Fraction(188, 25))

    kept = clip_of(edits.set_speed_ramp(cut, clip, KEYS, new_id=mint, bounds=short, keep_length=True), "B")
    assert kept.frames == 100
    assert [key.frame for key in kept.effects.get_curve(RAMP)] == [0, 50]
    with pytest.raises(Refused, match="frames: 12"):
        edits.set_speed_ramp(cut, clip, (Keyframe(0, 2.0),), new_id=mint, bounds=short, keep_length=True)


def test_linked_sound_is_ramped_too_and_stays_in_sync() -> None:
    mint = minter()
    cut = film(mint, "A:20 B:100")
    cut = on(cut, "A1", 40, "s", 60, new_id=mint)
    clip, sound = clip_of(cut, "B"), clip_of(cut, "s")
    cut = replace(
        cut,
        clips=tuple(
            replace(each, source=clip.source, source_in=Fraction(10) + Fraction(20, 25))
            if each.id == sound.id
            else each
            for each in cut.clips
        ),
    )
    cut = edits.link_clips(cut, [clip.id, sound.id], new_id=mint)
    cut = edits.set_speed_ramp(cut, clip.id, KEYS, new_id=mint, bounds=bounds)
    from milimo_tui.cut.layout.layout import layout

    laid = layout(cut)
    picture, voice = (laid.get_placed(each) for each in (clip.id, sound.id))
    for frame in range(max(picture.start, voice.start), min(picture.end, voice.end), 9):
        seen = seconds(picture.clip, frame - picture.start)
        assert seconds(voice.clip, frame - voice.start) == pytest.approx(seen, abs=2.5 / 25)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ((Keyframe(0, 0.0),), "above 0 %"),
        ((Keyframe(0, 200.0),), "between 1 %"),
        ((Keyframe(5, 1.0), Keyframe(5, 2.0)), "same frame"),
    ],
)
def test_impossible_ramp_is_refused(keys: tuple[Keyframe, ...], words: str) -> None:
    mint = minter()
    cut = film(mint, "B:100")
    with pytest.raises(Refused, match=words):
        edits.set_speed_ramp(cut, clip_of(cut, "B").id, keys, new_id=mint)


def test_pitch_and_frame_mixing_are_set_on_linked_clips_and_pasted_with_speed() -> None:
    mint = minter()
    cut: Cut = film(mint, "A:40 B:100")
    b = clip_of(cut, "B").id
    cut = edits.set_time_quality(cut, b, new_id=mint, keeps_pitch=True, blended=True)
    assert (clip_of(cut, "B").effects.keeps_pitch, clip_of(cut, "B").effects.blended) == (True, True)
    cut = edits.set_speed_ramp(cut, b, (Keyframe(0, 2.0),), new_id=mint, bounds=bounds)
    a = clip_of(cut, "A").id
    cut = edits.paste_attributes(cut, b, [a], ["speed"], new_id=mint, bounds=bounds)
    assert clip_of(cut, "A").frames == 20
    cleared = edits.clear_effects(cut, a)
    assert clip_of(cleared, "A").effects.get_curve(RAMP), "a speed is no effect that is cleared"
