"""Export a cut as MLT XML in the layout of Kdenlive's projects (version 1.04). `melt` can play it, and
Kdenlive can open it.

Nested cuts are written to companion files. OTIO's adapters are not used for writing, because they lose
markers, levels and mutes, and print warnings (docs/decisions/interchange.md). Times are frame counts.
"""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import zip_longest
from xml.etree.ElementTree import Element

from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.layout.transition_spans import count_frames_after_edit, count_frames_before_edit
from milimo_tui.cut.values.cut import Cut, SourceKind, TrackKind
from milimo_tui.cut.values.effects import MUTED_DB
from milimo_tui.cut.values.keyframes import Keyframe
from milimo_tui.interchange.values.bundle import CutBundle, Medium
from milimo_tui.interchange.values.event_list import (
    TrackEvent,
    TrackEventList,
    has_audible_source,
    list_clip_markers,
    list_cut_markers,
    list_track_events,
    split_by_track_kind,
)
from milimo_tui.interchange.values.formats import FORMATS, CutFormat, make_companion_name
from milimo_tui.interchange.values.level_curves import compute_level_curve
from milimo_tui.interchange.values.mlt_frames import find_producer_start
from milimo_tui.interchange.values.xml_text import format_xml_document, make_xml_element

LAYOUT = "1.04"


def write_mlt(bundle: CutBundle, stem: str, suffix: str) -> dict[str, str]:
    """Return the XML documents of a cut and its nested cuts.

    The keys are added to the file name between `stem` and `suffix`. The key of the outer cut is empty. Raises
    Refused for a cut inside itself.
    """
    *inner, outer = bundle.iterate_nested_cuts()
    parts = {cut.id: f"in {number + 1} {cut.name}" for number, cut in enumerate(inner)}
    files = {id: make_companion_name(stem, part, suffix) for id, part in parts.items()}
    out = {"": _MltWriter(bundle, outer, files, suffix).format_mlt_document()}
    for cut in inner:
        out[parts[cut.id]] = _MltWriter(bundle, cut, files, suffix).format_mlt_document()
    return out


def _add_property(parent: Element, name: str, value: object) -> None:
    make_xml_element(parent, "property", str(value), name=name)


class _MltWriter:
    """The writer of one document. Producers (media) come first, then two playlists and a tractor for each
    track, and at last a tractor with all tracks.
    """

    def __init__(self, bundle: CutBundle, cut: Cut, files: dict[str, str], suffix: str) -> None:
        self.bundle = bundle
        self.for_kdenlive = suffix == FORMATS[CutFormat.KDENLIVE].suffix
        self.cut = cut
        self.files = files
        self.root = make_xml_element(None, "mlt", LC_NUMERIC="C", producer="main_bin", version="7.0.0")
        self.bin = make_xml_element(None, "playlist", id="main_bin")
        self.producers: dict[object, str] = {}
        self.tracks: list[tuple[str, bool]] = []

    def format_mlt_document(self) -> str:
        """Return the MLT document of the cut."""
        self._add_profile()
        pictures, sounds = split_by_track_kind(list_track_events(self.bundle, self.cut))
        frames = layout(self.cut).frames
        tracks = [self._build_mlt_track(row, row.events, sound=True) for row in reversed(sounds)]
        linked = [(row, tuple(each for each in row.events if has_audible_source(each))) for row in pictures]
        tracks += [
            self._build_mlt_track(row, events, sound=True) for row, events in reversed(linked) if events
        ]
        tracks += [self._build_mlt_track(row, row.events, sound=False) for row in pictures]
        self._add_bin()
        black = make_xml_element(
            self.root, "producer", id="black_track", in_="0", out=str(max(0, frames - 1))
        )
        _add_property(black, "resource", "black")
        _add_property(black, "mlt_service", "color")
        for parts in tracks:
            self.root.extend(parts)
        self._add_main_tractor(frames)
        return format_xml_document(self.root)

    def _add_profile(self) -> None:
        cut = self.cut
        shape = Fraction(cut.width, cut.height)
        make_xml_element(
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

    def _add_bin(self) -> None:
        guides = [(each.frame, each) for each in list_cut_markers(self.cut)]
        placed = layout(self.cut)
        guides += [
            (placed.get_start(clip.id) + each.frame, each)
            for clip in self.cut.clips
            for each in list_clip_markers(self.cut, clip)
        ]
        entries = [
            {"comment": each.text or each.name, "pos": frame, "type": 0}
            for frame, each in sorted(guides, key=lambda pair: pair[0])
        ]
        _add_property(self.bin, "kdenlive:docproperties.version", LAYOUT)
        _add_property(self.bin, "kdenlive:docproperties.guides", json.dumps(entries, ensure_ascii=False))
        _add_property(self.bin, "xml_retain", 1)
        self.root.append(self.bin)

    def _add_main_tractor(self, frames: int) -> None:
        tractor = make_xml_element(
            self.root, "tractor", id="timeline", global_feed="1", in_="0", out=str(max(0, frames - 1))
        )
        make_xml_element(tractor, "track", producer="black_track")
        for id, _ in self.tracks:
            make_xml_element(tractor, "track", producer=id)
        for index, (_, sound) in enumerate(self.tracks):
            join = make_xml_element(tractor, "transition")
            _add_property(join, "a_track", 0)
            _add_property(join, "b_track", index + 1)
            _add_property(join, "mlt_service", "mix" if sound else self._choose_composite_service())
            _add_property(join, "always_active", 1)
            _add_property(join, "internal_added", 237)
            if sound:
                _add_property(join, "sum", 1)
            # Kdenlive centres pictures by itself. For other programs the alignment is set here, so that they
            # composite pictures as Milimo does.
            elif not self.for_kdenlive:
                _add_property(join, "halign", "centre")
                _add_property(join, "valign", "middle")
                _add_property(join, "aligned", 0)

    def _choose_reader_service(self, medium: Medium) -> str:
        """Return the name of the MLT service that opens a file, or an empty string to let MLT choose.

        For stills, Kdenlive's service needs a display, while `melt` chooses a service that does not.
        """
        if medium.kind == "picture":
            return "qimage" if self.for_kdenlive else ""
        return "avformat-novalidate"

    def _choose_composite_service(self) -> str:
        """Return the MLT service that composites pictures. Kdenlive's service needs a display, which `melt`
        may not have.
        """
        return "qtblend" if self.for_kdenlive else "composite"

    def _build_mlt_track(
        self, row: TrackEventList, events: tuple[TrackEvent, ...], *, sound: bool
    ) -> list[Element]:
        number = len(self.tracks)
        pair = [make_xml_element(None, "playlist", id=f"playlist{2 * number + side}") for side in (0, 1)]
        meetings = self._place_events(pair, events, sound)
        tractor = make_xml_element(None, "tractor", id=f"tractor{number}")
        if sound:
            _add_property(tractor, "kdenlive:audio_track", 1)
            _add_property(pair[0], "kdenlive:audio_track", 1)
        own = sound == (row.track.kind is TrackKind.AUDIO)
        _add_property(tractor, "kdenlive:track_name", row.track.name if own else f"{row.track.name} sound")
        off = row.track.muted if sound else row.track.hidden
        hide = "both" if off else "video" if sound else "audio"
        if row.track.locked:
            _add_property(tractor, "kdenlive:locked_track", 1)
        for part in pair:
            make_xml_element(tractor, "track", producer=part.get("id"), hide=hide)
        tractor.extend(meetings)
        self.tracks.append((f"tractor{number}", sound))
        return [*pair, tractor]

    def _place_events(
        self, pair: list[Element], events: tuple[TrackEvent, ...], sound: bool
    ) -> list[Element]:
        """Place the events of a track on its two playlists (`pair`), and return the dissolve elements.

        Two clips that meet in a dissolve are placed on different playlists, because they overlap.
        """
        ends, side, head = [0, 0], 0, 0
        meetings = []
        shown = [each for each in events if not each.is_gap and each.clip.source.kind is not SourceKind.TITLE]
        for event, right in zip_longest(shown, shown[1:]):
            start = event.start - head
            if start > ends[side]:
                make_xml_element(pair[side], "blank", length=start - ends[side])
            tail = self._count_dissolve_tail(event, right, ends[1 - side]) if right is not None else 0
            self._add_entry(pair[side], event, sound, head, tail)
            ends[side] = event.end + tail
            head = 0
            if tail and event.after is not None:
                head, side = count_frames_before_edit(event.after.frames), 1 - side
                meetings.append(self._make_dissolve(event.end - head, event.after.frames, side, sound))
        return meetings

    def _count_dissolve_tail(self, left: TrackEvent, right: TrackEvent, free: int) -> int:
        """Return the number of frames by which the clip `left` extends into the dissolve to `right`.

        The result is 0 if there is no dissolve. It is also 0 if the dissolve must be replaced by a plain cut,
        because a clip has too little media, or because the other playlist is occupied until frame `free`.
        """
        join = left.after
        if join is None or join.right != right.clip.id or left.end != right.start:
            return 0
        head, tail = count_frames_before_edit(join.frames), count_frames_after_edit(join.frames)
        last = self._find_first_producer_frame(left) + left.frames + tail
        fits = self._find_first_producer_frame(right) >= head and last <= self._count_producer_frames(left)
        return tail if fits and left.end - head >= free else 0

    def _make_dissolve(self, start: int, frames: int, side: int, sound: bool) -> Element:
        """Return a dissolve of `frames` frames from frame `start`, to the clip on playlist `side` (0 or 1).
        Kdenlive calls a dissolve a mix.

        In Kdenlive, the edit point of a mix is counted from the end of the mix, and its last frame is
        exclusive.
        """
        element = make_xml_element(
            None, "transition", in_=start, out=start + frames - (not self.for_kdenlive)
        )
        service = "mix" if sound else "luma"
        _add_property(element, "a_track", 0)
        _add_property(element, "b_track", 1)
        _add_property(element, "mlt_service", service)
        _add_property(element, "kdenlive_id", service)
        _add_property(element, "kdenlive:mixcut", count_frames_after_edit(frames))
        _add_property(element, "reverse", 0 if side else 1)
        if sound:
            _add_property(element, "start", -1)
            _add_property(element, "accepts_blanks", 1)
        return element

    def _find_first_producer_frame(self, event: TrackEvent) -> int:
        """Return the frame of its producer (MLT's media object) at which a clip starts. If the clip is played
        backwards, MLT counts this frame from the end of the media.
        """
        at, _ = find_producer_start(event.clip, event.medium, self.cut.rate)
        back = event.clip.effects.speed < 0 and self._needs_timewarp(event)
        return max(0, self._count_producer_frames(event) - 1 - at) if back else at

    def _count_producer_frames(self, event: TrackEvent) -> int:
        """Return the length of the media in frames when played at the clip's speed."""
        length = event.medium.seconds or Fraction(10 * 3600)
        speed = event.clip.effects.speed if self._needs_timewarp(event) else Fraction(1)
        return max(1, int(length / abs(speed) * self.cut.rate))

    def _needs_timewarp(self, event: TrackEvent) -> bool:
        return event.clip.effects.speed not in (0, 1) and event.clip.source.kind is not SourceKind.CUT

    def _add_entry(self, playlist: Element, event: TrackEvent, sound: bool, head: int, tail: int) -> None:
        """Add a clip to a playlist, extended by `head` frames before its first frame and `tail` frames after
        its last.
        """
        into = self._find_first_producer_frame(event)
        id, number = self._get_producer(event)
        out = into + event.frames + tail - 1
        entry = make_xml_element(playlist, "entry", producer=id, in_=into - head, out=out)
        _add_property(entry, "kdenlive:id", number)
        muted = (Keyframe(0, MUTED_DB),)
        gains = muted if sound and event.clip.muted else compute_level_curve(event.clip)
        if event.clip.effects.speed == 0:
            element = make_xml_element(entry, "filter")
            _add_property(element, "mlt_service", "freeze")
            _add_property(element, "kdenlive_id", "freeze")
            _add_property(element, "frame", head)
            _add_property(element, "freeze_before", 0)
            _add_property(element, "freeze_after", 0)
        if sound and gains:
            level = make_xml_element(entry, "filter")
            _add_property(level, "mlt_service", "volume")
            _add_property(level, "kdenlive_id", "volume")
            # The keys of a filter count the frames of the producer.
            keys = [f"{into + key.frame}={key.value:g}" for key in gains]
            _add_property(level, "level", ";".join(keys) if len(keys) > 1 else f"{gains[0].value:g}")

    def _get_producer(self, event: TrackEvent) -> tuple[str, int]:
        """Return the id of the producer (MLT's media object) for a clip, and the producer's number in
        Kdenlive's bin. If the producer does not exist yet, it is created.
        """
        medium, speed = event.medium, event.clip.effects.speed
        nested = self.files.get(event.clip.source.ref) if event.clip.source.kind is SourceKind.CUT else None
        resource = nested or medium.path or medium.name
        warped = self._needs_timewarp(event)
        key = (resource, speed if warped else Fraction(1), event.clip.stream)
        if key not in self.producers:
            id = f"producer{len(self.producers)}"
            frames = self._count_producer_frames(event)
            element = make_xml_element(self.root, "producer", id=id, in_=0, out=frames - 1)
            _add_property(element, "length", frames)
            if warped:
                _add_property(element, "mlt_service", "timewarp")
                _add_property(element, "resource", f"{float(speed):g}:{resource}")
                _add_property(element, "warp_speed", f"{float(speed):.12g}")
                _add_property(element, "warp_resource", resource)
            else:
                service = "xml" if nested else self._choose_reader_service(medium)
                if service:
                    _add_property(element, "mlt_service", service)
                _add_property(element, "resource", resource)
            if event.clip.stream != 1:  # MLT counts the sound streams of a file from 0.
                _add_property(element, "astream", event.clip.stream - 1)
            _add_property(element, "kdenlive:clipname", medium.name)
            _add_property(element, "kdenlive:id", len(self.producers) + 4)
            make_xml_element(self.bin, "entry", producer=id, in_=0, out=frames - 1)
            self.producers[key] = id
        id = self.producers[key]
        return id, int(id.removeprefix("producer")) + 4
