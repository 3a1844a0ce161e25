"""Import Final Cut Pro X XML with exact fractions. OTIO's adapter supports only integer rates and no
transitions.

The module builds an OpenTimelineIO timeline, which `otio_in` converts to a cut
(docs/decisions/interchange.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from heapq import heappop, heappush
from itertools import zip_longest
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import opentimelineio as otio

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import format_ratio, round_half_up
from milimo_tui.cut.values.cut import NewId
from milimo_tui.cut.values.effects import Effects
from milimo_tui.cut.values.effects_text import effects_to_json
from milimo_tui.interchange.otio.otio_facts import OURS, parse_media_path
from milimo_tui.interchange.otio.otio_in import DEEPEST, from_otio
from milimo_tui.interchange.values.bundle import CutArrival
from milimo_tui.interchange.xml.fcpxml import OFFLINE, ON_CUT, TIES
from milimo_tui.interchange.xml.fcpxml_values import (
    parse_fcpxml_time,
    parse_number,
    parse_title,
    parse_transform,
)

CLIPS = ("asset-clip", "clip", "ref-clip", "video", "audio", "title", "sync-clip", "mc-clip")
# Maximum number of clips in a document; a document with more is refused. The clips of a nested sequence are
# counted once for each use of the sequence.
MOST_CLIPS = 100_000


def read_fcpxml(text: str, new_id: NewId) -> CutArrival:
    """Return the cut in an FCPXML document. Raises BadInput, and ElementTree's ParseError."""
    root = ElementTree.fromstring(text)
    project = next(root.iter("project"), None)
    sequence = project.find("sequence") if project is not None else None
    if project is None or sequence is None:
        raise BadInput("the file has no sequence")
    reader = _FcpxmlReader(root)
    clips = reader.count_clips_in(sequence)
    if clips > MOST_CLIPS:
        raise BadInput(
            f"the file has {clips:,} clips, but at most {MOST_CLIPS:,} can be read", "export it in parts"
        )
    arrival = from_otio(reader.build_timeline(sequence, project.get("name") or "Imported"), new_id)
    return CutArrival(
        bundle=arrival.bundle, notes=(*arrival.notes, *dict.fromkeys(reader.notes)), sized=arrival.sized
    )


@dataclass(slots=True)
class _TrackLane:
    """A track that is being built. All its times are in frames. `items` are tuples of start frame, length and
    OTIO object. `joins` maps the edit point of each transition to the transition's start and length.
    """

    name: str = ""
    items: list[tuple[int, int, Any]] = field(default_factory=list)
    joins: dict[int, tuple[int, int]] = field(default_factory=dict)


class _FcpxmlReader:
    """The reader of one document. `resources` are its formats and media by id."""

    def __init__(self, root: Element) -> None:
        resources = root.find("resources")
        self.resources = {each.get("id", ""): each for each in (resources if resources is not None else ())}
        self.notes: list[str] = []
        # The number of clips in each nested sequence, by the id of its resource.
        self._counts: dict[str, int] = {}

    def count_clips_in(self, sequence: Element) -> int:
        """Return the number of clips in a sequence, for a limit on the size of the imported cut. The clips of
        a nested sequence are counted once for each use of the sequence.
        """
        clips = [each for each in sequence.iter() if each.tag in CLIPS]
        return len(clips) + sum(
            self._count_clips_of_resource(each.get("ref", "")) for each in clips if each.tag == "ref-clip"
        )

    def _count_clips_of_resource(self, ref: str) -> int:
        if ref not in self._counts:
            # This 0 ends the recursion for a sequence inside itself, which is refused later.
            self._counts[ref] = 0
            medium = self.resources.get(ref)
            inner = medium.find("sequence") if medium is not None else None
            self._counts[ref] = self.count_clips_in(inner) if inner is not None else 0
        return self._counts[ref]

    def build_timeline(self, sequence: Element, name: str) -> Any:
        """Return the OTIO timeline of a sequence and its nested sequences."""
        timeline = otio.schema.Timeline(name)
        stack, metadata = self._build_nested_stack(sequence, name, 0)
        timeline.tracks = stack
        timeline.metadata[OURS] = metadata
        return timeline

    def _build_nested_stack(self, sequence: Element, name: str, depth: int) -> tuple[Any, dict[str, Any]]:
        if depth > DEEPEST:
            raise BadInput(f"clips are nested in each other more than {DEEPEST} deep")
        form = self.resources.get(sequence.get("format", ""))
        step = parse_fcpxml_time(form.get("frameDuration") if form is not None else None)
        if form is None or not Fraction(1, 240) <= step <= 1:
            raise BadInput("the sequence has no rate")
        walk = _SequenceBuilder(self, 1 / step, _parse_raster(form), depth)
        spine = sequence.find("spine")
        walk.add_storyline(
            spine if spine is not None else Element("spine"), -parse_fcpxml_time(sequence.get("tcStart")), 0
        )
        metadata: dict[str, Any] = {"rate": format_ratio(1 / step), "hand_edited": True}
        for side in ("width", "height"):
            if re.fullmatch("[0-9]{2,5}", form.get(side, "")):
                metadata[side] = int(form.get(side, "")) // 2 * 2
        return walk.build_stack(name), metadata


class _SequenceBuilder:
    """The builder of the tracks of one sequence. Every clip is placed at its time in the film and sorted by
    lane. `raster` is the width and height of the sequence in pixels.
    """

    def __init__(
        self, reader: _FcpxmlReader, rate: Fraction, raster: tuple[float, float], depth: int
    ) -> None:
        self.reader = reader
        self.rate = rate
        self.raster = raster
        self.depth = depth
        self.lanes: dict[tuple[int, bool], _TrackLane] = {}
        self.markers: list[Any] = []

    def build_stack(self, name: str) -> Any:
        """Return an OTIO stack with all tracks that were added."""
        stack = otio.schema.Stack(name)
        pictures = sorted(lane for lane, sound in self.lanes if not sound)
        sounds = sorted((lane for lane, sound in self.lanes if sound), reverse=True)
        for key in [*((lane, False) for lane in pictures), *((lane, True) for lane in sounds)]:
            for items in _split_overlapping_items(self.lanes[key].items):
                stack.append(self._build_track(key, items))
        stack.markers.extend(self.markers)
        return stack

    def _build_track(self, key: tuple[int, bool], items: list[tuple[int, int, Any]]) -> Any:
        lane, sound = self.lanes[key], key[1]
        track = otio.schema.Track(lane.name, kind="Audio" if sound else "Video")
        track.metadata[OURS] = {"magnetic": True} if key == (0, False) else {"magnetic": False}
        at = 0
        for start, frames, item in items:
            if start > at:
                track.append(otio.schema.Gap(source_range=self._make_time_range(Fraction(0), start - at)))
            join = lane.joins.get(start)
            if join is not None and start > 0:
                before = start - join[0]
                transition = otio.schema.Transition(
                    "",
                    "SMPTE_Dissolve",
                    self._to_rational_time(before),
                    self._to_rational_time(join[1] - before),
                )
                track.append(transition)
            track.append(item)
            at = start + frames
        return track

    # Methods that walk through the elements of the sequence

    def add_storyline(self, spine: Element, begin: Fraction, lane: int) -> None:
        """Add the elements of a `spine` element to a lane. Times in the spine count from a time of its own;
        `begin` is the second of the film at which that time is 0.
        """
        for child, after in zip_longest(spine, spine[1:]):
            at = begin + parse_fcpxml_time(child.get("offset"))
            if child.tag == "transition":
                start, end = self._to_frame(at), self._to_frame(at + parse_fcpxml_time(child.get("duration")))
                edit = (
                    self._to_frame(begin + parse_fcpxml_time(after.get("offset")))
                    if after is not None
                    else end
                )
                for sound in (False, True):
                    self._get_lane(lane, sound).joins[edit] = start, end - start
            elif child.tag == "gap":
                self._add_connected_elements(child, at)
            else:
                self._add_clip_element(child, at, lane, spine.get("name", ""))

    def _add_clip_element(self, clip: Element, at: Fraction, lane: int, name: str) -> None:
        if clip.tag == "audition":
            clip = next((each for each in clip if each.tag in CLIPS), clip)
        if clip.tag not in CLIPS:
            return
        start, end = self._to_frame(at), self._to_frame(at + parse_fcpxml_time(clip.get("duration")))
        item, sound = self._make_clip_item(clip, end - start)
        if item is not None and end > start >= 0:
            row = self._get_lane(lane, sound)
            row.name = row.name or name
            row.items.append((start, end - start, item))
        self._add_connected_elements(clip, at)

    def _add_connected_elements(self, parent: Element, at: Fraction) -> None:
        """Add the elements that are connected to a clip or gap, and the markers in it that belong to the cut.
        `at` is the second of the film at which the clip or gap starts.
        """
        local = parse_fcpxml_time(parent.get("start"))
        for child in parent:
            place = at + parse_fcpxml_time(child.get("offset")) - local
            lane = int(child.get("lane", "0")) if re.fullmatch("-?[0-9]{1,3}", child.get("lane", "0")) else 0
            if child.tag == "spine":
                self.add_storyline(child, place, lane)
            elif child.get("lane") is not None and child.tag in (*CLIPS, "audition"):
                self._add_clip_element(child, place, lane, "")
            elif child.tag == "marker" and (child.get("note") == ON_CUT or parent.tag == "gap"):
                frame = self._to_frame(at + parse_fcpxml_time(child.get("start")) - local)
                self.markers.append(self._make_otio_marker(child, Fraction(frame) / self.rate, {}))

    def _get_lane(self, lane: int, sound: bool) -> _TrackLane:
        return self.lanes.setdefault((lane, sound), _TrackLane())

    def _make_clip_item(self, clip: Element, frames: int) -> tuple[Any, bool]:
        """Return a clip of `frames` frames as an OTIO object, and True if it has sound but no picture."""
        shown = clip
        if clip.tag == "clip":
            shown = next(
                (each for each in clip.iter() if each.tag in ("video", "audio") and each.get("ref")), clip
            )
        resource = self.reader.resources.get(shown.get("ref", ""))
        start = parse_fcpxml_time(clip.get("start"))
        sound = shown.tag == "audio" or clip.get("srcEnable") == "audio"
        metadata: dict[str, Any] = self._read_adjustments(clip, sound)
        item: Any
        if clip.tag == "title":
            item = otio.schema.Clip(
                clip.get("name", ""), otio.schema.GeneratorReference(generator_kind="title")
            )
            metadata["source"] = {"kind": "title"}
        elif resource is not None and resource.tag == "media":
            sequence = resource.find("sequence")
            if sequence is None:
                self._note_unknown_clip(clip)
                return None, sound
            item, about = self.reader._build_nested_stack(sequence, resource.get("name", ""), self.depth + 1)
            metadata |= {"cut": {"name": resource.get("name", ""), **about}, "source": {"kind": "cut"}}
            if metadata["label"] == resource.get("name"):
                metadata["label"] = ""
        elif resource is not None and resource.tag == "asset":
            sound = sound or resource.get("hasVideo", "0") == "0"
            item = otio.schema.Clip(clip.get("name", ""), self._make_media_reference(resource, sound))
        else:
            self._note_unknown_clip(clip)
            return None, sound
        if sound:
            metadata |= {"muted": True} if clip.get("enabled") == "0" else {}
        else:
            item.enabled = clip.get("enabled") != "0"
            metadata |= {"muted": True} if clip.get("srcEnable") == "video" else {}
        moved = self._apply_clip_speed(clip, start, item, metadata)
        item.source_range = self._make_time_range(moved, frames)
        item.metadata[OURS] = metadata
        for marker in clip.findall("marker"):
            if marker.get("note") != ON_CUT:
                offset = round_half_up((parse_fcpxml_time(marker.get("start")) - start) * self.rate)
                at = moved + Fraction(offset) / self.rate
                item.markers.append(self._make_otio_marker(marker, at, {"frame": offset}))
        return item, sound

    def _note_unknown_clip(self, clip: Element) -> None:
        self.reader.notes.append(f"“{clip.get('name', clip.tag)}” has an unsupported type and is left out")

    def _make_media_reference(self, asset: Element, sound: bool) -> Any:
        path = parse_media_path(asset.get("src", ""))
        path = "" if path.startswith(OFFLINE) else path
        entries = {each.get("key", ""): each.get("value", "") for each in asset.iter("md")}
        starts, length = parse_fcpxml_time(asset.get("start")), parse_fcpxml_time(asset.get("duration"))
        available = otio.opentime.TimeRange(
            self._seconds_to_rational_time(starts), self._seconds_to_rational_time(length)
        )
        reference: Any = (
            otio.schema.ExternalReference(path, available) if path else otio.schema.MissingReference()
        )
        reference.available_range = available
        reference.name = asset.get("name", "")
        metadata: dict[str, Any] = {"starts": format_ratio(starts), "seconds": format_ratio(length)}
        metadata["digest"] = entries.get("milimo.digest", "")
        only_heard = "sound" if asset.get("hasVideo", "0") == "0" else ""
        metadata["kind"] = entries.get("milimo.kind", "") or only_heard or ("video" if sound else "")
        if re.fullmatch("[0-9]{1,3}", asset.get("audioChannels", "")):
            metadata["channels"] = int(asset.get("audioChannels", ""))
        reference.metadata[OURS] = metadata
        return reference

    def _apply_clip_speed(
        self, clip: Element, start: Fraction, item: Any, metadata: dict[str, Any]
    ) -> Fraction:
        """Add the clip's speed to the effects of `item` and to `metadata`. Return the source time of its
        first frame in seconds.
        """
        points = clip.findall("timeMap/timept")
        if len(points) < 2:
            return start
        (t0, v0), (t1, v1) = (
            (parse_fcpxml_time(p.get("time")), parse_fcpxml_time(p.get("value")))
            for p in (points[0], points[-1])
        )
        if t1 == t0:
            return start
        if len(points) > 2:
            self.reader.notes.append(f"the speed changes of “{clip.get('name', '')}” became a constant speed")
        speed = ((v1 - v0) / (t1 - t0)).limit_denominator(10**6)
        effect = (
            otio.schema.FreezeFrame() if speed == 0 else otio.schema.LinearTimeWarp(time_scalar=float(speed))
        )
        item.effects.append(effect)
        if speed != 1:
            metadata["effects"] = {**metadata.get("effects", {}), "speed": format_ratio(speed)}
        first = v0 + (start - t0) * speed
        return first + speed / self.rate if speed < 0 else first

    def _read_adjustments(self, clip: Element, sound: bool) -> dict[str, Any]:
        """Return this program's metadata for a clip: name, level, opacity, fades, transform, title and
        link.
        """
        metadata: dict[str, Any] = {"label": clip.get("name", "")}
        entries = {each.get("key"): each.get("value", "") for each in clip.findall("metadata/md")}
        metadata |= {name: entries.get(key, "") for name, key in zip(("link", "group"), TIES, strict=True)}
        blend, volume = clip.find("adjust-blend"), clip.find("adjust-volume")
        if blend is not None:
            metadata["opacity"] = parse_number(blend.get("amount"), 1.0)
        if volume is not None:
            metadata["gain_db"] = parse_number(volume.get("amount", "").removesuffix("dB"), 0.0)
        for adjust in (blend, volume):
            for name, tag in (("fade_in", "fadeIn"), ("fade_out", "fadeOut")):
                fade = adjust.find(f"param/{tag}") if adjust is not None else None
                if fade is not None:
                    metadata[name] = self._to_frame(parse_fcpxml_time(fade.get("duration")))
        effects = effects_to_json(
            Effects(curves=parse_transform(clip, self.raster), title=parse_title(clip, self.raster[1]))
        )
        return metadata | ({"effects": effects} if effects else {})

    def _make_otio_marker(self, marker: Element, at: Fraction, metadata: dict[str, Any]) -> Any:
        made = otio.schema.Marker(marker.get("value", ""), self._make_time_range(at, 0))
        made.metadata[OURS] = {**metadata, **({"done": True} if marker.get("completed") == "1" else {})}
        return made

    def _to_frame(self, seconds: Fraction) -> int:
        return round_half_up(seconds * self.rate)

    def _to_rational_time(self, frames: int) -> Any:
        return otio.opentime.RationalTime(frames, float(self.rate))

    def _seconds_to_rational_time(self, seconds: Fraction) -> Any:
        return otio.opentime.RationalTime(float(seconds * self.rate), float(self.rate))

    def _make_time_range(self, seconds: Fraction, frames: int) -> Any:
        return otio.opentime.TimeRange(
            self._seconds_to_rational_time(seconds), self._to_rational_time(frames)
        )


def _parse_raster(form: Element) -> tuple[float, float]:
    """Return the width and height in pixels of a `format` element, or 1920 × 1080 if it has no size."""
    return max(1.0, parse_number(form.get("width"), 1920.0)), max(
        1.0, parse_number(form.get("height"), 1080.0)
    )


def _split_overlapping_items(items: list[tuple[int, int, Any]]) -> list[list[tuple[int, int, Any]]]:
    """Distribute the items of a lane over as few rows as possible, so that the items in a row do not overlap.
    Each row is sorted by start.
    """
    rows: list[list[tuple[int, int, Any]]] = []
    free: list[int] = []  # Indices of rows whose last item has ended, lowest first.
    # For each other row: the end of its last item and its index, earliest end first.
    occupied: list[tuple[int, int]] = []
    for each in sorted(items, key=lambda each: each[0]):
        while occupied and occupied[0][0] <= each[0]:
            heappush(free, heappop(occupied)[1])
        if free:
            index = heappop(free)
        else:
            index = len(rows)
            rows.append([])
        rows[index].append(each)
        heappush(occupied, (each[0] + each[1], index))
    return rows
