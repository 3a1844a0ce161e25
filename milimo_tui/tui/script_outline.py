"""What a parse of the screenplay gives the editor: kinds line by line, scenes and shots, names to complete.

Pure values and functions; `outline` runs in a thread. How the outline is drawn is here too.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from rich.text import Text

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.time import clock
from milimo_tui.story.screenplay import Kind, Problem
from milimo_tui.story.values import Size, letters
from milimo_tui.tui.film_view import length_text, words_of_draft
from milimo_tui.tui.theme import STALE, Ink
from milimo_tui.tui.widgets.editor import TITLE_PAGE
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import line, plural

PROBLEM = "!"  # begins the last part of a problem's row key


@dataclass(frozen=True, slots=True)
class ShotLine:
    """A shot as the outline shows it."""

    number: str
    size: Size
    movement: str
    frames: int
    words: str
    line: int
    end_line: int
    digest: str


@dataclass(frozen=True, slots=True)
class SceneLines:
    """A scene with its shots."""

    number: str
    heading: str
    line: int
    shots: tuple[ShotLine, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """What a parse of the text gives the screen."""

    kinds: tuple[str | None, ...] = ()
    scenes: tuple[SceneLines, ...] = ()
    names: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    trouble: str = ""

    @property
    def shots(self) -> tuple[ShotLine, ...]:
        return tuple(shot for scene in self.scenes for shot in scene.shots)


def outline(text: str, line_count: int, rate: Fraction) -> Outline:
    """Parse a whole text: kinds line by line, scenes and shots, names to complete. Pure; runs in a thread."""
    from milimo_tui.story import fountain, shots

    try:
        screenplay = fountain.parse(text.encode())
        drafts = shots.break_down(screenplay, rate)
    except MilimoError as error:
        return Outline(trouble=error.message)
    kinds: list[str | None] = [None] * line_count
    names: dict[str, None] = {}
    for entry in screenplay.title_page:
        for row in range(entry.span.line - 1, min(entry.span.end_line, line_count)):
            kinds[row] = TITLE_PAGE
    for element in screenplay.elements:
        for row in range(element.span.line - 1, min(element.span.end_line, line_count)):
            kinds[row] = element.kind
        if element.cue is not None:
            names[element.cue.name] = None
        elif element.kind is Kind.HEADING:
            names[element.text] = None
    scenes = tuple(
        SceneLines(
            scene.number,
            scene.heading,
            scene.line,
            tuple(
                ShotLine(
                    f"{scene.number}{letters(index)}",
                    shot.size,
                    shot.movement.value,
                    shot.frames,
                    words_of_draft(shot),
                    shot.line,
                    shot.end_line,
                    shot.digest,
                )
                for index, shot in enumerate(scene.shots)
            ),
        )
        for scene in drafts
    )
    return Outline(tuple(kinds), scenes, tuple(names), screenplay.problems)


def outline_rows(found: Outline, committed: frozenset[str], rate: Fraction, ink: Ink) -> list[Row]:
    """The outline as rows: scenes, their shots with ◐ where they are not committed, then problems.

    Row keys are `line:<number>:<what>`, so that a row leads to its line.
    """
    rows: list[Row] = []
    for scene in found.scenes:
        frames = sum(shot.frames for shot in scene.shots)
        rows.append(
            Row(
                f"line:{scene.line}:{scene.number}",
                line((f"{scene.number:<3} ", ink.accent), (scene.heading, ink.strong)),
                line((clock(float(frames / rate)), ink.muted)),
            )
        )
        rows += [_shot_row(shot, shot.digest not in committed, rate, ink) for shot in scene.shots]
    for problem in found.problems:
        told = line(("  ! ", ink.stale), (f"{problem.line}  {problem.message}", ink.stale))
        rows.append(Row(f"line:{problem.line}:{PROBLEM}{problem.column}", told))
    if not rows and found.trouble:
        rows.append(Row("", line((found.trouble, ink.muted))))
    return rows


def _shot_row(shot: ShotLine, new: bool, rate: Fraction, ink: Ink) -> Row:
    return Row(
        f"line:{shot.line}:{shot.number}",
        line(
            (f"  {STALE if new else ' '} ", ink.stale),
            (f"{shot.number:<4}", ink.text),
            (f"{shot.size.value:<4} ", ink.muted),
            (shot.words, ink.muted),
        ),
        line((length_text(shot.frames, rate), ink.muted)),
    )


def line_of(key: str) -> int:
    """The line a row leads to, from 1."""
    return int(key.split(":")[1])


def is_problem(key: str) -> bool:
    return key.split(":")[-1].startswith(PROBLEM)


def summary(found: Outline, committed: frozenset[str], rate: Fraction, ink: Ink) -> Text:
    """Scenes, shots and length on one line, and how many shots a commit would change."""
    shots = found.shots
    new = sum(shot.digest not in committed for shot in shots)
    seconds = float(sum(shot.frames for shot in shots) / rate)
    counts = f"{plural(len(found.scenes), 'scene')}   {plural(len(shots), 'shot')}   {clock(seconds)}"
    return line((counts, ink.muted), (f"   {STALE} {new} to commit" if new else "", ink.stale))
