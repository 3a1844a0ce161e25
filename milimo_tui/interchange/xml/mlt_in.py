"""Import Kdenlive projects with the timing that MLT plays. OTIO's adapter misplaces dissolves and drops
speeds and levels.

The module builds an OpenTimelineIO timeline, which `otio_in` converts to a cut
(docs/decisions/interchange.md).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any
from xml.etree.ElementTree import Element

import opentimelineio as otio

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import format_ratio, round_half_up
from milimo_tui.cut.notes.marker_colours import MarkerColour
from milimo_tui.cut.values.cut import NewId
from milimo_tui.cut.values.effects import MUTED_DB, VOLUME, Effects
from milimo_tui.cut.values.effects_text import effects_to_json
from milimo_tui.cut.values.keyframes import Curve, Easing, Keyframe
from milimo_tui.interchange.otio.otio_facts import LOCKED, OURS, parse_media_path
from milimo_tui.interchange.otio.otio_in import from_otio
from milimo_tui.interchange.otio.otio_items import ImportFindings
from milimo_tui.interchange.values.bundle import CutArrival
from milimo_tui.interchange.values.level_curves import convert_gain_keys, limit_level
from milimo_tui.interchange.values.mlt_frames import compute_first_shown_frame
from milimo_tui.interchange.values.xml_text import parse_xml_with_lines

FILES = ("avformat", "avformat-novalidate", "qimage", "pixbuf", "timewarp", "xml", "")
_C = MarkerColour
GUIDES = (_C.PURPLE, _C.CYAN, _C.BLUE, _C.GREEN, _C.YELLOW, _C.ORANGE, _C.RED, _C.PINK, _C.MAGENTA)
"""The colours of Kdenlive's guide and marker categories, indexed by category number."""


def read_kdenlive(text: str, new_id: NewId) -> CutArrival:
    """Return the cut in a Kdenlive project. Raises BadInput, and ElementTree's ParseError."""
    reader = _KdenliveReader(*parse_xml_with_lines(text))
    arrival = from_otio(reader.build_otio_timeline(), new_id, rate=reader.rate)
    return CutArrival(
        bundle=arrival.bundle, notes=(*reader.found.format_notes(), *arrival.notes), sized=arrival.sized
    )


@dataclass(slots=True)
class _PlacedEntry:
    """A clip on one of a track's two playlists. It covers the frames from `start` to `end` (exclusive) of the
    film, and starts at frame `into` of its producer.

    `join` is the dissolve at its start, as frames before and after the edit point; None if there is none.
    """

    entry: Element
    start: int
    end: int
    into: int
    side: int
    join: tuple[int, int] | None = None


class _KdenliveReader:
    """The reader of one Kdenlive project."""

    def __init__(self, root: Element, lines: Mapping[Element, int]) -> None:
        self.root = root
        self.lines = lines
        self.by_id = {each.get("id", ""): each for each in root.iter() if each.get("id")}
        self.rate = self._read_rate()
        self.found = ImportFindings()
        self.lengths: dict[str, Fraction] = {}
        for each in (*root.iter("producer"), *root.iter("chain")):
            path = _get_media_path(each)
            try:
                speed = abs(_parse_producer_speed(each))
                seconds = self._count_frames_of_producer(each) * speed / self.rate
            except BadInput:  # The clips of this producer are left out and noted.
                continue
            if _get_property(each, "mlt_service") != "timewarp" or path not in self.lengths:
                self.lengths[path] = seconds
        self.notes_of = {
            _get_property(each, "kdenlive:id"): _get_property(each, "kdenlive:markers")
            for each in root.iter()
            if _get_property(each, "kdenlive:markers")
        }

    def build_otio_timeline(self) -> Any:
        """Return an OTIO timeline with all tracks: picture tracks from the lowest up, then sound tracks from
        the highest down.
        """
        main = self._find_main_tractor()
        timeline = otio.schema.Timeline(self.root.get("name") or "Imported")
        rows = [
            self._build_kdenlive_track(self.by_id.get(each.get("producer", "")))
            for each in main.findall("track")
        ]
        tracks = [each for each in rows if each is not None]
        timeline.tracks.extend(each for each in tracks if each.kind == "Video")
        timeline.tracks.extend(each for each in reversed(tracks) if each.kind == "Audio")
        bin = self.by_id.get("main_bin")
        guides = _get_property(main, "kdenlive:sequenceproperties.guides") or (
            _get_property(bin, "kdenlive:docproperties.guides") if bin is not None else ""
        )
        timeline.tracks.markers.extend(self._parse_guides(guides))
        return timeline

    def _read_rate(self) -> Fraction:
        profile = self.root.find("profile")
        attributes = profile.attrib if profile is not None else {}
        numbers = attributes.get("frame_rate_num", ""), attributes.get("frame_rate_den", "1")
        if not all(re.fullmatch("[0-9]{1,9}", each) for each in numbers) or not int(numbers[1]):
            raise BadInput("the profile has no rate")
        rate = Fraction(int(numbers[0]), int(numbers[1]))
        if not 1 <= rate <= 240:
            raise BadInput(f"the profile has a rate of {float(rate):g} frames per second")
        return rate

    def _find_main_tractor(self) -> Element:
        """Return the tractor element with the film's tracks. Since version 1.1 of the format, an outer
        tractor refers to it.
        """
        tractors = self.root.findall("tractor")
        fed = [each for each in tractors if each.get("global_feed") == "1"]
        main = next(iter(fed or tractors[-1:]), None)
        if main is None:
            raise BadInput("the file has no timeline")
        track = main.find("track")
        if _get_property(main, "kdenlive:projectTractor") == "1" and track is not None:
            return self.by_id.get(track.get("producer", ""), main)
        return main

    def _build_kdenlive_track(self, row: Element | None) -> Any:
        """Return an OTIO track with its dissolves, or None for an element that is not a track, such as the
        black background.
        """
        if row is None or row.tag not in ("tractor", "playlist"):
            return None
        lists = [row]
        parts = row.findall("track")
        if row.tag == "tractor":
            named = [self.by_id.get(each.get("producer", "")) for each in parts]
            lists = [each for each in named if each is not None and each.tag == "playlist"]
        clips = [clip for side, each in enumerate(lists) for clip in self._list_placed_entries(each, side)]
        clips = self._resolve_overlaps(sorted(clips, key=lambda each: (each.start, each.end)), row)
        hidden = {each.get("hide", "") for each in parts}
        sound = _get_property(row, "kdenlive:audio_track") == "1" or hidden == {"video"}
        track = otio.schema.Track(
            _get_property(row, "kdenlive:track_name"), kind="Audio" if sound else "Video"
        )
        track.enabled = hidden != {"both"}
        if _get_property(row, "kdenlive:locked_track") == "1":
            track.metadata[LOCKED] = True
        at = 0
        for clip in clips:
            if clip.start > at:
                track.append(
                    otio.schema.Gap(source_range=self._make_frame_range(Fraction(0), clip.start - at))
                )
            if clip.join is not None:
                before, after = (otio.opentime.RationalTime(each, float(self.rate)) for each in clip.join)
                track.append(otio.schema.Transition("", "SMPTE_Dissolve", before, after))
            try:
                track.append(self._make_otio_clip(clip, sound))
            except BadInput as error:
                self._leave_out(clip.entry, error)
                track.append(
                    otio.schema.Gap(source_range=self._make_frame_range(Fraction(0), clip.end - clip.start))
                )
            at = clip.end
        return track

    def _leave_out(self, element: Element, error: BadInput) -> None:
        name = element.get("producer") or element.tag
        self.found.leave_out(f"line {self.lines.get(element, 0)}: “{name}” is left out: {error.message}")

    def _list_placed_entries(self, playlist: Element, side: int) -> list[_PlacedEntry]:
        at, out = 0, []
        for each in playlist:
            try:
                if each.tag == "blank":
                    at += max(0, self._parse_mlt_time(each.get("length")))
                elif each.tag == "entry":
                    into, frames = self._parse_entry_span(each)
                    if frames > 0 and each.get("producer", "") in self.by_id:
                        out.append(_PlacedEntry(each, at, at + frames, into, side))
                    at += max(0, frames)
            except BadInput as error:
                self._leave_out(each, error)
        return out

    def _parse_entry_span(self, entry: Element) -> tuple[int, int]:
        """Return the first frame of a playlist entry in its producer, and its length in frames."""
        into = self._parse_mlt_time(entry.get("in"))
        producer = self.by_id.get(entry.get("producer", ""))
        if entry.get("out") or producer is None:
            return into, self._parse_mlt_time(entry.get("out"), into) + 1 - into
        return into, self._count_frames_of_producer(producer) - into

    def _resolve_overlaps(self, clips: list[_PlacedEntry], row: Element) -> list[_PlacedEntry]:
        """Return the clips without overlaps. Two overlapping clips are trimmed so that they meet at the edit
        point of their dissolve.
        """
        cuts: list[tuple[int, int, int]] = []
        for each in row.findall("transition"):
            edit_text = _get_property(each, "kdenlive:mixcut")
            try:
                span = self._parse_mlt_time(each.get("in")), self._parse_mlt_time(each.get("out"))
                cuts += [(*span, self._parse_mlt_time(edit_text))] if edit_text else []
            except BadInput as error:
                self._leave_out(each, error)
        for left, right in pairwise(clips):
            begin, end = right.start, left.end
            if end <= begin:
                continue
            edit = begin if right.side > left.side else end
            mix = next((each for each in cuts if each[0] < end and begin < each[1]), None)
            if mix is not None:  # Kdenlive counts the edit point from the end of the mix (dissolve).
                edit = min(max(begin, end - mix[2]), end)
                right.join = edit - begin, end - edit
            right.into += edit - begin
            right.start, left.end = edit, edit
        return [each for each in clips if each.end > each.start]

    def _make_otio_clip(self, clip: _PlacedEntry, sound: bool) -> Any:
        producer = self.by_id[clip.entry.get("producer", "")]
        service = _get_property(producer, "mlt_service")
        name = _get_property(producer, "kdenlive:clipname")
        if producer.tag not in ("producer", "chain") or service not in FILES:
            return self._make_generated_clip(clip, producer, service, name)
        path, speed = parse_media_path(_get_media_path(producer)), _parse_producer_speed(producer)
        metadata: dict[str, Any] = {}
        freeze_offset = self._apply_filters(clip, name or path, metadata)
        at = clip.into
        if freeze_offset is not None:
            speed, at = Fraction(0), self._parse_mlt_time(clip.entry.get("in")) + freeze_offset
        elif speed < 0:  # MLT counts from the end of the producer.
            at = self._count_frames_of_producer(producer) - 1 - at
        first = max(Fraction(0), compute_first_shown_frame(at, abs(speed) or Fraction(1)))
        reference: Any = otio.schema.MissingReference(name=name)
        if path and service != "xml":
            reference = otio.schema.ExternalReference(path)
        seconds = self.lengths.get(_get_media_path(producer), Fraction(0))
        reference.available_range = otio.opentime.TimeRange(
            otio.opentime.RationalTime(0, float(self.rate)),
            otio.opentime.RationalTime(float(seconds * self.rate), float(self.rate)),
        )
        item = otio.schema.Clip(name, reference, self._make_frame_range(first, clip.end - clip.start))
        if freeze_offset is not None:
            item.effects.append(otio.schema.FreezeFrame())
        elif speed != 1:
            item.effects.append(otio.schema.LinearTimeWarp(time_scalar=float(speed)))
        known = (PurePosixPath(path).name, PurePosixPath(path).stem, "")
        metadata |= {
            "label": "" if name in known else name,
            "source_in": format_ratio(first / self.rate),
            "effects": metadata.get("effects", {}) | ({"speed": format_ratio(speed)} if speed != 1 else {}),
        }
        item.metadata[OURS] = metadata
        if speed == 1 and not sound:
            item.markers.extend(
                self._parse_guides(self.notes_of.get(_get_property(producer, "kdenlive:id"), ""))
            )
        return item

    def _make_generated_clip(self, clip: _PlacedEntry, producer: Element, service: str, name: str) -> Any:
        span = self._make_frame_range(Fraction(clip.into), clip.end - clip.start)
        if producer.tag not in ("producer", "chain"):
            return otio.schema.Clip(name or producer.tag, otio.schema.MissingReference(), span)
        black = service in ("color", "colour") and _get_property(producer, "resource") in (
            "black",
            "0x000000ff",
        )
        kind = "black" if black else service
        return otio.schema.Clip(name or service, otio.schema.GeneratorReference(generator_kind=kind), span)

    def _apply_filters(self, clip: _PlacedEntry, name: str, metadata: dict[str, Any]) -> int | None:
        """Add the level set by a clip's filters to `metadata`. Return the frame that a freeze filter holds,
        or None.
        """
        time, gain = None, 0.0
        curve: Curve = ()
        for each in clip.entry.findall("filter"):
            service = _get_property(each, "mlt_service")
            if _get_property(each, "disable") == "1":
                continue
            partial = {_get_property(each, "freeze_before"), _get_property(each, "freeze_after")} & {"1"}
            if service == "freeze" and not partial:
                time = self._parse_mlt_time(_get_property(each, "frame") or "0")
            elif service == "volume":
                level = self._read_volume_keys(each, name)
                if len({key.value for key in level}) == 1:
                    gain += level[0].value
                elif level and curve:
                    self.found.leave_out(f"only the first level of “{PurePosixPath(name).name}” is read")
                else:
                    curve = level
            else:
                kind = _get_property(each, "kdenlive_id") or service or "without a name"
                self.found.leave_out(f"the effect “{kind}” is left out")
        if gain <= MUTED_DB:
            metadata["muted"] = True
        elif gain:
            metadata["gain_db"] = gain
        if curve:
            moved = tuple(replace(key, frame=key.frame - clip.into) for key in curve)
            metadata["effects"] = effects_to_json(Effects(curves=((VOLUME.name, moved),)))
        return time

    def _read_volume_keys(self, volume: Element, name: str) -> Curve:
        """Return the level of a volume filter in dB, as keys at the frames of the producer. A constant level
        is one key. Empty if it cannot be read.
        """
        levels, gains = _get_property(volume, "level"), _get_property(volume, "gain")
        keys: dict[int, Keyframe] = {}
        try:
            for each in (levels or gains or "1").strip("; ").split(";"):
                place, _, text = each.rpartition("=")
                value = float(text.strip().removesuffix("dB"))
                if not math.isfinite(value):
                    raise ValueError(text)
                # A sign after the time names the line to the next key. All but “|” are read as straight.
                time = place.strip().rstrip("|~!$%abcdefghijklmnopqrstuvwxyz ")
                frame = self._parse_mlt_time(time)
                easing = Easing.HOLD if place.rstrip().endswith("|") else Easing.LINEAR
                keys[frame] = Keyframe(frame, limit_level(value) if levels else value, easing)
        except (ValueError, BadInput):
            self.found.leave_out(f"the level of “{PurePosixPath(name).name}” is not a number")
            return ()
        if not levels:
            return convert_gain_keys({frame: key.value for frame, key in keys.items()})
        return tuple(keys[frame] for frame in sorted(keys))

    def _parse_guides(self, text: str) -> list[Any]:
        """Return OTIO markers for the JSON in which Kdenlive stores guides of the film and markers of a
        file.
        """
        try:
            rows = json.loads(text) if text else []
        except ValueError:
            self.found.leave_out("guides that can't be read are left out")
            return []
        out = []
        for each in rows if isinstance(rows, list) else []:
            if isinstance(each, dict) and isinstance(each.get("pos"), int):
                kind = each.get("type")
                colour = GUIDES[kind].upper() if isinstance(kind, int) and 0 <= kind < len(GUIDES) else ""
                span = self._make_frame_range(Fraction(each["pos"]), 0)
                out.append(otio.schema.Marker(str(each.get("comment", "")), span, colour))
        return out

    def _parse_mlt_time(self, text: str | None, default: int = 0) -> int:
        """Return a time of MLT in frames, or `default` if it is missing. A clock time is rounded as MLT does.
        Raises BadInput.
        """
        if not text:
            return default
        if re.fullmatch(r"-?[0-9]{1,9}(\.0*)?", text.strip()):
            return int(text.partition(".")[0])
        clock = re.fullmatch(r"([0-9]{1,4}):([0-9]{1,2}):([0-9]{1,2}([.,][0-9]{1,9})?)", text.strip())
        if clock is None:
            raise BadInput(f"“{text[:40]}” is not a time")
        hours, minutes, seconds = int(clock[1]), int(clock[2]), Fraction(clock[3].replace(",", "."))
        return (
            math.floor(hours * 3600 * self.rate)
            + math.floor(minutes * 60 * self.rate)
            + round_half_up(seconds * self.rate)
        )

    def _count_frames_of_producer(self, producer: Element) -> int:
        """Return the length of a producer in frames, at the speed at which it plays."""
        length = self._parse_mlt_time(_get_property(producer, "length"))
        return (
            self._parse_mlt_time(producer.get("out"), length - 1) + 1
            if producer.tag != "playlist"
            else length
        )

    def _make_frame_range(self, start: Fraction, frames: int) -> Any:
        rate = float(self.rate)
        return otio.opentime.TimeRange(
            otio.opentime.RationalTime(float(start), rate), otio.opentime.RationalTime(frames, rate)
        )


def _get_property(parent: Element, name: str) -> str:
    return parent.findtext(f"property[@name='{name}']", "") or ""


def _get_media_path(producer: Element) -> str:
    """Return the path of a producer's media file. If the producer plays a proxy, this is the path of the
    original file. If the producer is retimed, this is the path of the file that is played at another speed.
    """
    return (
        _get_property(producer, "kdenlive:originalurl")
        or _get_property(producer, "warp_resource")
        or _get_property(producer, "resource")
    )


def _parse_producer_speed(producer: Element) -> Fraction:
    """Return the speed of a producer, which is 1 unless it is retimed. Raises BadInput for an invalid
    speed.
    """
    if _get_property(producer, "mlt_service") != "timewarp":
        return Fraction(1)
    speed_text = (
        _get_property(producer, "warp_speed") or _get_property(producer, "resource").partition(":")[0]
    )
    try:
        speed = Fraction(float(speed_text)).limit_denominator(10**6)
    except (ValueError, OverflowError):
        raise BadInput(f"“{speed_text[:40]}” is not a speed") from None
    if not speed:
        raise BadInput("the speed of a clip is 0")
    return speed
