"""The rows of the outline next to the screenplay in the editor. Pure."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text

from milimo_tui.core.format import format_clock_duration, format_count
from milimo_tui.story.shots.committed import CommittedShots
from milimo_tui.story.shots.outline import Outline, SceneLines, ShotLine
from milimo_tui.story.values.shot_words import name_framing
from milimo_tui.tui.shot.shot_state import format_shot_length
from milimo_tui.tui.terminal.theme import STALE, TextStyles
from milimo_tui.tui.widgets.rows import LazyRow, Row, RowLike
from milimo_tui.tui.widgets.text import fit_to_cells, join_line, wrap_words

if TYPE_CHECKING:
    from milimo_tui.tui.keys.keymap import InKeys

FRAMING = 8  # Width in cells of a shot's framing; `Two-shot` is the longest.
NARROW = 40  # Row width in cells below which a shot's framing is left out.
PROBLEM = "!"  # Marks a row that shows a problem. The key of such a row is `line:<number>:!<column>`.


class OutlineRows:
    """A maker of the outline's rows. For a scene that has not changed, it returns the same row objects again,
    so that they need not be redrawn.
    """

    def __init__(self) -> None:
        # Cached rows, keyed by the `id()` of the scene object.
        self._made: dict[int, tuple[SceneLines, list[RowLike]]] = {}
        self._drawn_by: tuple[object, ...] = ()

    def build_outline_rows(
        self, found: Outline, committed: CommittedShots, rate: Fraction, ink: TextStyles, width: int
    ) -> list[RowLike]:
        """Return rows for the scenes with their shots as they are in the film, then for the problems. Shots
        that are not committed have the glyph ◐.

        If there are no scenes, return the reason, wrapped to `width` cells. A row key has the form
        `line:<number>:<what>`, so that a row leads to its line.
        """
        is_narrow = width < NARROW
        if self._drawn_by != (committed, rate, ink, is_narrow):
            self._drawn_by, self._made = (committed, rate, ink, is_narrow), {}
        before, made = self._made, dict[int, tuple[SceneLines, list[RowLike]]]()
        rows: list[RowLike] = []
        for scene in found.scenes:
            known = before.get(id(scene)) or (
                scene,
                _build_scene_rows(scene, committed, rate, ink, is_narrow),
            )
            made[id(scene)] = known
            rows += known[1]
        self._made = made
        for problem in found.problems:
            text = join_line(("  ! ", ink.stale), (f"{problem.line}  {problem.message}", ink.stale))
            rows.append(Row(f"line:{problem.line}:{PROBLEM}{problem.column}", text))
        if not rows and found.problem:
            rows += [Row("", join_line((part, ink.muted))) for part in wrap_words(found.problem, width)]
        return rows


def build_unwritten_rows(ink: TextStyles, in_keys: InKeys) -> list[RowLike]:
    """Return the rows shown in the outline of an empty screenplay. They name the keys with which to begin."""
    hints = (
        ("{ui.write}", "writes or pastes"),
        ("{ui.editor}", "writes in $EDITOR"),
        ("{ui.commit}", "makes its shots"),
    )
    rows: list[RowLike] = [Row("", join_line(("Nothing is written yet.", ink.strong))), Row("", join_line())]
    keys = [in_keys(act) for act, _ in hints]
    wide = max(map(len, keys)) + 2
    return rows + [
        Row("", join_line((fit_to_cells(each, wide), ink.accent), (words, ink.text)))
        for each, (_, words) in zip(keys, hints, strict=True)
    ]


def _build_scene_rows(
    scene: SceneLines, committed: CommittedShots, rate: Fraction, ink: TextStyles, is_narrow: bool
) -> list[RowLike]:
    begins = scene.line
    shots = [
        LazyRow(
            f"line:{begins + shot.line}:{shot.number}",
            partial(_draw_outline_shot, shot, begins, committed, rate, ink, is_narrow),
        )
        for shot in scene.shots
    ]
    heading = LazyRow(f"line:{begins}:{scene.number}", partial(_draw_scene_row, scene, committed, rate, ink))
    return [heading, *shots]


def _draw_scene_row(
    scene: SceneLines, committed: CommittedShots, rate: Fraction, ink: TextStyles
) -> tuple[Text, Text]:
    frames = sum(committed.apply_film_values(shot, scene.line).frames for shot in scene.shots)
    return (
        join_line((f"{committed.get_scene_number(scene):<3} ", ink.accent), (scene.heading, ink.strong)),
        join_line((format_clock_duration(float(frames / rate)), ink.muted)),
    )


def _draw_outline_shot(
    read: ShotLine, begins: int, committed: CommittedShots, rate: Fraction, ink: TextStyles, is_narrow: bool
) -> tuple[Text, Text]:
    new, shot = committed.is_missing(read), committed.apply_film_values(read, begins)
    return (
        join_line(
            (f"  {STALE if new else ' '} ", ink.stale),
            (f"{shot.number:<4}", ink.text),
            ("" if is_narrow else f"{name_framing(shot.size, shot.function):<{FRAMING}} ", ink.muted),
            (shot.words, ink.muted),
        ),
        join_line((format_shot_length(shot.frames, rate), ink.muted)),
    )


def parse_row_line(key: str) -> int:
    """Return the number of the line, from 1, that a row's key contains."""
    return int(key.split(":")[1])


def summarise_outline(found: Outline, committed: CommittedShots, rate: Fraction, ink: TextStyles) -> Text:
    """Return a text of one line with the number of scenes and shots, the duration, and the number of shots
    that a commit would change.
    """
    frames, new = committed.count_outline_frames(found)
    shots = format_count(sum(len(scene.shots) for scene in found.scenes), "shot")
    counts = (
        f"{format_count(len(found.scenes), 'scene')}   {shots}   "
        f"{format_clock_duration(float(frames / rate))}"
    )
    return join_line((counts, ink.muted), (f"   {STALE} {new} to commit" if new else "", ink.stale))
