"""Test the identity, times, style and language of spoken lines."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.story.lines.dialogue_language import detect_dialogue_language
from milimo_tui.story.lines.line_delivery import choose_voice_effect, read_line_style
from milimo_tui.story.lines.line_identity import FilmLine, choose_line_take, list_shot_lines, match_line_takes
from milimo_tui.story.lines.line_timing import MAX_STRETCH, time_shot_lines
from milimo_tui.story.values.film import Line, Shot
from milimo_tui.story.values.line_take import LineTake

SECONDS = st.fractions(min_value=Fraction(1, 20), max_value=20, max_denominator=1000)


@given(st.lists(SECONDS, min_size=1, max_size=8), st.fractions(min_value=1, max_value=40, max_denominator=30))
def test_lines_follow_each_other_and_are_stretched_by_at_most_ten_percent(
    lengths: list[Fraction], shot: Fraction
) -> None:
    found = time_shot_lines([Line("MARA", "Late.")] * len(lengths), lengths, shot)
    assert [time.seconds * time.speed for time in found.times] == lengths
    assert all(1 <= time.speed <= MAX_STRETCH for time in found.times)
    assert all(before.end < after.start for before, after in pairwise(found.times))
    assert found.times[0].start >= 0
    assert found.over == max(0, found.times[-1].end - shot)
    if found.over:
        assert found.times[0].speed == MAX_STRETCH


@given(
    st.lists(SECONDS, min_size=1, max_size=3),
    st.lists(SECONDS, min_size=1, max_size=3),
    st.lists(SECONDS, max_size=2),
    st.fractions(min_value=1, max_value=40, max_denominator=30),
)
def test_sides_of_a_dual_dialogue_begin_at_the_same_time(
    one: list[Fraction], two: list[Fraction], later: list[Fraction], shot: Fraction
) -> None:
    lines = [
        *[Line("MARA", "Late.")] * len(one),
        *[Line("JUN", "I know.", at_once=True)] * len(two),
        *[Line("OTTO", "Stop.")] * len(later),
    ]
    found = time_shot_lines(lines, [*one, *two, *later], shot)
    first, second, rest = (
        found.times[: len(one)],
        found.times[len(one) : len(one) + len(two)],
        found.times[len(one) + len(two) :],
    )
    assert first[0].start == second[0].start
    for side in (first, second, rest):
        assert all(before.end < after.start for before, after in pairwise(side))
    if rest:
        assert rest[0].start > max(first[-1].end, second[-1].end)
    assert all(1 <= time.speed <= MAX_STRETCH for time in found.times)
    assert found.over == max(0, max(time.end for time in found.times) - shot)
    if found.over:
        assert found.times[0].speed == MAX_STRETCH


def make_shot(id: str, *lines: tuple[str, str]) -> Shot:
    return Shot(id=id, scene="scene", order="a", dialogue=tuple(Line(name, text) for name, text in lines))


def make_take(line: FilmLine, number: int) -> LineTake:
    return LineTake(
        id=f"take{number}",
        shot=line.shot,
        character=line.line.character,
        text=line.line.text,
        occurrence=line.occurrence,
        place=line.place,
        asset=f"asset{number}",
        job=f"job{number}",
        created=float(number),
    )


def list_owners(shots: list[Shot], takes: list[LineTake]) -> dict[str, str]:
    """Return the words of the line that each take belongs to, by the id of the take."""
    lines = [line for shot in shots for line in list_shot_lines(shot)]
    matched = match_line_takes(lines, takes)
    return {take.id: line.line.text for line, found in matched.items() for take in found}


def test_takes_stay_with_their_lines_through_edits() -> None:
    shot = make_shot("s1", ("MARA", "Late."), ("JUN", "I know."), ("MARA", "Late."), ("MARA", "Go."))
    takes = [make_take(line, number) for number, line in enumerate(list_shot_lines(shot))]
    assert list_owners([shot], takes) == {f"take{n}": t.text for n, t in enumerate(takes)}
    inserted = make_shot("s1", ("JUN", "Oh."), *((line.character, line.text) for line in shot.dialogue))
    assert list_owners([inserted], takes) == list_owners([shot], takes)
    changed = make_shot("s1", ("MARA", "Late."), ("JUN", "I knew."), ("MARA", "Late."), ("MARA", "Go now."))
    owners = list_owners([changed], takes)
    assert (owners["take1"], owners["take3"]) == ("I knew.", "Go now.")
    rest = make_shot("s1", ("MARA", "Late."), ("JUN", "I know."), ("MARA", "Late."))
    moved = [rest, make_shot("s2", ("MARA", "Go."))]
    assert list_owners(moved, takes)["take3"] == "Go."


def test_take_with_the_present_words_is_heard_before_the_picked_take() -> None:
    [old] = list_shot_lines(make_shot("s1", ("MARA", "Late.")))
    [new] = list_shot_lines(make_shot("s1", ("MARA", "Too late.")))
    picked, fresh = replace(make_take(old, 1), picked=True), make_take(new, 2)
    assert choose_line_take(new, [picked]) == picked
    assert choose_line_take(new, [picked, fresh]) == fresh
    assert choose_line_take(old, [picked, fresh]) == picked
    assert choose_line_take(new, [replace(fresh, rejected=True)]) is None
    scratch = replace(make_take(new, 3), scratch=True)
    assert choose_line_take(new, [fresh, scratch]) == fresh


@pytest.mark.parametrize(
    ("extension", "parenthetical", "style", "effect"),
    [
        ("", "", "plain", ""),
        ("V.O.", "", "plain", ""),
        ("O.S.", "(shouting)", "shouted", "off-screen"),
        ("ON PHONE", "", "plain", "telephone"),
        ("INTO PHONE", "", "plain", ""),
        ("FILTERED", "(whispering)", "whispered", "radio"),
        ("ON RADIO", "", "plain", "radio"),
    ],
)
def test_extension_and_parenthetical_decide_effect_and_style(
    extension: str, parenthetical: str, style: str, effect: str
) -> None:
    line = Line("MARA", "Late.", extension, parenthetical)
    assert (read_line_style(line), choose_voice_effect(line).value) == (style, effect)


@pytest.mark.parametrize("written", ["{}", "lower {}", "bare {}"])
@pytest.mark.parametrize("place", ["extension", "parenthetical"])
@pytest.mark.parametrize(
    ("mark", "effect", "unseen", "answered"),
    [
        # The mark of a line, its effect, its effect if the shot shows somebody else, and the effect of a
        # voice-over that answers in the same scene.
        ("V.O.", "", "", ""),
        ("VOIX OFF", "", "", ""),
        ("OFF-STIMME", "", "", ""),
        ("O.S.", "off-screen", "off-screen", ""),
        ("IM OFF", "off-screen", "off-screen", ""),
        ("HORS CHAMP", "off-screen", "off-screen", ""),
        ("INTO PHONE", "", "telephone", "telephone"),
        ("INS TELEFON", "", "telephone", "telephone"),
        ("DANS LE COMBINÉ", "", "telephone", "telephone"),
        ("INTO RADIO", "", "radio", "radio"),
        ("INS FUNKGERÄT", "", "radio", "radio"),
    ],
)
def test_marks_of_an_absent_voice_in_every_form(
    mark: str, place: str, written: str, effect: str, unseen: str, answered: str
) -> None:
    form, _, _ = written.rpartition(" ")
    text = {"": mark, "lower": mark.lower(), "bare": mark.replace(".", "")}[form]
    line = Line("MARA", "Late.", *((text, "") if place == "extension" else ("", f"({text})")))
    assert choose_voice_effect(line).value == effect
    assert choose_voice_effect(line, is_shown=False).value == unseen
    answer = Line("JUN", "I know.", "V.O.")
    assert choose_voice_effect(answer, partners=[line]).value == answered


@pytest.mark.parametrize("extension", ["V.O.", "O.S."])
def test_absent_voice_into_a_telephone_is_a_telephone(extension: str) -> None:
    assert choose_voice_effect(Line("MARA", "Late.", extension, "(into phone)")).value == "telephone"
    assert choose_voice_effect(Line("MARA", "Late.", f"{extension}, INTO PHONE")).value == "telephone"
    assert choose_voice_effect(Line("MARA", "Late.", "", "(on radio)")).value == ""


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("You are late. I have waited for an hour.", "en"),
        ("Ich habe dir gesagt, dass wir nicht zu spät sind.", "de"),
        ("Je ne suis pas en retard, c'est vous qui êtes là.", "fr"),
        ("No sé por qué está aquí, pero es la verdad.", "es"),
        ("もう遅いですよ。", "ja"),
        ("Я тебя ждал целый час.", "ru"),
        ("Mara?", "en"),
        ("", "en"),
    ],
)
def test_language_of_dialogue(text: str, language: str) -> None:
    assert detect_dialogue_language([text]) == language
