"""Test converting a cut to another rate and size: its rules hold, edges are at the nearest frame, and the
media suffices.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milimo_tui.core.time import round_half_up
from milimo_tui.cut.edit import edits
from milimo_tui.cut.follow.reframing import convert_cut_format, enlarge_pictures_to_fill, list_shortened_clips
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import ClipSource, Cut, SourceKind
from milimo_tui.cut.values.timing import get_source_span
from tests.cut import films, strategies

RATES = [Fraction(24000, 1001), Fraction(24), Fraction(25, 2), Fraction(30000, 1001), Fraction(60000, 1001)]


@pytest.mark.long("properties")
@settings(max_examples=120)
@given(data=st.data(), rate=st.sampled_from(RATES))
def test_every_rule_of_a_cut_holds_at_another_rate(data: st.DataObject, rate: Fraction) -> None:
    cut = data.draw(strategies.cuts(films.minter()))
    there = convert_cut_format(cut, rate=rate, bounds=strategies.bounds)
    assert films.broken_rules(there, strategies.bounds) == []
    assert [clip.id for clip in there.clips] == [clip.id for clip in cut.clips]
    assert films.broken_rules(convert_cut_format(there, rate=cut.rate, bounds=strategies.bounds)) == []


@settings(max_examples=60)
@given(data=st.data(), rate=st.sampled_from(RATES))
def test_edges_are_at_the_frame_nearest_to_their_second(data: st.DataObject, rate: Fraction) -> None:
    """Edges are at the frame nearest to their second, unless a clip is shorter than a frame or its media ends
    there.
    """
    cut = data.draw(strategies.cuts(films.minter()))
    there = convert_cut_format(cut, rate=rate)
    before, after = layout(cut), layout(there)
    if any(clip.frames * rate < cut.rate for clip in cut.clips):
        return
    for clip in there.clips:
        was, now = before.get_placed(clip.id), after.get_placed(clip.id)
        assert (now.start, now.end) == tuple(
            round_half_up(at * rate / cut.rate) for at in (was.start, was.end)
        )
        if clip.effects.speed > 0:
            assert clip.source_in == was.clip.source_in


def test_ten_hours_end_at_their_own_second() -> None:
    new_id = films.minter()
    cut = films.film(new_id, " ".join(f"{letter}:225001" for letter in "ABCD"))
    there = convert_cut_format(cut, rate=Fraction(30000, 1001))
    assert layout(there).frames == round_half_up(Fraction(900004 * 30000, 25 * 1001))
    assert there.clips[0].source_in == cut.clips[0].source_in


def test_clip_that_shows_all_its_media_never_shows_more() -> None:
    new_id = films.minter()
    cut = films.film(new_id)
    for clip in (films.piece("short", 75), films.piece("short", 75), films.piece("long", 50)):
        cut = edits.append_clip(
            cut, films.track_of(cut, "V1").id, replace(clip, source_in=Fraction(0)), new_id=new_id
        )
    there = convert_cut_format(cut, rate=Fraction(25, 2), bounds=strategies.bounds)
    assert films.draw(there, "V1") == "short 0-37, short 37-74, long 74-100"  # the third clip keeps its end
    assert list_shortened_clips(cut, there) == [], "what is made up for is not missed at the end"
    ended = edits.delete_clip(cut, films.clip_of(cut, "long").id, new_id=new_id)
    there = convert_cut_format(ended, rate=Fraction(25, 2), bounds=strategies.bounds)
    assert [(at.end, frames) for at, frames in list_shortened_clips(ended, there)] == [(37, 1)], (
        "nor can the second make up for it"
    )
    odd = replace(films.piece("odd", 52), source_in=Fraction(0))
    more = edits.append_clip(ended, ended.clips[0].track, odd, new_id=new_id)
    there = convert_cut_format(more, rate=Fraction(25, 2), bounds=strategies.bounds)
    missing = round_half_up(layout(more).frames * there.rate / more.rate) - layout(there).frames
    assert sum(frames for _, frames in list_shortened_clips(more, there)) == missing > 0


def test_reversed_clip_ends_where_its_media_ends() -> None:
    new_id = films.minter()
    cut = films.film(new_id)
    back = edits.create_trackless_clip(
        ClipSource(SourceKind.ASSET, "short"), 75, Fraction(74, 25), label="back"
    )
    back = replace(back, effects=replace(back.effects, speed=Fraction(-1)))
    cut = edits.append_clip(cut, films.track_of(cut, "V1").id, back, new_id=new_id, bounds=strategies.bounds)
    there = convert_cut_format(cut, rate=Fraction(24), bounds=strategies.bounds)
    (clip,) = there.clips
    assert (clip.frames, get_source_span(clip, there.rate)) == (72, (Fraction(0), Fraction(3)))


def test_markers_and_connected_clips_stay_with_their_pictures() -> None:
    new_id = films.minter()
    cut = films.on(films.film(new_id, "A:50 B:50"), "V2", 60, "over", 20, new_id=new_id, connected=True)
    cut = edits.add_marker(cut, 75, new_id=new_id, text="on time")
    cut = edits.add_marker(cut, 10, new_id=new_id, clip=films.clip_of(cut, "B").id, text="on B")
    there = convert_cut_format(cut, rate=Fraction(50))
    assert films.draw(there, "V2") == "over~ 120-160"
    assert [marker.frame for marker in there.markers] == [150, 20]
    assert convert_cut_format(there, rate=Fraction(25)) == cut


def test_new_size_changes_no_clip_and_filling_enlarges_each() -> None:
    new_id = films.minter()
    cut = replace(films.film(new_id, "A:10 B:10"), width=1920, height=1080)
    tall = convert_cut_format(cut, width=1080, height=1920)
    assert (tall.width, tall.height, tall.clips) == (1080, 1920, cut.clips)
    shapes = {films.clip_of(cut, "A").id: (1920, 1080)}
    full = enlarge_pictures_to_fill(tall, (1920, 1080), lambda clip: shapes.get(clip.id))
    scales = {clip.label: clip.effects.get_value_at("scale", 0) for clip in full.clips}
    assert scales["B"] == 1  # B has no known shape
    assert abs(scales["A"] - (16 / 9) ** 2) < 1e-5
    back = enlarge_pictures_to_fill(
        convert_cut_format(full, width=1920, height=1080), (1080, 1920), lambda clip: shapes.get(clip.id)
    )
    assert abs(films.clip_of(back, "A").effects.get_value_at("scale", 0) - 1) < 1e-5


@pytest.mark.long("properties")
@settings(max_examples=60)
@given(
    rate=st.sampled_from(RATES),
    head=st.integers(-20, 20),
    lengths=st.lists(st.integers(3, 60), min_size=1, max_size=4),
)
def test_linked_sound_stays_in_sync_to_the_fraction_of_a_second(
    rate: Fraction, head: int, lengths: list[int]
) -> None:
    new_id = films.minter()
    cut = films.film(new_id, " ".join(f"c{n}:{frames}" for n, frames in enumerate(lengths)))
    for n in range(len(lengths)):
        cut = edits.detach_sound(cut, films.clip_of(cut, f"c{n}").id, new_id=new_id)
    for clip in [clip for clip in cut.clips if clip.link and clip.order is None]:
        again = strategies.attempt(
            # The trim without linked clips makes a J- or an L-cut
            partial(edits.trim_clip_in, cut, clip.id, head, new_id=new_id, linked=False)
        )
        cut = again or cut

    def apart(cut: Cut) -> dict[tuple[str, str], Fraction]:
        return {pair: by / cut.rate for pair, by in films.sync(cut, films.lasting(100)).items()}

    there = convert_cut_format(cut, rate=rate, bounds=films.lasting(100))
    assert films.broken_rules(there, films.lasting(100)) == []
    assert apart(there) == apart(cut) != {}
