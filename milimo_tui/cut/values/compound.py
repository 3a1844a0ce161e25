"""Find the cuts that a cut shows through compound clips, directly or inside of other cuts."""

from __future__ import annotations

from collections.abc import Sequence

from milimo_tui.cut.values.cut import Cut, SourceKind


def find_nested_cuts(cut: Cut, cuts: Sequence[Cut]) -> frozenset[str]:
    """Return the id of a cut, and the ids of all cuts that it shows directly or inside of other cuts.

    The search also ends if cuts contain each other.
    """
    by_id = {each.id: each for each in (*cuts, cut)}
    found: set[str] = set()
    waiting = [cut.id]
    while waiting:
        name = waiting.pop()
        if name in found or name not in by_id:
            continue
        found.add(name)
        waiting += [clip.source.ref for clip in by_id[name].clips if clip.source.kind is SourceKind.CUT]
    return frozenset(found)
