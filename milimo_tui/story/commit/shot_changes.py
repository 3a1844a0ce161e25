"""What a commit does to each shot: told alike by its report, its preview and the history. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from milimo_tui.story.values.film import Shot


def change_of(was: Shot | None, now: Shot) -> str:
    """Return what becomes of one shot; empty where it stays as and where it is.

    One of `new`, `back` (it was parked), `parked`, `changed` (its text or framing, wherever it stands) and
    `moved`. The half of a split whose other half was reworded has another digest, but its own old text: it
    is not changed.
    """
    if was is None:
        return "new"
    if now.parked:
        return "" if was.parked else "parked"
    if was.parked:
        return "back"
    if text_of(was) != text_of(now) or (was.digest != now.digest and framing_of(was) != framing_of(now)):
        return "changed"
    return "moved" if has_moved(was, now) else ""


def has_moved(was: Shot, now: Shot) -> bool:
    """Return whether a shot stands elsewhere in the film than it did."""
    return (was.order, was.scene) != (now.order, now.scene)


def counts_of(before: Sequence[Shot], after: Sequence[Shot]) -> Counter[str]:
    """Return how many shots each change befalls, and how many of the script's stay as they are (`kept`)."""
    old = {shot.id: shot for shot in before}
    changes = ((change_of(old.get(shot.id), shot), shot) for shot in after)
    is_kept = {shot.id for shot in after if shot.digest and not shot.parked}
    return Counter(change or "kept" for change, shot in changes if change or shot.id in is_kept)


def framing_of(shot: Shot) -> tuple[object, ...]:
    """Return how a shot is framed, which a list of shots may say anew."""
    return (shot.size, shot.angle, shot.movement, shot.function, shot.rig)


def text_of(shot: Shot) -> tuple[object, ...]:
    """Return all that the script says in a shot: what is seen, what is said, by whom, before whom."""
    return (shot.action, shot.dialogue, shot.characters, shot.caption)
