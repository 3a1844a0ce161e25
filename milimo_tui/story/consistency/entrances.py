"""Checks of entrances and exits: a speaker must have entered, and a person who left must have come back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from milimo_tui.story.consistency.marks import ConsistencyMark, MarkKind
from milimo_tui.story.consistency.story_content import CheckedScene, SceneMoment
from milimo_tui.story.reading.exits_and_entrances import LEAVES


def find_missing_entrances(
    scenes: Sequence[CheckedScene], shown: dict[str, str]
) -> Iterator[ConsistencyMark]:
    """Yield a mark on the first line of each person who speaks in a scene without having entered, or after
    leaving it.

    A person who was seen or named in an earlier scene is not marked. A scene whose action names nobody is
    skipped, because some writers never name people in the action, which is no mistake. `shown` maps
    case-folded names to names as written.
    """
    known: set[str] = set()
    for scene in scenes:
        named = {name for moment in scene.moments for name in moment.named}
        left_at: dict[str, int] = {}
        marked: set[str] = set()
        for moment in scene.moments:
            for name in moment.named:
                left_at.pop(name, None)
            left_at |= dict.fromkeys(_list_leaving_people(moment, shown), moment.line)
            for name, line in moment.list_visible_speech():
                if name in marked or name not in shown:
                    continue
                person = shown[name]
                mark = partial(
                    ConsistencyMark, kind=MarkKind.ENTRANCE, line=moment.line, who=person, words=line.text
                )
                if name in left_at:
                    marked.add(name)
                    yield mark(other=left_at[name], sentence=f"{person} left the scene, and speaks here")
                elif named and name not in named and name not in known:
                    marked.add(name)
                    yield mark(other=scene.line, sentence=f"{person} speaks here and never enters")
        known |= {*named, *scene.first_seen_lines}


def _list_leaving_people(moment: SceneMoment, shown: dict[str, str]) -> Iterator[str]:
    """Yield the case-folded names of the people who leave during a moment, which is a stretch of a scene. A
    person leaves if a sentence about leaving begins with the person's name.
    """
    for sentence, names in moment.sentences:
        if LEAVES.search(sentence) is None:
            continue
        for name in names:
            if name in shown and sentence.casefold().startswith(shown[name].casefold()):
                yield name
