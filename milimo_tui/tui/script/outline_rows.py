"""The rows of the outline of the screenplay in the editor. Pure."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text

from milimo_tui.core.format import clock, plural
from milimo_tui.story.shots.committed import Committed
from milimo_tui.story.shots.outline import Outline, SceneLines, ShotLine
from milimo_tui.story.values.film import framed_as
from milimo_tui.tui.shot.shot_state import length_text
from milimo_tui.tui.terminal.theme import STALE, Ink
from milimo_tui.tui.widgets.rows import LazyRow, Row, RowLike
from milimo_tui.tui.widgets.text import fit, line, wrapped

if TYPE_CHECKING:
    from milimo_tui.tui.keys.keymap import InKeys

FRAMING = 8  # Cells for the framing of a shot: `Two-shot` is the longest.
NARROW = 40  # Cells of a row; a narrower row shows only the words of a shot.
PROBLEM = "!"  # Prefix of the last part of a problem's row key.


class OutlineRows:
    """Builds the rows of the outline. The rows of an unchanged scene are the same objects, so that they stay
    drawn.
    """

    def __init__(self) -> None:
        # Keyed by the identity of the scene object.
        self._made: dict[int, tuple[SceneLines, list[RowLike]]] = {}
        self._drawn_by: tuple[object, ...] = ()

    def rows(
        self, found: Outline, committed: Committed, rate: Fraction, ink: Ink, width: int
    ) -> list[RowLike]:
        """Return the scenes, their shots as the film has them (◐ if not committed), then the problems.

        If there are no scenes, returns the reason, wrapped to `width` cells. Row keys are
        `line:<number>:<what>`, so that a row leads to its line.
        """
        is_narrow = width < NARROW
        if self._drawn_by != (committed, rate, ink, is_narrow):
            self._drawn_by, self._made = (committed, rate, ink, is_narrow), {}
        before, made = self._made, dict[int, tuple[SceneLines, list[RowLike]]]()
        rows: list[RowLike] = []
        for scene in found.scenes:
            known = before.get(id(scene)) or (scene, _rows(scene, committed, rate, ink, is_narrow))
            made[id(scene)] = known
            rows += known[1]
        self._made = made
        for problem in found.problems:
            text = line(("  ! ", ink.stale), (f"{problem.line}  {problem.message}", ink.stale))
            rows.append(Row(f"line:{problem.line}:{PROBLEM}{problem.column}", text))
        if not rows and found.trouble:
            rows += [Row("", line((part, ink.muted))) for part in wrapped(found.trouble, width)]
        return rows


def unwritten_rows(ink: Ink, in_keys: InKeys) -> list[RowLike]:
    """Return the rows shown in the outline of an empty screenplay: the keys to begin with."""
    ways = (
        ("{ui.write}", "writes or pastes"), ("{ui.editor}", "writes in $EDITOR"),
        ("{ui.commit}", "makes its shots"),
    )  # fmt: skip
    rows: list[RowLike] = [Row("", line(("Nothing is written yet.", ink.strong))), Row("", line())]
    keys = [in_keys(act) for act, _ in ways]
    wide = max(map(len, keys)) + 2
    return rows + [
        Row("", line((fit(each, wide), ink.accent), (words, ink.text)))
        for each, (_, words) in zip(keys, ways, strict=True)
    ]


def _rows(
    scene: SceneLines, committed: Committed, rate: Fraction, ink: Ink, is_narrow: bool
) -> list[RowLike]:
    begins = scene.line
    shots = [
        LazyRow(
            f"line:{begins + shot.line}:{shot.number}",
            partial(_shot_row, shot, begins, committed, rate, ink, is_narrow),
        )
        for shot in scene.shots
    ]
    heading = LazyRow(f"line:{begins}:{scene.number}", partial(_scene_row, scene, committed, rate, ink))
    return [heading, *shots]


def _scene_row(scene: SceneLines, committed: Committed, rate: Fraction, ink: Ink) -> tuple[Text, Text]:
    frames = sum(committed.as_in_film(shot, scene.line).frames for shot in scene.shots)
    return (
        line((f"{committed.number_of(scene):<3} ", ink.accent), (scene.heading, ink.strong)),
        line((clock(float(frames / rate)), ink.muted)),
    )


def _shot_row(
    read: ShotLine, begins: int, committed: Committed, rate: Fraction, ink: Ink, is_narrow: bool
) -> tuple[Text, Text]:
    new, shot = committed.lacks(read), committed.as_in_film(read, begins)
    return (
        line(
            (f"  {STALE if new else ' '} ", ink.stale),
            (f"{shot.number:<4}", ink.text),
            ("" if is_narrow else f"{framed_as(shot.size, shot.function):<{FRAMING}} ", ink.muted),
            (shot.words, ink.muted),
        ),
        line((length_text(shot.frames, rate), ink.muted)),
    )


def line_of(key: str) -> int:
    """Return the line that a row leads to, counted from 1."""
    return int(key.split(":")[1])


def summary(found: Outline, committed: Committed, rate: Fraction, ink: Ink) -> Text:
    """Return one line with the number of scenes and shots, the length, and how many shots a commit would
    change.
    """
    frames, new = committed.lengths(found)
    shots = plural(sum(len(scene.shots) for scene in found.scenes), "shot")
    counts = f"{plural(len(found.scenes), 'scene')}   {shots}   {clock(float(frames / rate))}"
    return line((counts, ink.muted), (f"   {STALE} {new} to commit" if new else "", ink.stale))
