"""Which take a shot shows, and what may take its place: the one answer for everybody who asks.

A pick that a person made or rated is never replaced unasked. What the box picked gives way to what is better:
a model's take to a drawing, a fresh one to one that the shot has outgrown. A rejected take is never picked.
See docs/decisions/004.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from milimo_tui.story.values.film import Shot, Take

PIECE = "."  # between a job's id and the place of a take among those that it made in one go


def job_of(take: Take) -> str:
    """The job that made a take, by itself or with others in one go."""
    return take.job.partition(PIECE)[0]


def picked(shot: Shot, takes: Mapping[str, Take]) -> Take | None:
    """The take that a shot shows, of those by their ids; None where it has none, or the one was rejected."""
    take = takes.get(shot.take)
    return take if take is not None and is_picked(shot, take) else None


def picked_of(shot: Shot, takes: Iterable[Take]) -> Take | None:
    """The same, of takes in a row."""
    return next((take for take in takes if is_picked(shot, take)), None)


def is_picked(shot: Shot, take: Take) -> bool:
    """Whether that is the take which the shot shows."""
    return take.id == shot.take and not take.rejected


def best(takes: Sequence[Take]) -> Take | None:
    """What the box shows of these, oldest first: a model's before a drawing, then by stars, then the newest;
    no rejected one.
    """
    able = [(not take.previs, take.rating, place) for place, take in enumerate(takes) if not take.rejected]
    return takes[max(able)[2]] if able else None


def is_a_persons(shot: Shot, take: Take) -> bool:
    """Whether a person picked or rated what the shot shows: then nothing replaces it unasked."""
    return shot.chosen or take.rating > 0


def gives_way(shot: Shot, shown: Take | None, new: Take, *, stale: bool = False, drawn: bool = False) -> bool:
    """Whether a new take is shown in the place of what a shot shows, unasked.

    `stale`: the shot has outgrown what it shows, and the new one is as it is now. `drawn`: it is to be drawn
    by the engine that made the new one, so that a drawing may replace a model's take.
    """
    if new.rejected:
        return False
    if shown is None:
        return True
    if is_a_persons(shot, shown):
        return False
    if shown.previs and not new.previs:
        return True
    return stale and (shown.previs or not new.previs or drawn)


def by_a_person(shot: Shot, take: str) -> Shot:
    """The shot with a take (its id) that a person picked."""
    return replace(shot, take=take, chosen=True)


def by_the_box(shot: Shot, take: Take | None) -> Shot:
    """The shot with a take that nobody picked, or none."""
    return replace(shot, take=take.id if take else "", chosen=False)
