"""Export a cut as Final Cut Pro X XML 1.8. Track V1 is the primary storyline, and the other tracks are
connected to its start.

OTIO's adapter is not used for writing, because it loses transitions and the order of tracks
(docs/decisions/interchange.md).
"""

from __future__ import annotations

from fractions import Fraction
from xml.etree.ElementTree import Element

from milimo_tui.core.time import format_ratio, is_drop_frame
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Clip, Cut, Marker, SourceKind, Transition
from milimo_tui.cut.values.effects import OPACITY, PARAMS, SCALE, Effects, Title
from milimo_tui.interchange.values.bundle import CutBundle, Medium
from milimo_tui.interchange.values.event_list import (
    TrackEvent,
    TrackEventList,
    clean_to_one_line,
    list_clip_markers,
    list_cut_markers,
    list_track_events,
    split_by_track_kind,
)
from milimo_tui.interchange.values.level_curves import compute_level_curve
from milimo_tui.interchange.values.xml_text import (
    format_xml_document,
    make_file_url,
    make_xml_element,
    remove_invalid_characters,
)

DISSOLVE = "FxPlug:4731E73A-8DAC-4113-9A30-AE85B1761265"
BASIC_TITLE = ".../Titles.localized/Bumper:Opener.localized/Basic Title.localized/Basic Title.moti"
OFFLINE = "/offline/"  # Folder in the URL of media that has no file.
FINE = 10**6  # A time that must be corrected is lengthened by a frame divided by this number.
ON_CUT = "on the cut"
TIES = "milimo.link", "milimo.group"
LAST = "marker", "metadata"  # The document type requires these elements after all connected clips.


def write_fcpxml(bundle: CutBundle) -> str:
    """Return the FCPXML document of a cut. Raises Refused for a cut inside itself."""
    return _FcpxmlWriter(bundle).format_document()


def format_frames_as_seconds(frames: int, rate: Fraction) -> str:
    """Return a frame count as FCPXML seconds, such as `"8/5s"`.

    A reader that computes in floating point, such as OTIO's adapter, would round some times down to the frame
    before. At integer rates, a millionth of a frame is therefore added to these times.
    """
    seconds = Fraction(frames) / rate
    if seconds.denominator == 1:
        return f"{seconds.numerator}s"
    if (
        rate.denominator == 1
        and int(float(seconds.numerator) / float(seconds.denominator) * float(rate)) != frames
    ):
        return f"{frames * FINE + 1}/{rate.numerator * FINE}s"
    return f"{format_ratio(seconds)}s"


def format_exact_seconds(seconds: Fraction) -> str:
    """Return seconds as an exact FCPXML time, such as `"1001/30000s"`."""
    return f"{seconds.numerator}s" if seconds.denominator == 1 else f"{format_ratio(seconds)}s"


class _FcpxmlWriter:
    """The writer of one document. A resource gets its id when it is first used."""

    def __init__(self, bundle: CutBundle) -> None:
        self.bundle = bundle
        self.root = make_xml_element(None, "fcpxml", version="1.8")
        self.resources = make_xml_element(self.root, "resources")
        self.ids: dict[object, str] = {}
        self.styles = 0

    def format_document(self) -> str:
        """Return the FCPXML document of the cut and its nested cuts."""
        *inner, outer = self.bundle.iterate_nested_cuts()
        self._add_format_resource(outer)
        for cut in inner:
            id = self._get_resource_id(("cut", cut.id))
            media = Element("media", {"id": id, "name": clean_to_one_line(cut.name)})
            media.append(self._make_sequence_element(cut))
            self.resources.append(media)
        project = make_xml_element(self.root, "project", name=clean_to_one_line(outer.name))
        project.append(self._make_sequence_element(outer))
        return format_xml_document(self.root, "fcpxml")

    # Methods that add resources: formats and media

    def _get_resource_id(self, key: object) -> str:
        return self.ids.setdefault(key, f"r{len(self.ids) + 1}")

    def _add_format_resource(self, cut: Cut) -> str:
        key = ("format", cut.rate, cut.width, cut.height)
        if key not in self.ids:
            step = format_exact_seconds(1 / cut.rate) if cut.rate.numerator != 1 else "1/1s"
            make_xml_element(
                self.resources,
                "format",
                id=self._get_resource_id(key),
                frameDuration=step,
                width=cut.width,
                height=cut.height,
            )
        return self.ids[key]

    def _add_effect_resource(self, name: str, uid: str) -> str:
        if uid not in self.ids:
            make_xml_element(self.resources, "effect", id=self._get_resource_id(uid), name=name, uid=uid)
        return self.ids[uid]

    def _add_asset_resource(self, medium: Medium, length: Fraction) -> str:
        key = ("asset", medium.path or medium.name, medium.digest)
        if key in self.ids:
            return self.ids[key]
        asset = make_xml_element(
            self.resources,
            "asset",
            id=self._get_resource_id(key),
            name=clean_to_one_line(medium.name),
            src=make_file_url(medium.path or OFFLINE + clean_to_one_line(medium.name)),
            start=format_exact_seconds(medium.starts),
            duration=format_exact_seconds(medium.seconds or max(length, Fraction(3600))),
            hasVideo="0" if medium.kind == "sound" else "1",
            hasAudio="1" if medium.channels or medium.kind == "sound" else "0",
            audioSources="1" if medium.channels else None,
            audioChannels=medium.channels or None,
            audioRate=medium.sample_rate or None,
        )
        metadata = make_xml_element(
            asset, "metadata"
        )  # The child is always written, because OTIO's adapter ignores an asset without children.
        make_xml_element(metadata, "md", key="milimo.kind", value=medium.kind)
        if medium.digest:
            make_xml_element(metadata, "md", key="milimo.digest", value=medium.digest)
        return self.ids[key]

    def _make_sequence_element(self, cut: Cut) -> Element:
        frames = layout(cut).frames
        sequence = make_xml_element(
            None,
            "sequence",
            format=self._add_format_resource(cut),
            duration=format_frames_as_seconds(frames, cut.rate),
            tcStart="0s",
            tcFormat="DF" if is_drop_frame(cut.rate) else "NDF",
        )
        pictures, sounds = split_by_track_kind(list_track_events(self.bundle, cut))
        spine = make_xml_element(sequence, "spine")
        primary = pictures[0].events if pictures else ()
        self._fill_storyline(cut, spine, primary, frames, list_cut_markers(cut))
        lanes = [(row, index + 1) for index, row in enumerate(pictures[1:])]
        lanes += [(row, -index - 1) for index, row in enumerate(sounds)]
        if len(spine):
            for row, lane in lanes:
                self._add_connected_lane(cut, spine[0], row, lane)
        return sequence

    def _add_connected_lane(self, cut: Cut, first: Element, row: TrackEventList, lane: int) -> None:
        """Add a track as a storyline in the given lane. It is connected to `first`, the first element of V1,
        and starts at the film's first frame.
        """
        if not row.events:
            return
        spine = Element(
            "spine",
            {
                "lane": str(lane),
                "offset": first.get("start", "0s"),
                "name": clean_to_one_line(row.track.name),
            },
        )
        self._fill_storyline(cut, spine, row.events, 0, [], sound=lane < 0)
        # The document type requires connected storylines after the clip's own elements, but before the
        # elements in `LAST`.
        index = next((at for at, each in enumerate(first) if each.tag in LAST), len(first))
        first.insert(index, spine)

    def _fill_storyline(
        self,
        cut: Cut,
        spine: Element,
        events: tuple[TrackEvent, ...],
        frames: int,
        markers: list[Marker],
        *,
        sound: bool = False,
    ) -> None:
        at = 0
        for event in events:
            if event.start > at:
                self._add_gap(cut, spine, at, event.start, markers)
            if event.before is not None and event.start == at:
                self._add_transition_element(cut, spine, event.before, at, sound)
            self._add_event(cut, spine, event, sound, markers)
            at = event.end
        if frames > at:
            self._add_gap(cut, spine, at, frames, markers)

    def _add_gap(self, cut: Cut, spine: Element, start: int, end: int, markers: list[Marker]) -> None:
        gap = make_xml_element(
            spine,
            "gap",
            name="Gap",
            offset=format_frames_as_seconds(start, cut.rate),
            duration=format_frames_as_seconds(end - start, cut.rate),
            start="0s",
        )
        self._add_cut_markers(cut, gap, markers, start, end, 0)

    def _add_transition_element(
        self, cut: Cut, spine: Element, join: Transition, at: int, sound: bool
    ) -> None:
        element = make_xml_element(
            spine,
            "transition",
            name="Cross Dissolve",
            offset=format_frames_as_seconds(at - join.frames // 2, cut.rate),
            duration=format_frames_as_seconds(join.frames, cut.rate),
        )
        if not sound:
            make_xml_element(
                element,
                "filter-video",
                ref=self._add_effect_resource("Cross Dissolve", DISSOLVE),
                name="Cross Dissolve",
            )

    def _add_event(
        self, cut: Cut, spine: Element, event: TrackEvent, sound: bool, markers: list[Marker]
    ) -> None:
        kind = event.clip.source.kind
        if kind is SourceKind.GAP:
            self._add_gap(cut, spine, event.start, event.end, markers)
            return
        placed = {
            "name": event.name,
            "offset": format_frames_as_seconds(event.start, cut.rate),
            "start": format_frames_as_seconds(event.into, cut.rate),
            "duration": format_frames_as_seconds(event.frames, cut.rate),
            "enabled": "0" if sound and event.clip.muted else None,
        }
        if kind is SourceKind.TITLE:
            element = self._add_fcpxml_title(cut, spine, event, placed)
        elif kind is SourceKind.CUT and event.clip.source.ref in self.bundle.cuts:
            ref = self._get_resource_id(("cut", event.clip.source.ref))
            only = "audio" if sound else "video" if event.clip.muted else None
            element = make_xml_element(spine, "ref-clip", ref=ref, srcEnable=only, **placed)
            _add_time_map(cut, element, event)
        else:
            element = self._add_media_clip(cut, spine, event, sound, placed)
        if kind is not SourceKind.TITLE:
            _write_adjustments(cut, element, event, sound)
        self._add_cut_markers(cut, element, markers, event.start, event.end, event.into)
        for marker in list_clip_markers(cut, event.clip):
            _add_fcpxml_marker(cut, element, marker, event.into + marker.frame, None)
        _add_link_and_group(element, event.clip)

    def _add_media_clip(
        self, cut: Cut, spine: Element, event: TrackEvent, sound: bool, placed: dict[str, str | None]
    ) -> Element:
        ref = self._add_asset_resource(event.medium, Fraction(event.out) / cut.rate)
        # A clip on a sound track whose media is not a sound file plays the sound of a video file.
        if sound and event.medium.kind != "sound":
            clip = make_xml_element(spine, "clip", **placed)
            _add_time_map(cut, clip, event)
            length = event.medium.seconds or Fraction(3600)
            make_xml_element(
                clip,
                "audio",
                ref=ref,
                offset=format_exact_seconds(event.medium.starts),
                duration=format_exact_seconds(length),
            )
            return clip
        only = "video" if event.clip.muted and event.medium.channels and not sound else None
        element = make_xml_element(spine, "asset-clip", ref=ref, srcEnable=only, **placed)
        _add_time_map(cut, element, event)
        return element

    def _add_fcpxml_title(
        self, cut: Cut, spine: Element, event: TrackEvent, placed: dict[str, str | None]
    ) -> Element:
        title = event.clip.effects.title or Title(text=event.name)
        element = make_xml_element(
            spine, "title", ref=self._add_effect_resource("Basic Title", BASIC_TITLE), **placed
        )
        self.styles += 1
        style = f"ts{self.styles}"
        make_xml_element(make_xml_element(element, "text"), "text-style", title.text, ref=style)
        align = {"centre": "center"}.get(title.align, title.align)
        make_xml_element(
            make_xml_element(element, "text-style-def", id=style),
            "text-style",
            font=title.font or "Helvetica",
            fontSize=round(title.size * cut.height),
            fontColor=_format_fcpxml_colour(title.colour),
            alignment=align,
        )
        return element

    def _add_cut_markers(
        self, cut: Cut, parent: Element, markers: list[Marker], start: int, end: int, into: int
    ) -> None:
        for marker in markers:
            if start <= marker.frame < end:
                _add_fcpxml_marker(cut, parent, marker, into + marker.frame - start, ON_CUT)


def _format_fcpxml_colour(colour: str) -> str:
    sides = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return " ".join(f"{side:g}" for side in (*sides, 1))


def _add_fcpxml_marker(cut: Cut, parent: Element, marker: Marker, at: int, note: str | None) -> None:
    make_xml_element(
        parent,
        "marker",
        start=format_frames_as_seconds(at, cut.rate),
        duration=format_frames_as_seconds(1, cut.rate),
        value=remove_invalid_characters(marker.text or marker.name),
        note=note,
        completed="1" if marker.done else None,
    )


def _add_link_and_group(clip: Element, clip_value: Clip) -> None:
    """Add a clip's link and group as metadata of this program, because Final Cut has no element for them."""
    ties = [
        (name, value) for name, value in zip(TIES, (clip_value.link, clip_value.group), strict=True) if value
    ]
    if ties:
        metadata = make_xml_element(clip, "metadata")
        for name, value in ties:
            make_xml_element(metadata, "md", key=name, value=value)


def _add_time_map(cut: Cut, clip: Element, event: TrackEvent) -> None:
    """Add a time map to a clip whose speed is not normal. The map converts the clip's own time, which runs at
    the speed of the film, to the time of its source.
    """
    speed = event.clip.effects.speed
    if speed == 1:
        return
    first = event.medium.starts + event.clip.source_in
    if speed < 0:
        first -= speed / cut.rate  # A clip played backwards starts at the end of its first frame.
    last = first + Fraction(event.frames) / cut.rate * speed
    into = Fraction(event.into) / cut.rate
    points = make_xml_element(clip, "timeMap")
    make_xml_element(
        points, "timept", time=format_exact_seconds(into), value=format_exact_seconds(first), interp="linear"
    )
    make_xml_element(
        points,
        "timept",
        time=format_exact_seconds(into + event.frames / cut.rate),
        value=format_exact_seconds(last),
        interp="linear",
    )


def _write_adjustments(cut: Cut, element: Element, event: TrackEvent, sound: bool) -> None:
    """Add the clip's transform, opacity and level, with fades on opacity and level.

    The keys of the level are written. Another parameter that changes over the clip keeps its default. `sound`
    means that only the sound is written.
    """
    clip = event.clip
    before = list(element)
    for child in before[:]:
        if child.tag == "audio":
            element.remove(child)
    if not sound:
        _add_transform(cut, element, clip.effects)
        opacity = clip.opacity * get_constant_value(clip.effects, OPACITY.name)
        _add_adjustment(cut, element, "adjust-blend", f"{opacity:g}" if opacity < 1 else "", "1", clip)
    if sound or event.medium.channels:
        level = compute_level_curve(clip)
        amount = f"{level[0].value:g}dB" if len(level) == 1 else ""
        param = _add_adjustment(
            cut, element, "adjust-volume", amount, "0dB", clip, is_animated=len(level) > 1
        )
        if param is not None and len(level) > 1:
            animation = make_xml_element(param, "keyframeAnimation")
            for key in level:
                time = format_frames_as_seconds(event.into + key.frame, cut.rate)
                make_xml_element(animation, "keyframe", time=time, value=f"{key.value:g}dB", curve="linear")
    for child in before:
        if child.tag == "audio":
            element.append(child)


def get_constant_value(effects: Effects, name: str) -> float:
    """Return the value of an effect parameter that is constant over the clip. If the parameter changes,
    return its default.
    """
    curve = effects.get_curve(name)
    values = {key.value for key in curve}
    return curve[0].value if len(values) == 1 else PARAMS[name].default


def _add_adjustment(
    cut: Cut, element: Element, tag: str, amount: str, plain: str, clip: Clip, *, is_animated: bool = False
) -> Element | None:
    """Add an adjustment with the clip's fades, unless it is neutral. Return the element for fades and keys,
    or None if there are none.
    """
    has_param = bool(is_animated or clip.fade_in or clip.fade_out)
    if not amount and not has_param:
        return None
    adjust = make_xml_element(element, tag, amount=amount or plain)
    if not has_param:
        return None
    param = make_xml_element(adjust, "param", name="amount")
    for name, frames in (("fadeIn", clip.fade_in), ("fadeOut", clip.fade_out)):
        if frames:
            make_xml_element(param, name, type="linear", duration=format_frames_as_seconds(frames, cut.rate))
    return param


def _add_transform(cut: Cut, element: Element, effects: Effects) -> None:
    """Add the clip's transform, unless it is neutral. FCPXML counts the position in percent of the height,
    upwards, and the rotation counterclockwise.
    """
    x, y, turn = (get_constant_value(effects, name) for name in ("x", "y", "rotation"))
    scale = get_constant_value(effects, SCALE.name)
    across, down = (scale * get_constant_value(effects, name) for name in ("scale_x", "scale_y"))
    if (x, y, turn, across, down) == (0.0, 0.0, 0.0, 1.0, 1.0):
        return
    make_xml_element(
        element,
        "adjust-transform",
        position=f"{x * cut.width / cut.height * 100:g} {-y * 100:g}",
        scale=f"{across:g} {down:g}",
        rotation=f"{-turn:g}" if turn else None,
    )
