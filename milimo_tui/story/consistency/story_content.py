"""The content of a screenplay for consistency checks, scene by scene: the people who are seen, who speak and
who are named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from milimo_tui.story.shots.shots import SceneDraft
from milimo_tui.story.values.film import Line
from milimo_tui.story.values.shot_words import Era, Setting, VoicePosition
from milimo_tui.story.values.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneMoment:
    """A stretch of a scene: one piece of action or one speech. `seen` are the people who are visible in it,
    and `named` are the people whom its text mentions; both are case-folded names.

    `lines` are the dialogue of this stretch. `sentences` are the sentences of its action, each with the
    people whom the sentence mentions.
    """

    line: int
    text: str = ""
    seen: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    lines: tuple[Line, ...] = ()
    sentences: tuple[tuple[str, frozenset[str]], ...] = ()

    def list_visible_speech(self) -> Iterator[tuple[str, Line]]:
        """Yield the folded name of the speaker and the line, for each line whose speaker is visible."""
        for line in self.lines:
            if line.heard is VoicePosition.SEEN and not line.extension:
                yield fold(line.character), line


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedScene:
    """A scene with its moments (pieces of action and speeches) in order. `at_once` is True if the heading
    says that the scene plays at the same time as the scene before. `outside` is True in the open air.
    """

    number: str
    line: int
    heading: str
    place: str
    era: Era
    goes_on: bool
    at_once: bool
    outside: bool
    moments: tuple[SceneMoment, ...]

    @property
    def first_seen_lines(self) -> dict[str, int]:
        """The people who are seen in the scene, each with the number of the first line that shows the
        person.
        """
        first: dict[str, int] = {}
        for moment in self.moments:
            for name in moment.seen:
                first.setdefault(name, moment.line)
        return first


_AT_ONCE = ("same time", "same", "meanwhile", "simultaneous", "simultaneously", "at the same time")


def list_checked_scenes(drafts: Sequence[SceneDraft], names: Mapping[str, str]) -> tuple[CheckedScene, ...]:
    """Convert the scenes of a screenplay to the form that the consistency checks use. `drafts` are the scenes
    with their shots. `names` maps each case-folded alias to the case-folded name of the person.
    """

    def name_of(name: str) -> str:
        return names.get(fold(name), fold(name))

    out = []
    for draft in drafts:
        moments = tuple(
            SceneMoment(
                line=moment.beat.line,
                text=moment.text,
                seen=frozenset(map(name_of, moment.seen)),
                named=frozenset(name_of(name) for action in moment.actions for name in action.names),
                sentences=tuple(
                    (action.sentence, frozenset(map(name_of, action.names))) for action in moment.actions
                ),
                lines=tuple(line for side in moment.sides for line in side),
            )
            for moment in draft.as_read.moments
        )
        out.append(
            CheckedScene(
                number=draft.number,
                line=draft.line,
                heading=draft.heading,
                place=fold(f"{draft.location} {draft.part}".strip()),
                era=draft.era,
                goes_on=draft.as_read.goes_on,
                outside=draft.setting is Setting.EXTERIOR,
                at_once=_is_simultaneous_heading(draft.heading),
                moments=moments,
            )
        )
    return tuple(out)


def _is_simultaneous_heading(heading: str) -> bool:
    """Return True if a heading ends in words such as SAME TIME, which say that the scene plays at the same
    time as the scene before.

    CONTINUOUS does not count, because people may walk from the previous scene into a CONTINUOUS scene.
    """
    tail = heading.replace("–", "-").replace("—", "-").rpartition("-")[2]
    return " ".join(fold(tail).strip(" .()").split()) in _AT_ONCE
