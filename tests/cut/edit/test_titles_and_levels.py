"""Test titles placed in one edit on a free stretch, effects of the catalogue, and music that is lowered
during speech.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.cut.edit import edits
from milimo_tui.cut.edit.title_clips import TitleTiming
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.effect_catalog import (
    CATALOG,
    apply_catalog_effect,
    has_catalog_effect,
    remove_catalog_effect,
)
from milimo_tui.cut.values.effects import NO_EFFECTS, PARAMS, Effects, Title, evaluate_curve
from milimo_tui.cut.values.keyframes import Easing, Keyframe
from milimo_tui.cut.values.title_styles import STYLES, change_title_style
from tests.cut.films import clip_of, draw, film, minter, on, track_of


def test_title_is_placed_above_v1_where_there_is_space() -> None:
    mint = minter()
    cut = film(mint, "A:50 B:50")
    title = Title(text="Rain", style="lower third")
    cut = edits.put_title_clip(cut, 50, title, TitleTiming(30, 6, 0.1, -0.05), new_id=mint)
    made = next(clip for clip in cut.clips if clip.effects.title is not None)
    assert draw(cut, "V2") == f"{made.label}~ 50-80"
    assert (
        made.fade_in,
        made.fade_out,
        made.effects.get_value_at("x", 0),
        made.effects.get_value_at("y", 0),
    ) == (
        6,
        6,
        0.1,
        -0.05,
    )
    over = edits.put_title_clip(cut, 60, Title(text="Night"), TitleTiming(30), new_id=mint)
    assert len(layout(over).get_row(track_of(over, "V3").id)) == 1, "V2 is taken there"
    changed = edits.change_title_clip(
        cut, made.id, replace(title, text="Market"), TitleTiming(40, 0), new_id=mint
    )
    made = next(clip for clip in changed.clips if clip.effects.title is not None)
    assert (made.frames, made.fade_in, made.effects.title.text) == (40, 0, "Market")  # type: ignore[union-attr]


def test_styles_keep_the_words() -> None:
    title = Title(text="Rain", font="Sans")
    for style in STYLES.values():
        made = change_title_style(title, style)
        assert (made.text, made.font, made.style) == ("Rain", "Sans", style.name)
        assert style.get_length(Fraction(25), 10) == (10 if style.of_clip else 375)
    with pytest.raises(BadInput, match="no style"):
        edits.put_title_clip(
            film(minter(), "A:9"), 0, Title(text="x", style="neon"), TitleTiming(5), new_id=minter()
        )


def test_every_effect_of_the_catalog_is_added_and_removed() -> None:
    before = Effects(curves=(("x", (Keyframe(0, 0.25),)),))
    for effect in CATALOG:
        on_it = apply_catalog_effect(before, effect, effect.amount, 50)
        assert has_catalog_effect(on_it, effect), effect.name
        assert on_it != before
        for name, curve in on_it.curves:
            assert all(PARAMS[name].low <= key.value <= PARAMS[name].high for key in curve)
        off = remove_catalog_effect(on_it, effect)
        assert not has_catalog_effect(off, effect)
        assert off.get_curve("x") == (() if "x" in effect.moves else before.get_curve("x"))
    plain = apply_catalog_effect(NO_EFFECTS, next(each for each in CATALOG if each.name == "sepia"), 0.0, 50)
    assert all(key.value == PARAMS[name].default for name, curve in plain.curves for key in curve)


def test_music_is_lowered_under_speech_and_raised_between() -> None:
    mint = minter()
    cut = on(film(mint, "A:200"), "A2", 0, "music", 200, new_id=mint)
    clip = clip_of(cut, "music").id
    cut = edits.duck_clip(cut, clip, [(40, 60), (66, 80), (150, 160)], fade=8, apart=20)
    ducking = clip_of(cut, "music").effects.get_curve("ducking")
    heard = {frame: evaluate_curve(ducking, frame) for frame in (0, 30, 36, 50, 63, 79, 100, 155, 190)}
    assert [heard[frame] for frame in (0, 30, 100, 190)] == [0, 0, 0, 0]
    assert [heard[frame] for frame in (50, 63, 79, 155)] == [-12, -12, -12, -12], "it stays down between"
    assert -12 < heard[36] < 0
    assert edits.duck_clip(cut, clip, [(40, 60), (66, 80), (150, 160)], fade=8, apart=20) is cut
    with pytest.raises(Refused, match="no dialogue"):
        edits.duck_clip(cut, clip, [(400, 460)])


def test_ducking_again_replaces_its_own_keys_and_keeps_those_of_the_volume() -> None:
    mint = minter()
    cut = on(film(mint, "A:200"), "A2", 0, "music", 200, new_id=mint)
    clip = clip_of(cut, "music").id
    volume = (Keyframe(0, -3.0), Keyframe(90, -8.0))
    cut = edits.set_curve(cut, clip, "volume", volume)
    first = edits.duck_clip(cut, clip, [(40, 60), (150, 160)], by_db=12)
    again = edits.duck_clip(first, clip, [(150, 160)], by_db=6)
    effects = clip_of(again, "music").effects
    assert effects.get_curve("volume") == volume
    assert {key.value for key in effects.get_curve("ducking")} == {0.0, -6.0}
    assert again == edits.duck_clip(cut, clip, [(150, 160)], by_db=6)


def test_clip_whose_volume_an_earlier_version_ducked_is_not_ducked_again() -> None:
    mint = minter()
    cut = on(film(mint, "A:200"), "A2", 0, "music", 200, new_id=mint)
    clip = clip_of(cut, "music").id
    keys = (Keyframe(30, 0.0), Keyframe(40, -12.0), Keyframe(60, -12.0), Keyframe(70, 0.0))
    cut = edits.set_curve(cut, clip, "volume", keys)
    with pytest.raises(Refused, match="already"):
        edits.duck_clip(cut, clip, [(40, 60)])


def test_all_keyframes_of_a_number_are_set_at_once() -> None:
    cut = film(minter(), "A:50")
    clip = clip_of(cut, "A").id
    keys = (Keyframe(0, 0.0, Easing.BOTH), Keyframe(20, 1.0))
    cut = edits.set_curve(cut, clip, "opacity", keys)
    assert clip_of(cut, "A").effects.get_curve("opacity") == keys
    assert edits.set_curve(cut, clip, "opacity", ()).clips[0].effects.get_curve("opacity") == ()
    with pytest.raises(Refused, match="same frame"):
        edits.set_curve(cut, clip, "opacity", (Keyframe(3, 0.0), Keyframe(3, 1.0)))
    with pytest.raises(Refused, match="speed ramp"):
        edits.set_curve(cut, clip, "ramp", keys)
