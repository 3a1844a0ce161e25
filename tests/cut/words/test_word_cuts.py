"""Cut clips by words: property tests with words at known times."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from milimo_tui.core.ids import new_id
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.captions import CutCaption
from milimo_tui.cut.values.cut import ClipSource, Cut, SourceKind, create_trackless_clip
from milimo_tui.cut.values.new_cuts import create_cut
from milimo_tui.cut.values.timing import get_source_span
from milimo_tui.cut.words import word_cuts, word_plan
from milimo_tui.cut.words.caption_edits import add_caption_track
from milimo_tui.cut.words.filler_words import find_filler_runs, list_filler_languages, list_filler_words
from milimo_tui.cut.words.transcripts import SpokenWord
from milimo_tui.cut.words.word_search import find_phrase, make_word_captions, parse_word_ranges

RATES = [Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(60)]


@st.composite
def speeches(draw: st.DrawFn, shortest_pause: int = 50) -> tuple[SpokenWord, ...]:
    """Return words with pauses of at least one frame between them."""
    at, words = draw(st.integers(100, 900)), []
    for number in range(draw(st.integers(2, 12))):
        end = at + draw(st.integers(60, 700))
        words.append(SpokenWord(at, end, f"word{number}"))
        at = end + draw(st.integers(shortest_pause, 1500))
    return tuple(words)


def make_cut(words: tuple[SpokenWord, ...], rate: Fraction, source_in: Fraction, linked: bool) -> Cut:
    """Return a cut with one recording on V1, with its sound on A1 if `linked`, and music on A2."""
    cut = create_cut("Talk", new_id=new_id, rate=rate)
    v1, _, a1, a2 = cut.tracks
    frames = int(Fraction(words[-1].end + 500, 1000) * rate) - int(source_in * rate)
    source = ClipSource(SourceKind.ASSET, "talk")
    cut = edits.append_clip(cut, v1.id, create_trackless_clip(source, frames, source_in), new_id=new_id)
    music = create_trackless_clip(ClipSource(SourceKind.ASSET, "music"), frames)
    cut = edits.overwrite_clip(cut, a2.id, 0, music, new_id=new_id)
    if linked:
        cut = edits.detach_sound(cut, cut.clips[0].id, new_id=new_id)
    assert a1.id
    return cut


def list_played_seconds(cut: Cut) -> list[list[tuple[Fraction, Fraction]]]:
    """Return the source seconds that the recording's clips play, in order, for each track."""
    placed = layout(cut)
    return [
        [
            get_source_span(each.clip, cut.rate)
            for each in placed.get_row(track.id)
            if each.clip.source.ref == "talk"
        ]
        for track in placed.tracks
        if any(each.clip.source.ref == "talk" for each in placed.get_row(track.id))
    ]


@given(speeches(), st.sampled_from(RATES), st.booleans(), st.data())
def test_deleted_words_are_gone_and_no_sample_of_the_others_is_lost(
    words: tuple[SpokenWord, ...], rate: Fraction, linked: bool, data: st.DataObject
) -> None:
    source_in = data.draw(st.sampled_from([Fraction(0), Fraction(1, 10), Fraction(1001, 24000)]))
    cut = make_cut(words, rate, source_in, linked)
    clip = next(each for each in cut.clips if each.source.ref == "talk")
    heard = word_cuts.list_clip_words(clip, words, Fraction(0), rate)
    first = data.draw(st.integers(1, len(words)))
    last = data.draw(st.integers(first, len(words)))
    (chosen,) = word_cuts.find_word_ranges(heard, range(first, last + 1), clip.frames)
    assume(chosen != (0, clip.frames))
    after = word_cuts.remove_clip_ranges(cut, clip.id, [chosen], new_id=new_id)
    for played in list_played_seconds(after):
        for number, word in enumerate(words, start=1):
            inside = [
                (low, high) for low, high in played if low < word.end_seconds and high > word.start_seconds
            ]
            if first <= number <= last:
                assert inside == []
            else:
                assert any(low <= word.start_seconds and word.end_seconds <= high for low, high in inside)
    # The music stays where it is.
    music = next(each for each in cut.clips if each.source.ref == "music")
    assert layout(after).get_start(music.id) == 0
    assert [each.frames for each in after.clips if each.source.ref == "music"] == [music.frames]


@given(speeches(0), st.sampled_from(RATES), st.data())
def test_words_without_pauses_are_cut_within_half_a_frame(
    words: tuple[SpokenWord, ...], rate: Fraction, data: st.DataObject
) -> None:
    cut = make_cut(words, rate, Fraction(0), linked=False)
    clip = next(each for each in cut.clips if each.source.ref == "talk")
    heard = word_cuts.list_clip_words(clip, words, Fraction(0), rate)
    number = data.draw(st.integers(1, len(words)))
    ((start, end),) = word_cuts.find_word_ranges(heard, {number}, clip.frames)
    half = Fraction(1, 2)
    assert start <= heard[number - 1].start + half
    assert end >= heard[number - 1].end - half
    if number > 1:
        assert start >= heard[number - 2].end - half
    if number < len(words):
        assert end <= heard[number].start + half


@given(speeches(), st.sampled_from(RATES))
def test_plan_shortens_every_long_silence_and_removes_no_spoken_word(
    words: tuple[SpokenWord, ...], rate: Fraction
) -> None:
    said = tuple(
        SpokenWord(each.start, each.end, "um" if number % 4 == 3 else each.text)
        for number, each in enumerate(words)
    )
    cut = make_cut(said, rate, Fraction(0), linked=False)
    clip = next(each for each in cut.clips if each.source.ref == "talk")
    heard = word_cuts.list_clip_words(clip, said, Fraction(0), rate)
    plan = word_plan.plan_removals(heard, clip.frames, rate, "en", word_plan.TidyLimits())
    assert sum(each.kind == "filler" for each in plan) == sum(each.text == "um" for each in said)
    assert all(left.end <= right.start for left, right in itertools.pairwise(plan))
    ranges = word_cuts.join_ranges((each.start, each.end) for each in plan)
    for each in heard:
        overlaps = [one for one in ranges if one[0] < each.end and one[1] > each.start]
        assert bool(overlaps) == (each.word.text == "um")
    if ranges and ranges != [(0, clip.frames)]:
        after = word_cuts.remove_clip_ranges(cut, clip.id, ranges, new_id=new_id)
        assert layout(after).frames >= clip.frames - sum(end - start for start, end in ranges)


def test_pause_with_a_filler_word_is_one_range_of_the_plan() -> None:
    said = (
        SpokenWord(500, 900, "So"),
        SpokenWord(1500, 1700, "ummm,"),
        SpokenWord(2300, 2600, "you"),
        SpokenWord(2650, 2900, "know,"),
        SpokenWord(2950, 3300, "we"),
        SpokenWord(3350, 3400, "uh"),
        SpokenWord(3450, 3900, "wait."),
    )
    cut = make_cut(said, Fraction(25), Fraction(0), linked=False)
    clip = next(each for each in cut.clips if each.source.ref == "talk")
    heard = word_cuts.list_clip_words(clip, said, Fraction(0), cut.rate)

    def plan(language: str, **options: Any) -> list[tuple[str, int, int]]:
        limits = word_plan.TidyLimits(**options)
        found = word_plan.plan_removals(heard, clip.frames, cut.rate, language, limits)
        return [(each.kind, each.start, each.end) for each in found]

    # 0.15 s remain next to “So” and next to “you”; the short pause around “uh” stays.
    assert plan("en") == [("filler", 27, 53), ("filler", 83, 85)]
    assert plan("en", silences=False) == [("filler", 37, 43), ("filler", 83, 85)]
    assert plan("pl") == []
    assert plan("en", fillers=False) == []
    assert plan("en", own_fillers=("you know",)) == [("filler", 27, 73), ("filler", 83, 85)]


@pytest.mark.parametrize(
    ("language", "said", "found"),
    [
        ("en", "Um, er I mean hmmmm no", ["Um,", "er", "hmmmm"]),
        ("de", "Ich ähm er um öh ja", ["ähm", "öh"]),
        ("fr", "Euh, ben quoi", ["Euh,"]),
        ("es", "Eh, este libro, ¿eh?", ["Eh,"]),
        ("it", "ehm cioè eh", ["ehm"]),
        ("pt", "um carro é ahn bom", ["ahn"]),
        ("ja", "え ー と あ の 人", ["え ー と"]),
        ("ja", "あのー それ は", ["あのー"]),
        ("pl", "um uh", []),
    ],
)
def test_filler_words_have_no_meaning_in_their_language(language: str, said: str, found: list[str]) -> None:
    words = tuple(SpokenWord(at, at + 1, text) for at, text in enumerate(said.split()))
    runs = find_filler_runs(words, language)
    assert [" ".join(word.text for word in words[run.start : run.stop]) for run in runs] == found


def test_every_list_of_filler_words_finds_its_words() -> None:
    assert {"en", "de", "fr", "es", "it", "pt", "ja"} <= set(list_filler_languages())
    for language in list_filler_languages():
        for text in list_filler_words(language):
            assert find_filler_runs((SpokenWord(0, 1, text.capitalize()),), language) == (range(0, 1),)


def test_captions_follow_the_words_that_are_cut() -> None:
    words = tuple(SpokenWord(at * 1000, at * 1000 + 500, f"word{at}") for at in range(1, 6))
    cut = make_cut(words, Fraction(25), Fraction(0), linked=False)
    captions = [
        CutCaption(id="", cut="", track="", start=each.start_seconds, end=each.end_seconds, text=each.text)
        for each in words
    ]
    cut = add_caption_track(cut, captions, name="English", new_id=new_id)
    clip = next(each for each in cut.clips if each.source.ref == "talk")
    heard = word_cuts.list_clip_words(clip, words, Fraction(0), cut.rate)
    (chosen,) = word_cuts.find_word_ranges(heard, {2, 3}, clip.frames)
    after = word_cuts.remove_clip_ranges(cut, clip.id, [chosen], new_id=new_id)
    removed = Fraction(chosen[1] - chosen[0], 25)
    assert [(each.text, each.start) for each in after.captions] == [
        ("word1", Fraction(1)),
        ("word4", 4 - removed),
        ("word5", 5 - removed),
    ]


def test_phrases_are_found_without_regard_to_case_accents_and_punctuation() -> None:
    words = tuple(
        SpokenWord(0, 1, each) for each in ["Well,", "the", "café", "is", "open.", "The", "CAFE!", "is"]
    )
    assert find_phrase(words, "the cafe is") == ((2, 4), (6, 8))
    assert find_phrase(words, "op") == ((5, 5),)
    assert find_phrase(words, "?!") == ()
    assert parse_word_ranges("3, 5-7", 8) == ((3, 3), (5, 7))


@given(speeches())
def test_captions_from_words_have_every_word_at_its_time(words: tuple[SpokenWord, ...]) -> None:
    timed = [(each.start_seconds, each.end_seconds, each.text, "") for each in words]
    captions = make_word_captions(timed)
    found = [
        (caption.start + Fraction(at, 1000), text)
        for caption in captions
        for at, text in zip(caption.word_times, caption.text.split(), strict=True)
    ]
    assert found == [(each.start_seconds, each.text) for each in words]
    assert all(left.end <= right.start for left, right in itertools.pairwise(captions))
