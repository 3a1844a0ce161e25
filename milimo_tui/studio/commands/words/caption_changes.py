"""Commands that change single captions: add, set, split, merge, shift and delete them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_count
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import parse_time
from milimo_tui.cut.values.captions import CaptionPlace
from milimo_tui.cut.values.cut import Cut
from milimo_tui.cut.words import caption_edits
from milimo_tui.studio.commands.cut.current_cut import edit_cut, get_current_cut
from milimo_tui.studio.commands.words.caption_notes import list_caption_notes
from milimo_tui.studio.commands.words.named_captions import (
    TrackArgs,
    build_track_outcome,
    find_captions,
    make_caption_command,
    parse_caption_shift,
    parse_caption_time,
    shorten_caption,
)
from milimo_tui.studio.registry.args import arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.render.script_captions import DEFAULT_TRACK, make_new_caption
from milimo_tui.studio.session.studio import Studio


class CaptionAddArgs(TrackArgs):
    text: str = arg(description="the words", verbatim=True)
    at: str = arg("", description="start: seconds, a timecode or frames (default: the playhead)")
    length: str = arg("2s", description="duration: 2s or a timecode")
    speaker: str = arg("", longest=200, description="the speaker", one_line=True)


def _add_caption(studio: Studio, args: CaptionAddArgs) -> Outcome:
    cut = get_current_cut(studio)
    start = parse_caption_time(cut, args.at)
    caption = make_new_caption(
        start, start + parse_time(args.length, cut.rate), args.text, speaker=args.speaker
    )
    name = args.track or (cut.caption_tracks[0].name if cut.caption_tracks else DEFAULT_TRACK)

    def add(cut: Cut) -> Cut:
        if not args.track and not cut.caption_tracks:
            cut = caption_edits.add_caption_track(cut, (), name=name, new_id=new_id)
        track = caption_edits.find_caption_track(cut, name)
        return caption_edits.add_caption(cut, track.id, caption, new_id=new_id)

    outcome = edit_cut(studio, f"caption “{shorten_caption(caption)}”", add)
    after = get_current_cut(studio)
    added = {each.id for each in after.captions} - {each.id for each in cut.captions}
    track = caption_edits.find_caption_track(after, name).id
    notes = list_caption_notes(cut, after, track, added)
    return build_track_outcome(studio, name, "; ".join([outcome.message, *notes]), notes=notes)


class CaptionSetArgs(TrackArgs):
    ONE_OF = ("text", "start", "end", "speaker", "place")

    caption: str = arg(description="a caption, by number or id")
    text: str | None = arg(None, description="the words; <i>, <b> and <u> are styles", verbatim=True)
    start: str | None = arg(None, description="start: seconds such as 12.4s, a timecode or frames")
    end: str | None = arg(None, description="end: seconds such as 14s, a timecode or frames")
    speaker: str | None = arg(None, longest=200, description="the speaker; empty: none", one_line=True)
    place: CaptionPlace | None = arg(None, description="part of the picture; empty: as all captions")


def _set_caption(studio: Studio, args: CaptionSetArgs) -> Outcome:
    cut = get_current_cut(studio)
    (found,) = _find_single_caption(cut, args.caption, args.track)
    given: dict[str, Any] = args.given("caption", "track", "start", "end")
    for name in ("start", "end"):
        text = getattr(args, name)
        if text is not None:
            given[name] = parse_caption_time(cut, text)
    return _move_captions(
        studio,
        found.track,
        f"change the caption “{shorten_caption(found)}”",
        {found.id},
        lambda cut: caption_edits.set_caption(cut, found.id, **given),
    )


class CaptionSplitArgs(TrackArgs):
    caption: str = arg(description="a caption, by number or id")
    word: int | None = arg(
        None, ge=2, le=1000, description="number of the word that begins the second caption"
    )


def _split_caption(studio: Studio, args: CaptionSplitArgs) -> Outcome:
    (found,) = _find_single_caption(get_current_cut(studio), args.caption, args.track)
    return _edit_caption(
        studio,
        found.track,
        f"split the caption “{shorten_caption(found)}”",
        lambda cut: caption_edits.split_caption(cut, found.id, args.word, new_id=new_id),
    )


class CaptionNamesArgs(TrackArgs):
    captions: tuple[str, ...] = arg(description="captions, by number, range (2..5) or id")


def _merge_captions(studio: Studio, args: CaptionNamesArgs) -> Outcome:
    found = find_captions(get_current_cut(studio), args.captions, args.track)
    return _edit_caption(
        studio,
        found[0].track,
        f"merge {format_count(len(found), 'caption')}",
        lambda cut: caption_edits.merge_captions(cut, [each.id for each in found]),
    )


class CaptionShiftArgs(TrackArgs):
    by: str = arg(description="time with a sign: +1.5s, -12 (frames) or +1:00")
    captions: tuple[str, ...] = arg((), description="captions, by number, range or id (default: all)")


def _shift_captions(studio: Studio, args: CaptionShiftArgs) -> Outcome:
    cut = get_current_cut(studio)
    track = caption_edits.find_caption_track(cut, args.track)
    found = (
        find_captions(cut, args.captions, args.track)
        if args.captions
        else caption_edits.list_track_captions(cut, track.id)
    )
    seconds = parse_caption_shift(cut, args.by)
    ids = {each.id for each in found}
    return _move_captions(
        studio,
        found[0].track if found else track.id,
        f"shift {format_count(len(found), 'caption')}",
        ids,
        lambda cut: caption_edits.shift_captions(cut, ids, seconds),
    )


class CaptionDeleteArgs(TrackArgs):
    ONE_OF = ("captions", "all")

    captions: tuple[str, ...] = arg((), description="captions, by number, range or id")
    all: bool = arg(False, description="delete all captions of the track, and the track")


def _delete_captions(studio: Studio, args: CaptionDeleteArgs) -> Outcome:
    cut = get_current_cut(studio)
    if args.all:
        if args.captions:
            raise BadInput("--all deletes every caption", "leave the captions or --all out")
        track = caption_edits.find_caption_track(cut, args.track)
        return edit_cut(
            studio,
            f"delete the captions “{track.name}”",
            lambda cut: caption_edits.remove_caption_track(cut, track.id),
        )
    found = find_captions(cut, args.captions, args.track)
    return _edit_caption(
        studio,
        found[0].track,
        f"delete {format_count(len(found), 'caption')}",
        lambda cut: caption_edits.remove_captions(cut, [each.id for each in found]),
    )


def _find_single_caption(cut: Cut, name: str, track: str) -> tuple[Any, ...]:
    found = find_captions(cut, (name,), track)
    if len(found) != 1:
        raise BadInput("this names several captions", "name one caption")
    return found


def _edit_caption(studio: Studio, track: str, label: str, change: Any) -> Outcome:
    outcome = edit_cut(studio, label, change)
    return build_track_outcome(studio, track, outcome.message)


def _move_captions(
    studio: Studio, track: str, label: str, ids: set[str], change: Callable[[Cut], Cut]
) -> Outcome:
    """Apply an edit that may move the captions `ids` of a track. The message describes the consequences for
    their numbers and their neighbours.
    """
    before = get_current_cut(studio)
    outcome = edit_cut(studio, label, change)
    notes = list_caption_notes(before, get_current_cut(studio), track, ids)
    return build_track_outcome(studio, track, "; ".join([outcome.message, *notes]), notes=notes)


CHANGES: tuple[Command, ...] = (
    make_caption_command(
        "add", "Add a caption", "add a caption at a time", _add_caption, CaptionAddArgs, "text"
    ),
    make_caption_command(
        "set",
        "Set caption",
        "change the words, times, speaker or place of a caption",
        _set_caption,
        CaptionSetArgs,
        "caption",
    ),
    make_caption_command(
        "split", "Split a caption", "split a caption in two", _split_caption, CaptionSplitArgs, "caption"
    ),
    make_caption_command(
        "merge",
        "Merge captions",
        "merge neighbouring captions",
        _merge_captions,
        CaptionNamesArgs,
        "captions",
    ),
    make_caption_command(
        "shift",
        "Shift captions",
        "move captions in time",
        _shift_captions,
        CaptionShiftArgs,
        "by",
        "captions",
    ),
    make_caption_command(
        "delete", "Delete captions", "delete captions", _delete_captions, CaptionDeleteArgs, "captions"
    ),
)
