"""Change the sizes of a film's cuts after the size of the film changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from milimo_tui.cut.values.cut import Cut
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.values.film import Project
from milimo_tui.studio.session.studio import Studio


class SizePolicy(StrEnum):
    """The rule for cuts that the user edited when the size of the film changes. A cut that was never edited
    always takes the film's size.
    """

    KEEP = "keep"
    FOLLOW = "follow"
    ASK = "ask"  # The user is asked. Without a user to ask, the policy is KEEP.


@dataclass(frozen=True, slots=True)
class ResizedCuts:
    """All cuts of a film in order, after the size of the film changed. `sentence` describes the cuts that got
    another size, and those that did not; it is empty if no cut is affected.
    """

    cuts: tuple[Cut, ...]
    sentence: str = ""


def resize_cuts(
    studio: Studio,
    file: ProjectFile,
    cuts: Sequence[Cut],
    before: Project,
    after: Project,
    policy: SizePolicy,
) -> ResizedCuts:
    """Return the cuts with the new size of the film. A frozen cut keeps its size, and a cut that the user
    edited keeps or changes its size by the policy.
    """
    size = after.width, after.height
    if (before.width, before.height) == size:
        return ResizedCuts(tuple(cuts))
    others = [cut for cut in cuts if (cut.width, cut.height) != size]
    edited = [cut for cut in others if not cut.frozen and _is_edited(file, cut)]
    follows = policy is SizePolicy.FOLLOW or (
        policy is SizePolicy.ASK
        and bool(edited)
        and studio.asks.ask_for_consent(_format_size_question(edited, after))
    )
    kept = {cut.id for cut in others if cut.frozen} | {cut.id for cut in edited if not follows}
    changed = {cut.id for cut in others} - kept
    return ResizedCuts(
        tuple(replace(cut, width=size[0], height=size[1]) if cut.id in changed else cut for cut in cuts),
        _describe_sizes(cuts, changed, kept, after),
    )


def _is_edited(file: ProjectFile, cut: Cut) -> bool:
    """Return True if the user edited a cut, and did not undo all edits."""
    return cut.hand_edited or any(edit.applied for edit in file.list_history(cut.id))


def _format_size_question(edited: Sequence[Cut], film: Project) -> str:
    verb, it = ("is", "it") if len(edited) == 1 else ("are", "them")
    return (
        f"You edited {_join_cut_names(edited)}, which {verb} {_format_sizes(edited)}. "
        f"Change {it} to {film.width}×{film.height}?"
    )


def _describe_sizes(cuts: Sequence[Cut], changed: set[str], kept: set[str], film: Project) -> str:
    followed = [cut for cut in cuts if cut.id in changed]
    left = [cut for cut in cuts if cut.id in kept]
    parts = []
    if followed:
        verb = "is" if len(followed) == 1 else "are"
        parts.append(f"{_join_cut_names(followed)} {verb} {film.width}×{film.height} too")
    if left:
        verb = "stays" if len(left) == 1 else "stay"
        command = f"milimo cut reframe --size {film.width}x{film.height}"
        parts.append(f"{_join_cut_names(left)} {verb} {_format_sizes(left)}: {command}")
    return "; ".join(parts)


def _join_cut_names(cuts: Sequence[Cut]) -> str:
    return " and ".join(f"“{cut.name}”" for cut in cuts)


def _format_sizes(cuts: Sequence[Cut]) -> str:
    return " and ".join(dict.fromkeys(f"{cut.width}×{cut.height}" for cut in cuts))
