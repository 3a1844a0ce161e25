"""Consistency marks: possible contradictions in the screenplay, found by rules and language models, which the
user can dismiss.

The marks of a model are saved with its answer. A mark is valid as long as the words that it quotes are in the
screenplay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from milimo_tui.core.errors import NotFound
from milimo_tui.core.untrusted_json import read_stored_object
from milimo_tui.story.consistency.checking import check_consistency
from milimo_tui.story.consistency.marks import ConsistencyMark, MarkKind, sort_marks
from milimo_tui.story.screenplay.screenplay import Screenplay
from milimo_tui.story.values.film import Story
from milimo_tui.story.values.talk import Talk
from milimo_tui.story.values.text import fold
from milimo_tui.studio.script import screenplays
from milimo_tui.studio.session.studio import Studio


def list_all_marks(studio: Studio, screenplay: Screenplay | None = None) -> tuple[ConsistencyMark, ...]:
    """Return every consistency mark of the saved screenplay, including dismissed marks."""
    story = studio.take_snapshot().story
    if screenplay is None:
        screenplay, _ = screenplays.parse_given_or_saved_script(studio, None, None)
    drafts = screenplays.break_down_with_coverage(story, screenplay)
    rules = check_consistency(drafts, story.elements, story.looks)
    talks = studio.require_project().facts.list_talks(task="check")
    return sort_marks((*rules, *_list_model_marks(story.project.script, talks)))


def list_open_marks(studio: Studio) -> tuple[ConsistencyMark, ...]:
    """Return the consistency marks that the user has not dismissed, in the order of their lines in the
    screenplay.
    """
    passed = set(studio.take_snapshot().story.project.passed)
    return tuple(mark for mark in list_all_marks(studio) if mark.stable_key not in passed)


def find_mark(marks: Sequence[ConsistencyMark], name: str) -> ConsistencyMark:
    """Return the mark with this key. `name` may also be a line number, if there is exactly one mark on that
    line. Raises NotFound.
    """
    found = [mark for mark in marks if mark.stable_key == name]
    found = found or [mark for mark in marks if str(mark.line) == name]
    if len(found) == 1:
        return found[0]
    if found:
        keys = ", ".join(mark.stable_key for mark in found)
        raise NotFound(f"line {name} has {len(found)} marks", f"name one of them: {keys}")
    raise NotFound(f"there is no mark “{name}”", "milimo script check lists the marks")


def dismiss_mark(studio: Studio, mark: ConsistencyMark, *, off: bool = False) -> bool:
    """Dismiss a mark permanently, as an edit. With `off`, restore a dismissed mark. Return False if nothing
    changes.
    """
    story = studio.take_snapshot().story
    project = story.project
    if (mark.stable_key in project.passed) is not off:
        return False
    passed = (
        [key for key in project.passed if key != mark.stable_key]
        if off
        else [*project.passed, mark.stable_key]
    )
    label = f"{'bring back' if off else 'dismiss'} the mark on line {mark.line}"
    changed = replace(project, passed=tuple(passed))
    studio.require_project().write_edit(
        label, scope="project", actor=studio.actor, before=[project], after=[changed]
    )
    return True


def mark_to_json(mark: ConsistencyMark, story: Story | None) -> dict[str, Any]:
    """Return a mark as the JSON object that `--json` prints."""
    return {
        "key": mark.stable_key,
        "kind": mark.kind.value,
        "line": mark.line,
        "other": mark.other or None,
        "who": mark.who,
        "sentence": mark.sentence,
        "words": mark.words,
        "by": mark.by,
        "dismissed": story is not None and mark.stable_key in story.project.passed,
    }


def parse_model_marks(
    script: str, found: Sequence[dict[str, Any]], model: str
) -> tuple[tuple[ConsistencyMark, ...], int]:
    """Return the marks in a model's answer, and the number of marks that could not be used.

    Each mark is placed on the line that contains the words it quotes. A mark without a sentence is dropped,
    and so is a mark whose quoted words are not in the screenplay.
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
            ConsistencyMark(
                kind=MarkKind(kind) if kind in set(MarkKind) else MarkKind.KNOWS,
                line=line,
                who=" ".join(str(one.get("who") or "").split()),
                sentence=sentence,
                words=words,
                by=model,
            )
        )
    return tuple(marks), lost


def _list_model_marks(script: str, talks: Sequence[Talk]) -> Iterator[ConsistencyMark]:
    """Yield the marks of each model's newest answer."""
    newest = {talk.model: talk for talk in talks}
    for talk in newest.values():
        yield from parse_model_marks(script, [read_stored_object(note) for note in talk.notes], talk.model)[0]
