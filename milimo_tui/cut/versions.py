"""A cut kept as it is: a frozen copy, with the cuts that it shows copied and frozen too. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from milimo_tui.cut.assembly import duplicate
from milimo_tui.cut.values import Clip, Cut, Mint, Source, SourceKind

INSIDE = " · "
"""Between the name of a cut inside a frozen one and the name of that one: `Opening · v2`."""


def frozen_copies(
    cut: Cut, name: str, cuts: Mapping[str, Cut], mint: Mint, free: Callable[[str], str]
) -> tuple[Cut, ...]:
    """The frozen copy of a cut under a name, then those of the cuts inside it that were not frozen.

    `cuts` are all of the film by id; `free` makes of a name one that no cut has.
    """
    copies: dict[str, Cut] = {}

    def copy(each: Cut, called: str) -> Cut:
        twin = replace(duplicate(each, called, mint), frozen=True, waiting=())
        copies[each.id] = twin
        clips = tuple(shown(clip) for clip in twin.clips)
        copies[each.id] = replace(twin, clips=clips)
        return copies[each.id]

    def shown(clip: Clip) -> Clip:
        inner = cuts.get(clip.source.ref) if clip.source.kind is SourceKind.CUT else None
        if inner is None or inner.frozen:
            return clip
        twin = copies.get(inner.id) or copy(inner, free(f"{inner.name}{INSIDE}{name}"))
        return replace(clip, source=Source(SourceKind.CUT, twin.id))

    copy(cut, name)
    return tuple(copies.values())


def base_name(name: str) -> str:
    """The name of a cut inside a frozen one as it was before: `Opening` of `Opening · v2`."""
    return name.partition(INSIDE)[0]
