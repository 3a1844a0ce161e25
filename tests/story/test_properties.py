"""Test properties that hold for any text: positions, errors, digests and merges."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milimo_tui.core.errors import BadInput
from milimo_tui.core.order_keys import make_ascending_keys
from milimo_tui.story.elements.elements import extract_elements
from milimo_tui.story.elements.triggers import expand_triggers
from milimo_tui.story.plan.shot_length import split_evenly
from milimo_tui.story.screenplay.fountain import parse
from milimo_tui.story.screenplay.lines import BOM, split_source_lines
from milimo_tui.story.screenplay.screenplay import Screenplay, ScreenplayMode, ScriptElementKind
from milimo_tui.story.shots.script_check import check_script
from milimo_tui.story.shots.shots import break_down_script
from milimo_tui.story.values.text import collapse_text, count_words, split_clauses, split_sentences
from milimo_tui.story.values.vocabulary import extract_caption, parse_framing
from tests.story.feature import scene as made_scene
from tests.story.films import Film, said

RATE = Fraction(25)
SETTINGS = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])

# Meaningful pieces of Fountain, so that random texts reach the special cases of the parser.
PIECES = st.sampled_from(
    [
        "INT. BAR - DAY", "EXT.STREET", "12. INT. X - NIGHT", ".FORCED #3#", "I/E CAR", "MARA",
        "MARA (V.O.) ^", "@McX", "JUN", "(beat)", "(open", "He waits.", "She runs. He stops! Who?", "~la",
        "> CUT TO:", "> centred <", "CUT TO:", "FADE OUT.", "THE END", "# Act", "= syn", "===", "!SHOUT",
        "[[note]]", "[[open", "close]]", "/*", "*/", "/* x */", "Title: Rain", "Author:", "    indented",
        "  ", " ", "", "", "", "MONTAGE - X", "-- item", "A) item", "END MONTAGE", "SUPER: NOW",
        "TITLE CARD: “Now”", "CLOSE ON Jun", "WIDER", "1. one", "#1 two", "\u2028", "\x0c", "é́", "*_x_*",
        "\\*",
    ]
)  # fmt: skip
ENDINGS = st.sampled_from(["\n", "\n", "\n", "\r\n", "\r", "\n\n"])
SCRIPTS = st.lists(st.tuples(st.one_of(PIECES, PIECES, st.text(max_size=30)), ENDINGS), max_size=40).map(
    lambda pairs: "".join(piece + ending for piece, ending in pairs)
)


def tried(text: str, mode: ScreenplayMode = ScreenplayMode.AUTO) -> Screenplay | None:
    """Parse a text; return None if the parser refuses it. Any other exception fails the test."""
    try:
        return parse(text.encode("utf-8", "surrogatepass"), mode)
    except BadInput:
        return None


@SETTINGS
@given(SCRIPTS)
def test_lines_cover_the_bytes(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    for whole in (data, BOM + data):
        lines = split_source_lines(whole)
        start = len(BOM) if whole.startswith(BOM) else 0
        assert whole[:start] + b"".join(whole[line.start : line.stop] for line in lines) == whole
        assert [line.number for line in lines] == list(range(1, len(lines) + 1))
        assert not any(mark in whole[line.start : line.end] for line in lines for mark in (b"\n", b"\r"))


@SETTINGS
@given(SCRIPTS, st.sampled_from(list(ScreenplayMode)), st.booleans())
def test_spans_are_true_and_only_bad_input_is_raised(text: str, mode: ScreenplayMode, marked: bool) -> None:
    screenplay = tried(("\ufeff" if marked else "") + text, mode)
    if screenplay is None:
        return
    data = ("\ufeff" if marked else "").encode() + text.encode()
    lines = split_source_lines(data)
    end = 0
    for element in screenplay.elements:
        span = element.span
        assert 0 <= span.start < span.end <= len(data)
        assert lines[span.line - 1].start <= span.start <= lines[span.line - 1].end
        assert lines[span.end_line - 1].start <= span.end <= lines[span.end_line - 1].stop
        data[span.start : span.end].decode()  # Decoding fails if a span cuts a character in two.
        if element.kind not in (ScriptElementKind.NOTE, ScriptElementKind.BONEYARD):
            assert span.start >= end
            end = span.end
    assert screenplay.mode is not ScreenplayMode.AUTO
    under_scenes = [element for scene in screenplay.scenes for element in scene.elements]
    in_scenes = {id(element) for element in under_scenes}
    assert len(in_scenes) == len(under_scenes)
    for problem in screenplay.problems:
        assert 1 <= problem.line <= len(lines)
        assert problem.column >= 1


@SETTINGS
@given(SCRIPTS)
def test_every_word_of_a_visible_line_is_in_its_element(text: str) -> None:
    """Every visible word is in an element. Text outside of elements is blank, hidden, markup or part of the
    title page.
    """
    screenplay = tried(text, ScreenplayMode.SCREENPLAY)
    if screenplay is None:
        return
    covered: set[int] = set()
    spans = [element.span for element in screenplay.elements] + [
        entry.span for entry in screenplay.title_page
    ]
    for span in spans:
        covered.update(range(span.line, span.end_line + 1))
    data = text.encode()
    for line in split_source_lines(data):
        if line.number not in covered:
            assert not data[line.start : line.end].decode().strip()


@SETTINGS
@given(SCRIPTS)
def test_any_parsed_text_is_broken_down_checked_and_searched(text: str) -> None:
    screenplay = tried(text)
    if screenplay is None:
        return
    once, twice = break_down_script(screenplay, RATE), break_down_script(parse(text.encode()), RATE)
    assert once == twice
    for scene in once:
        for shot in scene.shots:
            assert 25 <= shot.frames <= 250
            assert shot.digest
            assert 1 <= shot.line <= shot.end_line
            assert shot.action or shot.dialogue or shot.caption
    assert check_script(screenplay, RATE).shots == sum(len(scene.shots) for scene in once)
    drafts = extract_elements(screenplay, [scene.as_read for scene in once])
    assert len({draft.trigger.casefold() for draft in drafts}) == len(drafts)


@SETTINGS
@given(SCRIPTS, st.sampled_from(["\r\n", "\r"]))
def test_line_endings_change_only_bytes(text: str, ending: str) -> None:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    one, other = tried(plain), tried(plain.replace("\n", ending))
    if one is None or other is None:
        assert one is other
        return
    assert [(e.kind, e.text.replace(ending, "\n"), e.span.line) for e in one.elements] == [
        (e.kind, e.text.replace(ending, "\n"), e.span.line) for e in other.elements
    ]
    assert [[shot.digest for shot in s.shots] for s in break_down_script(one, RATE)] == [
        [shot.digest for shot in s.shots] for s in break_down_script(other, RATE)
    ]


@SETTINGS
@given(st.text(max_size=200))
def test_splitting_text_loses_no_word(text: str) -> None:
    whole = collapse_text(text)
    assert " ".join(split_sentences(whole)).split() == whole.split()
    assert " ".join(split_clauses(whole)).split() == whole.split()


@SETTINGS
@given(st.lists(st.integers(0, 30), min_size=1, max_size=30), st.integers(1, 12))
def test_distribution_keeps_order_and_leaves_no_group_empty(weights: list[int], count: int) -> None:
    groups = split_evenly(weights, count, lambda weight: weight)
    assert [weight for group in groups for weight in group] == weights
    assert all(groups)
    assert len(groups) == min(count, len(weights))


@SETTINGS
@given(st.text(max_size=120))
def test_any_text_is_accepted_by_the_search_for_words(text: str) -> None:
    parse_framing(text)
    found = extract_caption(collapse_text(text))
    assert found is None or found.text
    assert count_words(text) <= len(text.split())
    assert expand_triggers(text, ()) == text


@SETTINGS
@given(
    st.lists(
        st.one_of(st.none(), st.text("abcXYZ0", min_size=1, max_size=3).map(lambda key: key + "V")),
        max_size=30,
    )
)
def test_reordering_gives_rising_keys_and_keeps_rising_ones(keys: list[str | None]) -> None:
    out = make_ascending_keys(keys)
    assert len(out) == len(keys)
    assert all(left < right for left, right in pairwise(out))
    given_keys = [key for key in keys if key is not None]
    if given_keys == sorted(set(given_keys)):
        assert [new for new, old in zip(out, keys, strict=True) if old is not None] == given_keys


# ------------------------------------------------------------------ merging

SCENES = st.builds(
    lambda rng, size: "\n".join(made_scene(rng, size)), st.randoms(use_true_random=False), st.integers(0, 6)
)


@pytest.mark.long("properties")
@settings(max_examples=40, deadline=None)
@given(st.lists(SCENES, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_merging_a_script_with_itself_keeps_everything(blocks: list[str], rng: object) -> None:
    text = "\n\n".join(blocks)
    film = Film(text)
    before = film.story
    report = film.commit(text).report
    assert film.story == before
    assert report.kept == len(before.shots)


@settings(max_examples=40, deadline=None)
@given(st.lists(SCENES, min_size=1, max_size=6, unique=True), st.data())
def test_takes_of_unchanged_shots_survive_any_order_of_scenes(blocks: list[str], data: st.DataObject) -> None:
    film = Film("\n\n".join(blocks))
    before = sorted((said(shot), shot.take) for shot in film.story.shots)
    shuffled = data.draw(st.permutations(blocks))
    film.commit("\n\n".join(shuffled))
    assert sorted((said(shot), shot.take) for shot in film.story.live_shots()) == before
    assert not any(shot.parked for shot in film.story.shots)


@pytest.mark.long("properties")
@settings(max_examples=40, deadline=None)
@given(st.lists(SCENES, min_size=2, max_size=6, unique=True), st.data())
def test_removing_and_restoring_scenes_loses_nothing(blocks: list[str], data: st.DataObject) -> None:
    film = Film("\n\n".join(blocks))
    before = film.live()
    owners = sorted((shot.digest, shot.take) for shot in film.story.shots)
    left = data.draw(st.lists(st.sampled_from(blocks), min_size=1, unique=True))
    film.commit("\n\n".join(left))
    film.commit("\n\n".join(blocks))
    assert film.live() == before
    assert sorted((shot.digest, shot.take) for shot in film.story.live_shots()) == owners


@pytest.mark.long("pages")
@settings(max_examples=40, deadline=None)
@given(st.lists(SCENES, min_size=1, max_size=4), st.lists(SCENES, min_size=1, max_size=4), st.integers(0, 30))
def test_any_commits_keep_shots_added_by_user(one: list[str], two: list[str], at: int) -> None:
    film = Film("\n\n".join(one))
    if not film.story.shots:
        return
    before = film.story.shots[at % len(film.story.shots)]
    hand = replace(
        before, id="hand", digest="", order=before.order + "V", take="mine", action="By hand.", dialogue=()
    )
    film.put(hand, after=said(before))
    film.commit("\n\n".join(two))
    after = next(shot for shot in film.story.shots if shot.id == "hand")
    assert not after.parked
    assert after.take == "mine"
