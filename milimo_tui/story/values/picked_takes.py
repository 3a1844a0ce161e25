"""Define which take is the picked take of a shot (the take that the shot shows), and when a new take may
replace it.

A take that the user picked or rated is never replaced automatically. A take that was picked automatically is
replaced by a better take: a drawing by a take from a model, a stale take by a fresh take. A rejected take is
never picked. See docs/decisions/takes-picked-and-stale.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from milimo_tui.story.values.film import Shot, Take

PIECE = "."  # Separator between the id of a job and the index of a take, if the job made several takes.


def get_take_job(take: Take) -> str:
    """Return the id of the job that made a take. One job may make several takes."""
    return take.job.partition(PIECE)[0]


def get_picked_take(shot: Shot, takes: Mapping[str, Take]) -> Take | None:
    """Return the take that a shot shows. Return None if there is none or it was rejected. `takes` maps ids to
    takes.
    """
    take = takes.get(shot.take)
    return take if take is not None and is_picked_take(shot, take) else None


def pick_from_takes(shot: Shot, takes: Iterable[Take]) -> Take | None:
    """Return the take in `takes` that the shot shows, or None."""
    return next((take for take in takes if is_picked_take(shot, take)), None)


def is_picked_take(shot: Shot, take: Take) -> bool:
    """Return True if the shot shows this take: it is picked and not rejected."""
    return take.id == shot.take and not take.rejected


def choose_best_take(takes: Sequence[Take]) -> Take | None:
    """Return the take to show if the user picked none, or None if all takes are rejected.

    `takes` are sorted from oldest to newest. A model's take is better than a drawing. Among equals, more
    stars win, then the newer take.
    """
    able = [(not take.previs, take.rating, place) for place, take in enumerate(takes) if not take.rejected]
    return takes[max(able)[2]] if able else None


def is_user_choice(shot: Shot, take: Take) -> bool:
    """Return True if the user picked or rated the take that the shot shows. Such a take is not replaced
    automatically.
    """
    return shot.chosen or take.rating > 0


def can_replace_take(
    shot: Shot, take: Take | None, new: Take, *, stale: bool = False, drawn: bool = False
) -> bool:
    """Return True if the take `new` should automatically replace `take`, which the shot shows now.

    `stale` is True if `take` is stale and `new` is fresh. `drawn` is True if the shot is set to use the
    drawing engine that made `new`. Only then may a drawing replace a stale take from a model.
    """
    if new.rejected:
        return False
    if take is None:
        return True
    if is_user_choice(shot, take):
        return False
    if take.previs and not new.previs:
        return True
    return stale and (take.previs or not new.previs or drawn)


def set_user_pick(shot: Shot, take: str) -> Shot:
    """Return the shot with a take picked by the user. `take` is its id."""
    return replace(shot, take=take, chosen=True)


def set_automatic_pick(shot: Shot, take: Take | None) -> Shot:
    """Return the shot with an automatically picked take, or with no take if `take` is None."""
    return replace(shot, take=take.id if take else "", chosen=False)
