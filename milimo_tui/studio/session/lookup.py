"""Find cuts and assets by the names that users type. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from milimo_tui.core.errors import NotFound
from milimo_tui.core.time import format_timecode
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Cut
from milimo_tui.story.values.film import Asset
from milimo_tui.studio.session.names import find_by_name


def find_cut_by_name(cuts: Sequence[Cut], name: str) -> Cut | None:
    """Return the cut with this id or name; None if there is none. Raises Ambiguous if several cuts have the
    name.
    """
    return find_by_name(
        name, "cuts", cuts, _describe_cut_choice, lambda cut: cut.id == name, lambda cut: cut.name == name
    )


def require_cut(cuts: Sequence[Cut], name: str) -> Cut:
    """Return a cut by id or name. Raises NotFound with the existing names, and Ambiguous."""
    cut = find_cut_by_name(cuts, name)
    if cut is None:
        names = ", ".join(each.name for each in cuts) or "none yet"
        raise NotFound(f"there is no cut “{name}”", f"cuts: {names}")
    return cut


def _describe_cut_choice(cut: Cut) -> tuple[str, str]:
    frozen = ", frozen" if cut.frozen else ""
    return cut.id, f"(clips: {len(cut.clips)}, {format_timecode(layout(cut).frames, cut.rate)}{frozen})"


def find_asset_by_name(assets: Iterable[Asset], name: str, *, binned: bool = False) -> Asset | None:
    """Return the asset with this id or file name; None if there is none. Raises Ambiguous if several assets
    have the name.

    With `binned`, an asset in the bin is found too, but only if no other asset has the name.
    """
    return find_by_name(
        name,
        "assets",
        (asset for asset in assets if binned or not asset.binned),
        _describe_asset_choice,
        lambda asset: asset.id == name,
        lambda asset: asset.name == name and not asset.binned,
        lambda asset: asset.name == name,
    )


def _describe_asset_choice(asset: Asset) -> tuple[str, str]:
    size = f"{asset.width}×{asset.height}" if asset.width and asset.height else ""
    long = f"{float(asset.seconds):.2f} s" if asset.seconds else ""
    heavy = f"{asset.bytes / 1e6:.2f} MB"
    where = "binned" if asset.binned else "" if asset.managed else asset.path
    parts = (asset.kind.value, size, long, heavy, where)
    return asset.id, f"({', '.join(filter(None, parts))})"
