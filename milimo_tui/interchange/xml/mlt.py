"""Export of a cut as MLT XML in the layout of Kdenlive's projects (version 1.04): `melt` plays it, Kdenlive
opens it.

Nested cuts are written to companion files. This writer is used because those of the adapters lose markers,
levels and mutes, and print what they leave out (docs/decisions/013). Times are frame counts.
"""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import zip_longest
from xml.etree.ElementTree import Element

from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.layout.transition_spans import after, before
from milimo_tui.cut.values.cut import Cut, SourceKind, TrackKind
from milimo_tui.interchange.values.bundle import Bundle, Medium
from milimo_tui.interchange.values.event_list import (
    Event,
    Row,
    clip_markers,
    cut_markers,
    flat,
    has_sound,
    split,
)
from milimo_tui.interchange.values.formats import companion
from milimo_tui.interchange.values.mlt_frames import begins_at
from milimo_tui.interchange.values.xml_text import element, text
from milimo_tui.interchange.xml.fcpxml import constant

LAYOUT = "1.04"


def write(bundle: Bundle, stem: str, suffix: str) -> dict[str, str]:
    """Return the documents by the part of the file names before the suffix. "" is the cut's own document.

    Raises Refused for a cut inside itself.
    """
    *inner, outer = bundle.inside()
    parts = {cut.id: f"in {number + 1} {cut.name}" for number, cut in enumerate(inner)}
    files = {id: companion(stem, part, suffix) for id, part in parts.items()}
    out = {"": _Writer(bundle, outer, files, suffix).document()}
    for cut in inner:
        out[parts[cut.id]] = _Writer(bundle, cut, files, suffix).document()
    return out


def _property(parent: Element, name: str, value: object) -> None:
    element(parent, "property", str(value), name=name)


class _Writer:
    """The writer of one document: producers first, then a playlist and a tractor for each track, all in one
    tractor.
    """

    def __init__(self, bundle: Bundle, cut: Cut, files: dict[str, str], suffix: str) -> None:
        self.bundle = bundle
        self.for_kdenlive = suffix == ".kdenlive"
        self.cut = cut
        self.files = files
        self.root = element(None, "mlt", LC_NUMERIC="C", producer="main_bin", version="7.0.0")
        self.bin = element(None, "playlist", id="main_bin")
        self.producers: dict[object, str] = {}
        self.tracks: list[tuple[str, bool]] = []

    def document(self) -> str:
        """Return the document of the cut."""
        self._profile()
        pictures, sounds = split(flat(self.bundle, self.cut))
        frames = layout(self.cut).frames
        made = [self._track(row, row.events, sound=True) for row in reversed(sounds)]
        linked = [(row, tuple(each for each in row.events if has_sound(each))) for row in pictures]
        made += [self._track(row, events, sound=True) for row, events in reversed(linked) if events]
        made += [self._track(row, row.events, sound=False) for row in pictures]
        self._bin()
        black = element(self.root, "producer", id="black_track", in_="0", out=str(max(0, frames - 1)))
        _property(black, "resource", "black")
        _property(black, "mlt_service", "color")
        for parts in made:
            self.root.extend(parts)
        self._tractor(frames)
        return text(self.root)

    def _profile(self) -> None:
        cut = self.cut
        shape = Fraction(cut.width, cut.height)
        element(
            self.root,
            "profile",
            width=cut.width,
            height=cut.height,
            frame_rate_num=cut.rate.numerator,
            frame_rate_den=cut.rate.denominator,
            progressive=1,
            sample_aspect_num=1,
            sample_aspect_den=1,
            display_aspect_num=shape.numerator,
            display_aspect_den=shape.denominator,
            colorspace=709,
        )

    def _bin(self) -> None:
        guides = [(each.frame, each) for each in cut_markers(self.cut)]
        placed = layout(self.cut)
        guides += [
            (placed.start_of(clip.id) + each.frame, each)
            for clip in self.cut.clips
            for each in clip_markers(self.cut, clip)
        ]
        entries = [
            {"comment": each.text or each.name, "pos": frame, "type": 0}
            for frame, each in sorted(guides, key=lambda pair: pair[0])
        ]
        _property(self.bin, "kdenlive:docproperties.version", LAYOUT)
        _property(self.bin, "kdenlive:docproperties.guides", json.dumps(entries, ensure_ascii=False))
        _property(self.bin, "xml_retain", 1)
        self.root.append(self.bin)

    def _tractor(self, frames: int) -> None:
        tractor = element(
            self.root, "tractor", id="timeline", global_feed="1", in_="0", out=str(max(0, frames - 1))
        )
        element(tractor, "track", producer="black_track")
        for id, _ in self.tracks:
            element(tractor, "track", producer=id)
        for index, (_, sound) in enumerate(self.tracks):
            join = element(tractor, "transition")
            _property(join, "a_track", 0)
            _property(join, "b_track", index + 1)
            _property(join, "mlt_service", "mix" if sound else self._over())
            _property(join, "always_active", 1)
            _property(join, "internal_added", 237)
            if sound:
                _property(join, "sum", 1)
            elif not self.for_kdenlive:  # Complete pictures are centred, as this program composites them.
                _property(join, "halign", "centre")
                _property(join, "valign", "middle")
                _property(join, "aligned", 0)

    def _reads(self, medium: Medium) -> str:
        """Return the MLT service that opens a file. Kdenlive's service for stills needs a display; `melt`
        finds one that does not.
        """
        if medium.kind == "picture":
            return "qimage" if self.for_kdenlive else ""
        return "avformat-novalidate"

    def _over(self) -> str:
        """Return the MLT service that composites pictures. Kdenlive's service needs a display, which `melt`
        may not have.
        """
        return "qtblend" if self.for_kdenlive else "composite"

    # tracks

    def _track(self, row: Row, events: tuple[Event, ...], *, sound: bool) -> list[Element]:
        number = len(self.tracks)
        pair = [element(None, "playlist", id=f"playlist{2 * number + side}") for side in (0, 1)]
        meetings = self._lay(pair, events, sound)
        tractor = element(None, "tractor", id=f"tractor{number}")
        if sound:
            _property(tractor, "kdenlive:audio_track", 1)
            _property(pair[0], "kdenlive:audio_track", 1)
        own = sound == (row.track.kind is TrackKind.AUDIO)
        _property(tractor, "kdenlive:track_name", row.track.name if own else f"{row.track.name} sound")
        off = row.track.muted if sound else row.track.hidden
        hide = "both" if off else "video" if sound else "audio"
        if row.track.locked:
            _property(tractor, "kdenlive:locked_track", 1)
        for part in pair:
            element(tractor, "track", producer=part.get("id"), hide=hide)
        tractor.extend(meetings)
        self.tracks.append((f"tractor{number}", sound))
        return [*pair, tractor]

    def _lay(self, pair: list[Element], events: tuple[Event, ...], sound: bool) -> list[Element]:
        """Place a track's events on its two playlists, and return the dissolves.

        Events that meet in a dissolve are placed on different playlists.
        """
        ends, side, head = [0, 0], 0, 0
        meetings = []
        shown = [each for each in events if not each.is_gap and each.clip.source.kind is not SourceKind.TITLE]
        for event, right in zip_longest(shown, shown[1:]):
            start = event.start - head
            if start > ends[side]:
                element(pair[side], "blank", length=start - ends[side])
            tail = self._tail(event, right, ends[1 - side]) if right is not None else 0
            self._entry(pair[side], event, sound, head, tail)
            ends[side] = event.end + tail
            head = 0
            if tail and event.after is not None:
                head, side = before(event.after.frames), 1 - side
                meetings.append(self._meeting(event.end - head, event.after.frames, side, sound))
        return meetings

    def _tail(self, left: Event, right: Event, free: int) -> int:
        """Return how many frames a clip extends into the dissolve after it.

        The result is 0 if a plain cut must replace the dissolve, because a clip lacks media or the other
        playlist is not `free`.
        """
        join = left.after
        if join is None or join.right != right.clip.id or left.end != right.start:
            return 0
        head, tail = before(join.frames), after(join.frames)
        last = self._into(left) + left.frames + tail
        fits = self._into(right) >= head and last <= self._length(left)
        return tail if fits and left.end - head >= free else 0

    def _meeting(self, start: int, frames: int, side: int, sound: bool) -> Element:
        """Return a dissolve onto one of a track's playlists (`side`), which Kdenlive calls a mix.

        In Kdenlive, the edit point of a mix counts from its end, and its last frame is exclusive.
        """
        made = element(None, "transition", in_=start, out=start + frames - (not self.for_kdenlive))
        service = "mix" if sound else "luma"
        _property(made, "a_track", 0)
        _property(made, "b_track", 1)
        _property(made, "mlt_service", service)
        _property(made, "kdenlive_id", service)
        _property(made, "kdenlive:mixcut", after(frames))
        _property(made, "reverse", 0 if side else 1)
        if sound:
            _property(made, "start", -1)
            _property(made, "accepts_blanks", 1)
        return made

    def _into(self, event: Event) -> int:
        """Return the producer frame that a clip starts with. For a clip played backwards, MLT counts from the
        end.
        """
        at, _ = begins_at(event.clip, event.medium, self.cut.rate)
        back = event.clip.effects.speed < 0 and self._is_warped(event)
        return max(0, self._length(event) - 1 - at) if back else at

    def _length(self, event: Event) -> int:
        """Return the length of the media in frames, as the clip's speed plays them."""
        length = event.medium.seconds or Fraction(10 * 3600)
        speed = event.clip.effects.speed if self._is_warped(event) else Fraction(1)
        return max(1, int(length / abs(speed) * self.cut.rate))

    def _is_warped(self, event: Event) -> bool:
        return event.clip.effects.speed not in (0, 1) and event.clip.source.kind is not SourceKind.CUT

    def _entry(self, playlist: Element, event: Event, sound: bool, head: int, tail: int) -> None:
        """Add a clip from `head` frames before its first to `tail` frames after its last."""
        into = self._into(event)
        id, number = self._producer(event)
        out = into + event.frames + tail - 1
        entry = element(playlist, "entry", producer=id, in_=into - head, out=out)
        _property(entry, "kdenlive:id", number)
        gain = (
            -96.0
            if sound and event.clip.muted
            else event.clip.gain_db + constant(event.clip.effects, "volume")
        )
        if event.clip.effects.speed == 0:
            held = element(entry, "filter")
            _property(held, "mlt_service", "freeze")
            _property(held, "kdenlive_id", "freeze")
            _property(held, "frame", head)
            _property(held, "freeze_before", 0)
            _property(held, "freeze_after", 0)
        if sound and gain:
            level = element(entry, "filter")
            _property(level, "mlt_service", "volume")
            _property(level, "kdenlive_id", "volume")
            _property(level, "level", f"{gain:g}")

    def _producer(self, event: Event) -> tuple[str, int]:
        """Return the id of a clip's producer, which is created if necessary, and its number in the bin."""
        medium, speed = event.medium, event.clip.effects.speed
        nested = self.files.get(event.clip.source.ref) if event.clip.source.kind is SourceKind.CUT else None
        resource = nested or medium.path or medium.name
        warped = self._is_warped(event)
        key = (resource, speed if warped else Fraction(1))
        if key not in self.producers:
            id = f"producer{len(self.producers)}"
            frames = self._length(event)
            made = element(self.root, "producer", id=id, in_=0, out=frames - 1)
            _property(made, "length", frames)
            if warped:
                _property(made, "mlt_service", "timewarp")
                _property(made, "resource", f"{float(speed):g}:{resource}")
                _property(made, "warp_speed", f"{float(speed):.12g}")
                _property(made, "warp_resource", resource)
            else:
                service = "xml" if nested else self._reads(medium)
                if service:
                    _property(made, "mlt_service", service)
                _property(made, "resource", resource)
            _property(made, "kdenlive:clipname", medium.name)
            _property(made, "kdenlive:id", len(self.producers) + 4)
            element(self.bin, "entry", producer=id, in_=0, out=frames - 1)
            self.producers[key] = id
        id = self.producers[key]
        return id, int(id.removeprefix("producer")) + 4
