"""The operation that puts an effect of the catalog on a clip."""

from __future__ import annotations

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit.clip_effects import set_effects
from milimo_tui.cut.values.cut import Cut, TrackKind
from milimo_tui.cut.values.effect_catalog import BY_NAME, CatalogEffect, applied, taken_off
from milimo_tui.cut.values.guards import find_clip


def put_on(cut: Cut, clip_id: str, name: str, amount: float | None = None, *, off: bool = False) -> Cut:
    """Put an effect of the catalog on a clip at an amount, 0 to 1, or take it `off`; other effects stay."""
    effect = find_effect(name)
    if amount is not None and not 0 <= amount <= 1:
        raise Refused("an amount lies between 0 and 100 %")
    clip = find_clip(cut, clip_id)
    if any(track.id == clip.track and track.kind is TrackKind.AUDIO for track in cut.tracks):
        raise Refused("sound has no picture to put that on", "Z m sets its level")
    if off:
        return set_effects(cut, clip_id, taken_off(clip.effects, effect))
    given = effect.amount if amount is None else amount
    return set_effects(cut, clip_id, applied(clip.effects, effect, given, clip.frames))


def find_effect(name: str) -> CatalogEffect:
    """Return an effect by its name, or by words that one alone is found by. Raises Refused."""
    if name in BY_NAME:
        return BY_NAME[name]
    found = [each for each in BY_NAME.values() if name.strip() and each.found_by(name)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(each.name for each in found or BY_NAME.values())
    raise Refused(f"“{name}” is {'several effects' if found else 'no effect'}", f"there are: {names}")
