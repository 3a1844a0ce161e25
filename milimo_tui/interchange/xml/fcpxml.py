"""Export of a cut as Final Cut Pro X XML 1.8: V1 is the primary storyline, and other tracks are connected to
its start.

This writer is used because that of OTIO's adapter loses transitions and the order of tracks
(docs/decisions/013).
"""

from __future__ import annotations

from fractions import Fraction
from xml.etree.ElementTree import Element

from milimo_tui.core.time import is_drop, ratio_text
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Clip, Cut, Marker, SourceKind, Transition
from milimo_tui.cut.values.effects import PARAMS, Effects, Title
from milimo_tui.interchange.values.bundle import Bundle, Medium
from milimo_tui.interchange.values.event_list import (
    Event,
    Row,
    clip_markers,
    cut_markers,
    flat,
    one_line,
    split,
)
from milimo_tui.interchange.values.xml_text import clean, element, text, url

DISSOLVE = "FxPlug:4731E73A-8DAC-4113-9A30-AE85B1761265"
BASIC_TITLE = ".../Titles.localized/Bumper:Opener.localized/Basic Title.localized/Basic Title.moti"
OFFLINE = "/offline/"  # The folder in the URL of media without a file.
FINE = 10**6  # The number of parts that a frame is divided into.
ON_CUT = "on the cut"
TIES = "milimo.link", "milimo.group"
LAST = "marker", "metadata"  # The elements that follow all connected clips.


def write(bundle: Bundle) -> str:
    """Return the document of a cut. Raises Refused for a cut inside itself."""
    return _Writer(bundle).document()


def time(frames: int, rate: Fraction) -> str:
    """Return frames as seconds, such as `"8/5s"`.

    At integer rates, a millionth of a frame is added where a reader that uses floating point, such as OTIO's
    adapter, would otherwise read one frame less.
    """
    seconds = Fraction(frames) / rate
    if seconds.denominator == 1:
        return f"{seconds.numerator}s"
    if (
        rate.denominator == 1
        and int(float(seconds.numerator) / float(seconds.denominator) * float(rate)) != frames
    ):
        return f"{frames * FINE + 1}/{rate.numerator * FINE}s"
    return f"{ratio_text(seconds)}s"


def exact(seconds: Fraction) -> str:
    """Return seconds as an exact FCPXML time."""
    return f"{seconds.numerator}s" if seconds.denominator == 1 else f"{ratio_text(seconds)}s"


class _Writer:
    """The writer of one document. A resource gets its id when it is first used."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.root = element(None, "fcpxml", version="1.8")
        self.resources = element(self.root, "resources")
        self.ids: dict[object, str] = {}
        self.styles = 0

    def document(self) -> str:
        """Return the document of the cut and its nested cuts."""
        *inner, outer = self.bundle.inside()
        self._format(outer)
        for cut in inner:
            id = self._id(("cut", cut.id))
            media = Element("media", {"id": id, "name": one_line(cut.name)})
            media.append(self._sequence(cut))
            self.resources.append(media)
        project = element(self.root, "project", name=one_line(outer.name))
        project.append(self._sequence(outer))
        return text(self.root, "fcpxml")

    # resources

    def _id(self, key: object) -> str:
        return self.ids.setdefault(key, f"r{len(self.ids) + 1}")

    def _format(self, cut: Cut) -> str:
        key = ("format", cut.rate, cut.width, cut.height)
        if key not in self.ids:
            step = exact(1 / cut.rate) if cut.rate.numerator != 1 else "1/1s"
            element(
                self.resources,
                "format",
                id=self._id(key),
                frameDuration=step,
                width=cut.width,
                height=cut.height,
            )
        return self.ids[key]

    def _effect(self, name: str, uid: str) -> str:
        if uid not in self.ids:
            element(self.resources, "effect", id=self._id(uid), name=name, uid=uid)
        return self.ids[uid]

    def _asset(self, medium: Medium, length: Fraction) -> str:
        key = ("asset", medium.path or medium.name, medium.digest)
        if key in self.ids:
            return self.ids[key]
        asset = element(
            self.resources,
            "asset",
            id=self._id(key),
            name=one_line(medium.name),
            src=url(medium.path or OFFLINE + one_line(medium.name)),
            start=exact(medium.starts),
            duration=exact(medium.seconds or max(length, Fraction(3600))),
            hasVideo="0" if medium.kind == "sound" else "1",
            hasAudio="1" if medium.channels or medium.kind == "sound" else "0",
            audioSources="1" if medium.channels else None,
            audioChannels=medium.channels or None,
            audioRate=medium.sample_rate or None,
        )
        metadata = element(asset, "metadata")  # OTIO's adapter ignores an asset without a child element.
        element(metadata, "md", key="milimo.kind", value=medium.kind)
        if medium.digest:
            element(metadata, "md", key="milimo.digest", value=medium.digest)
        return self.ids[key]

    # a cut

    def _sequence(self, cut: Cut) -> Element:
        frames = layout(cut).frames
        sequence = element(
            None,
            "sequence",
            format=self._format(cut),
            duration=time(frames, cut.rate),
            tcStart="0s",
            tcFormat="DF" if is_drop(cut.rate) else "NDF",
        )
        pictures, sounds = split(flat(self.bundle, cut))
        spine = element(sequence, "spine")
        primary = pictures[0].events if pictures else ()
        self._storyline(cut, spine, primary, frames, cut_markers(cut))
        lanes = [(row, index + 1) for index, row in enumerate(pictures[1:])]
        lanes += [(row, -index - 1) for index, row in enumerate(sounds)]
        if len(spine):
            for row, lane in lanes:
                self._lane(cut, spine[0], row, lane)
        return sequence

    def _lane(self, cut: Cut, first: Element, row: Row, lane: int) -> None:
        """Add a track as a storyline that is connected to the first element of V1, from the film's first
        frame.
        """
        if not row.events:
            return
        spine = Element(
            "spine", {"lane": str(lane), "offset": first.get("start", "0s"), "name": one_line(row.track.name)}
        )
        self._storyline(cut, spine, row.events, 0, [], sound=lane < 0)
        # The document type requires this position: after the clip's own elements and before these.
        index = next((at for at, each in enumerate(first) if each.tag in LAST), len(first))
        first.insert(index, spine)

    def _storyline(
        self,
        cut: Cut,
        spine: Element,
        events: tuple[Event, ...],
        frames: int,
        markers: list[Marker],
        *,
        sound: bool = False,
    ) -> None:
        at = 0
        for event in events:
            if event.start > at:
                self._gap(cut, spine, at, event.start, markers)
            if event.before is not None and event.start == at:
                self._transition(cut, spine, event.before, at, sound)
            self._event(cut, spine, event, sound, markers)
            at = event.end
        if frames > at:
            self._gap(cut, spine, at, frames, markers)

    def _gap(self, cut: Cut, spine: Element, start: int, end: int, markers: list[Marker]) -> None:
        gap = element(
            spine,
            "gap",
            name="Gap",
            offset=time(start, cut.rate),
            duration=time(end - start, cut.rate),
            start="0s",
        )
        self._cut_markers(cut, gap, markers, start, end, 0)

    def _transition(self, cut: Cut, spine: Element, join: Transition, at: int, sound: bool) -> None:
        made = element(
            spine,
            "transition",
            name="Cross Dissolve",
            offset=time(at - join.frames // 2, cut.rate),
            duration=time(join.frames, cut.rate),
        )
        if not sound:
            element(made, "filter-video", ref=self._effect("Cross Dissolve", DISSOLVE), name="Cross Dissolve")

    def _event(self, cut: Cut, spine: Element, event: Event, sound: bool, markers: list[Marker]) -> None:
        kind = event.clip.source.kind
        if kind is SourceKind.GAP:
            self._gap(cut, spine, event.start, event.end, markers)
            return
        placed = {
            "name": event.name,
            "offset": time(event.start, cut.rate),
            "start": time(event.into, cut.rate),
            "duration": time(event.frames, cut.rate),
            "enabled": "0" if sound and event.clip.muted else None,
        }
        if kind is SourceKind.TITLE:
            made = self._title(cut, spine, event, placed)
        elif kind is SourceKind.CUT and event.clip.source.ref in self.bundle.cuts:
            ref = self._id(("cut", event.clip.source.ref))
            only = "audio" if sound else "video" if event.clip.muted else None
            made = element(spine, "ref-clip", ref=ref, srcEnable=only, **placed)
            _time_map(cut, made, event)
        else:
            made = self._media(cut, spine, event, sound, placed)
        if kind is not SourceKind.TITLE:
            _write_adjustments(cut, made, event, sound)
        self._cut_markers(cut, made, markers, event.start, event.end, event.into)
        for marker in clip_markers(cut, event.clip):
            _marker(cut, made, marker, event.into + marker.frame, None)
        _ties(made, event.clip)

    def _media(
        self, cut: Cut, spine: Element, event: Event, sound: bool, placed: dict[str, str | None]
    ) -> Element:
        ref = self._asset(event.medium, Fraction(event.out) / cut.rate)
        if sound and event.medium.kind != "sound":  # The event is the sound of a picture's file.
            clip = element(spine, "clip", **placed)
            _time_map(cut, clip, event)
            length = event.medium.seconds or Fraction(3600)
            element(clip, "audio", ref=ref, offset=exact(event.medium.starts), duration=exact(length))
            return clip
        only = "video" if event.clip.muted and event.medium.channels and not sound else None
        made = element(spine, "asset-clip", ref=ref, srcEnable=only, **placed)
        _time_map(cut, made, event)
        return made

    def _title(self, cut: Cut, spine: Element, event: Event, placed: dict[str, str | None]) -> Element:
        title = event.clip.effects.title or Title(text=event.name)
        made = element(spine, "title", ref=self._effect("Basic Title", BASIC_TITLE), **placed)
        self.styles += 1
        style = f"ts{self.styles}"
        element(element(made, "text"), "text-style", title.text, ref=style)
        align = {"centre": "center"}.get(title.align, title.align)
        element(
            element(made, "text-style-def", id=style),
            "text-style",
            font=title.font or "Helvetica",
            fontSize=round(title.size * cut.height),
            fontColor=_colour(title.colour),
            alignment=align,
        )
        return made

    def _cut_markers(
        self, cut: Cut, parent: Element, markers: list[Marker], start: int, end: int, into: int
    ) -> None:
        for marker in markers:
            if start <= marker.frame < end:
                _marker(cut, parent, marker, into + marker.frame - start, ON_CUT)


def _colour(colour: str) -> str:
    sides = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return " ".join(f"{side:g}" for side in (*sides, 1))


def _marker(cut: Cut, parent: Element, marker: Marker, at: int, note: str | None) -> None:
    element(
        parent,
        "marker",
        start=time(at, cut.rate),
        duration=time(1, cut.rate),
        value=clean(marker.text or marker.name),
        note=note,
        completed="1" if marker.done else None,
    )


def _ties(clip: Element, clip_value: Clip) -> None:
    """Add a clip's link and group as metadata of this program, because Final Cut has no element for them."""
    ties = [
        (name, value) for name, value in zip(TIES, (clip_value.link, clip_value.group), strict=True) if value
    ]
    if ties:
        metadata = element(clip, "metadata")
        for name, value in ties:
            element(metadata, "md", key=name, value=value)


def _time_map(cut: Cut, clip: Element, event: Event) -> None:
    """Add a map from the clip's own time, which runs as the film does, to the time of its source."""
    speed = event.clip.effects.speed
    if speed == 1:
        return
    first = event.medium.starts + event.clip.source_in
    if speed < 0:
        first -= speed / cut.rate  # A clip that plays backwards starts at the far edge of its first picture.
    last = first + Fraction(event.frames) / cut.rate * speed
    into = Fraction(event.into) / cut.rate
    points = element(clip, "timeMap")
    element(points, "timept", time=exact(into), value=exact(first), interp="linear")
    element(points, "timept", time=exact(into + event.frames / cut.rate), value=exact(last), interp="linear")


def _write_adjustments(cut: Cut, made: Element, event: Event, sound: bool) -> None:
    """Add transform, opacity and level, with fades on both. A curve is not written: the parameter keeps its
    default.
    """
    clip = event.clip
    before = list(made)
    for child in before[:]:
        if child.tag == "audio":
            made.remove(child)
    if not sound:
        _transform(cut, made, clip.effects)
        opacity = clip.opacity * constant(clip.effects, "opacity")
        _adjust(cut, made, "adjust-blend", f"{opacity:g}" if opacity < 1 else None, "1", clip)
    gain = clip.gain_db + constant(clip.effects, "volume")
    if sound or event.medium.channels:
        _adjust(cut, made, "adjust-volume", f"{gain:g}dB" if gain else None, "0dB", clip)
    for child in before:
        if child.tag == "audio":
            made.append(child)


def constant(effects: Effects, name: str) -> float:
    """Return the value of a parameter that is constant over the clip, or its default if a curve changes
    it.
    """
    curve = effects.curve(name)
    values = {key.value for key in curve}
    return curve[0].value if len(values) == 1 else PARAMS[name].default


def _adjust(cut: Cut, made: Element, tag: str, amount: str | None, plain: str, clip: Clip) -> None:
    if amount is None and not clip.fade_in and not clip.fade_out:
        return
    adjust = element(made, tag, amount=amount or plain)
    if clip.fade_in or clip.fade_out:
        param = element(adjust, "param", name="amount")
        if clip.fade_in:
            element(param, "fadeIn", type="linear", duration=time(clip.fade_in, cut.rate))
        if clip.fade_out:
            element(param, "fadeOut", type="linear", duration=time(clip.fade_out, cut.rate))


def _transform(cut: Cut, made: Element, effects: Effects) -> None:
    """Add the transform: position in percent of the height, upwards; rotation counterclockwise."""
    x, y, turn = (constant(effects, name) for name in ("x", "y", "rotation"))
    scale = constant(effects, "scale")
    across, down = (scale * constant(effects, name) for name in ("scale_x", "scale_y"))
    if (x, y, turn, across, down) == (0.0, 0.0, 0.0, 1.0, 1.0):
        return
    element(
        made,
        "adjust-transform",
        position=f"{x * cut.width / cut.height * 100:g} {-y * 100:g}",
        scale=f"{across:g} {down:g}",
        rotation=f"{-turn:g}" if turn else None,
    )
