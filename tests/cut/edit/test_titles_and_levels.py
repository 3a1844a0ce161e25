"""Titles put as one edit where there is room, effects of the catalog, music that goes back under speech."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit import edits
from milimo_tui.cut.edit.title_clips import Standing
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.effect_catalog import CATALOG, applied, is_on, taken_off
from milimo_tui.cut.values.effects import NO_EFFECTS, PARAMS, Easing, Effects, Key, Title, value_at
from milimo_tui.cut.values.title_styles import STYLES, restyled
from tests.cut.films import clip_of, draw, film, minter, on, track_of


def test_a_title_lies_above_v1_where_there_is_room() -> None:
    mint = minter()
    cut = film(mint, "A:50 B:50")
    title = Title(text="Rain", style="lower third")
    cut = edits.put_title(cut, 50, title, Standing(30, 6, 0.1, -0.05), new_id=mint)
    made = next(clip for clip in cut.clips if clip.effects.title is not None)
    assert draw(cut, "V2") == f"{made.label}~ 50-80"
    assert (made.fade_in, made.fade_out, made.effects.at("x", 0), made.effects.at("y", 0)) == (
        6,
        6,
        0.1,
        -0.05,
    )
    over = edits.put_title(cut, 60, Title(text="Night"), Standing(30), new_id=mint)
    assert len(layout(over).on(track_of(over, "V3").id)) == 1, "V2 is taken there"
    changed = edits.change_title(cut, made.id, replace(title, text="Market"), Standing(40, 0), new_id=mint)
    made = next(clip for clip in changed.clips if clip.effects.title is not None)
    assert (made.frames, made.fade_in, made.effects.title.text) == (40, 0, "Market")  # type: ignore[union-attr]


def test_styles_keep_the_words() -> None:
    title = Title(text="Rain", font="Sans")
    for style in STYLES.values():
        made = restyled(title, style)
        assert (made.text, made.font, made.style) == ("Rain", "Sans", style.name)
        assert style.lasting(Fraction(25), 10) == (10 if style.of_clip else 375)
    with pytest.raises(Refused, match="no style"):
        edits.put_title(film(minter(), "A:9"), 0, Title(text="x", style="neon"), Standing(5), new_id=minter())


def test_every_effect_of_the_catalog_goes_on_and_off() -> None:
    before = Effects(curves=(("x", (Key(0, 0.25),)),))
    for effect in CATALOG:
        on_it = applied(before, effect, effect.amount, 50)
        assert is_on(on_it, effect), effect.name
        assert on_it != before
        for name, curve in on_it.curves:
            assert all(PARAMS[name].low <= key.value <= PARAMS[name].high for key in curve)
        off = taken_off(on_it, effect)
        assert not is_on(off, effect)
        assert off.curve("x") == (() if "x" in effect.moves else before.curve("x"))
    plain = applied(NO_EFFECTS, next(each for each in CATALOG if each.name == "sepia"), 0.0, 50)
    assert all(key.value == PARAMS[name].default for name, curve in plain.curves for key in curve)


def test_music_goes_back_under_speech_and_comes_up_between() -> None:
    mint = minter()
    cut = on(film(mint, "A:200"), "A2", 0, "music", 200, new_id=mint)
    clip = clip_of(cut, "music").id
    cut = edits.duck(cut, clip, [(40, 60), (66, 80), (150, 160)], fade=8, apart=20)
    volume = clip_of(cut, "music").effects.curve("volume")
    heard = {frame: value_at(volume, frame) for frame in (0, 30, 36, 50, 63, 79, 100, 155, 190)}
    assert [heard[frame] for frame in (0, 30, 100, 190)] == [0, 0, 0, 0]
    assert [heard[frame] for frame in (50, 63, 79, 155)] == [-12, -12, -12, -12], "it stays down between"
    assert -12 < heard[36] < 0
    with pytest.raises(Refused, match="already"):
        edits.duck(cut, clip, [(40, 60), (66, 80), (150, 160)], fade=8, apart=20)
    with pytest.raises(Refused, match="nobody speaks"):
        edits.duck(cut, clip, [(400, 460)])


def test_all_keys_of_a_number_are_set_at_once() -> None:
    cut = film(minter(), "A:50")
    clip = clip_of(cut, "A").id
    keys = (Key(0, 0.0, Easing.BOTH), Key(20, 1.0))
    cut = edits.set_curve(cut, clip, "opacity", keys)
    assert clip_of(cut, "A").effects.curve("opacity") == keys
    assert edits.set_curve(cut, clip, "opacity", ()).clips[0].effects.curve("opacity") == ()
    with pytest.raises(Refused, match="on one frame"):
        edits.set_curve(cut, clip, "opacity", (Key(3, 0.0), Key(3, 1.0)))
    with pytest.raises(Refused, match="speed over time"):
        edits.set_curve(cut, clip, "ramp", keys)
