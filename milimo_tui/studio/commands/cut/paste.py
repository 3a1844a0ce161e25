"""Clipboard commands over several tracks: copy, cut, paste, paste attributes, duplicate; and close gaps."""

from __future__ import annotations

from milimo_tui.core.errors import BadInput, Damaged
from milimo_tui.core.format import format_count
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import format_timecode
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.cut.edit import edits
from milimo_tui.cut.values.cut import Cut, TrackKind
from milimo_tui.cut.values.pieces import Pieces, connect_pieces
from milimo_tui.cut.values.pieces_text import pieces_from_json, pieces_to_json
from milimo_tui.studio.commands.cut.current_cut import (
    edit_cut,
    find_clip,
    find_track,
    get_clip_name,
    get_current_cut,
    make_current_media_length_lookup,
    make_cut_command,
    parse_cut_frame,
)
from milimo_tui.studio.commands.cut.edits import resolve_cut_range
from milimo_tui.studio.cuts import clipboard
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio


class ClipCopyArgs(Args):
    start: str = arg("", description="start, a timecode or frame (default: mark in)")
    end: str = arg("", description="end, a timecode or frame, exclusive (default: mark out)")
    tracks: tuple[str, ...] = arg((), description="only these tracks (default: all)")
    clips: tuple[str, ...] = arg((), description="these clips instead of a range (ids, or 3B)")
    letter: str = arg("", description="letter of a register to copy into as well")


def _collect_copied_pieces(studio: Studio, args: ClipCopyArgs) -> Pieces:
    cut = get_current_cut(studio)
    if len(args.letter) > 1 or not ((args.letter.isascii() and args.letter.isalpha()) or not args.letter):
        raise BadInput("the name of a register is one letter", "for example a")
    if args.clips:
        if args.start or args.end or args.tracks:
            raise BadInput("copy clips or a range, not both", "leave one of them out")
        return edits.copy_clips(cut, [find_clip(studio, name).id for name in args.clips])
    start, end = resolve_cut_range(studio, args.start, args.end)
    return edits.copy_range(cut, start, end, [find_track(cut, name).id for name in args.tracks])


def _describe_piece_count(pieces: Pieces) -> str:
    count = len(pieces.clips)
    letters = {TrackKind.VIDEO: "V", TrackKind.AUDIO: "A"}
    rows = ", ".join(f"{letters[row.kind]}{row.index + 1}" for row in pieces.rows)
    return f"{format_count(count, 'clip')} of {rows}, {format_timecode(pieces.frames, pieces.rate)} long"


def _describe_copied_pieces(studio: Studio, pieces: Pieces) -> str:
    """Describe copied clips in a few words. A single clip is described by its name (“1B”, “12 f of 1B”),
    several clips by their number (“4 clips of V1, 00:00:17:00 long”).
    """
    if len(pieces.clips) != 1:
        return _describe_piece_count(pieces)
    piece = pieces.clips[0]
    whole = any(clip.id == piece.id and clip.frames == piece.frames for clip in get_current_cut(studio).clips)
    part = "" if whole else f"{piece.frames} f of "
    return f"{part}{get_clip_name(studio, piece)}"


def _copy_pieces(studio: Studio, args: ClipCopyArgs) -> Outcome:
    pieces = _collect_copied_pieces(studio, args)
    clipboard.copy_pieces(studio, args.letter, pieces)
    return Outcome(
        data={"letter": args.letter, "pieces": pieces_to_json(pieces)},
        message=f"copied {_describe_piece_count(pieces)}",
    )


class ClipCutArgs(ClipCopyArgs):
    lift: bool = arg(False, description="leave a gap instead of closing it")


def _cut_pieces(studio: Studio, args: ClipCutArgs) -> Outcome:
    """Copy clips or a range to the clipboard and remove them from the cut, as one edit."""
    pieces, cut = _collect_copied_pieces(studio, args), get_current_cut(studio)
    label = f"{'lift' if args.lift else 'extract'} {_describe_copied_pieces(studio, pieces)}"
    if args.clips:
        act = edits.lift_clip if args.lift else edits.delete_clip
        chosen = [find_clip(studio, name).id for name in args.clips]

        def change(cut: Cut) -> Cut:
            for clip_id in dict.fromkeys(chosen):
                # A linked clip may have been removed already, together with the clip that it is linked to.
                if any(clip.id == clip_id for clip in cut.clips):
                    cut = act(cut, clip_id, new_id=new_id)
            return cut
    else:
        start, end = resolve_cut_range(studio, args.start, args.end)
        tracks = [find_track(cut, name).id for name in args.tracks]

        def change(cut: Cut) -> Cut:
            take = edits.lift_range if args.lift else edits.extract_range
            return take(cut, start, end, new_id=new_id, tracks=tracks)

    done = edit_cut(studio, label, change)
    clipboard.copy_pieces(studio, args.letter, pieces)
    return done


class ClipPasteArgs(Args):
    at: str = arg("", description="a timecode or frame (default: the playhead)")
    track: str = arg("", description="track of the lowest row (default: V1, or A1 for sound only)")
    letter: str = arg("", description="letter of a register (default: the last copy)")
    overwrite: bool = arg(False, description="overwrite instead of inserting")
    connected: bool = arg(False, description="on free picture tracks: connect it to the clip below")
    pieces: str = arg("", description="JSON of clips, as printed by milimo cut copy --json")


def _paste_pieces(studio: Studio, args: ClipPasteArgs) -> Outcome:
    cut, at = get_current_cut(studio), parse_cut_frame(studio, args.at)
    pieces = _parse_pieces(args.pieces) if args.pieces else clipboard.get_register_pieces(studio, args.letter)
    pieces = connect_pieces(pieces) if args.connected else pieces
    snapshot, bounds = studio.take_snapshot(), make_current_media_length_lookup(studio)
    clipboard.require_sources(pieces, cut, snapshot.story, snapshot.cuts)
    picture = any(row.kind is TrackKind.VIDEO for row in pieces.rows)
    track = find_track(cut, args.track or ("V1" if picture else "A1"))
    return edit_cut(
        studio,
        f"paste {_describe_piece_count(pieces)} at {format_timecode(at, cut.rate)}",
        lambda cut: edits.paste_pieces(
            cut, pieces, at, track.id, overwrite=args.overwrite, new_id=new_id, bounds=bounds
        ),
    )


def _parse_pieces(text: str) -> Pieces:
    try:
        pieces = pieces_from_json(parse_untrusted_json(text))
    except (ValueError, Damaged) as error:
        why = error if isinstance(error, Damaged) else "it is not JSON"
        raise BadInput(f"that can't be pasted: {why}", "milimo cut copy --json shows the format") from None
    if not pieces.rows:
        raise BadInput("the pasted text contains no clips", "milimo cut copy --json shows the format")
    return pieces


class ClipDuplicateArgs(Args):
    clip: str = arg(description="a clip (its id, 3B, or its name)")
    at: str = arg("", description="position: a timecode or frame (default: after itself)")
    track: str = arg("", description="the target track (default: its own)")
    overwrite: bool = arg(False, description="overwrite instead of inserting")


def _duplicate_clip(studio: Studio, args: ClipDuplicateArgs) -> Outcome:
    cut, clip = get_current_cut(studio), find_clip(studio, args.clip)
    name, bounds = get_clip_name(studio, clip), make_current_media_length_lookup(studio)
    if not args.at and not args.track:
        return edit_cut(
            studio, f"duplicate {name}", lambda cut: edits.duplicate_clip(cut, clip.id, new_id=new_id)
        )
    at = parse_cut_frame(studio, args.at)
    track = find_track(cut, args.track).id if args.track else None
    return edit_cut(
        studio,
        f"duplicate {name} to {format_timecode(at, cut.rate)}",
        lambda cut: edits.duplicate_clip_to(
            cut, clip.id, at, track=track, overwrite=args.overwrite, new_id=new_id, bounds=bounds
        ),
    )


class AttributesArgs(Args):
    clip: str = arg(description="the source clip (its id, or 3B)")
    to: tuple[str, ...] = arg(description="the target clips")
    what: tuple[str, ...] = arg(
        ("level", "fades", "effects"), description="level, fades, mute, effects, speed, or effects by name"
    )


def _paste_attributes(studio: Studio, args: AttributesArgs) -> Outcome:
    clip, bounds = find_clip(studio, args.clip), make_current_media_length_lookup(studio)
    targets = [find_clip(studio, name) for name in args.to]
    names = ", ".join(get_clip_name(studio, each) for each in targets)
    return edit_cut(
        studio,
        f"{', '.join(args.what)} of {get_clip_name(studio, clip)} for {names}",
        lambda cut: edits.paste_attributes(
            cut, clip.id, [each.id for each in targets], args.what, new_id=new_id, bounds=bounds
        ),
    )


class GapCloseArgs(Args):
    track: str = arg("V1", description="a track (its name or id)")
    at: str = arg("", description="a timecode or frame in the gap (default: the playhead)")


def _close_one_gap(studio: Studio, args: GapCloseArgs) -> Outcome:
    track, at = find_track(get_current_cut(studio), args.track), parse_cut_frame(studio, args.at)
    return edit_cut(
        studio,
        f"close the gap on {track.name}",
        lambda cut: edits.close_gap(cut, track.id, at, new_id=new_id),
    )


class GapTrackArgs(Args):
    track: str = arg("V1", description="a track (its name or id)")


def _close_track_gaps(studio: Studio, args: GapTrackArgs) -> Outcome:
    track = find_track(get_current_cut(studio), args.track)
    return edit_cut(
        studio,
        f"close the gaps on {track.name}",
        lambda cut: edits.close_all_gaps(cut, track.id, new_id=new_id),
    )


PASTES: tuple[Command, ...] = (
    make_cut_command(
        "copy", "Copy clips", "copy a range or some clips, of any tracks", _copy_pieces, ClipCopyArgs
    ),
    make_cut_command(
        "cut", "Cut out", "copy a range or some clips, and remove them", _cut_pieces, ClipCutArgs
    ),
    make_cut_command(
        "paste", "Paste clips", "paste what was copied, at a frame", _paste_pieces, ClipPasteArgs
    ),
    make_cut_command(
        "duplicate",
        "Duplicate clip",
        "duplicate a clip, after itself or at a position",
        _duplicate_clip,
        ClipDuplicateArgs,
        "clip",
    ),
    make_cut_command(
        "paste_attributes",
        "Paste attributes",
        "apply the effects and levels of a clip to others",
        _paste_attributes,
        AttributesArgs,
        "clip",
        "to",
    ),
    make_cut_command("close_gap", "Close gap", "close the gap at a frame", _close_one_gap, GapCloseArgs),
    make_cut_command(
        "close_gaps", "Close gaps", "close all gaps of a track", _close_track_gaps, GapTrackArgs
    ),
)
