"""Compare the grammar of the Script screen (motions, text objects and changes as pure functions) with a plain
reference.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.story.screenplay.screenplay import ScriptElementKind
from milimo_tui.tui.script.element_kinds import (
    choose_forcing_mark,
    choose_next_kind,
    convert_to_kind,
    guess_kind,
)
from milimo_tui.tui.script.text import text_changes as changes
from milimo_tui.tui.script.text.text_changes import Register, TextChange
from milimo_tui.tui.script.text.text_motions import (
    MOTIONS,
    Place,
    ScriptPage,
    classify_big_letter,
    find_letter,
    find_next_word,
    find_word_end,
    find_word_start,
)
from milimo_tui.tui.script.text.text_objects import OBJECTS, TextSpan, make_motion_span, make_rows_span
from milimo_tui.tui.script.word_offers import KnownWords, Speakers, list_line_offers
from tests.tui.script.text_reference import BIG, WORD, Reference

LINES = st.lists(st.text(st.sampled_from("ab Z.,'-(é"), max_size=9), min_size=1, max_size=7)
SCENES = [
    "EXT. QUAY - DAY", "", "Gulls. A boat (green) rocks.", "",
    "ANNA", "(low)", "You came.", "", "BEN", "I said so.", "",
    "INT. SHED - NIGHT", "", "Nets.",
]  # fmt: skip


def page_of(lines: list[str]) -> ScriptPage:
    kinds: list[str | None] = []
    for line in lines:
        kinds.append(guess_kind(line, kinds[-1] if kinds else None))
    return ScriptPage(lines, lambda row: kinds[row] if 0 <= row < len(kinds) else None)


def applied(lines: list[str], change: TextChange) -> list[str]:
    """Return the lines after a change, which is applied by slicing the text as one string."""
    reference = Reference("\n".join(lines))
    start, end = reference.offset(change.start), reference.offset(change.end)
    return (reference.text[:start] + change.text + reference.text[end:]).split("\n")


@st.composite
def places(draw: st.DrawFn) -> tuple[list[str], Place]:
    lines = draw(LINES)
    row = draw(st.integers(0, len(lines) - 1))
    return lines, (row, draw(st.integers(0, max(0, len(lines[row]) - 1))))


@pytest.mark.parametrize("big", [False, True])
@given(there=places())
def test_words_are_those_of_the_vim_reference(big: bool, there: tuple[list[str], Place]) -> None:
    lines, place = there
    reference = Reference("\n".join(lines))
    reference.at = reference.offset(place)
    pattern, classes = (BIG, classify_big_letter) if big else (WORD, None)

    def ours(step: Callable[..., Place]) -> int:
        return reference.offset(step(lines, place, classes) if classes else step(lines, place))

    assert ours(find_next_word) == reference.word_on(pattern)
    assert ours(find_word_start) == reference.word_back(pattern)
    end = reference.word_end(pattern)
    if end is not None:
        assert ours(find_word_end) == end
    else:
        assert find_word_end(lines, place)[0] == len(lines) - 1


@given(there=places(), more=st.integers(0, 3))
def test_whole_lines_are_cut_and_pasted(there: tuple[list[str], Place], more: int) -> None:
    lines, (row, _) = there
    page, bottom = page_of(lines), min(row + more, len(lines) - 1)
    reference = Reference("\n".join(lines))
    register = Register(make_rows_span(row, bottom).extract_text(lines), lines=True)
    left = applied(lines, changes.delete_span(page, make_rows_span(row, bottom)))
    assert register.text == reference.lines_out(row, bottom)
    assert "\n".join(left) == reference.text
    if bottom - row + 1 < len(lines):
        above = row < len(left)
        at = (row if above else len(left) - 1, 0)
        back = applied(left, changes.put_register(page_of(left), at, register, 1, before=above))
        assert back == lines


@given(there=places(), letters=st.integers(1, 4))
def test_letters_are_replaced_deleted_and_pasted(there: tuple[list[str], Place], letters: int) -> None:
    lines, place = there
    page, column = page_of(lines), place[1]
    line = lines[place[0]]
    change = changes.replace_letters(page, place, "x", letters)
    reference = Reference("\n".join(lines))
    reference.at = reference.offset(place)
    if change is None:
        assert len(line) < column + letters
    else:
        reference.in_line(lambda line, at: line[:at] + "x" * letters + line[at + letters :])
        assert "\n".join(applied(lines, change)) == reference.text
    span = make_motion_span(
        page, place, MOTIONS["letter_on"].to(page, place, letters), MOTIONS["letter_on"].reach
    )
    gone = applied(lines, changes.delete_span(page, span))
    assert gone[place[0]] == line[:column] + line[column + letters :]
    put = changes.put_register(page_of(gone), span.start, Register(span.extract_text(lines)), 1, before=True)
    assert applied(gone, put) == lines


@given(there=places())
def test_edit_is_one_replacement_and_a_second_one_undoes_it(
    there: tuple[list[str], Place],
) -> None:
    lines, place = there
    page = page_of(lines)
    made = [
        changes.join_text_lines(page, place[0], 2),
        changes.open_line(page, place[0], above=False),
        changes.open_line(page, place[0], above=True),
        changes.swap_case(page, make_rows_span(place[0], place[0])),
        changes.clear_span(page, make_rows_span(place[0], place[0])),
    ]
    for change in made:
        if change is None:
            assert place[0] == len(lines) - 1
            continue
        after = applied(lines, change)
        assert 0 <= change.place[0] < len(after)
        assert 0 <= change.place[1] <= len(after[change.place[0]])
        taken = TextSpan(change.start, change.end).extract_text(lines)
        row = change.start[0] + change.text.count("\n")
        column = len(change.text.rpartition("\n")[2]) + (0 if "\n" in change.text else change.start[1])
        assert applied(after, TextChange(change.start, (row, column), taken, (0, 0))) == lines


@given(there=places(), name=st.sampled_from(sorted(MOTIONS)), count=st.none() | st.integers(1, 5))
def test_no_motion_leaves_the_text(there: tuple[list[str], Place], name: str, count: int | None) -> None:
    lines, place = there
    page = page_of(lines)
    to = MOTIONS[name].to(page, place, count)
    assert page.on_letter(to) == page.on_letter(page.clamp_place(to))
    span = make_motion_span(page, place, to, MOTIONS[name].reach)
    assert span.start <= span.end
    applied(lines, changes.delete_span(page, span))


def test_motions_and_objects_select_scenes_and_speeches() -> None:
    page = page_of(SCENES)
    shed = SCENES.index("INT. SHED - NIGHT")
    assert MOTIONS["next_scene"].to(page, (3, 2), None) == (shed, 0)
    assert MOTIONS["previous_scene"].to(page, (shed, 0), None) == (0, 0)
    assert MOTIONS["next_speech"].to(page, (0, 0), 2) == (SCENES.index("BEN"), 0)
    said = OBJECTS["speech"](page, (SCENES.index("You came."), 2), False)
    assert said is not None
    assert said.extract_text(SCENES) == "(low)\nYou came.\n"
    speech = OBJECTS["speech"](page, (SCENES.index("You came."), 2), True)
    assert speech is not None
    assert speech.extract_text(SCENES) == "ANNA\n(low)\nYou came.\n\n"
    assert OBJECTS["speech"](page, (2, 0), True) is None
    scene = OBJECTS["scene"](page, (shed + 2, 0), True)
    assert scene is not None
    assert scene.extract_text(SCENES) == "INT. SHED - NIGHT\n\nNets.\n"
    green = OBJECTS["brackets"](page, (2, 0), False)
    assert green is not None
    assert green.extract_text(SCENES) == "green"
    assert make_motion_span(page, (0, 0), (shed, 0), MOTIONS["next_scene"].reach).lines


def test_letter_search_in_a_line_is_repeated() -> None:
    line = "a-b-c-d"
    assert find_letter(line, 0, "-", 1, 1, before=False) == 1
    assert find_letter(line, 0, "-", 1, 3, before=False) == 5
    assert find_letter(line, 0, "-", 1, 4, before=False) is None
    assert find_letter(line, 0, "-", 1, 1, before=True) == 2, "right before one it goes to the next"
    assert find_letter(line, 6, "-", -1, 1, before=False) == 5
    assert find_letter(line, 6, "-", -1, 1, before=True) == 4


@pytest.mark.parametrize(
    "kind",
    [
        ScriptElementKind.ACTION,
        ScriptElementKind.CUE,
        ScriptElementKind.HEADING,
        ScriptElementKind.TRANSITION,
    ],
)
@pytest.mark.parametrize("words", ["Rain", "RAIN", "x", "int. bar", "CUT TO:", "!RAIN", "@mara", "> FADE"])
def test_line_changed_to_a_kind_is_read_as_that_kind(kind: str, words: str) -> None:
    line = convert_to_kind(words, kind)
    assert guess_kind(choose_forcing_mark(line, kind, None) + line, None) == kind


def test_tab_cycles_through_the_kinds() -> None:
    kinds = [ScriptElementKind.ACTION.value]
    for _ in range(4):
        kinds.append(choose_next_kind(kinds[-1], None, 1))
    assert kinds[0] == kinds[-1]
    assert len(set(kinds)) == 4
    assert (
        choose_next_kind(ScriptElementKind.DIALOGUE, ScriptElementKind.CUE, 1)
        == ScriptElementKind.PARENTHETICAL
    )
    assert (
        choose_next_kind(ScriptElementKind.PARENTHETICAL, ScriptElementKind.CUE, -1)
        == ScriptElementKind.DIALOGUE
    )


def test_completion_offers_the_elements_of_the_film_first() -> None:
    known = KnownWords.from_names(
        ["ANNA", "EXT. QUAY - DUSK", "EXT. QUAY - DUSK", "INT. SHED - NIGHT"], ["Carl"]
    )
    assert known.people == ("ANNA", "CARL")
    assert list_line_offers("EXT. Q", None, known, Speakers(), asked=False)[:2] == [
        "EXT. QUAY",
        "EXT. QUAY - DUSK",
    ]
    assert list_line_offers("int. s", None, known, Speakers(), asked=False)[0] == "INT. SHED"
    assert list_line_offers("INT. SHED - D", None, known, Speakers(), asked=False)[0] == "INT. SHED - DUSK"
    assert list_line_offers("CA", None, known, Speakers(), asked=False) == ["CARL"]
    assert (
        list_line_offers("ANNA (", ScriptElementKind.CUE, known, Speakers(), asked=False)[0] == "ANNA (V.O.)"
    )
    assert (
        list_line_offers("", ScriptElementKind.CUE, known, Speakers(("ANNA", "BEN")), asked=True)[0] == "BEN"
    ), "talk goes to and fro"
    assert list_line_offers("Ca", None, known, Speakers(), asked=False) == []
    assert list_line_offers("SM", None, known, Speakers(), asked=False) == ["SMASH CUT TO:"]
