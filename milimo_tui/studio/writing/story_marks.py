"""Consistency marks of the screenplay from rules and models, and their dismissal by the user.

The marks of a model are saved as it answered; a mark is valid as long as its words are in the screenplay.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from milimo_tui.core.errors import NotFound
from milimo_tui.story.consistency.checking import check_story
from milimo_tui.story.consistency.marks import Mark, MarkKind, in_order
from milimo_tui.story.screenplay.screenplay import Screenplay
from milimo_tui.story.values.film import Story
from milimo_tui.story.values.talk import Talk
from milimo_tui.story.values.text import fold
from milimo_tui.studio.script import screenplays
from milimo_tui.studio.session.studio import Studio


def every_mark(studio: Studio, screenplay: Screenplay | None = None) -> tuple[Mark, ...]:
    """Return every mark of the saved screenplay, with the dismissed ones."""
    story = studio.snapshot().story
    if screenplay is None:
        screenplay, _ = screenplays.read(studio, None, None)
    rules = check_story(screenplays.broken_down(story, screenplay), story.elements)
    talks = studio.project().facts.talks(task="check")
    return in_order((*rules, *_models_marks(story.project.script, talks)))


def open_marks(studio: Studio) -> tuple[Mark, ...]:
    """Return the marks that are not dismissed, by line."""
    passed = set(studio.snapshot().story.project.passed)
    return tuple(mark for mark in every_mark(studio) if mark.key not in passed)


def find_mark(marks: Sequence[Mark], name: str) -> Mark:
    """Return a mark by its key, or the only mark on a line by the line's number. Raises NotFound."""
    found = [mark for mark in marks if mark.key == name]
    found = found or [mark for mark in marks if str(mark.line) == name]
    if len(found) == 1:
        return found[0]
    if found:
        keys = ", ".join(mark.key for mark in found)
        raise NotFound(f"line {name} has {len(found)} marks", f"name one of them: {keys}")
    raise NotFound(f"there is no mark “{name}”", "milimo script check lists them")


def dismiss(studio: Studio, mark: Mark, *, off: bool = False) -> bool:
    """Dismiss a mark permanently, or with `off` restore it, as an edit; return False if nothing changes."""
    story = studio.snapshot().story
    project = story.project
    if (mark.key in project.passed) is not off:
        return False
    passed = [key for key in project.passed if key != mark.key] if off else [*project.passed, mark.key]
    label = f"{'bring back' if off else 'dismiss'} the mark on line {mark.line}"
    changed = replace(project, passed=tuple(passed))
    studio.project().edit(label, scope="project", actor=studio.actor, before=[project], after=[changed])
    return True


def row_of_mark(mark: Mark, story: Story | None) -> dict[str, Any]:
    """Return a mark as JSON."""
    return {
        "key": mark.key,
        "kind": mark.kind.value,
        "line": mark.line,
        "other": mark.other or None,
        "who": mark.who,
        "sentence": mark.sentence,
        "words": mark.words,
        "by": mark.by,
        "dismissed": story is not None and mark.key in story.project.passed,
    }


def marks_in(script: str, found: Sequence[dict[str, Any]], model: str) -> tuple[tuple[Mark, ...], int]:
    """Return the marks of a model's answer, each on the line with its quoted words, and the number of lost
    marks.

    A mark is lost if the screenplay does not contain its quoted words, because it leads to no line.
    """
    lines = [" ".join(fold(line).split()) for line in script.splitlines()]
    marks, lost = [], 0
    for one in found:
        words = " ".join(fold(str(one.get("quote") or "")).split()).strip(' "“”')
        line = next((at for at, text in enumerate(lines, 1) if words and words in text), 0)
        sentence = " ".join(str(one.get("sentence") or "").split())
        if not line or not sentence:
            lost += 1
            continue
        kind = str(one.get("kind") or "")
        marks.append(
            Mark(
                kind=MarkKind(kind) if kind in set(MarkKind) else MarkKind.KNOWS,
                line=line,
                who=" ".join(str(one.get("who") or "").split()),
                sentence=sentence,
                words=words,
                by=model,
            )
        )
    return tuple(marks), lost


def _models_marks(script: str, talks: Sequence[Talk]) -> Iterator[Mark]:
    """Yield the marks of each model's newest answer."""
    newest = {talk.model: talk for talk in talks}
    for talk in newest.values():
        yield from marks_in(script, [json.loads(note) for note in talk.notes], talk.model)[0]
