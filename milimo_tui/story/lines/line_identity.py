"""Find the line of dialogue that each take of a spoken line belongs to.

A line has no id of its own. A take names its line by shot, character, words and occurrence. A line whose
words changed keeps its takes, which are then stale.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from milimo_tui.story.values.film import Line, Shot
from milimo_tui.story.values.line_take import LineTake
from milimo_tui.story.values.text import fold

_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class FilmLine:
    """A line of dialogue of a shot. `place` is its index in the shot, and `occurrence` the number of lines
    with the same character and words before it in the shot.
    """

    shot: str
    line: Line
    place: int
    occurrence: int

    @property
    def identity(self) -> tuple[str, str, str, int]:
        """The shot, character, words and occurrence, folded, by which a take names the line."""
        return (self.shot, fold(self.line.character), fold_words(self.line.text), self.occurrence)


def fold_words(text: str) -> str:
    """Return the words of a line for comparisons: without differences of case and spaces."""
    return _SPACES.sub(" ", text).strip().casefold()


def list_shot_lines(shot: Shot) -> tuple[FilmLine, ...]:
    """Return the lines of a shot that have words to speak, in order."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    out = []
    for place, line in enumerate(shot.dialogue):
        if not line.text.strip():
            continue
        key = (fold(line.character), fold_words(line.text))
        out.append(FilmLine(shot.id, line, place, counts[key]))
        counts[key] += 1
    return tuple(out)


def match_line_takes(
    lines: Sequence[FilmLine], takes: Sequence[LineTake]
) -> Mapping[FilmLine, tuple[LineTake, ...]]:
    """Return the takes of each line, oldest first.

    A take belongs to the line with its words in its shot, or otherwise to a line of the same character and
    words in another shot that has no takes, because a line may move when shots are split or joined. The
    takes of words that are nowhere in the film belong to a line of the same character in their shot: to a
    line without takes if there is one, and to the line that is nearest to their place. Takes without a line
    are left out.
    """
    found: dict[FilmLine, list[LineTake]] = {line: [] for line in lines}
    by_identity = {line.identity: line for line in lines}
    groups: dict[tuple[str, str, str, int], list[LineTake]] = defaultdict(list)
    for take in takes:
        groups[take.shot, fold(take.character), fold_words(take.text), take.occurrence].append(take)
    homeless = []
    for key, group in groups.items():
        if (line := by_identity.get(key)) is not None:
            found[line] += group
        else:
            homeless.append((key, group))
    moved = []
    for key, group in homeless:
        line = next((each for each in lines if not found[each] and each.identity[1:3] == key[1:3]), None)
        if line is not None:
            found[line] += group
        else:
            moved.append((key, group))
    # The newest takes choose first, because an older wording of the same line may have takes too.
    for (shot, character, _, _), group in sorted(moved, key=lambda each: -each[1][-1].created):
        same = [line for line in lines if line.shot == shot and line.identity[1] == character]
        place = group[-1].place
        if same:
            nearest = min(same, key=lambda line: (bool(found[line]), abs(line.place - place)))
            found[nearest] = [*group, *found[nearest]]
    return {line: tuple(each) for line, each in found.items()}


def have_all_lines_takes(shots: Sequence[Shot], takes: Sequence[LineTake]) -> bool:
    """Return True if every line of the shots has a take of its own that can be heard. `takes` are the takes
    of lines of these shots.
    """
    lines = [line for shot in shots for line in list_shot_lines(shot)]
    matched = match_line_takes(lines, takes)
    return all(choose_line_take(line, matched[line]) is not None for line in lines)


def choose_line_take(line: FilmLine, takes: Sequence[LineTake]) -> LineTake | None:
    """Return the take that a line shows: among the takes with its present words, or else among all takes, the
    take that the user picked, or else the newest take of a real voice, or else the newest take. Rejected
    takes are left out.
    """
    usable = [take for take in takes if not take.rejected]
    words = fold_words(line.line.text)
    fresh = [take for take in usable if fold_words(take.text) == words]
    pool = fresh or usable
    picked = [take for take in pool if take.picked]
    real = [take for take in pool if not take.scratch]
    return next(iter(reversed(picked or real or pool)), None)
