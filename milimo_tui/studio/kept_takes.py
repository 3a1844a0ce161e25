"""The takes that a frozen cut shows: those its shots had picked when it was frozen.

A fact beside history, under the cut's id: a cut that is thawed by undo shows what is picked now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from milimo_tui.cut.values import Cut, SourceKind
from milimo_tui.store.project_file import ProjectFile
from milimo_tui.story.values import Story

Kept = Mapping[str, Mapping[str, str]]
"""Of frozen cuts (ids), the take (id) of each of their shots (ids)."""

NOTHING_KEPT: Kept = MappingProxyType({})


def keep_takes(project: ProjectFile, story: Story, cuts: Iterable[Cut]) -> None:
    """Remember with the film which takes cuts show now."""
    picked = {shot.id: shot.take for shot in story.shots if shot.take}
    for cut in cuts:
        shown = {clip.source.ref for clip in cut.clips if clip.source.kind is SourceKind.SHOT}
        takes = {shot: picked[shot] for shot in sorted(shown) if shot in picked}
        project.set_ui(f"takes.{cut.id}", takes)


def kept_takes(project: ProjectFile, cuts: Iterable[Cut]) -> Kept:
    """The takes of those cuts that are frozen."""
    return {cut.id: project.get_ui(f"takes.{cut.id}", {}) for cut in cuts if cut.frozen}
