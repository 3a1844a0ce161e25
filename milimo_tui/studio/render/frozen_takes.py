"""Store and load the takes of frozen cuts. A frozen cut continues to show the takes that were picked when the
cut was frozen.

These takes are stored outside the undo history, under the id of the cut. If undo makes a frozen cut editable
again, the cut shows the takes that are picked now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from milimo_tui.cut.values.cut import Cut, SourceKind
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import Story, Take

if TYPE_CHECKING:
    from milimo_tui.store.project.project_file import ProjectFile

FrozenTakes = Mapping[str, Mapping[str, str]]
"""The take ids by frozen cut id and shot id. If a shot shows a later part of another shot's take, the entry
`BEGINS` plus the shot id has the first frame used of that take.
"""

BEGINS = "begins "

NO_FROZEN_TAKES: FrozenTakes = MappingProxyType({})


def apply_frozen_takes(story: Story, takes: Mapping[str, str]) -> Story:
    """Return a copy of the story in which the picked take of each shot is the take that a frozen cut shows.
    `takes` maps ids of shots to ids of these takes. Takes that no longer exist are skipped.
    """
    there = {take.id for take in story.takes}
    wanted = {shot: take for shot, take in takes.items() if take in there}
    if not wanted:
        return story
    shots = (replace(shot, take=wanted.get(shot.id, shot.take)) for shot in story.shots)
    # Treat these takes as not rejected: a frozen cut still shows takes that were rejected after the freezing.
    shown = set(wanted.values())
    seen = (replace(take, rejected=False) if take.id in shown else take for take in story.takes)
    return replace(story, shots=tuple(shots), takes=tuple(seen))


def get_frozen_take(takes: Mapping[str, Take], kept: Mapping[str, str], shot: str) -> Take | None:
    """Return the take that a frozen cut shows for `shot` (an id); None if the cut has none for it.

    `takes` maps take ids to takes, and `kept` maps shot ids to the take ids that were stored when the cut was
    frozen. If several shots share the take, the returned take begins at this shot: the frames before it are
    added to the take's head.
    """
    take = takes.get(kept.get(shot, ""))
    return take and replace(take, head=take.head + int(kept.get(f"{BEGINS}{shot}", 0)))


def store_frozen_takes(project: ProjectFile, story: Story, cuts: Iterable[Cut]) -> None:
    """Store in the film's file the takes that the given cuts show now, so that frozen cuts can continue to
    show them.
    """
    performances = FilmPerformances(story)
    picked = {shot.id: take.id for shot in story.shots if (take := performances.find_shown_take(shot))}
    for cut in cuts:
        shown = {clip.source.ref for clip in cut.clips if clip.source.kind is SourceKind.SHOT}
        takes = {shot: picked[shot] for shot in sorted(shown) if shot in picked}
        shots = (shot for shot in story.shots if shot.id in takes)
        takes |= {
            f"{BEGINS}{shot.id}": str(at) for shot in shots if (at := performances.get_take_start(shot))
        }
        project.ui.set(f"takes.{cut.id}", takes)


def load_frozen_takes(project: ProjectFile, cuts: Iterable[Cut]) -> FrozenTakes:
    """Return the stored takes of each frozen cut in `cuts`, by cut id. Cuts that are not frozen are
    skipped.
    """
    return {cut.id: project.ui.get(f"takes.{cut.id}", {}) for cut in cuts if cut.frozen}
