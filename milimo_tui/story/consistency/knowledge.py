"""Checks of knowledge: a person who says another person's name must have heard the name, met the other
person, or be related to them.

Only names are checked. Rules can't recognize other knowledge in dialogue; a language model is asked about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.consistency.marks import ConsistencyMark, MarkKind
from milimo_tui.story.consistency.story_content import CheckedScene
from milimo_tui.story.values.text import fold, has_phrase

_ASKS = compile_lazily(
    r"\bwho (?:are|’re|'re) you\b|\bwhat(?:’s|'s| is) your name\b|\bdo i know you\b"
    r"|\bqui (?:êtes|es)[- ](?:vous|tu)\b|\bwer (?:sind sie|bist du)\b",
    re.IGNORECASE,
)


def find_unexplained_knowledge(
    scenes: Sequence[CheckedScene], shown: Mapping[str, str], related: frozenset[tuple[str, str]]
) -> Iterator[ConsistencyMark]:
    """Yield a mark where a person says the name of a stranger. Also yield a mark where a person asks who
    somebody is, although the person has used that name before.

    A stranger is somebody whom the speaker meets only later in the script, whose name nobody said in the
    speaker's presence, and who is not related to the speaker. `related` has pairs of case-folded names. If
    people of the film know each other from before its beginning, the user adds a relation to a character
    sheet or dismisses the mark.
    """
    meetings = _find_first_meetings(scenes)
    heard: dict[str, set[str]] = {name: set() for name in shown}
    named_at: dict[tuple[str, str], int] = {}
    for at, scene in enumerate(scenes):
        present = {name for name in scene.first_seen_lines if name in shown}
        for moment in scene.moments:
            for speaker, line in moment.list_visible_speech():
                if speaker not in shown:
                    continue
                spoken_names = [
                    name for name in shown if name != speaker and has_phrase(fold(line.text), name)
                ]
                for name in spoken_names:
                    pair = (speaker, name)
                    first_meeting = meetings.get(frozenset(pair))
                    is_known = (
                        name in heard[speaker] or pair in related or (name, speaker) in related
                        or (first_meeting is not None and first_meeting <= at)
                    )  # fmt: skip
                    if not is_known and first_meeting is not None and pair not in named_at:
                        yield ConsistencyMark(
                            kind=MarkKind.KNOWS,
                            line=moment.line,
                            who=shown[speaker],
                            words=line.text,
                            other=scenes[first_meeting].line,
                            sentence=f"{shown[speaker]} knows {shown[name]} by name before they meet",
                        )
                    named_at.setdefault(pair, moment.line)
                if _ASKS.search(line.text) and len(others := present - {speaker}) == 1:
                    [other] = others
                    if (speaker, other) in named_at:
                        yield ConsistencyMark(
                            kind=MarkKind.KNOWS,
                            line=moment.line,
                            who=shown[speaker],
                            words=line.text,
                            other=named_at[speaker, other],
                            sentence=f"{shown[speaker]} asks who {shown[other]} is, and has said that name",
                        )
                for listener in present:
                    heard[listener].update(spoken_names)


def _find_first_meetings(scenes: Sequence[CheckedScene]) -> dict[frozenset[str], int]:
    """Return, for each pair of people (their names), the index of the first scene in which both are
    seen.
    """
    first: dict[frozenset[str], int] = {}
    for at, scene in enumerate(scenes):
        names = sorted(scene.first_seen_lines)
        for index, one in enumerate(names):
            for other in names[index + 1 :]:
                first.setdefault(frozenset((one, other)), at)
    return first
