"""The motions of the Script screen, which move the cursor by letters, words, lines, speeches or scenes. Pure.

A place is a position (row, column), both from 0, as in Textual's text area. A motion is a function that takes
the page, the cursor's place and a count, and returns the place where the motion ends. The `reach` of a motion
defines which part of the text an operator takes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from milimo_tui.story.screenplay.screenplay import ScriptElementKind

Place = tuple[int, int]


class Reach(Enum):
    """The reach of a motion. It says which text an operator takes, between the cursor and the position where
    the motion ends.
    """

    UP_TO = auto()  # The operator does not take the letter at the end of the motion.
    WITH = auto()  # The operator takes the letter at the end of the motion too.
    LINES = auto()  # The operator takes complete lines.
    UP_TO_LINE = auto()  # The same as `UP_TO`, but complete lines if both ends are at the start of a line.


@dataclass(frozen=True, slots=True)
class ScriptPage:
    """The lines of a screenplay, and a function that returns the kind of the line at a row."""

    lines: Sequence[str]
    kind_at: Callable[[int], str | None]

    @property
    def last(self) -> int:
        """The index of the last row."""
        return len(self.lines) - 1

    def clamp_place(self, place: Place) -> Place:
        """Return the existing position nearest to `place`. The position after the last letter of a line
        exists too.
        """
        row = max(0, min(place[0], self.last))
        return row, max(0, min(place[1], len(self.lines[row])))

    def on_letter(self, place: Place) -> Place:
        """Return the position nearest to `place` that is on a letter; column 0 in an empty line."""
        row, column = self.clamp_place(place)
        return row, max(0, min(column, len(self.lines[row]) - 1))

    def is_element_start(self, row: int, kind: str) -> bool:
        """Return True if an element of this kind, such as a speech, begins at a row. A row that continues the
        element does not count.
        """
        return self.kind_at(row) == kind and (row == 0 or self.kind_at(row - 1) != kind)


@dataclass(frozen=True, slots=True)
class TextMotion:
    """A motion. `to` receives the page, the cursor's place and the count (None if the user typed none), and
    returns the place where the motion ends. `reach` defines the part of the text that an operator takes.
    """

    to: Callable[[ScriptPage, Place, int | None], Place]
    reach: Reach = Reach.UP_TO
    # True for `j` and `k`, which return to the column where the cursor was when the movement began.
    keeps_column: bool = False


def classify_letter(letter: str) -> int:
    """Return the class of a character: 0 for a blank, 1 for a letter or digit of a word, 2 for others. An
    apostrophe counts as part of a word.
    """
    if letter.isspace():
        return 0
    return 1 if letter.isalnum() or letter in "_'’" else 2


def classify_big_letter(letter: str) -> int:
    """Return the class of a character for motions by “big” words, which are separated only by blanks: 0 for a
    blank, otherwise 1.
    """
    return 0 if letter.isspace() else 1


Classes = Callable[[str], int]


def find_next_word(lines: Sequence[str], place: Place, classes: Classes = classify_letter) -> Place:
    """Return the position where the next word begins. An empty line counts as a word. Without a next word,
    return the end of the text.
    """
    row, column = place
    line = lines[row]
    if column < len(line):
        here = classes(line[column])
        while here and column < len(line) and classes(line[column]) == here:
            column += 1
    while True:
        while column < len(line) and not classes(line[column]):
            column += 1
        if column < len(line):
            return row, column
        if row == len(lines) - 1:
            return row, len(line)
        row, column, line = row + 1, 0, lines[row + 1]
        if not line:
            return row, 0


def find_word_start(lines: Sequence[str], place: Place, classes: Classes = classify_letter) -> Place:
    """Return the position where the current word begins. If the cursor is there already, return where the
    previous word begins.
    """
    row, column = place
    line, column = lines[row], column - 1
    while True:
        while column >= 0 and not classes(line[column]):
            column -= 1
        if column >= 0:
            break
        if row == 0:
            return 0, 0
        row -= 1
        line = lines[row]
        if not line:
            return row, 0
        column = len(line) - 1
    here = classes(line[column])
    while column > 0 and classes(line[column - 1]) == here:
        column -= 1
    return row, column


def find_word_end(lines: Sequence[str], place: Place, classes: Classes = classify_letter) -> Place:
    """Return the position of the current word's last letter. If the cursor is there already, return that of
    the next word.
    """
    row, column = place[0], place[1] + 1
    line = lines[row]
    while True:
        while column < len(line) and not classes(line[column]):
            column += 1
        if column < len(line):
            break
        if row == len(lines) - 1:
            return row, max(0, len(line) - 1)
        row, column, line = row + 1, 0, lines[row + 1]
    here = classes(line[column])
    while column + 1 < len(line) and classes(line[column + 1]) == here:
        column += 1
    return row, column


def find_first_letter(line: str) -> int:
    """Return the column of the first character in a line that is not a blank."""
    return len(line) - len(line.lstrip()) if line.strip() else max(0, len(line) - 1)


def find_letter(line: str, column: int, letter: str, step: int, count: int, *, before: bool) -> int | None:
    """Return the column of the `count`-th occurrence of a letter in a line, after `column` (`step` 1) or
    before it (`step` -1). Return None if there is none.

    With `before`, return the column that the cursor reaches just before the letter.
    """
    at = column
    for number in range(count):
        # If the cursor is just before the letter, skip this occurrence, otherwise
        # repeating `t` would not move.
        skip = step if before and number == 0 and at + step in range(len(line)) else 0
        start = at + step + (skip if before and line[at + step : at + step + 1] == letter else 0)
        at = line.find(letter, start) if step > 0 else line.rfind(letter, 0, max(0, start + 1))
        if at < 0:
            return None
    return at - step if before else at


def _make_word_motion(step: Callable[[Sequence[str], Place, Classes], Place], classes: Classes) -> TextMotion:
    def to(page: ScriptPage, place: Place, count: int | None) -> Place:
        for _ in range(count or 1):
            there = step(page.lines, place, classes)
            if there == place:
                break
            place = there
        return place

    return TextMotion(to, Reach.WITH if step is find_word_end else Reach.UP_TO)


def _make_line_motion(step: int) -> TextMotion:
    def to(page: ScriptPage, place: Place, count: int | None) -> Place:
        return max(0, min(place[0] + step * (count or 1), page.last)), place[1]

    return TextMotion(to, Reach.LINES, keeps_column=True)


def _make_letter_motion(step: int) -> TextMotion:
    def to(page: ScriptPage, place: Place, count: int | None) -> Place:
        row, column = place
        return row, max(0, min(column + step * (count or 1), len(page.lines[row])))

    return TextMotion(to)


def _make_element_motion(kind: str, step: int) -> TextMotion:
    """Return the motion to the next element of a kind, or with `step` -1 to the previous one. If there is
    none, the motion ends at the end or the start of the text.
    """

    def to(page: ScriptPage, place: Place, count: int | None) -> Place:
        row = place[0]
        for _ in range(count or 1):
            ahead = range(row + 1, len(page.lines)) if step > 0 else range(row - 1, -1, -1)
            found = next((at for at in ahead if page.is_element_start(at, kind)), None)
            if found is None:
                return (page.last, len(page.lines[page.last])) if step > 0 else (0, 0)
            row = found
        return row, 0

    return TextMotion(to, Reach.UP_TO_LINE)


def _make_line_jump(usual: Callable[[ScriptPage], int]) -> TextMotion:
    def to(page: ScriptPage, place: Place, count: int | None) -> Place:
        row = usual(page) if count is None else max(0, min(count - 1, page.last))
        return row, find_first_letter(page.lines[row])

    return TextMotion(to, Reach.LINES)


def _find_line_end_place(page: ScriptPage, place: Place, count: int | None) -> Place:
    row = max(0, min(place[0] + (count or 1) - 1, page.last))
    return row, max(0, len(page.lines[row]) - 1)


MOTIONS: Mapping[str, TextMotion] = {
    "letter_back": _make_letter_motion(-1),
    "letter_on": _make_letter_motion(1),
    "line_down": _make_line_motion(1),
    "line_up": _make_line_motion(-1),
    "word_on": _make_word_motion(find_next_word, classify_letter),
    "word_back": _make_word_motion(find_word_start, classify_letter),
    "word_end": _make_word_motion(find_word_end, classify_letter),
    "big_word_on": _make_word_motion(find_next_word, classify_big_letter),
    "big_word_back": _make_word_motion(find_word_start, classify_big_letter),
    "big_word_end": _make_word_motion(find_word_end, classify_big_letter),
    "line_start": TextMotion(lambda page, place, count: (place[0], 0)),
    "first_word": TextMotion(lambda page, place, count: (place[0], find_first_letter(page.lines[place[0]]))),
    "line_end": TextMotion(_find_line_end_place, Reach.WITH),
    "first_line": _make_line_jump(lambda page: 0),
    "last_line": _make_line_jump(lambda page: page.last),
    "next_scene": _make_element_motion(ScriptElementKind.HEADING, 1),
    "previous_scene": _make_element_motion(ScriptElementKind.HEADING, -1),
    "next_speech": _make_element_motion(ScriptElementKind.CUE, 1),
    "previous_speech": _make_element_motion(ScriptElementKind.CUE, -1),
}
