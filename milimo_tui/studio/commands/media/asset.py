"""Commands on the media of the film: list, add, prepare, check, show, relink, delete."""

from __future__ import annotations

import json
from dataclasses import fields
from fractions import Fraction
from typing import Any, Literal

from milimo_tui.core.errors import BadInput, NotFound, Unavailable
from milimo_tui.core.format import plural
from milimo_tui.core.host import named_path
from milimo_tui.core.time import parse_rate, ratio_text
from milimo_tui.cut.values.conform import Target, conformed
from milimo_tui.cut.values.streams import StreamFacts, read_facts
from milimo_tui.story.values.film import Asset
from milimo_tui.studio.commands.queue.queued import ended
from milimo_tui.studio.media import damage_check, imports, media_files, preparation, provenance, relink
from milimo_tui.studio.media.media_uses import all_uses, uses_of
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, needs_project
from milimo_tui.studio.render.render_plan import asset_path
from milimo_tui.studio.session.lookup import asset_called
from milimo_tui.studio.session.studio import Snapshot, Studio


def asset_row(studio: Studio, asset: Asset, used: set[str]) -> dict[str, Any]:
    """Build the row of an asset for lists and JSON; `path` is absolute."""
    path = asset_path(studio.project().paths, asset)
    read_facts(asset.facts)  # Raises if the stored facts are invalid.
    row = {each.name: getattr(asset, each.name) for each in fields(asset)}
    row |= {key: ratio_text(value) for key, value in row.items() if isinstance(value, Fraction)}
    return {
        **row,
        "kind": asset.kind.value,
        "facts": json.loads(asset.facts),
        "path": str(path),
        "online": path.is_file(),
        "used": asset.id in used,
    }


def _used(studio: Studio) -> set[str]:
    snapshot = studio.snapshot()
    return {use.asset for use in all_uses(snapshot.story, snapshot.cuts, studio.project().facts.masks())}


class ListArgs(Args):
    all: bool = arg(False, description="takes, boards and masks too, not only what was added")


def _list(studio: Studio, args: ListArgs) -> Outcome:
    used = _used(studio)
    listed = _added(studio, all=args.all)
    rows = [asset_row(studio, asset, used) for asset in listed]
    return Outcome(data=rows, columns=("id", "kind", "name", "frames", "width", "height", "online", "used"))


def _added(studio: Studio, *, all: bool = False) -> list[Asset]:
    """Return the assets that the user added, or all assets; assets in the bin are left out."""
    story = studio.snapshot().story
    made = {take.asset for take in story.takes} | {shot.board for shot in story.shots if shot.board}
    made |= {mask.asset for mask in studio.project().facts.masks()}
    return [asset for asset in story.assets if not asset.binned and (all or asset.id not in made)]


class AddArgs(Args):
    file: str = arg(description="a video, picture, sound or LUT (.cube), a folder of them, or plate.%04d.png")
    more: tuple[str, ...] = arg((), description="further files and folders")
    link: bool = arg(False, description="leave it where it is instead of copying it in")
    sequence: bool = arg(False, description="numbered pictures are one moving picture")
    stills: bool = arg(False, description="numbered pictures of a folder stay single ones")
    rate: str = arg("", description="frames per second of an image sequence (default: the film's)")
    prepare: bool = arg(True, description="queue thumbnails, waveform and proxy")


def _add(studio: Studio, args: AddArgs) -> Outcome:
    if args.sequence and args.stills:
        raise BadInput("a sequence and single pictures exclude each other", "leave out --stills")
    places = [named_path(file).absolute() for file in (args.file, *args.more)]
    found = [
        one
        for place in places
        for one in media_files.gather(place, sequence=args.sequence, stills=args.stills)
    ]
    rate = parse_rate(args.rate) if args.rate else studio.snapshot().story.project.rate
    arrived = imports.add_all(studio, found, rate, link=args.link)
    assets = list(arrived.assets)
    if len(found) == 1 and arrived.problems:
        raise arrived.problems[0][1]
    if not assets:
        where = places[0] if len(places) == 1 else f"{len(places)} places"
        raise BadInput(
            f"none of the {len(found)} files in {where} could be added", arrived.problems[0][1].message
        )
    later = _prepared(studio, assets) if args.prepare else ""
    rows = [asset_row(studio, asset, set()) for asset in assets]
    known = [note for asset in assets for note in _to_know(asset)]
    if len(found) == 1:
        kind = "image sequence" if found[0].run else assets[0].kind.value
        return Outcome(data=rows[0], text="\n".join(known), message=f"added {assets[0].name} ({kind}){later}")
    problems = [
        {"file": str(path), "message": error.message, "hint": error.hint} for path, error in arrived.problems
    ]
    problems_told = [each["message"] for each in problems]
    message = (
        f"added {len(assets)} files{f', {len(problems_told)} could not be' if problems_told else ''}{later}"
    )
    return Outcome(
        data={"assets": rows, "problems": problems}, text="\n".join([*problems_told, *known]), message=message
    )


def _to_know(asset: Asset) -> list[str]:
    """Return warnings about properties of a file that the user may not expect."""
    streams = read_facts(asset.facts)
    notes = [f"{asset.name}: {streams.trouble}"] if streams.trouble else []
    if streams.picture is not None and streams.picture.high_range:
        notes.append(f"{asset.name} is {streams.picture.high_range}: films are SDR, its light is not mapped")
    return notes


def _prepared(studio: Studio, assets: list[Asset]) -> str:
    """Queue the jobs that make thumbnails, waveforms and proxies.

    Return the reason as text if the queue is unavailable, so that adding the media still succeeds.
    """
    try:
        preparation.queue(studio, assets)
    except Unavailable as error:
        return f"; nothing is prepared of it: {error.message}"
    return ""


class PrepareArgs(Args):
    ids: tuple[str, ...] = arg((), description="assets by id or name (default: all that were added)")
    detach: bool = arg(False, description="queue and return")


def _prepare(studio: Studio, args: PrepareArgs) -> Outcome:
    assets = [find_asset(studio, name) for name in args.ids] or _added(studio)
    ids = preparation.queue(studio, assets) if assets else []
    return ended(studio, ids, None, detach=args.detach, what="file")


class CheckArgs(Args):
    ids: tuple[str, ...] = arg((), description="assets by id or name (default: all films and sounds)")


def _check(studio: Studio, args: CheckArgs) -> Outcome:
    """Decode each file to its end and save its damaged ranges in its facts."""
    assets = [find_asset(studio, name) for name in args.ids] or _added(studio, all=True)
    rows = damage_check.checked(studio, assets)
    damaged = [row for row in rows if row["damaged"] or row["damaged_sound"] or not row["looked"]]
    files = plural(len(rows), "file")
    message = f"{len(damaged)} of {files} can't be read whole" if damaged else f"{files} can be read whole"
    text = "\n".join(f"{row['name']}: {row['trouble']}" for row in damaged)
    return Outcome(data=rows, text=text, message=message)


class OneArgs(Args):
    id: str = arg(description="an asset (its id or name)")


def find_asset(studio: Studio, name: str) -> Asset:
    """Find an asset by id or file name; assets in the bin come last. Raises NotFound, Ambiguous."""
    asset = asset_called(studio.snapshot().story.assets, name, binned=True)
    if asset is None:
        raise NotFound(f"there is no asset “{name}”", "milimo asset list")
    return asset


def _show(studio: Studio, args: OneArgs) -> Outcome:
    asset = find_asset(studio, args.id)
    snapshot = studio.snapshot()
    row = asset_row(studio, asset, _used(studio))
    made_by = provenance.provenance_of(studio.project(), asset=asset.id)
    uses = uses_of(snapshot.story, snapshot.cuts, asset.id, studio.project().facts.masks())
    streams = read_facts(asset.facts)
    done = conformed(streams, _target(snapshot))
    facts_shown = {
        **{key: value for key, value in row.items() if key not in ("facts", "used")},
        "streams": _streams_text(streams),
        "in the cut": "; ".join(done),
        "used": "; ".join(use.what for use in uses) or "not yet",
        "trouble": streams.trouble,
        **provenance.provenance_lines(made_by),
    }
    shown = "\n".join(f"{key:<12}{value}" for key, value in facts_shown.items() if value not in ("", None))
    where = [{"what": use.what, "cut": use.cut, "clip": use.clip} for use in uses]
    data = {**row, "uses": where, "conformed": list(done), "made": made_by}
    return Outcome(data=data, text=shown)


def _target(snapshot: Snapshot) -> Target:
    """Return the rate and size that the current cut, or the film, requires of its sources."""
    asks = snapshot.cut or snapshot.story.project
    return Target(asks.rate, asks.width, asks.height, asks.sample_rate)


def _streams_text(streams: StreamFacts) -> str:
    """Format the streams of a file: `h264 High yuv420p 25/1, bt709 tv; aac 48000 Hz stereo`."""
    parts = []
    if streams.picture is not None:
        one = streams.picture
        rate = ratio_text(one.rate) if one.rate else ""
        parts.append(
            " ".join(filter(None, (one.codec, one.profile, one.pixels, rate, one.matrix, one.range)))
        )
    parts += [f"{one.codec} {one.sample_rate} Hz {one.layout}" for one in streams.sounds]
    return "; ".join(parts)


class RelinkArgs(Args):
    id: str = arg(description="an asset whose file is gone (its id or name), or all")
    file: str = arg(description="where its file is now, or a folder to look in")
    by: Literal["hash", "name", "path"] = arg(
        "hash", description="hash: the same bytes alone; name: a file of its name; path: the file given"
    )


def _relink(studio: Studio, args: RelinkArgs) -> Outcome:
    place = named_path(args.file).absolute()
    if args.id == "all":
        found, left = relink.relink_all(studio, place, args.by)
        rows = [asset_row(studio, one.asset, set()) for one in found]
        lost = [{"id": one.id, "name": one.name, "path": one.path} for one in left]
        message = f"{len(found)} files are online again" + (f", {len(left)} were not found" if left else "")
        return Outcome(
            data={"relinked": rows, "offline": lost},
            text="\n".join(f"not found: {one.name}" for one in left),
            message=message,
        )
    done = relink.relink(studio, find_asset(studio, args.id), place, args.by)
    note = f": {done.note}" if done.note else ""
    return Outcome(data=asset_row(studio, done.asset, set()), message=f"{done.asset.name} is online{note}")


def _delete(studio: Studio, args: OneArgs) -> Outcome:
    asset = find_asset(studio, args.id)
    if asset.id in _used(studio):
        snapshot = studio.snapshot()
        first = uses_of(snapshot.story, snapshot.cuts, asset.id, studio.project().facts.masks())[0]
        raise BadInput(f"{asset.name} is used: {first.what}", "milimo asset show tells every place")
    studio.project().bin.put_asset(asset.id)
    return Outcome(data={"id": asset.id}, message=f"{asset.name} is in the bin")


COMMANDS = (
    Command("asset.list", "Media", "media of the film", _list, ListArgs, needs_project, cli="asset list"),
    Command(
        "asset.add",
        "Add media",
        "files, folders or an image sequence into the film",
        _add,
        AddArgs,
        needs_project,
        cli="asset add",
        positional=("file", "more"),
    ),
    Command(
        "asset.prepare",
        "Prepare media",
        "thumbnails, waveforms and proxies, in the queue",
        _prepare,
        PrepareArgs,
        needs_project,
        cli="asset prepare",
        positional=("ids",),
    ),
    Command(
        "asset.check",
        "Check media",
        "decode files to their end, and say where they are damaged",
        _check,
        CheckArgs,
        needs_project,
        cli="asset check",
        positional=("ids",),
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
        "find a file that is gone, by hash, name or path",
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
