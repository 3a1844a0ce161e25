"""Classification of shot changes in a commit, shared by its report, its preview and the history. Pure
functions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from milimo_tui.story.values.film import Shot


def classify_shot_change(was: Shot | None, now: Shot) -> str:
    """Return the kind of change of one shot from its earlier state `was` to its present state `now`. Return
    an empty string if the shot is unchanged and at the same position.

    The result is `new`, `back` (the shot was parked before), `parked`, `changed` (its text or framing
    changed, wherever it is now) or `moved`. A shot counts as unchanged if only its digest changed. This
    happens to one half of a split shot when the other half is reworded.
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
    """Return True if a shot is at another position in the film than before."""
    return (was.order, was.scene) != (now.order, now.scene)


def count_shot_changes(before: Sequence[Shot], after: Sequence[Shot]) -> Counter[str]:
    """Return the number of shots for each kind of change. The key `kept` counts the unchanged shots that come
    from the script.
    """
    old = {shot.id: shot for shot in before}
    changes = ((classify_shot_change(old.get(shot.id), shot), shot) for shot in after)
    is_kept = {shot.id for shot in after if shot.digest and not shot.parked}
    return Counter(change or "kept" for change, shot in changes if change or shot.id in is_kept)


def get_framing_values(shot: Shot) -> tuple[object, ...]:
    """Return the framing fields of a shot: the fields that an imported shot list can change."""
    return (shot.size, shot.angle, shot.movement, shot.function, shot.rig)


def get_script_text_values(shot: Shot) -> tuple[object, ...]:
    """Return the fields of a shot that hold the script's text: action, dialogue, characters and caption."""
    return (shot.action, shot.dialogue, shot.characters, shot.caption)
