"""Figures and problems of a screenplay, as `milimo script check` reports them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from milimo_tui.story.screenplay.format_words import LANGUAGES
from milimo_tui.story.screenplay.screenplay import (
    COMMENT_KINDS,
    SPEECH_KINDS,
    Screenplay,
    ScreenplayMode,
    ScriptElementKind,
    ScriptProblem,
)
from milimo_tui.story.screenplay.script_language import find_script_language
from milimo_tui.story.shots.numbering import OMITTED
from milimo_tui.story.shots.shots import SceneDraft, break_down_script
from milimo_tui.story.values.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptCheck:
    """The figures of a screenplay.

    - `scenes` counts headings. Text before the first heading is not counted, and a text without headings is
      one scene.
    - `cues` counts each side of a dual dialogue.
    - `dialogue` counts blocks of spoken text; a parenthetical separates two blocks.
    - `seconds` is the screen time of all shots.
    """

    mode: ScreenplayMode
    scenes: int
    cues: int
    dialogue: int
    shots: int
    seconds: float
    problems: tuple[ScriptProblem, ...]


def check_script(screenplay: Screenplay, rate: Fraction) -> ScriptCheck:
    """Return the figures and problems of a screenplay. `rate` is frames per second."""
    drafts = break_down_script(screenplay, rate)
    kinds = [element.kind for element in screenplay.elements]
    headings = kinds.count(ScriptElementKind.HEADING)
    frames = sum(shot.frames for draft in drafts for shot in draft.shots)
    problems = [
        *screenplay.problems,
        *_find_silent_cues(screenplay),
        *_find_empty_scenes(drafts),
        *find_unread_parts(screenplay),
    ]
    return ScriptCheck(
        mode=screenplay.mode,
        scenes=headings or len(screenplay.scenes),
        cues=kinds.count(ScriptElementKind.CUE),
        dialogue=kinds.count(ScriptElementKind.DIALOGUE),
        shots=sum(len(draft.shots) for draft in drafts),
        seconds=round(float(frames / rate), 3),
        problems=tuple(sorted(problems, key=lambda problem: (problem.line, problem.column))),
    )


def _find_silent_cues(screenplay: Screenplay) -> Iterator[ScriptProblem]:
    """Yield a problem for each cue without dialogue. Only a forced cue (`@`) can be without dialogue, and
    nearly always by mistake.
    """
    elements = [element for element in screenplay.elements if element.kind not in COMMENT_KINDS]
    for element, after in pairwise([*elements, None]):
        if (
            element
            and element.kind is ScriptElementKind.CUE
            and (after is None or after.kind not in SPEECH_KINDS)
        ):
            yield ScriptProblem(element.span.line, 1, f"{element.text} has a cue here but says nothing")


def _find_empty_scenes(drafts: tuple[SceneDraft, ...]) -> Iterator[ScriptProblem]:
    for draft in drafts:
        if not draft.shots and fold(draft.heading) != fold(OMITTED):
            yield ScriptProblem(draft.line, 1, f"scene {draft.number} ({draft.heading}) has nothing to shoot")


def find_unread_parts(screenplay: Screenplay) -> Iterator[ScriptProblem]:
    """Yield a problem for each part of a script that cannot be read without a language model, because the
    script is in another language than those of the format. No line of such a script is left out.
    """
    if find_script_language(screenplay):
        return
    known = ", ".join(LANGUAGES.values())
    yield ScriptProblem(
        1,
        1,
        f"the language of the script is not known ({known} are), so its pronouns and weather are not read",
    )
    headings = [element for element in screenplay.elements if element.kind is ScriptElementKind.HEADING]
    if not headings:
        yield ScriptProblem(
            1, 1, "no scene heading was found: a heading begins with INT. or EXT., or with a dot"
        )
    for element in headings:
        if element.slug is None or not element.slug.time_of_day:
            yield ScriptProblem(
                element.span.line, 1, f"no known time of day is in the heading {element.text}"
            )
