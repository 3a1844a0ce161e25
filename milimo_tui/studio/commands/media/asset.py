"""Commands on the media of the film: list, add, prepare, check, show, relink, delete."""

from __future__ import annotations

import json
from dataclasses import fields
from fractions import Fraction
from typing import Any, Literal

from milimo_tui.core.errors import BadInput, NotFound, Unavailable
from milimo_tui.core.format import format_count
from milimo_tui.core.host import parse_user_path
from milimo_tui.core.time import format_ratio, parse_rate
from milimo_tui.cut.values.conform import ConformTarget, describe_conform_changes
from milimo_tui.cut.values.sound_choice import describe_sound, format_sound_layout
from milimo_tui.cut.values.streams import StreamFacts, parse_stream_facts
from milimo_tui.story.values.film import Asset
from milimo_tui.studio.commands.queue.queued import finish_queue_command
from milimo_tui.studio.media import damage_check, imports, media_files, preparation, provenance, relink
from milimo_tui.studio.media.media_uses import list_all_media_uses, list_media_uses
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.render.render_plan import get_asset_path
from milimo_tui.studio.session.lookup import find_asset_by_name
from milimo_tui.studio.session.studio import FilmSnapshot, Studio


def build_asset_row(studio: Studio, asset: Asset, used: set[str]) -> dict[str, Any]:
    """Return the data of an asset for lists and `--json`. Its `path` is absolute. `used` are the ids of all
    assets that the film uses.
    """
    path = get_asset_path(studio.require_project().paths, asset)
    parse_stream_facts(asset.facts)  # Raises an error if the stored facts are invalid.
    row = {each.name: getattr(asset, each.name) for each in fields(asset)}
    row |= {key: format_ratio(value) for key, value in row.items() if isinstance(value, Fraction)}
    return {
        **row,
        "kind": asset.kind.value,
        "facts": json.loads(asset.facts),
        "path": str(path),
        "online": path.is_file(),
        "used": asset.id in used,
    }


def _collect_used_asset_ids(studio: Studio) -> set[str]:
    snapshot = studio.take_snapshot()
    return {
        use.asset
        for use in list_all_media_uses(
            snapshot.story, snapshot.cuts, studio.require_project().facts.list_masks()
        )
    }


class AssetListArgs(Args):
    all: bool = arg(False, description="list takes, boards and masks too")


def _list_assets(studio: Studio, args: AssetListArgs) -> Outcome:
    used = _collect_used_asset_ids(studio)
    listed = _list_added_assets(studio, all=args.all)
    rows = [build_asset_row(studio, asset, used) for asset in listed]
    return Outcome(data=rows, columns=("id", "kind", "name", "frames", "width", "height", "online", "used"))


def _list_added_assets(studio: Studio, *, all: bool = False) -> list[Asset]:
    """Return the assets that the user added. If `all` is True, return every asset. Assets in the bin are left
    out.
    """
    story = studio.take_snapshot().story
    made = {take.asset for take in story.takes} | {shot.board for shot in story.shots if shot.board}
    made |= {take.asset for take in story.line_takes}
    made |= {mask.asset for mask in studio.require_project().facts.list_masks()}
    return [asset for asset in story.assets if not asset.binned and (all or asset.id not in made)]


class AssetAddArgs(Args):
    file: str = arg(description="a video, picture, sound or LUT (.cube), a folder of them, or plate.%04d.png")
    more: tuple[str, ...] = arg((), description="more files and folders")
    link: bool = arg(False, description="link to the file instead of copying it")
    sequence: bool = arg(False, description="import numbered pictures as one clip")
    stills: bool = arg(False, description="import numbered pictures of a folder as single pictures")
    rate: str = arg("", description="frames per second of an image sequence (default: the film's)")
    prepare: bool = arg(True, description="queue jobs that make thumbnails, waveform and proxy")


def _add_media(studio: Studio, args: AssetAddArgs) -> Outcome:
    if args.sequence and args.stills:
        raise BadInput("pictures are imported as a sequence or one by one, not both", "leave --stills out")
    places = [parse_user_path(file).absolute() for file in (args.file, *args.more)]
    found = [
        one
        for place in places
        for one in media_files.find_importable_media(place, sequence=args.sequence, stills=args.stills)
    ]
    rate = parse_rate(args.rate) if args.rate else studio.take_snapshot().story.project.rate
    arrived = imports.add_all_media(studio, found, rate, link=args.link)
    assets = list(arrived.assets)
    if len(found) == 1 and arrived.problems:
        raise arrived.problems[0][1]
    if not assets:
        where = places[0] if len(places) == 1 else f"{len(places)} places"
        raise BadInput(
            f"none of the {len(found)} files in {where} could be added", arrived.problems[0][1].message
        )
    later = _queue_preparation(studio, assets) if args.prepare else ""
    rows = [build_asset_row(studio, asset, set()) for asset in assets]
    known = [note for asset in assets for note in _collect_media_warnings(asset)]
    if len(found) == 1:
        kind = "image sequence" if found[0].run else assets[0].kind.value
        return Outcome(data=rows[0], text="\n".join(known), message=f"added {assets[0].name} ({kind}){later}")
    problems = [
        {"file": str(path), "message": error.message, "hint": error.hint} for path, error in arrived.problems
    ]
    problems_told = [each["message"] for each in problems]
    failed = f", {len(problems_told)} failed" if problems_told else ""
    message = f"added {format_count(len(assets), 'file')}{failed}{later}"
    return Outcome(
        data={"assets": rows, "problems": problems}, text="\n".join([*problems_told, *known]), message=message
    )


def _collect_media_warnings(asset: Asset) -> list[str]:
    """Return warnings about properties of a file that the user may not expect."""
    streams = parse_stream_facts(asset.facts)
    notes = [f"{asset.name}: {streams.trouble}"] if streams.trouble else []
    if streams.picture is not None and streams.picture.hdr_name:
        notes.append(f"{asset.name} is {streams.picture.hdr_name}: films are SDR, no tone mapping")
    return notes


def _queue_preparation(studio: Studio, assets: list[Asset]) -> str:
    """Queue the jobs that make thumbnails, waveforms and proxies.

    If the queue is unavailable, return the reason as text instead of raising, so that the media are added
    anyway.
    """
    try:
        preparation.queue_preparation(studio, assets)
    except Unavailable as error:
        return f"; thumbnails are not queued: {error.message}"
    return ""


class AssetPrepareArgs(Args):
    ids: tuple[str, ...] = arg((), description="assets by id or name (default: all that were added)")
    detach: bool = arg(False, description="queue the work and return at once")


def _prepare_assets(studio: Studio, args: AssetPrepareArgs) -> Outcome:
    assets = [find_asset(studio, name) for name in args.ids] or _list_added_assets(studio)
    ids = preparation.queue_preparation(studio, assets) if assets else []
    return finish_queue_command(studio, ids, None, detach=args.detach, what="file")


class AssetCheckArgs(Args):
    ids: tuple[str, ...] = arg((), description="assets by id or name (default: all films and sounds)")


def _check_assets(studio: Studio, args: AssetCheckArgs) -> Outcome:
    """Decode each file completely, and store the damaged ranges with the asset."""
    assets = [find_asset(studio, name) for name in args.ids] or _list_added_assets(studio, all=True)
    rows = damage_check.check_media(studio, assets)
    damaged = [row for row in rows if row["damaged"] or row["damaged_sound"] or not row["looked"]]
    files = format_count(len(rows), "file")
    message = (
        f"{len(damaged)} of {files} can't be read completely"
        if damaged
        else f"{files} can be read completely"
    )
    text = "\n".join(f"{row['name']}: {row['trouble']}" for row in damaged)
    return Outcome(data=rows, text=text, message=message)


class AssetIdArgs(Args):
    id: str = arg(description="an asset (its id or name)")


def find_asset(studio: Studio, name: str) -> Asset:
    """Find an asset by id or file name. An asset in the bin is found only if no other asset matches. Raises
    NotFound, Ambiguous.
    """
    asset = find_asset_by_name(studio.take_snapshot().story.assets, name, binned=True)
    if asset is None:
        raise NotFound(f"there is no asset “{name}”", "milimo asset list lists the assets")
    return asset


def _show_asset(studio: Studio, args: AssetIdArgs) -> Outcome:
    asset = find_asset(studio, args.id)
    snapshot = studio.take_snapshot()
    row = build_asset_row(studio, asset, _collect_used_asset_ids(studio))
    made_by = provenance.read_provenance(studio.require_project(), asset=asset.id)
    uses = list_media_uses(
        snapshot.story, snapshot.cuts, asset.id, studio.require_project().facts.list_masks()
    )
    streams = parse_stream_facts(asset.facts)
    done = describe_conform_changes(streams, _get_conform_target(snapshot))
    facts_shown = {
        **{key: value for key, value in row.items() if key not in ("facts", "used")},
        "streams": _format_streams(streams),
        **_list_sound_streams(streams),
        "in the cut": "; ".join(done),
        "used": "; ".join(use.what for use in uses) or "not yet",
        "trouble": streams.trouble,
        **provenance.describe_provenance(made_by),
    }
    text = "\n".join(f"{key:<12}{value}" for key, value in facts_shown.items() if value not in ("", None))
    where = [{"what": use.what, "cut": use.cut, "clip": use.clip} for use in uses]
    data = {**row, "uses": where, "conformed": list(done), "made": made_by}
    return Outcome(data=data, text=text)


def _get_conform_target(snapshot: FilmSnapshot) -> ConformTarget:
    """Return the frame rate, size and sample rate to which sources are converted. These are the values of the
    current cut, or of the film if there is no cut.
    """
    asks = snapshot.cut or snapshot.story.project
    return ConformTarget(asks.rate, asks.width, asks.height, asks.sample_rate)


def _format_streams(streams: StreamFacts) -> str:
    """Format the streams of a file: `h264 High yuv420p 25/1, bt709 tv; aac 48000 Hz stereo`."""
    parts = []
    if streams.picture is not None:
        one = streams.picture
        rate = format_ratio(one.rate) if one.rate else ""
        parts.append(
            " ".join(filter(None, (one.codec, one.profile, one.pixels, rate, one.matrix, one.range)))
        )
    parts += [f"{one.codec} {one.sample_rate} Hz {format_sound_layout(one)}" for one in streams.sounds]
    return "; ".join(parts)


def _list_sound_streams(streams: StreamFacts) -> dict[str, str]:
    """Return a line for each sound stream of a file with several streams, or with more than two channels:
    `stream 2: aac 48000 Hz mono, “Lavalier”, eng`. The tracks of a recorder follow, such as `channel 3:
    Boom`.
    """
    if len(streams.sounds) < 2 and all(one.channels <= 2 for one in streams.sounds):
        return {}
    lines = {f"stream {number}": describe_sound(one) for number, one in enumerate(streams.sounds, 1)}
    tracks = streams.sounds[0].tracks
    return lines | {f"channel {number}": name for number, name in enumerate(tracks, 1) if name}


class AssetRelinkArgs(Args):
    id: str = arg(description="an asset whose file is missing (its id or name), or all")
    file: str = arg(description="the file at its new place, or a folder to search")
    by: Literal["hash", "name", "path"] = arg(
        "hash", description="hash: only identical files; name: files of that name; path: the given file"
    )


def _relink_assets(studio: Studio, args: AssetRelinkArgs) -> Outcome:
    place = parse_user_path(args.file).absolute()
    if args.id == "all":
        found, left = relink.relink_all_assets(studio, place, args.by)
        rows = [build_asset_row(studio, one.asset, set()) for one in found]
        lost = [{"id": one.id, "name": one.name, "path": one.path} for one in left]
        message = f"{format_count(len(found), 'file')} online again"
        message += f", {len(left)} not found" if left else ""
        return Outcome(
            data={"relinked": rows, "offline": lost},
            text="\n".join(f"not found: {one.name}" for one in left),
            message=message,
        )
    done = relink.relink_asset(studio, find_asset(studio, args.id), place, args.by)
    note = f": {done.note}" if done.note else ""
    return Outcome(
        data=build_asset_row(studio, done.asset, set()), message=f"{done.asset.name} is online{note}"
    )


def _delete_asset(studio: Studio, args: AssetIdArgs) -> Outcome:
    asset = find_asset(studio, args.id)
    if asset.id in _collect_used_asset_ids(studio):
        snapshot = studio.take_snapshot()
        first = list_media_uses(
            snapshot.story, snapshot.cuts, asset.id, studio.require_project().facts.list_masks()
        )[0]
        raise BadInput(f"{asset.name} is in use: {first.what}", "milimo asset show lists every use")
    studio.require_project().bin.put_asset(asset.id)
    return Outcome(data={"id": asset.id}, message=f"{asset.name} is in the bin")


COMMANDS = (
    Command(
        "asset.list",
        "List media",
        "list the media of the film",
        _list_assets,
        AssetListArgs,
        refuse_without_film,
        cli="asset list",
    ),
    Command(
        "asset.add",
        "Add media",
        "add files, folders or an image sequence to the film",
        _add_media,
        AssetAddArgs,
        refuse_without_film,
        cli="asset add",
        positional=("file", "more"),
    ),
    Command(
        "asset.prepare",
        "Prepare media",
        "queue jobs that make thumbnails, waveforms and proxies",
        _prepare_assets,
        AssetPrepareArgs,
        refuse_without_film,
        cli="asset prepare",
        positional=("ids",),
    ),
    Command(
        "asset.check",
        "Check media",
        "decode files completely and report damage",
        _check_assets,
        AssetCheckArgs,
        refuse_without_film,
        cli="asset check",
        positional=("ids",),
    ),
    Command(
        "asset.show",
        "Show media file",
        "show the properties of a media file",
        _show_asset,
        AssetIdArgs,
        refuse_without_film,
        cli="asset show",
        positional=("id",),
    ),
    Command(
        "asset.relink",
        "Relink media",
        "find a missing file by hash, name or path",
        _relink_assets,
        AssetRelinkArgs,
        refuse_without_film,
        cli="asset relink",
        positional=("id", "file"),
    ),
    Command(
        "asset.delete",
        "Delete media",
        "move a media file to the bin",
        _delete_asset,
        AssetIdArgs,
        refuse_without_film,
        cli="asset delete",
        positional=("id",),
    ),
)
