"""Read CMX 3600 edit decision lists and build an OpenTimelineIO timeline, which `otio_in` converts to a cut.

OTIO's adapter is not used for reading, because it refuses a complete list for one line that it cannot read
(docs/decisions/interchange.md). This reader leaves out such a line and reports its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from fractions import Fraction
from typing import Any

import opentimelineio as otio

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import format_rate, get_timecode_base, is_drop_frame
from milimo_tui.interchange.otio.otio_facts import ALIASES, FADE_IN, LINE, TIMES
from milimo_tui.interchange.values.bundle import Medium, SourceTimes
from milimo_tui.interchange.values.media_names import get_last_path_part
from milimo_tui.interchange.values.overlaps import split_overlapping_items
from milimo_tui.interchange.values.source_times import find_source_start, parse_list_timecode

_LEADER_STARTS_AT = Fraction(3, 4)  # A list that starts in the last quarter of an hour has a leader.
_CODE = re.compile(r"[0-9]{1,2}([:;.,])[0-9]{1,2}\1[0-9]{1,2}[:;.,][0-9]{1,3}|[0-9]{1,9}")
_LENGTH = re.compile(r"([0-9]{1,5})(?:\(F\)|F)?", re.IGNORECASE)  # A key that fades has an F in its length.
_LOCATOR = re.compile(r"(\S+)\s+(\w*)\s*(.*)")
_COMMENTS = {
    "FROM CLIP NAME": "name",
    "TO CLIP NAME": "to_name",
    "SOURCE FILE": "source_file",
    "FROM CLIP": "file",
    "FROM FILE": "file",
    "TO FILE": "to_file",
    "OTIO REFERENCE FROM CLIP": "file",
    "OTIO REFERENCE FROM FILE": "file",
    "LOC": "locator",
}
# Reel names that do not name a reel: an auxiliary source, black, and colour bars.
_BLACK = ("BL", "BLACK")
_NO_REEL = ("AX", *_BLACK, "BARS", "NONE", "")
# File names in a comment that name no file.
_NO_FILE = ("(NULL)", "NULL")


@dataclass(frozen=True, slots=True)
class _EventLine:
    """A line of a list that places a source at a time of the cut. `start` and `end` are frames of record
    time. `place` names the line for the user.
    """

    place: str
    number: str
    reel: str
    channels: tuple[str, ...]
    edit: str
    length: int
    source: tuple[str, str]
    start: int
    end: int
    drops: bool


@dataclass(slots=True)
class _EventGroup:
    """The lines of an event, and the comments that follow them. A transition has two lines with the same
    number, of which the first usually has no length.
    """

    lines: list[_EventLine]
    comments: dict[str, list[str]] = field(default_factory=dict)
    speeds: list[tuple[str, str]] = field(default_factory=list)  # Pairs of a reel and a number in a line M2.
    sounds: list[str] = field(default_factory=list)  # The sound tracks of a line AUD.
    is_frozen: bool = False


@dataclass(frozen=True, slots=True)
class _ListedClip:
    """A clip of a list with its name and its file. `transition` is the length of the transition at its
    start in frames. `is_from_black` is True if this transition is a fade from black.
    """

    line: _EventLine
    group: _EventGroup
    name: str
    path: str
    source_file: str
    speed: str
    transition: int
    is_from_black: bool

    @property
    def channels(self) -> tuple[str, ...]:
        """The tracks of the clip. An event without any track is a picture."""
        return (*self.line.channels, *self.group.sounds) or ("V",)


@dataclass(frozen=True, slots=True)
class EdlTimeline:
    """A timeline that was read from a list and its companion lists, and sentences about lines that could not
    be read.
    """

    timeline: Any
    notes: tuple[str, ...]


def read_edl(lists: Mapping[str, str], rate: Fraction) -> EdlTimeline:
    """Return the timeline of a list and its companion lists. `lists` has their texts by the names of the
    companion tracks; the key of the main list is "".

    Raises BadInput if the main list has no events.
    """
    reader = _EdlReader(rate)
    rows: dict[str, list[_ListedClip]] = {}
    for name, text in lists.items():
        for clip in reader.read_list(name, text):
            for channel in [name] if name else clip.channels:
                rows.setdefault(channel, []).append(clip)
    first = _find_start_of_cut(lists[""], rate, rows)
    timeline = otio.schema.Timeline(reader.title)
    for channel, row in rows.items():
        timeline.tracks.extend(reader.build_tracks(channel, row, first))
    return EdlTimeline(timeline, tuple(reader.notes))


def _find_start_of_cut(text: str, rate: Fraction, rows: Mapping[str, list[_ListedClip]]) -> int:
    """Return the record frame at which the cut starts. A list often starts at 01:00:00:00, so this is the
    last full hour before the first event. A list with a leader, such as one from 00:58:00:00, starts with
    its first event.
    """
    hour = _count_frames_per_hour(text, rate)
    first = min((clip.line.start for row in rows.values() for clip in row), default=0)
    return first if first % hour > hour * _LEADER_STARTS_AT else first // hour * hour


def _count_frames_per_hour(text: str, rate: Fraction) -> int:
    """Return the number of frames from 00:00:00:00 to 01:00:00:00 in the record time of a list. At 23.976
    these are not the frames of 3600 seconds.
    """
    codes = re.findall(r"[0-9]:[0-9]{2}([:;])[0-9]{2}\s*$", text, re.MULTILINE)
    drops = is_drop_frame(rate) and (";" in codes or _announces_drop_frame(text))
    return parse_list_timecode("1:00:00:00", rate, drops=drops)


def _announces_drop_frame(text: str) -> bool:
    lines = re.findall(r"^\s*FCM:(.*)", text, re.MULTILINE | re.IGNORECASE)
    return any("NON" not in line.upper() for line in lines)


class _EdlReader:
    """The reader of a list and its companion lists."""

    def __init__(self, rate: Fraction) -> None:
        self.rate = rate
        self.title = ""
        self.notes: list[str] = []
        # The reels of all events by the names of their clips.
        self._reels: dict[str, set[str]] = {}

    def read_list(self, name: str, text: str) -> list[_ListedClip]:
        """Return the clips of a list. Lines that cannot be read are left out and noted."""
        groups = self._group_lines(name, text)
        clips = [clip for group in groups for clip in self._list_clips(group)]
        for clip in clips:
            self._reels.setdefault(clip.name, set()).add(clip.line.reel)
        return clips

    def _group_lines(self, name: str, text: str) -> list[_EventGroup]:
        groups: list[_EventGroup] = []
        drops = is_closed = False
        unknown = ""
        for number, line in enumerate(text.split("\n"), 1):
            line = line.strip()
            place = f"line {number} of {name}" if name else f"line {number}"
            if line.upper().startswith("TITLE:"):
                self.title = self.title or line[len("TITLE:") :].strip()
            elif line.upper().startswith("FCM:"):
                drops = "NON" not in line.upper()
            elif line[:1].isdigit():
                try:
                    event = _parse_event_line(line, place, self.rate, drops=drops)
                except BadInput as error:
                    self.notes.append(f"{place} is left out: {error.message}")
                    groups.append(_EventGroup([]))
                    is_closed = True
                    continue
                if groups and not is_closed and groups[-1].lines[-1].number == event.number:
                    groups[-1].lines.append(event)
                else:
                    groups.append(_EventGroup([event]))
                is_closed = False
            elif line and groups:
                self._add_comment(groups[-1], line, place)
            elif line and not line.startswith(("*", ">", "SPLIT", "M2")):
                unknown = unknown or f"{place} is not an event"
        self._require_fitting_rate(text)
        groups = self._unwrap_midnight([group for group in groups if group.lines])
        if not groups and not name and (unknown or self.notes):
            raise BadInput(unknown or self.notes[0])
        return groups

    def _unwrap_midnight(self, groups: list[_EventGroup]) -> list[_EventGroup]:
        """Return the events of a list whose record times pass midnight, with times that do not begin again
        at 0.
        """
        lines = [line for group in groups for line in group.lines]
        drops = any(line.drops for line in lines)
        day = 24 * parse_list_timecode("1:00:00:00", self.rate, drops=drops)
        has_late_event = any(line.start >= day * 22 // 24 for line in lines)
        if not has_late_event or any(day // 4 <= line.start < day * 18 // 24 for line in lines):
            return groups
        for group in groups:
            group.lines = [
                replace(line, start=line.start + day, end=line.end + day) if line.start < day // 4 else line
                for line in group.lines
            ]
        return groups

    def _require_fitting_rate(self, text: str) -> None:
        """Raise BadInput if the record times of the list show that the list has another rate: many of them
        are drop-frame timecode, or have frame numbers that do not exist at the rate.
        """
        frames = re.findall(r"^\s*[0-9].*[0-9]:[0-9]{2}:[0-9]{2}([:;])([0-9]{2,3})\s*$", text, re.MULTILINE)
        base = get_timecode_base(self.rate)
        wrong = [
            number
            for mark, number in frames
            if int(number) >= base or (mark == ";" and not is_drop_frame(self.rate))
        ]
        if len(wrong) > max(1, len(frames) // 20):
            raise BadInput(
                f"its record times do not exist at {format_rate(self.rate)} frames a second",
                "give the frame rate of the list, such as --rate 29.97",
            )

    def _add_comment(self, group: _EventGroup, line: str, place: str) -> None:
        if line.startswith("M2"):
            words = line.split()[1:]
            if words and ":" in words[-1]:
                words.pop()
            if words and re.fullmatch(r"[+-]?[0-9]{1,6}(\.[0-9]{0,9})?", words[-1]):
                group.speeds.append((" ".join(words[:-1]), words[-1].removeprefix("+")))
            else:
                self.notes.append(f"{place} is left out: this M2 line has no speed")
            return
        sounds = re.fullmatch("AUD((?: +[0-9]{1,2})+)", line.upper())
        if sounds:
            group.sounds += [f"A{number}" for number in sounds[1].split()]
            return
        body = line.lstrip("* \t")
        if body.upper().startswith("FREEZE FRAME"):
            group.is_frozen = True
        key, colon, value = body.partition(":")
        if colon and key.strip().upper() in _COMMENTS and value.strip().upper() not in _NO_FILE:
            group.comments.setdefault(_COMMENTS[key.strip().upper()], []).append(value.strip())

    def _list_clips(self, group: _EventGroup) -> Iterator[_ListedClip]:
        lines = [line for line in group.lines if line.end > line.start]
        if not lines:
            line = group.lines[-1]
            self.notes.append(f"{line.place} is left out: event {line.number} has no length")
        for index, line in enumerate(lines):
            is_incoming = line.edit != "C" or (len(group.lines) > 1 and index == len(lines) - 1)
            if line.edit.startswith("K"):
                self.notes.append(f"{line.place}: the key of event {line.number} becomes an ordinary clip")
            if line.edit.startswith("W") and int(line.edit[1:]) != 1:
                self.notes.append(f"{line.place}: the wipe {line.edit} becomes a wipe to the right")
            yield self._make_listed_clip(group, line, index, is_incoming=is_incoming)

    def _make_listed_clip(
        self, group: _EventGroup, line: _EventLine, index: int, *, is_incoming: bool
    ) -> _ListedClip:
        found = group.comments
        names, files = found.get("name", []), found.get("file", [])
        if is_incoming and ("to_name" in found or "to_file" in found):
            names, files = found.get("to_name", []), found.get("to_file", [])
        sources = found.get("source_file", [""])
        speeds = [speed for reel, speed in group.speeds if reel == line.reel or len(group.lines) == 1]
        speeds = speeds or [speed for _, speed in group.speeds[index : index + 1]]
        name = names[0] if names and line.reel.upper() not in _BLACK else ""
        length = line.length if line.edit[0] in "DW" else 0
        if length > line.end - line.start:
            length = line.end - line.start
            self.notes.append(f"{line.place}: a transition of {line.length} frames becomes {length} frames")
        before = group.lines[0]
        return _ListedClip(
            line,
            group,
            name.removesuffix(" FF") if group.is_frozen else name,
            files[0] if files else "",
            get_last_path_part((sources or [""])[-1 if is_incoming else 0]),
            speeds[0] if speeds else "",
            length,
            before.reel.upper() in _BLACK and before.end == before.start,
        )

    def build_tracks(self, channel: str, clips: list[_ListedClip], first: int) -> list[Any]:
        """Return the OTIO tracks of a channel. `first` is the record frame at which the cut starts.

        An event that overlaps another event is placed on a track of its own, above the other event.
        """
        rows = split_overlapping_items([(clip.line.start, _count_frames(clip), clip) for clip in clips])
        tracks = []
        for index, row in enumerate(rows):
            name = {"V": "V1", "A": "A1"}.get(channel, channel)
            track = otio.schema.Track("" if index else name, kind="Audio" if channel[0] == "A" else "Video")
            at = first
            for start, frames, clip in row:
                if index:
                    self.notes.append(
                        f"{clip.line.place}: event {clip.line.number} overlaps another event and is on a "
                        "track of its own"
                    )
                try:
                    item = self._make_clip_item(clip)
                except BadInput as error:
                    self.notes.append(f"{clip.line.place} is left out: {error.message}")
                    continue
                if start > at:
                    track.append(otio.schema.Gap(source_range=self._make_time_range(Fraction(0), start - at)))
                if clip.transition and not clip.is_from_black:
                    kind = "SMPTE_Wipe" if clip.line.edit.startswith("W") else "SMPTE_Dissolve"
                    lengths = (self._to_rational_time(frames) for frames in (0, clip.transition))
                    track.append(otio.schema.Transition("", kind, *lengths))
                track.append(item)
                at = start + frames
            tracks.append(track)
        return tracks

    def _make_clip_item(self, clip: _ListedClip) -> Any:
        line = clip.line
        times = SourceTimes(
            start=line.source[0],
            end=line.source[1],
            speed=clip.speed,
            is_frozen=clip.group.is_frozen or (bool(clip.speed) and not float(clip.speed)),
            frames=_count_frames(clip),
            drops=line.drops,
        )
        begin = find_source_start(times, self.rate, Medium(name=""))
        span = self._make_time_range(begin.second * self.rate, _count_frames(clip))
        name = "" if line.reel.upper() in _BLACK else self._choose_medium_name(clip)
        item = otio.schema.Clip(clip.name or name, self._make_reference(clip, name), span)
        if begin.speed == 0:
            item.effects.append(otio.schema.FreezeFrame())
        elif begin.speed != 1:
            item.effects.append(otio.schema.LinearTimeWarp(time_scalar=float(begin.speed)))
        item.metadata[TIMES] = asdict(times)
        item.metadata[LINE] = line.place
        item.metadata[FADE_IN] = clip.transition if clip.is_from_black else 0
        # A file that is named by a comment needs no other names.
        names = () if clip.path or clip.source_file else (line.reel, clip.name)
        item.metadata[ALIASES] = [each for each in names if each.upper() not in _NO_REEL and each != name]
        item.markers.extend(self._make_markers(clip, begin.second * self.rate))
        return item

    def _make_reference(self, clip: _ListedClip, name: str) -> Any:
        reel = clip.line.reel.upper()
        if reel in _BLACK or reel == "BARS":
            return otio.schema.GeneratorReference(
                generator_kind="black" if reel in _BLACK else "SMPTEBars", name=name
            )
        if not clip.path:
            return otio.schema.MissingReference(name=name)
        reference = otio.schema.ExternalReference(clip.path)
        reference.name = name
        return reference

    def _choose_medium_name(self, clip: _ListedClip) -> str:
        """Return the name of the clip's file: the file name in a comment, or else the name of its reel or
        clip.

        The reel is used if there is no other name, and if clips of several reels have the same name.
        """
        if clip.source_file:
            return clip.source_file
        if re.search(r"\.[A-Za-z][A-Za-z0-9]{1,4}$", clip.name):
            return get_last_path_part(clip.name)
        if clip.path:
            return get_last_path_part(clip.path)
        reel = clip.line.reel
        if reel.upper() not in _NO_REEL and (not clip.name or len(self._reels.get(clip.name, ())) > 1):
            return reel
        return clip.name or f"event {clip.line.number}"

    def _make_markers(self, clip: _ListedClip, begin: Fraction) -> Iterator[Any]:
        for text in clip.group.comments.get("locator", []):
            found = _LOCATOR.fullmatch(text)
            try:
                at = parse_list_timecode(found[1] if found else "", self.rate, drops=clip.line.drops)
            except BadInput as error:
                self.notes.append(f"{clip.line.place}: a marker is left out: {error.message}")
                continue
            day = 24 * parse_list_timecode("1:00:00:00", self.rate, drops=clip.line.drops)
            at += day if at < clip.line.start - day // 2 else 0
            span = self._make_time_range(begin + at - clip.line.start, 0)
            colour = found[2].upper() if found else ""
            colour = colour if hasattr(otio.schema.MarkerColor, colour) else "RED"
            yield otio.schema.Marker(found[3] if found else "", span, color=colour)

    def _to_rational_time(self, frames: Fraction | int) -> Any:
        return otio.opentime.RationalTime(float(frames), float(self.rate))

    def _make_time_range(self, start: Fraction, frames: int) -> Any:
        return otio.opentime.TimeRange(self._to_rational_time(start), self._to_rational_time(frames))


def _count_frames(clip: _ListedClip) -> int:
    return clip.line.end - clip.line.start


def _parse_event_line(line: str, place: str, rate: Fraction, *, drops: bool) -> _EventLine:
    """Return the event in a line: its number, reel, channels and edit, an optional length, and four times.
    Raises BadInput.
    """
    words = line.split()
    # Some programs write further words after the times.
    last = next(
        (at for at in range(len(words), 6, -1) if all(":" in word for word in words[at - 4 : at])), len(words)
    )
    codes = words[last - 4 : last]
    middle = words[1 : last - 4]
    if len(middle) < 2 or not all(_CODE.fullmatch(code) for code in codes):
        raise BadInput("it is not an event with a channel, an edit and four times")
    if len(middle) > 2 and middle[-1].upper() in ("F", "(F)"):
        middle.pop()
    found = _LENGTH.fullmatch(middle[-1]) if len(middle) > 2 else None
    if found:
        middle.pop()
    length = int(found[1]) if found else 0
    edit = middle.pop().upper()
    if len(middle) > 1 and middle[-1].upper() == "K":  # A key has two letters, such as “K B”.
        edit = f"{middle.pop().upper()}{edit}"
    if not re.fullmatch("C|D|W[0-9]{1,3}|K[BO]?", edit):
        raise BadInput(f"the edit “{edit[:10]}” is unknown")
    channels = _parse_channels(middle.pop().upper())
    drops = drops and is_drop_frame(rate)
    start, end = (parse_list_timecode(code, rate, drops=drops) for code in codes[2:])
    if end < start:
        day = 24 * parse_list_timecode("1:00:00:00", rate, drops=drops)
        if start < day * 22 // 24:
            raise BadInput("its record time ends before it begins")
        end += day  # The event passes midnight.
    return _EventLine(
        place,
        re.sub(r"[^0-9].*", "", words[0]).lstrip("0") or "0",
        " ".join(middle) or "AX",
        channels,
        edit,
        length,
        (codes[0], codes[1]),
        start,
        end,
        drops,
    )


def _parse_channels(text: str) -> tuple[str, ...]:
    """Return the names of the tracks for a channel, such as `AA/V`. An unknown channel is the picture. The
    channel `NONE` has no tracks, because a line AUD names them.
    """
    if text == "NONE":
        return ()
    if text == "B":
        return "V", "A1"
    names = {"A": ("A1",), "AA": ("A1", "A2")}
    found = re.findall("V[0-9]*|AA|A[0-9]*", text)
    return tuple(dict.fromkeys(name for each in found for name in names.get(each, (each,)))) or ("V",)
