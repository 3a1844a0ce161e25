"""Convert the clips of a Final Cut Pro X XML document to OpenTimelineIO objects."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any
from xml.etree.ElementTree import Element

import opentimelineio as otio

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import format_ratio, round_half_up
from milimo_tui.cut.values.effects import VOLUME, Effects
from milimo_tui.cut.values.effects_text import effects_to_json
from milimo_tui.cut.values.keyframes import Curve, Keyframe
from milimo_tui.interchange.otio.otio_facts import ALIASES, OURS, TooLarge, parse_media_path
from milimo_tui.interchange.values.formats import MOST_CLIPS
from milimo_tui.interchange.xml.fcpxml import OFFLINE, ON_CUT, TIES
from milimo_tui.interchange.xml.fcpxml_values import (
    parse_fcpxml_time,
    parse_level,
    parse_number,
    parse_title,
    parse_transform,
)

CONTAINERS = ("sync-clip", "mc-clip")
CLIPS = ("asset-clip", "clip", "ref-clip", "video", "audio", "title", *CONTAINERS)
MARKERS = ("marker", "chapter-marker")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPart:
    """The part of a container (a synchronised or multicam clip) that is shown. Only the elements between the
    film's seconds `start` and `end` are added, with their pictures, their sounds, or both.

    `link` is the link of all clips of a container. It is empty outside containers.
    """

    start: Fraction = Fraction(-(10**9))
    end: Fraction = Fraction(10**9)
    pictures: bool = True
    sounds: bool = True
    enabled: bool = True
    link: str = ""

    def narrow(self, start: Fraction, end: Fraction) -> ShownPart:
        """Return the portion of this part between two seconds of the film."""
        return replace(self, start=max(self.start, start), end=min(self.end, end))


EVERYTHING = ShownPart()


class FcpxmlDocument:
    """A document that is being read. `resources` are its formats and media by id, and `lines` has the line of
    each element.
    """

    def __init__(self, root: Element, lines: Mapping[Element, int]) -> None:
        resources = root.find("resources")
        self.lines = lines
        self.resources = {each.get("id", ""): each for each in (resources if resources is not None else ())}
        self.notes: list[str] = []
        self.containers = 0  # The number of containers so far, from which their links are made.
        self._visits = 0
        # The number of clips in each nested sequence, by the id of its resource.
        self._counts: dict[str, int] = {}

    def note(self, element: Element, sentence: str) -> None:
        """Add a sentence about an element to the notes for the user, with its name and line."""
        name = " ".join(element.get("name", "").split()) or element.tag
        self.notes.append(f"line {self.lines.get(element, 0)}: “{name}” {sentence}")

    def count_visit(self, *, is_shown: bool) -> None:
        """Count an element of a container. Raises TooLarge if the document repeats its containers so often
        that reading it would take minutes. An element that is not shown takes a tenth of the time.
        """
        self._visits += 10 if is_shown else 1
        if self._visits > 10 * MOST_CLIPS:
            raise TooLarge("its nested clips are repeated too often", "export it in parts")

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


class ClipItemMaker(ABC):
    """A converter of the clips of one sequence. `raster` is the width and height of the sequence in
    pixels.
    """

    def __init__(self, document: FcpxmlDocument, rate: Fraction, raster: tuple[float, float]) -> None:
        self.document = document
        self.rate = rate
        self.raster = raster

    @abstractmethod
    def build_sequence_stack(self, media: Element, sequence: Element) -> tuple[Any, dict[str, Any]]:
        """Return the nested sequence of a `media` element as an OTIO stack, and its metadata."""

    @abstractmethod
    def build_container_stack(self, clip: Element) -> tuple[Any, dict[str, Any], Fraction]:
        """Return the contents of a container as an OTIO stack, its metadata, and the time in the container at
        which the stack begins.
        """

    def leave_out(self, element: Element, error: BadInput) -> None:
        if isinstance(error, TooLarge):
            raise error
        self.document.note(element, f"is left out: {error.message}")

    def parse_clip_duration(self, clip: Element) -> Fraction:
        """Return the length of a clip in seconds. A clip without a length is as long as its media."""
        if "duration" in clip.attrib:
            return parse_fcpxml_time(clip.get("duration"))
        resource = self.document.resources.get(clip.get("ref", ""))
        inner = resource.find("sequence") if resource is not None else None
        resource = inner if inner is not None else resource
        return parse_fcpxml_time(resource.get("duration") if resource is not None else None)

    def make_clip_item(
        self, clip: Element, frames: int, head: Fraction, tail: Fraction, part: ShownPart
    ) -> tuple[Any, bool]:
        """Return a clip of `frames` frames as an OTIO object, and True if it has sound but no picture. The
        object is None if nothing of the clip is shown.

        `head` and `tail` are the seconds by which a container shortens the clip.
        """
        shown = clip
        if clip.tag == "clip":
            shown = next(
                (each for each in clip.iter() if each.tag in ("video", "audio") and each.get("ref")), clip
            )
        resource = self.document.resources.get(shown.get("ref", ""))
        start = parse_fcpxml_time(clip.get("start")) + head
        sound = shown.tag == "audio" or clip.get("srcEnable") == "audio"
        metadata: dict[str, Any] = self._read_adjustments(clip, start)
        metadata["link"] = metadata["link"] or part.link
        metadata |= {"fade_in": 0} if head else {}
        metadata |= {"fade_out": 0} if tail else {}
        is_silent = clip.get("srcEnable") == "video" or not part.sounds
        item: Any
        origin = Fraction(0)
        if clip.tag in CONTAINERS:
            item, about, origin = self.build_container_stack(clip)
            metadata |= {"cut": about, "source": {"kind": "cut"}}
        elif clip.tag == "title":
            item = otio.schema.Clip(
                clip.get("name", ""), otio.schema.GeneratorReference(generator_kind="title")
            )
            metadata["source"] = {"kind": "title"}
        elif resource is not None and resource.tag == "media":
            sequence = resource.find("sequence")
            if sequence is None:
                raise BadInput("its type is unsupported")
            item, about = self.build_sequence_stack(resource, sequence)
            metadata |= {"cut": {"name": resource.get("name", ""), **about}, "source": {"kind": "cut"}}
            if metadata["label"] == resource.get("name"):
                metadata["label"] = ""
        elif resource is not None and resource.tag == "asset":
            has_sound = resource.get("hasAudio", "1") != "0"
            sound = sound or resource.get("hasVideo", "0") == "0" or (not part.pictures and has_sound)
            item = otio.schema.Clip(clip.get("name", ""), self._make_media_reference(resource, sound))
            item.metadata[ALIASES] = [
                each.get("suggestedFilename", "")
                for each in resource.findall("media-rep")
                if each.get("suggestedFilename")
            ]
        else:
            ref = shown.get("ref", "")
            raise BadInput(f"its media “{ref}” is not in the file" if ref else "it has no media")
        sound = sound or (not part.pictures and metadata.get("source") == {"kind": "cut"})
        if not (part.sounds if sound else part.pictures):
            return None, sound
        enabled = part.enabled and clip.get("enabled") != "0"
        if sound:
            metadata |= {} if enabled else {"muted": True}
        else:
            item.enabled = enabled
            metadata |= {"muted": True} if is_silent else {}
        moved = self._apply_clip_speed(clip, start, item, metadata) - origin
        item.source_range = self.make_time_range(moved, frames)
        item.metadata[OURS] = metadata
        for marker in (each for tag in MARKERS for each in clip.findall(tag)):
            if marker.get("note") != ON_CUT:
                try:
                    second = parse_fcpxml_time(marker.get("start")) - start
                except BadInput as error:
                    self.leave_out(marker, error)
                    continue
                offset = round_half_up(second * self.rate)
                at = moved + Fraction(offset) / self.rate
                if not part.link or 0 <= offset < frames:
                    item.markers.append(self.make_otio_marker(marker, at, {"frame": offset}))
        return item, sound

    def _find_media_url(self, asset: Element) -> str:
        """Return the URL of an asset's file. Since version 1.9, the URL is in an element of the asset. The
        original file is preferred to a proxy.
        """
        reps = [each for each in asset.findall("media-rep") if each.get("src")]
        originals = [each for each in reps if each.get("kind", "original-media") == "original-media"]
        if asset.get("src") or not reps:
            return asset.get("src", "")
        if not originals:
            self.document.note(asset, "has only a proxy file, which is used")
        return (originals or reps)[0].get("src", "")

    def _make_media_reference(self, asset: Element, sound: bool) -> Any:
        path = parse_media_path(self._find_media_url(asset))
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
            self.document.notes.append(
                f"the speed changes of “{clip.get('name', '')}” became a constant speed"
            )
        speed = ((v1 - v0) / (t1 - t0)).limit_denominator(10**6)
        effect = (
            otio.schema.FreezeFrame() if speed == 0 else otio.schema.LinearTimeWarp(time_scalar=float(speed))
        )
        item.effects.append(effect)
        if speed != 1:
            metadata["effects"] = {**metadata.get("effects", {}), "speed": format_ratio(speed)}
        first = v0 + (start - t0) * speed
        return first + speed / self.rate if speed < 0 else first

    def _read_adjustments(self, clip: Element, start: Fraction) -> dict[str, Any]:
        """Return this program's metadata for a clip: name, level, opacity, fades, transform, title and
        link. `start` is the second of its own time at which the clip begins.
        """
        metadata: dict[str, Any] = {"label": clip.get("name", "")}
        entries = {each.get("key"): each.get("value", "") for each in clip.findall("metadata/md")}
        metadata |= {name: entries.get(key, "") for name, key in zip(("link", "group"), TIES, strict=True)}
        blend, volume = clip.find("adjust-blend"), clip.find("adjust-volume")
        if blend is not None:
            metadata["opacity"] = parse_number(blend.get("amount"), 1.0)
        if volume is not None:
            amount = volume.get("amount", "").removesuffix("dB")
            metadata["gain_db"] = parse_number(amount, 0.0)
            metadata["muted"] = amount == "-inf"
        for adjust in (blend, volume):
            for name, tag in (("fade_in", "fadeIn"), ("fade_out", "fadeOut")):
                fade = adjust.find(f"param/{tag}") if adjust is not None else None
                if fade is not None:
                    metadata[name] = self.to_frame(parse_fcpxml_time(fade.get("duration")))
        effects = effects_to_json(
            Effects(
                curves=(*self._parse_level_keys(volume, start), *parse_transform(clip, self.raster)),
                title=parse_title(clip, self.raster[1]),
            )
        )
        return metadata | ({"effects": effects} if effects else {})

    def _parse_level_keys(self, volume: Element | None, start: Fraction) -> tuple[tuple[str, Curve], ...]:
        """Return the keys of a clip's level as the curve of its volume, or nothing."""
        found = volume.findall("param/keyframeAnimation/keyframe") if volume is not None else []
        keys = {
            self.to_frame(parse_fcpxml_time(each.get("time")) - start): parse_level(each.get("value"))
            for each in found
        }
        curve = tuple(Keyframe(frame, keys[frame]) for frame in sorted(keys))
        return ((VOLUME.name, curve),) if curve else ()

    def make_otio_marker(self, marker: Element, at: Fraction, metadata: dict[str, Any]) -> Any:
        made = otio.schema.Marker(marker.get("value", ""), self.make_time_range(at, 0))
        made.metadata[OURS] = {**metadata, **({"done": True} if marker.get("completed") == "1" else {})}
        return made

    def to_frame(self, seconds: Fraction) -> int:
        return round_half_up(seconds * self.rate)

    def to_rational_time(self, frames: int) -> Any:
        return otio.opentime.RationalTime(frames, float(self.rate))

    def _seconds_to_rational_time(self, seconds: Fraction) -> Any:
        return otio.opentime.RationalTime(float(seconds * self.rate), float(self.rate))

    def make_time_range(self, seconds: Fraction, frames: int) -> Any:
        return otio.opentime.TimeRange(self._seconds_to_rational_time(seconds), self.to_rational_time(frames))
