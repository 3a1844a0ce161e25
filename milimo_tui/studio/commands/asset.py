"""Media of the film: list, add, show, relink, delete."""

from __future__ import annotations

from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.time import ratio_text
from milimo_tui.story.values import Asset
from milimo_tui.studio import imports, provenances
from milimo_tui.studio.args import Args, arg
from milimo_tui.studio.planning import asset_path
from milimo_tui.studio.registry import Command, Outcome, needs_project
from milimo_tui.studio.studio import Studio


def asset_row(studio: Studio, asset: Asset, used: set[str]) -> dict[str, Any]:
    """An asset as lists show it; `path` is absolute."""
    path = asset_path(studio.project().paths, asset)
    row = {
        key: ratio_text(value) if isinstance(value, Fraction) else value
        for key, value in asdict(asset).items()
    }
    return {
        **row,
        "kind": asset.kind.value,
        "path": str(path),
        "online": path.is_file(),
        "used": asset.id in used,
    }


def _used(studio: Studio) -> set[str]:
    snapshot = studio.snapshot()
    used = {take.asset for take in snapshot.story.takes} | {shot.board for shot in snapshot.story.shots}
    return used | {clip.source.ref for cut in snapshot.cuts for clip in cut.clips}


class ListArgs(Args):
    all: bool = arg(False, description="takes, boards and masks too, not only what was added")


def _list(studio: Studio, args: ListArgs) -> Outcome:
    story = studio.snapshot().story
    made = {take.asset for take in story.takes} | {shot.board for shot in story.shots if shot.board}
    made |= {mask.asset for mask in studio.project().masks()}
    used = _used(studio)
    rows = [
        asset_row(studio, asset, used)
        for asset in story.assets
        if not asset.binned and (args.all or asset.id not in made)
    ]
    return Outcome(data=rows, columns=("id", "kind", "name", "frames", "width", "height", "online", "used"))


class AddArgs(Args):
    file: str = arg(description="a video, picture or sound file")
    link: bool = arg(False, description="leave it where it is instead of copying it in")


def _add(studio: Studio, args: AddArgs) -> Outcome:
    asset = imports.add(studio, Path(args.file).expanduser().absolute(), link=args.link)
    return Outcome(data=asset_row(studio, asset, set()), message=f"added {asset.name} ({asset.kind.value})")


class OneArgs(Args):
    id: str = arg(description="an asset (its id or name)")


def find_asset(studio: Studio, name: str) -> Asset:
    """An asset by id or file name, those that are in the bin last. Raises NotFound."""
    for asset in sorted(studio.snapshot().story.assets, key=lambda asset: asset.binned):
        if name in (asset.id, asset.name):
            return asset
    raise NotFound(f"there is no asset “{name}”", "milimo asset list")


def _show(studio: Studio, args: OneArgs) -> Outcome:
    asset = find_asset(studio, args.id)
    row = asset_row(studio, asset, _used(studio))
    said = provenances.said_of(studio.project(), asset=asset.id)
    lines = {**row, **provenances.told(said)}
    shown = "\n".join(f"{key:<12}{value}" for key, value in lines.items() if value not in ("", None))
    return Outcome(data={**row, "made": said}, text=shown)


class RelinkArgs(Args):
    id: str = arg(description="a linked asset")
    file: str = arg(description="where its file is now")


def _relink(studio: Studio, args: RelinkArgs) -> Outcome:
    asset = imports.relink(studio, find_asset(studio, args.id), Path(args.file).expanduser().absolute())
    return Outcome(data=asset_row(studio, asset, set()), message=f"{asset.name} is online")


def _delete(studio: Studio, args: OneArgs) -> Outcome:
    asset = find_asset(studio, args.id)
    if asset.id in _used(studio):
        raise BadInput(f"{asset.name} is used by a clip, a take or a board", "delete those first")
    studio.project().bin_asset(asset.id)
    return Outcome(data={"id": asset.id}, message=f"{asset.name} is in the bin")


COMMANDS = (
    Command("asset.list", "Media", "media of the film", _list, ListArgs, needs_project, cli="asset list"),
    Command(
        "asset.add",
        "Add media",
        "a file into the film",
        _add,
        AddArgs,
        needs_project,
        cli="asset add",
        positional=("file",),
    ),
    Command(
        "asset.show",
        "Asset",
        "one asset's facts",
        _show,
        OneArgs,
        needs_project,
        cli="asset show",
        positional=("id",),
    ),
    Command(
        "asset.relink",
        "Relink",
        "tell where a linked file is now",
        _relink,
        RelinkArgs,
        needs_project,
        cli="asset relink",
        positional=("id", "file"),
    ),
    Command(
        "asset.delete",
        "Delete",
        "an asset to the bin",
        _delete,
        OneArgs,
        needs_project,
        cli="asset delete",
        positional=("id",),
    ),
)
