"""Export of a cut as Final Cut Pro 7 XML (xmeml 4), which Premiere and Resolve read too.

In this format, pictures and their sound are separate clips: the sound of a picture's file is on additional
tracks after the cut's tracks, and is linked to the picture. This writer is used because that of OTIO's
adapter has no opacity, levels, speed or sizes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from xml.etree.ElementTree import Element

from milimo_tui.core.time import half_up, is_drop, nominal, timecode
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Cut, Marker, SourceKind, TrackKind, Transition
from milimo_tui.interchange.values.bundle import Bundle
from milimo_tui.interchange.values.event_list import (
    Event,
    Row,
    clip_markers,
    cut_markers,
    flat,
    has_sound,
    one_line,
    retimed,
    split,
)
from milimo_tui.interchange.values.xml_text import element, text, url
from milimo_tui.interchange.xml.fcpxml import constant


def write(bundle: Bundle) -> str:
    """Return the document of a cut. Raises Refused for a cut inside itself."""
    list(bundle.inside())
    root = element(None, "xmeml", version="4")
    root.append(_Writer(bundle).sequence(bundle.cut))
    return text(root, "xmeml")


@dataclass(frozen=True, slots=True)
class _Item:
    """A clip item. Its number and its track's number count from 1, as links name them."""

    made: Element
    sound: bool
    track: int
    number: int


class _Writer:
    """The writer of one document. An element that was written once is referenced by its id afterwards."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.written: dict[object, str] = {}
        self.items = 0

    def sequence(self, cut: Cut) -> Element:
        """Return the element of a cut; only a reference if the cut was written before."""
        key = ("sequence", cut.id)
        if key in self.written:
            return element(None, "sequence", id=self.written[key])
        self.written[key] = f"sequence-{len(self.written) + 1}"
        made = element(None, "sequence", id=self.written[key])
        element(made, "name", one_line(cut.name))
        element(made, "duration", str(layout(cut).frames))
        made.append(_rate(cut.rate))
        made.append(_timecode(0, cut.rate))
        media = element(made, "media")
        video, audio = element(media, "video"), element(media, "audio")
        self._format(cut, video)
        pictures, sounds = split(flat(self.bundle, cut))
        together: dict[str, list[_Item]] = {}
        for row in pictures:
            self._track(cut, video, row, row.events, together)
        for row in sounds:
            self._track(cut, audio, row, row.events, together)
        for row in pictures:
            sounding = tuple(each for each in row.events if has_sound(each))
            self._track(cut, audio, row, sounding, together, linked=True)
        _link(together.values())
        for marker in cut_markers(cut):
            made.append(_marker(marker, marker.frame))
        return made

    def _format(self, cut: Cut, video: Element) -> None:
        found = element(element(video, "format"), "samplecharacteristics")
        element(found, "width", str(cut.width))
        element(found, "height", str(cut.height))
        element(found, "pixelaspectratio", "square")
        found.append(_rate(cut.rate))

    def _track(
        self,
        cut: Cut,
        parent: Element,
        row: Row,
        events: tuple[Event, ...],
        together: dict[str, list[_Item]],
        *,
        linked: bool = False,
    ) -> None:
        """Add a track. A `linked` track has the sound of a picture track, and is left out if that has no
        sound.

        The items are added to `together` by the key that links them: a link of the cut, or the clip that has
        both.
        """
        if linked and not events:
            return
        sound = linked or row.track.kind is TrackKind.AUDIO
        track = element(parent, "track")
        index, number = len(parent.findall("track")), 0
        left: Event | None = None
        for event in events:
            join = event.before
            if join is not None and not linked and left is not None and not (left.is_gap or event.is_gap):
                track.append(_transition(cut, join, event.start, sound))
            if not event.is_gap:
                number += 1
                made = self._item(cut, track, event, sound, linked)
                name = event.clip.link or event.clip.id
                together.setdefault(name, []).append(_Item(made, sound, index, number))
            left = event
        off = row.track.muted if sound else row.track.hidden
        element(track, "enabled", "FALSE" if off else "TRUE")
        element(track, "locked", "TRUE" if row.track.locked else "FALSE")

    def _item(self, cut: Cut, track: Element, event: Event, sound: bool, linked: bool) -> Element:
        self.items += 1
        item = element(track, "clipitem", id=f"clipitem-{self.items}")
        element(item, "name", event.name)
        element(item, "enabled", "FALSE" if event.clip.muted and sound else "TRUE")
        head = _room(event.before, before=True) if not linked else 0
        tail = _room(event.after, before=False) if not linked else 0
        into = retimed(cut.rate, event)
        element(
            item, "duration", str(max(into + event.frames + tail, _length(event, cut.rate, retimed=True)))
        )
        item.append(_rate(cut.rate))
        element(item, "start", "-1" if head else str(event.start))
        element(item, "end", "-1" if tail else str(event.end))
        element(item, "in", str(into - head))
        element(item, "out", str(into + event.frames + tail))
        if event.clip.effects.speed == 0:
            element(item, "stillframe", "TRUE")
        if event.clip.source.kind is SourceKind.CUT and event.clip.source.ref in self.bundle.cuts:
            item.append(self.sequence(self.bundle.cuts[event.clip.source.ref]))
        else:
            item.append(self._file(cut, event))
        if sound:
            source = element(item, "sourcetrack")
            element(source, "mediatype", "audio")
            element(source, "trackindex", "1")
        _filters(item, event, sound)
        if not linked:
            for marker in clip_markers(cut, event.clip):
                item.append(_marker(marker, into + marker.frame))
        return item

    def _file(self, cut: Cut, event: Event) -> Element:
        medium = event.medium
        key = ("file", medium.path or medium.name)
        if key in self.written:
            return element(None, "file", id=self.written[key])
        self.written[key] = f"file-{len(self.written) + 1}"
        made = element(None, "file", id=self.written[key])
        element(made, "name", one_line(medium.name))
        if medium.path:
            element(made, "pathurl", url(medium.path))
        made.append(_rate(cut.rate))
        if medium.seconds is not None:
            element(made, "duration", str(_length(event, cut.rate)))
        made.append(_timecode(half_up(medium.starts * cut.rate), cut.rate))
        media = element(made, "media")
        if medium.kind != "sound":
            found = element(element(media, "video"), "samplecharacteristics")
            element(found, "width", str(medium.width or cut.width))
            element(found, "height", str(medium.height or cut.height))
        if medium.channels or medium.kind == "sound":
            element(element(media, "audio"), "channelcount", str(medium.channels or 2))
        return made


def _link(together: Iterable[list[_Item]]) -> None:
    """Add to each item links to all items that it is linked with, including itself, as the format
    requires.
    """
    for items in together:
        for item in items if len(items) > 1 else ():
            for other in items:
                link = element(item.made, "link")
                element(link, "linkclipref", other.made.get("id"))
                element(link, "mediatype", "audio" if other.sound else "video")
                element(link, "trackindex", str(other.track))
                element(link, "clipindex", str(other.number))
                if other.sound:
                    element(link, "groupindex", "1")


def _room(join: Transition | None, *, before: bool) -> int:
    """Return how many frames a clip extends beyond its edit into a transition, at its head or its tail."""
    if join is None:
        return 0
    return join.frames // 2 if before else join.frames - join.frames // 2


def _length(event: Event, rate: Fraction, *, retimed: bool = False) -> int:
    """Return the length of the media in frames; with `retimed`, as the clip's speed plays them."""
    seconds = event.medium.seconds
    speed = abs(event.clip.effects.speed) if retimed else Fraction(1)
    return half_up(seconds / (speed or 1) * rate) if seconds is not None else event.frames


def _rate(rate: Fraction) -> Element:
    made = element(None, "rate")
    element(made, "timebase", str(nominal(rate)))
    element(made, "ntsc", "TRUE" if rate.denominator == 1001 else "FALSE")
    return made


def _timecode(frame: int, rate: Fraction) -> Element:
    made = element(None, "timecode")
    made.append(_rate(rate))
    element(made, "string", timecode(frame, rate))
    element(made, "frame", str(frame))
    element(made, "displayformat", "DF" if is_drop(rate) else "NDF")
    return made


def _transition(cut: Cut, join: Transition, at: int, sound: bool) -> Element:
    made = element(None, "transitionitem")
    made.append(_rate(cut.rate))
    element(made, "start", str(at - join.frames // 2))
    element(made, "end", str(at + join.frames - join.frames // 2))
    element(made, "alignment", "center")
    effect = element(made, "effect")
    element(effect, "name", "Cross Fade (+3dB)" if sound else "Cross Dissolve")
    element(effect, "effectid", "KGAudioTransCrossFade3dB" if sound else "Cross Dissolve")
    element(effect, "effecttype", "transition")
    element(effect, "mediatype", "audio" if sound else "video")
    return made


def _marker(marker: Marker, at: int) -> Element:
    made = element(None, "marker")
    element(made, "name", one_line(marker.text or marker.name, ""))
    element(made, "in", str(at))
    element(made, "out", "-1")
    return made


def _filters(item: Element, event: Event, sound: bool) -> None:
    clip = event.clip
    speed = clip.effects.speed
    if speed not in (0, 1):
        effect = _filter(item, "Time Remap", "timeremap", "motion")
        _parameter(effect, "speed", "speed", float(speed * 100))
        _parameter(effect, "reverse", "reverse", "TRUE" if speed < 0 else "FALSE")
    opacity = clip.opacity * constant(clip.effects, "opacity")
    if not sound and opacity < 1:
        _parameter(_filter(item, "Opacity", "opacity", "motion"), "opacity", "opacity", opacity * 100)
    gain = clip.gain_db + constant(clip.effects, "volume")
    if sound and gain:
        _parameter(
            _filter(item, "Audio Levels", "audiolevels", "audiolevels"), "level", "Level", 10 ** (gain / 20)
        )


def _filter(item: Element, name: str, id: str, kind: str) -> Element:
    effect = element(element(item, "filter"), "effect")
    element(effect, "name", name)
    element(effect, "effectid", id)
    element(effect, "effecttype", kind)
    element(effect, "mediatype", "audio" if kind == "audiolevels" else "video")
    return effect


def _parameter(effect: Element, id: str, name: str, value: float | str) -> None:
    made = element(effect, "parameter")
    element(made, "parameterid", id)
    element(made, "name", name)
    element(made, "value", value if isinstance(value, str) else f"{value:.12g}")
