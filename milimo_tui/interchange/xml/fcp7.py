"""Export a cut as Final Cut Pro 7 XML (xmeml 4), which Premiere and Resolve can also read.

In this format, a picture and its sound are separate clips. The sound of a picture's file is on additional
tracks after the cut's tracks, and is linked to the picture. OTIO's adapter is not used for writing, because
it has no opacity, levels, speed or sizes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from xml.etree.ElementTree import Element

from milimo_tui.core.time import format_timecode, get_timecode_base, is_drop_frame, round_half_up
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Cut, Marker, SourceKind, TrackKind, Transition
from milimo_tui.cut.values.effects import OPACITY
from milimo_tui.interchange.values.bundle import CutBundle, Medium
from milimo_tui.interchange.values.event_list import (
    TrackEvent,
    TrackEventList,
    clean_to_one_line,
    compute_retimed_in_frame,
    has_audible_source,
    list_clip_markers,
    list_cut_markers,
    list_track_events,
    split_by_track_kind,
)
from milimo_tui.interchange.values.level_curves import compute_level_curve, compute_linear_gain
from milimo_tui.interchange.values.xml_text import format_xml_document, make_file_url, make_xml_element
from milimo_tui.interchange.xml.fcpxml import get_constant_value


def write_fcp7(bundle: CutBundle) -> str:
    """Return the Final Cut Pro 7 XML of a cut. Raises Refused for a cut inside itself."""
    list(bundle.iterate_nested_cuts())
    root = make_xml_element(None, "xmeml", version="4")
    root.append(_Fcp7Writer(bundle).make_sequence(bundle.cut))
    return format_xml_document(root, "xmeml")


@dataclass(frozen=True, slots=True)
class _ClipItem:
    """A clip element that was written, with its position. Links refer to a clip by the numbers `track` and
    `number`, which count from 1.
    """

    element: Element
    sound: bool
    track: int
    number: int


class _Fcp7Writer:
    """The writer of one document. An element that occurs several times is written once and referenced by its
    id afterwards.
    """

    def __init__(self, bundle: CutBundle) -> None:
        self.bundle = bundle
        self.written: dict[object, str] = {}
        self.items = 0

    def make_sequence(self, cut: Cut) -> Element:
        """Return the sequence element of a cut. If the cut was written before, the element only refers to
        it.
        """
        key = ("sequence", cut.id)
        if key in self.written:
            return make_xml_element(None, "sequence", id=self.written[key])
        self.written[key] = f"sequence-{len(self.written) + 1}"
        element = make_xml_element(None, "sequence", id=self.written[key])
        make_xml_element(element, "name", clean_to_one_line(cut.name))
        make_xml_element(element, "duration", str(layout(cut).frames))
        element.append(_make_rate_element(cut.rate))
        element.append(_make_timecode_element(0, cut.rate))
        media = make_xml_element(element, "media")
        video, audio = make_xml_element(media, "video"), make_xml_element(media, "audio")
        self._add_video_format(cut, video)
        pictures, sounds = split_by_track_kind(list_track_events(self.bundle, cut))
        together: dict[str, list[_ClipItem]] = {}
        for row in pictures:
            self._add_fcp7_track(cut, video, row, row.events, together)
        for row in sounds:
            self._add_fcp7_track(cut, audio, row, row.events, together)
        for row in pictures:
            sounding = tuple(each for each in row.events if has_audible_source(each))
            self._add_fcp7_track(cut, audio, row, sounding, together, linked=True)
        _add_links(together.values())
        for marker in list_cut_markers(cut):
            element.append(_make_fcp7_marker(marker, marker.frame))
        return element

    def _add_video_format(self, cut: Cut, video: Element) -> None:
        found = make_xml_element(make_xml_element(video, "format"), "samplecharacteristics")
        make_xml_element(found, "width", str(cut.width))
        make_xml_element(found, "height", str(cut.height))
        make_xml_element(found, "pixelaspectratio", "square")
        found.append(_make_rate_element(cut.rate))

    def _add_fcp7_track(
        self,
        cut: Cut,
        parent: Element,
        row: TrackEventList,
        events: tuple[TrackEvent, ...],
        together: dict[str, list[_ClipItem]],
        *,
        linked: bool = False,
    ) -> None:
        """Add a track with its clips to `parent`.

        With `linked`, the added track contains the sound of the picture track `row`, and is left out if no
        clip has sound. `together` collects the clip elements that must be linked with each other. Its keys
        are the link ids of clips, or the id of a clip without a link, whose picture and sound are linked.
        """
        if linked and not events:
            return
        sound = linked or row.track.kind is TrackKind.AUDIO
        track = make_xml_element(parent, "track")
        index, number = len(parent.findall("track")), 0
        left: TrackEvent | None = None
        for event in events:
            join = event.before
            if join is not None and not linked and left is not None and not (left.is_gap or event.is_gap):
                track.append(_make_transition_item(cut, join, event.start, sound))
            if not event.is_gap:
                number += 1
                made = self._add_clip_item(cut, track, event, sound, linked)
                name = event.clip.link or event.clip.id
                together.setdefault(name, []).append(_ClipItem(made, sound, index, number))
            left = event
        off = row.track.muted if sound else row.track.hidden
        make_xml_element(track, "enabled", "FALSE" if off else "TRUE")
        make_xml_element(track, "locked", "TRUE" if row.track.locked else "FALSE")

    def _add_clip_item(
        self, cut: Cut, track: Element, event: TrackEvent, sound: bool, linked: bool
    ) -> Element:
        self.items += 1
        item = make_xml_element(track, "clipitem", id=f"clipitem-{self.items}")
        make_xml_element(item, "name", event.name)
        make_xml_element(item, "enabled", "FALSE" if event.clip.muted and sound else "TRUE")
        head = _count_transition_frames(event.before, before=True) if not linked else 0
        tail = _count_transition_frames(event.after, before=False) if not linked else 0
        into = compute_retimed_in_frame(cut.rate, event)
        make_xml_element(
            item,
            "duration",
            str(max(into + event.frames + tail, _count_media_frames(event, cut.rate, retimed=True))),
        )
        item.append(_make_rate_element(cut.rate))
        make_xml_element(item, "start", "-1" if head else str(event.start))
        make_xml_element(item, "end", "-1" if tail else str(event.end))
        make_xml_element(item, "in", str(into - head))
        make_xml_element(item, "out", str(into + event.frames + tail))
        if event.clip.effects.speed == 0:
            make_xml_element(item, "stillframe", "TRUE")
        if event.clip.source.kind is SourceKind.CUT and event.clip.source.ref in self.bundle.cuts:
            item.append(self.make_sequence(self.bundle.cuts[event.clip.source.ref]))
        else:
            item.append(self._make_file_element(cut, event))
        if sound:
            source = make_xml_element(item, "sourcetrack")
            make_xml_element(source, "mediatype", "audio")
            make_xml_element(source, "trackindex", "1")
        _add_filters(item, event, into, sound)
        if not linked:
            for marker in list_clip_markers(cut, event.clip):
                item.append(_make_fcp7_marker(marker, into + marker.frame))
        return item

    def _make_file_element(self, cut: Cut, event: TrackEvent) -> Element:
        medium = event.medium
        key = ("file", medium.path or medium.name)
        if key in self.written:
            return make_xml_element(None, "file", id=self.written[key])
        self.written[key] = f"file-{len(self.written) + 1}"
        element = make_xml_element(None, "file", id=self.written[key])
        make_xml_element(element, "name", clean_to_one_line(medium.file_name or medium.name))
        if medium.path:
            make_xml_element(element, "pathurl", make_file_url(medium.path))
        # The file has its own rate and timecode. The times of the clip are at the rate of the cut.
        rate = _get_file_rate(medium, cut.rate)
        element.append(_make_rate_element(rate))
        if medium.seconds is not None:
            make_xml_element(element, "duration", str(_count_media_frames(event, rate)))
        drops = medium.drops if medium.starts else None
        element.append(_make_timecode_element(round_half_up(medium.starts * rate), rate, drop=drops))
        media = make_xml_element(element, "media")
        if medium.kind != "sound":
            found = make_xml_element(make_xml_element(media, "video"), "samplecharacteristics")
            make_xml_element(found, "width", str(medium.width or cut.width))
            make_xml_element(found, "height", str(medium.height or cut.height))
        if medium.channels or medium.kind == "sound":
            make_xml_element(make_xml_element(media, "audio"), "channelcount", str(medium.channels or 2))
        return element


def _add_links(together: Iterable[list[_ClipItem]]) -> None:
    """Add links between all clip elements of each group. Each element also links to itself, as the format
    requires.
    """
    for items in together:
        for item in items if len(items) > 1 else ():
            for other in items:
                link = make_xml_element(item.element, "link")
                make_xml_element(link, "linkclipref", other.element.get("id"))
                make_xml_element(link, "mediatype", "audio" if other.sound else "video")
                make_xml_element(link, "trackindex", str(other.track))
                make_xml_element(link, "clipindex", str(other.number))
                if other.sound:
                    make_xml_element(link, "groupindex", "1")


def _count_transition_frames(join: Transition | None, *, before: bool) -> int:
    """Return the number of frames by which a transition extends a clip beyond its edit point. `before` is
    True for the transition at the clip's head, False for that at its tail.
    """
    if join is None:
        return 0
    return join.frames // 2 if before else join.frames - join.frames // 2


def _count_media_frames(event: TrackEvent, rate: Fraction, *, retimed: bool = False) -> int:
    """Return the length of the media in frames at `rate`. With `retimed`, return the length of the media when
    it is played at the clip's speed.
    """
    seconds = event.medium.seconds
    speed = abs(event.clip.effects.speed) if retimed else Fraction(1)
    return round_half_up(seconds / (speed or 1) * rate) if seconds is not None else event.frames


def _get_file_rate(medium: Medium, rate: Fraction) -> Fraction:
    """Return the rate of a video file, or `rate` for other media and for rates that the format cannot
    contain.
    """
    own = medium.rate if medium.kind == "video" else None
    is_possible = own is not None and 1 in (own.denominator, (own * 1001 / 1000).denominator)
    return own if own is not None and is_possible else rate


def _make_rate_element(rate: Fraction) -> Element:
    element = make_xml_element(None, "rate")
    make_xml_element(element, "timebase", str(get_timecode_base(rate)))
    make_xml_element(element, "ntsc", "TRUE" if rate.denominator == 1001 else "FALSE")
    return element


def _make_timecode_element(frame: int, rate: Fraction, *, drop: bool | None = None) -> Element:
    """Return the element for a timecode. `drop` is explained at `format_timecode`."""
    element = make_xml_element(None, "timecode")
    element.append(_make_rate_element(rate))
    make_xml_element(element, "string", format_timecode(frame, rate, drop=drop))
    make_xml_element(element, "frame", str(frame))
    drops = is_drop_frame(rate) and drop is not False
    make_xml_element(element, "displayformat", "DF" if drops else "NDF")
    return element


def _make_transition_item(cut: Cut, join: Transition, at: int, sound: bool) -> Element:
    element = make_xml_element(None, "transitionitem")
    element.append(_make_rate_element(cut.rate))
    make_xml_element(element, "start", str(at - join.frames // 2))
    make_xml_element(element, "end", str(at + join.frames - join.frames // 2))
    make_xml_element(element, "alignment", "center")
    effect = make_xml_element(element, "effect")
    make_xml_element(effect, "name", "Cross Fade (+3dB)" if sound else "Cross Dissolve")
    make_xml_element(effect, "effectid", "KGAudioTransCrossFade3dB" if sound else "Cross Dissolve")
    make_xml_element(effect, "effecttype", "transition")
    make_xml_element(effect, "mediatype", "audio" if sound else "video")
    return element


def _make_fcp7_marker(marker: Marker, at: int) -> Element:
    element = make_xml_element(None, "marker")
    make_xml_element(element, "name", clean_to_one_line(marker.text or marker.name, ""))
    make_xml_element(element, "in", str(at))
    make_xml_element(element, "out", "-1")
    return element


def _add_filters(item: Element, event: TrackEvent, into: int, sound: bool) -> None:
    """Add the speed, opacity and level of a clip that begins at frame `into` of its media."""
    clip = event.clip
    speed = clip.effects.speed
    if speed not in (0, 1):
        effect = _add_filter_effect(item, "Time Remap", "timeremap", "motion")
        _add_filter_parameter(effect, "speed", "speed", float(speed * 100))
        _add_filter_parameter(effect, "reverse", "reverse", "TRUE" if speed < 0 else "FALSE")
    opacity = clip.opacity * get_constant_value(clip.effects, OPACITY.name)
    if not sound and opacity < 1:
        _add_filter_parameter(
            _add_filter_effect(item, "Opacity", "opacity", "motion"), "opacity", "opacity", opacity * 100
        )
    level = compute_level_curve(clip, is_gain=True) if sound else ()
    if level:
        parameter = _add_filter_parameter(
            _add_filter_effect(item, "Audio Levels", "audiolevels", "audiolevels"),
            "level",
            "Level",
            compute_linear_gain(level[0].value),
        )
        for key in level if len(level) > 1 else ():
            element = make_xml_element(parameter, "keyframe")
            make_xml_element(element, "when", str(into + key.frame))
            make_xml_element(element, "value", f"{compute_linear_gain(key.value):.12g}")


def _add_filter_effect(item: Element, name: str, id: str, kind: str) -> Element:
    effect = make_xml_element(make_xml_element(item, "filter"), "effect")
    make_xml_element(effect, "name", name)
    make_xml_element(effect, "effectid", id)
    make_xml_element(effect, "effecttype", kind)
    make_xml_element(effect, "mediatype", "audio" if kind == "audiolevels" else "video")
    return effect


def _add_filter_parameter(effect: Element, id: str, name: str, value: float | str) -> Element:
    element = make_xml_element(effect, "parameter")
    make_xml_element(element, "parameterid", id)
    make_xml_element(element, "name", name)
    make_xml_element(element, "value", value if isinstance(value, str) else f"{value:.12g}")
    return element
