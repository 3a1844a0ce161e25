"""Classification of shot changes in a commit, shared by its report, its preview and the history. Pure
functions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from milimo_tui.story.values.film import Shot


def classify_shot_change(was: Shot | None, now: Shot) -> str:
    """Return the change of one shot, or an empty string if the shot is unchanged and at the same place.

    The change is `new`, `back` (the shot was parked), `parked`, `changed` (its text or framing, at any place)
    or `moved`. When one half of a split is reworded, the other half gets another digest but keeps its old
    text; that half is not changed.
    """
    if was is None:
        return "new"
    if now.parked:
        return "" if was.parked else "parked"
    if was.parked:
        return "back"
    if get_script_text_values(was) != get_script_text_values(now) or (
        was.digest != now.digest and get_framing_values(was) != get_framing_values(now)
    ):
        return "changed"
    return "moved" if has_shot_moved(was, now) else ""


def has_shot_moved(was: Shot, now: Shot) -> bool:
    """Return True if a shot is at another place in the film than before."""
    return (was.order, was.scene) != (now.order, now.scene)


def count_shot_changes(before: Sequence[Shot], after: Sequence[Shot]) -> Counter[str]:
    """Return the number of shots for each change, and the number of the script's unchanged shots (`kept`)."""
    old = {shot.id: shot for shot in before}
    changes = ((classify_shot_change(old.get(shot.id), shot), shot) for shot in after)
    is_kept = {shot.id for shot in after if shot.digest and not shot.parked}
    return Counter(change or "kept" for change, shot in changes if change or shot.id in is_kept)


def get_framing_values(shot: Shot) -> tuple[object, ...]:
    """Return the framing fields of a shot, which a shot list can change."""
    return (shot.size, shot.angle, shot.movement, shot.function, shot.rig)


def get_script_text_values(shot: Shot) -> tuple[object, ...]:
    """Return the fields of a shot that hold the script's text: action, dialogue, characters and caption."""
    return (shot.action, shot.dialogue, shot.characters, shot.caption)
