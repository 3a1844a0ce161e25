"""Export a cut as CMX 3600 edit decision lists. The first list contains the lowest video track and the sound
tracks A1 and A2. Each other track has a list of its own.

Record times are non-drop timecode at the cut's rate and start at 00:00:00:00. Source times are the timecode
of each source's file, at the rate of that file. `losses` lists the data that an EDL cannot represent.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from milimo_tui.core.errors import Refused
from milimo_tui.core.time import format_rate, get_timecode_base
from milimo_tui.cut.values.cut import Cut, Marker
from milimo_tui.cut.values.transition_kinds import get_transition_facts
from milimo_tui.interchange.values.bundle import CutBundle
from milimo_tui.interchange.values.colours import find_otio_colour
from milimo_tui.interchange.values.event_list import (
    TrackEvent,
    TrackEventList,
    clean_to_one_line,
    compute_source_range,
    list_clip_markers,
    list_cut_markers,
    list_track_events,
    split_by_track_kind,
)
from milimo_tui.interchange.values.source_times import (
    TIMECODE_RATES,
    format_source_timecode,
    get_source_rate,
)


def write_edl(bundle: CutBundle) -> dict[str, str]:
    """Return the texts of the edit decision lists. The key of each is added to the file name before its
    suffix: "" for the first list, then "V2", "A3" and so on by the positions of the tracks. Names of tracks
    are not used as keys, because two names may give the same file name.

    Raises Refused for a rate that has no timecode.
    """
    cut = bundle.cut
    if cut.rate not in TIMECODE_RATES:
        raise Refused(
            f"an EDL can't have timecode at {format_rate(cut.rate)} frames a second",
            "export an .otio instead",
        )
    pictures, sounds = split_by_track_kind(list_track_events(bundle, cut))
    main = [(row, "V") for row in pictures[:1]] + list(zip(sounds[:2], ("A", "A2"), strict=False))
    out = {"": _format_edl(cut, cut.name, main, list_cut_markers(cut))}
    others = [(f"V{place}", "V", row) for place, row in enumerate(pictures[1:], 2)]
    others += [(f"A{place}", "A", row) for place, row in enumerate(sounds[2:], 3)]
    for key, channel, row in others:
        if row.events:
            out[key] = _format_edl(cut, f"{cut.name} {row.track.name}", [(row, channel)], [])
    return out


def _format_edl(cut: Cut, title: str, rows: list[tuple[TrackEventList, str]], markers: list[Marker]) -> str:
    lines = [f"TITLE: {clean_to_one_line(title)}", "FCM: NON-DROP FRAME", ""]
    reels: dict[str, str] = {}
    number = 0
    for row, channel in rows:
        left: TrackEvent | None = None
        for event in row.events:
            number += 1
            own = [each for each in markers if channel == "V" and event.start <= each.frame < event.end]
            lines += _format_edl_event(cut, number, channel, event, left, reels, own)
            left = event
    return "\n".join(lines) + "\n"


def _format_edl_event(
    cut: Cut,
    number: int,
    channel: str,
    event: TrackEvent,
    left: TrackEvent | None,
    reels: dict[str, str],
    markers: list[Marker],
) -> list[str]:
    """Return the lines of one event. `left` is the event before it. If a transition joins both, it is written
    in the lines of this event, which then starts together with the transition.
    """
    join = event.before if left is not None else None
    early = join.frames // 2 if join is not None else 0
    short = event.after.frames // 2 if event.after is not None else 0
    start, end = event.start - early, max(event.start - early + 1, event.end - short)
    reel = _choose_reel_name(event, reels)
    record = [_format_edl_timecode(frame, cut) for frame in (start, end)]
    source = _format_source_times(cut, event, early, end - event.end)
    lines = []
    if join is not None and left is not None:
        last = _format_source_times(cut, left, 0, -early)[1]
        left_reel = _choose_reel_name(left, reels)
        lines.append(_format_edl_line(number, left_reel, channel, "C", [last, last, record[0], record[0]]))
        edit = f"{get_transition_facts(join.kind).edl_code:4} {join.frames:03d}"
        lines.append(_format_edl_line(number, reel, channel, edit, [*source, *record]))
        lines += _format_name_lines(left, "FROM")
        lines += _format_name_lines(event, "TO")
        lines += [f"* TO FILE: {event.medium.path}"] if event.medium.path else []
    else:
        lines.append(_format_edl_line(number, reel, channel, "C", [*source, *record]))
        if not event.is_gap:
            lines += _format_name_lines(event, "FROM")
            lines += [f"* FROM FILE: {event.medium.path}"] if event.medium.path else []
    lines += _format_motion_lines(cut, event, reel, source)
    located = [(each.frame, each) for each in markers]
    located += [(event.start + each.frame, each) for each in list_clip_markers(cut, event.clip)]
    for frame, marker in located:
        words = clean_to_one_line(marker.text or marker.name, "").upper()
        lines.append(
            f"* LOC: {_format_edl_timecode(frame, cut)} {find_otio_colour(marker.colour):7} {words}".rstrip()
        )
    return lines


def _format_name_lines(event: TrackEvent, end: str) -> list[str]:
    """Return the comments that name an event's clip and its file, by which other programs find the file."""
    lines = [f"* {end} CLIP NAME:  {event.name}"]
    file_name = clean_to_one_line(event.medium.file_name, "")
    return [*lines, f"* SOURCE FILE: {file_name}"] if file_name else lines


def _format_source_times(cut: Cut, event: TrackEvent, head: int, tail: int) -> list[str]:
    """Return the timecodes of the first frame and the end frame of an event's source. `head` and `tail` are
    the numbers of frames of the cut by which transitions lengthen the event.
    """
    rate = get_source_rate(event.medium, cut.rate)
    if event.is_gap:
        times = 0, event.frames + head + tail
    else:
        times = compute_source_range(event.clip, event.medium, cut.rate, head, tail, source_rate=rate)
    return [format_source_timecode(frame, rate, drops=event.medium.drops) for frame in times]


def _format_edl_line(number: int, reel: str, channel: str, edit: str, codes: list[str]) -> str:
    return f"{number:03d}  {reel:8} {channel:5} {edit:8} {' '.join(codes)}"


def _format_motion_lines(cut: Cut, event: TrackEvent, reel: str, source: list[str]) -> list[str]:
    """Return the line M2 of an event whose source does not run frame by frame with the cut: the number of
    frames of the source in a second, and the timecode at which the source begins to run.
    """
    speed = event.clip.effects.speed
    rate = get_source_rate(event.medium, cut.rate)
    if event.is_gap or (speed == 1 and rate == cut.rate):
        return []
    # Other programs expect colons in this line, also for drop-frame timecode.
    entry = (source[1] if speed < 0 else source[0]).replace(";", ":")
    line = f"M2   {reel:8}  {float(speed * rate):010.5f}   {entry}"
    return [line, "* * FREEZE FRAME"] if speed == 0 else [line]


def _choose_reel_name(event: TrackEvent, reels: dict[str, str]) -> str:
    """Return a reel name of letters, digits and underscores, made from the name of the media. Each file gets
    a name of its own, which `reels` stores. The reel of black is BL.

    The name has eight characters. If another file has this name, it has up to 32, because a number in the
    name of a camera's file may give the name of another of its files.
    """
    if event.is_gap:
        return "BL"
    key = event.medium.path or event.medium.name
    if key not in reels:
        stem = re.sub("[^A-Za-z0-9_]", "", PurePosixPath(event.medium.name).stem)[:32].upper() or "AX"
        reel, number = stem[:8], 2
        used = {*reels.values(), "BL", "BLACK", "BARS"}
        if reel in used:
            reel = stem
        while reel in used:
            reel = f"{stem[:29]}_{number}"
            number += 1
        reels[key] = reel
    return reels[key]


def _format_edl_timecode(frame: int, cut: Cut) -> str:
    """Return the timecode of a frame in non-drop form. It counts frames at the nominal rate: the cut's rate
    rounded to an integer.
    """
    base = get_timecode_base(cut.rate)
    seconds, frames = divmod(frame, base)
    return f"{seconds // 3600 % 24:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{frames:02d}"
