"""Import Final Cut Pro X XML with exact fractions. OTIO's adapter supports only integer rates and no
transitions.

The module builds an OpenTimelineIO timeline, which `otio_in` converts to a cut
(docs/decisions/interchange.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import zip_longest
from typing import Any
from xml.etree.ElementTree import Element

import opentimelineio as otio

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import format_ratio
from milimo_tui.cut.values.cut import NewId
from milimo_tui.interchange.otio.otio_facts import OURS, TooLarge
from milimo_tui.interchange.otio.otio_in import DEEPEST, from_otio
from milimo_tui.interchange.otio.otio_transitions import choose_transition_type
from milimo_tui.interchange.values.bundle import CutArrival
from milimo_tui.interchange.values.formats import MOST_CLIPS
from milimo_tui.interchange.values.overlaps import split_overlapping_items
from milimo_tui.interchange.values.xml_text import parse_xml_with_lines
from milimo_tui.interchange.xml.fcpxml import ON_CUT
from milimo_tui.interchange.xml.fcpxml_clips import (
    CLIPS,
    CONTAINERS,
    EVERYTHING,
    MARKERS,
    ClipItemMaker,
    FcpxmlDocument,
    ShownPart,
)
from milimo_tui.interchange.xml.fcpxml_values import (
    parse_fcpxml_time,
    parse_number,
)

# A container with one of these elements becomes a nested cut, to which the change applies.
CHANGES = ("timeMap", "adjust-blend", "adjust-transform", "adjust-volume")


def read_fcpxml(text: str, new_id: NewId) -> CutArrival:
    """Return the cut in an FCPXML document. Raises BadInput, and ElementTree's ParseError."""
    root, lines = parse_xml_with_lines(text)
    found = [(each, each.find("sequence")) for each in root.iter("project")]
    project, sequence = next(((each, inner) for each, inner in found if inner is not None), (None, None))
    if project is None or sequence is None:
        raise BadInput("the file has no sequence")
    document = FcpxmlDocument(root, lines)
    if len(found) > 1:
        name = project.get("name") or "Imported"
        document.notes.append(f"only one of {len(found)} projects in the file is used, “{name}”")
    clips = document.count_clips_in(sequence)
    if clips > MOST_CLIPS:
        raise BadInput(
            f"the file has {clips:,} clips, but at most {MOST_CLIPS:,} can be read", "export it in parts"
        )
    arrival = from_otio(_build_timeline(document, sequence, project.get("name") or "Imported"), new_id)
    return CutArrival(
        bundle=arrival.bundle, notes=(*arrival.notes, *dict.fromkeys(document.notes)), sized=arrival.sized
    )


@dataclass(slots=True)
class _TrackLane:
    """A track that is being built. All its times are in frames. `items` are tuples of start frame, length and
    OTIO object. `joins` maps the edit point of each transition to the transition's start, length and name.
    """

    name: str = ""
    items: list[tuple[int, int, Any]] = field(default_factory=list)
    joins: dict[int, tuple[int, int, str]] = field(default_factory=dict)


def _build_timeline(document: FcpxmlDocument, sequence: Element, name: str) -> Any:
    """Return the OTIO timeline of a sequence and its nested sequences."""
    timeline = otio.schema.Timeline(name)
    stack, metadata = _build_nested_stack(document, sequence, name, 0)
    timeline.tracks = stack
    timeline.metadata[OURS] = metadata
    return timeline


def _build_nested_stack(
    document: FcpxmlDocument, sequence: Element, name: str, depth: int
) -> tuple[Any, dict[str, Any]]:
    if depth > DEEPEST:
        raise TooLarge(f"clips are nested more than {DEEPEST} levels deep")
    form = document.resources.get(sequence.get("format", ""))
    step = parse_fcpxml_time(form.get("frameDuration") if form is not None else None)
    if form is None or not Fraction(1, 240) <= step <= 1:
        raise BadInput("the sequence has no rate")
    walk = _SequenceBuilder(document, 1 / step, _parse_raster(form), depth)
    spine = sequence.find("spine")
    walk.add_storyline(
        spine if spine is not None else Element("spine"),
        -parse_fcpxml_time(sequence.get("tcStart")),
        0,
        EVERYTHING,
    )
    metadata: dict[str, Any] = {"rate": format_ratio(1 / step), "hand_edited": True}
    for side in ("width", "height"):
        if re.fullmatch("[0-9]{2,5}", form.get(side, "")):
            metadata[side] = int(form.get(side, "")) // 2 * 2
    return walk.build_stack(name), metadata


class _SequenceBuilder(ClipItemMaker):
    """The builder of the tracks of one sequence. Every clip is placed at its time in the film and sorted by
    lane. `raster` is the width and height of the sequence in pixels.
    """

    def __init__(
        self, document: FcpxmlDocument, rate: Fraction, raster: tuple[float, float], depth: int
    ) -> None:
        super().__init__(document, rate, raster)
        self.depth = depth
        self.lanes: dict[tuple[int, bool], _TrackLane] = {}
        self.markers: list[Any] = []
        # The resources of the multicam clips that are being added.
        self._opened: list[str] = []

    def build_stack(self, name: str) -> Any:
        """Return an OTIO stack with all tracks that were added."""
        stack = otio.schema.Stack(name)
        pictures = sorted(lane for lane, sound in self.lanes if not sound)
        sounds = sorted((lane for lane, sound in self.lanes if sound), reverse=True)
        for key in [*((lane, False) for lane in pictures), *((lane, True) for lane in sounds)]:
            for items in split_overlapping_items(self.lanes[key].items):
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
                track.append(otio.schema.Gap(source_range=self.make_time_range(Fraction(0), start - at)))
            join = lane.joins.get(start)
            if join is not None and start > 0:
                before = start - join[0]
                transition = otio.schema.Transition(
                    join[2],
                    choose_transition_type(join[2]),
                    self.to_rational_time(before),
                    self.to_rational_time(join[1] - before),
                )
                track.append(transition)
            track.append(item)
            at = start + frames
        return track

    # Methods that walk through the elements of the sequence

    def add_storyline(self, spine: Element, begin: Fraction, lane: int, shown: ShownPart) -> None:
        """Add the elements of a `spine` or `mc-angle` element to a lane. Times in the spine count from a time
        of its own; `begin` is the second of the film at which that time is 0. An element without an offset
        follows the element before it.
        """
        after = begin
        # The spine of the sequence may contain further spines, whose names are not that of the track.
        name = spine.get("name", "") if spine.tag == "spine" and lane else ""
        for child, following in zip_longest(spine, spine[1:]):
            try:
                at = begin + parse_fcpxml_time(child.get("offset")) if "offset" in child.attrib else after
                if child.tag == "transition":
                    self._add_transition(child, following, at, begin, lane, shown)
                    continue
                after = at + self.parse_clip_duration(child)
                if child.tag == "gap":
                    self._add_connected_elements(child, at, lane, shown)
                    continue
                if child.tag == "spine":
                    self.add_storyline(child, at, lane, shown)
                    continue
            except BadInput as error:
                self.leave_out(child, error)
                continue
            self._add_clip_element(child, at, lane, name, shown)

    def _add_transition(
        self,
        transition: Element,
        following: Element | None,
        at: Fraction,
        begin: Fraction,
        lane: int,
        shown: ShownPart,
    ) -> None:
        """Add a transition to a lane. A transition at an edge of the shown part is left out."""
        end = at + parse_fcpxml_time(transition.get("duration"))
        edit = end
        if following is not None and "offset" in following.attrib:
            edit = begin + parse_fcpxml_time(following.get("offset"))
        if shown.start <= at and end <= shown.end:
            start, frames = self.to_frame(at), self.to_frame(end) - self.to_frame(at)
            for sound in (False, True):
                self._get_lane(lane, sound).joins[self.to_frame(edit)] = (
                    start,
                    frames,
                    transition.get("name", ""),
                )

    def _add_clip_element(self, clip: Element, at: Fraction, lane: int, name: str, shown: ShownPart) -> None:
        """Add a clip that starts at second `at` of the film. A clip that cannot be read is left out and noted
        with its line.
        """
        if clip.tag == "audition":
            clip = next((each for each in clip if each.tag in CLIPS), clip)
        try:
            if clip.tag not in CLIPS:
                raise BadInput("its type is unsupported")
            end = at + self.parse_clip_duration(clip)
            if end <= at:
                raise BadInput("it has no length")
            part = shown.narrow(at, end)
            self.document.count_visit(is_shown=part.start < part.end)
            if part.start < part.end:
                self._add_shown_clip(clip, at, end, lane, name, part)
            self._add_connected_elements(clip, at, lane, shown)
        except BadInput as error:
            self.leave_out(clip, error)

    def _add_shown_clip(
        self, clip: Element, at: Fraction, end: Fraction, lane: int, name: str, part: ShownPart
    ) -> None:
        if clip.tag in CONTAINERS and not any(clip.find(tag) is not None for tag in CHANGES):
            self._add_container(clip, at - parse_fcpxml_time(clip.get("start")), lane, part)
            return
        start, frames = self.to_frame(part.start), self.to_frame(part.end) - self.to_frame(part.start)
        item, sound = self.make_clip_item(clip, frames, part.start - at, end - part.end, part)
        if item is not None and frames > 0 and start >= 0:
            row = self._get_lane(lane, sound)
            row.name = row.name or name
            row.items.append((start, frames, item))

    def _add_container(self, clip: Element, begin: Fraction, lane: int, part: ShownPart) -> None:
        """Add the shown part of the contents of a synchronised or multicam clip. All clips of the contents
        are linked, so that they stay in sync. `begin` is the second of the film at which the time in the
        container is 0.
        """
        self.document.containers += 1
        part = replace(
            part,
            enabled=part.enabled and clip.get("enabled") != "0",
            link=part.link or f"container-{self.document.containers}",
        )
        if clip.tag == "mc-clip":
            self._add_active_angles(clip, begin, lane, part)
        else:
            self._add_synchronised_clips(clip, begin, lane, part)

    def _add_synchronised_clips(self, clip: Element, begin: Fraction, lane: int, part: ShownPart) -> None:
        """Add the contents of a synchronised clip: its storyline, and the clips that are connected to it."""
        sounding = {
            source.get("sourceID", ""): any(each.get("active") != "0" for each in source) or not len(source)
            for source in clip.findall("sync-source")
        }
        for child in clip:
            own_lane = _parse_lane(child)
            key = "connected" if own_lane else "storyline"
            inner = replace(part, sounds=part.sounds and sounding.get(key, True))
            if child.tag == "spine":
                place = begin + parse_fcpxml_time(child.get("offset"))
                self.add_storyline(child, place, lane + own_lane, inner)
            elif child.tag in (*CLIPS, "audition"):
                place = begin + parse_fcpxml_time(child.get("offset"))
                self._add_clip_element(child, place, lane + own_lane, "", inner)
            elif child.tag == "gap":
                place = begin + parse_fcpxml_time(child.get("offset"))
                self._add_connected_elements(child, place, lane, inner)

    def _add_active_angles(self, clip: Element, begin: Fraction, lane: int, part: ShownPart) -> None:
        """Add the angle of a multicam clip whose picture is shown, and the angles whose sound is heard. The
        sound of another angle is on a lane of its own below the picture.
        """
        ref = clip.get("ref", "")
        resource = self.document.resources.get(ref)
        multicam = resource.find("multicam") if resource is not None else None
        if multicam is None:
            raise BadInput("its media is not in the file")
        if ref in self._opened or len(self._opened) > DEEPEST:
            raise BadInput("it contains itself")
        angles = {each.get("angleID", ""): each for each in multicam.findall("mc-angle")}
        uses = clip.findall("mc-source")
        sources = [(each.get("angleID", ""), each.get("srcEnable", "all")) for each in uses]
        sources = sources or [(angle, "all") for angle in list(angles)[:1]]
        for angle, _ in sources:
            if angle not in angles:
                self.document.note(clip, f"shows the angle “{angle}”, which is not in the file")
        own = clip.get("srcEnable", "all")
        seen = next((angle for angle, use in sources if use in ("all", "video") and angle in angles), "")
        heard = [angle for angle, use in sources if use in ("all", "audio") and angle in angles]
        self._opened.append(ref)
        below = 0
        for angle in dict.fromkeys([*([seen] if seen else []), *heard]):
            pictures, sounds = angle == seen and own != "audio", angle in heard and own != "video"
            below += 0 if angle == seen else 1
            place = begin + _find_angle_shift(multicam, angles[angle])
            inner = replace(part, pictures=part.pictures and pictures, sounds=part.sounds and sounds)
            self.add_storyline(angles[angle], place, lane - below, inner)
        self._opened.pop()

    def _add_connected_elements(
        self, parent: Element, at: Fraction, base: int = 0, shown: ShownPart = EVERYTHING
    ) -> None:
        """Add the elements that are connected to a clip or gap, and the markers in it that belong to the cut.
        `at` is the second of the film at which the clip or gap starts. In a container, `base` is the lane of
        the clip or gap.
        """
        local = parse_fcpxml_time(parent.get("start"))
        for child in parent if parent.tag not in CONTAINERS else ():
            lane = _parse_lane(child) + (base if shown.link else 0)
            is_connected = child.get("lane") is not None and child.tag not in ("spine", *MARKERS)
            is_marker = child.tag in MARKERS and (child.get("note") == ON_CUT or parent.tag == "gap")
            try:
                if child.tag == "spine" or is_connected:
                    place = at + parse_fcpxml_time(child.get("offset")) - local
                    if child.tag == "spine":
                        self.add_storyline(child, place, lane, shown)
                    else:
                        self._add_clip_element(child, place, lane, "", shown)
                elif is_marker and not shown.link:
                    frame = self.to_frame(at + parse_fcpxml_time(child.get("start")) - local)
                    self.markers.append(self.make_otio_marker(child, Fraction(frame) / self.rate, {}))
            except BadInput as error:
                self.leave_out(child, error)

    def _get_lane(self, lane: int, sound: bool) -> _TrackLane:
        return self.lanes.setdefault((lane, sound), _TrackLane())

    # Methods that build nested stacks

    def build_sequence_stack(self, media: Element, sequence: Element) -> tuple[Any, dict[str, Any]]:
        """Return the nested sequence of a `media` element as an OTIO stack, and its metadata."""
        return _build_nested_stack(self.document, sequence, media.get("name", ""), self.depth + 1)

    def build_container_stack(self, clip: Element) -> tuple[Any, dict[str, Any], Fraction]:
        """Return the contents of a container as an OTIO stack, its metadata, and the time in the container at
        which the stack begins. A container with a changed speed or with effects becomes such a stack, so that
        the changes apply to all its contents.
        """
        inner = _SequenceBuilder(self.document, self.rate, self.raster, self.depth + 1)
        inner._opened = [*self._opened]
        origin = self._find_first_offset(clip)
        inner._add_container(clip, -origin, 0, EVERYTHING)
        name = clip.get("name", "")
        sides = {"width": int(self.raster[0]), "height": int(self.raster[1])}
        metadata = {"name": name, "rate": format_ratio(self.rate), "hand_edited": True, **sides}
        return inner.build_stack(name), metadata, origin

    def _find_first_offset(self, clip: Element) -> Fraction:
        """Return the time in a container at which its contents begin."""
        resource = self.document.resources.get(clip.get("ref", ""))
        multicam = resource.find("multicam") if resource is not None else None
        if multicam is not None:
            rows = [(_find_angle_shift(multicam, angle), angle) for angle in multicam.findall("mc-angle")]
        else:
            rows = [(parse_fcpxml_time(spine.get("offset")), spine) for spine in clip.findall("spine")]
            rows.append((Fraction(0), clip))
        offsets = (
            place + parse_fcpxml_time(each.get("offset"))
            for place, row in rows
            for each in row
            if each.tag in (*CLIPS, "audition", "gap")
        )
        return min(parse_fcpxml_time(clip.get("start")), *offsets)


def _parse_lane(element: Element) -> int:
    lane = element.get("lane", "0")
    return int(lane) if re.fullmatch("-?[0-9]{1,3}", lane) else 0


def _find_angle_shift(multicam: Element, angle: Element) -> Fraction:
    """Return the time in a multicam clip at which the time in an angle is 0. Some programs count the times in
    an angle from the start of the multicam clip.
    """
    starts = parse_fcpxml_time(multicam.get("tcStart"))
    first = parse_fcpxml_time(angle[0].get("offset")) if len(angle) else Fraction(0)
    return starts if first < starts else Fraction(0)


def _parse_raster(form: Element) -> tuple[float, float]:
    """Return the width and height in pixels of a `format` element, or 1920 × 1080 if it has no size."""
    return max(1.0, parse_number(form.get("width"), 1920.0)), max(
        1.0, parse_number(form.get("height"), 1080.0)
    )
