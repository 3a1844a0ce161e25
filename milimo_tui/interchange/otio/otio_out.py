"""Convert a cut to an OpenTimelineIO timeline. Data is written to OTIO's own fields where possible, and
otherwise to this program's metadata.

Some values are in both, and exact only in the metadata. If both differ when the file is read (`otio_in`),
OTIO's field is used, because another program has changed it. The id of a clip is only written if other clips
are connected to it.
"""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import quote

import opentimelineio as otio

from milimo_tui.core.time import format_ratio
from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, Marker, SourceKind, Track, TrackKind, Transition
from milimo_tui.cut.values.effects_text import effects_to_json
from milimo_tui.cut.values.transition_kinds import get_transition_facts
from milimo_tui.interchange.otio import otio_captions
from milimo_tui.interchange.otio.otio_facts import OURS
from milimo_tui.interchange.otio.otio_mixer import make_mixer_metadata, make_strip_metadata
from milimo_tui.interchange.values.bundle import CutBundle, EdgeTransition, Medium, TrackExtras
from milimo_tui.interchange.values.colours import find_otio_colour

VERSION = 1
TRACK_FLAGS = ("magnetic", "muted", "solo", "locked", "hidden", "sync_lock")
_NO_TRACK = Track(id="", cut="", name="", kind=TrackKind.VIDEO, order="")
_NO_CLIP = Clip(id="", cut="", track="", source=ClipSource(SourceKind.GAP), frames=0)
_NO_TRANSITION = Transition(id="", cut="", left="", right="", frames=0)
_NO_MARKER = Marker(id="", cut="", frame=0)
CLIP_FIELDS = ("label", "gain_db", "opacity", "fade_in", "fade_out", "muted", "link", "group", "stream")
TRANSITION_FIELDS = ("direction", "colour", "softness")
MARKER_FIELDS = ("colour", "name", "done", "kind", "author", "parent")
MEDIUM_FIELDS = ("digest", "kind", "width", "height", "channels", "sample_rate")


def to_otio(bundle: CutBundle) -> Any:
    """Return the OTIO timeline of a cut. Nested cuts become stacks. Raises Refused for a cut inside
    itself.
    """
    list(bundle.iterate_nested_cuts())
    timeline = otio.schema.Timeline(bundle.cut.name)
    timeline.tracks = _make_stack(bundle, bundle.cut)
    timeline.metadata[OURS] = {"version": VERSION, **_make_cut_metadata(bundle.cut)}
    return timeline


def _make_cut_metadata(cut: Cut) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "rate": format_ratio(cut.rate),
        "width": cut.width,
        "height": cut.height,
        "sample_rate": cut.sample_rate,
    }
    more = {
        "hand_edited": cut.hand_edited,
        "frozen": cut.frozen,
        "mark_in": cut.mark_in,
        "mark_out": cut.mark_out,
        **make_mixer_metadata(cut),
    }
    if cut.caption_tracks:
        metadata[otio_captions.KEY] = otio_captions.make_caption_metadata(cut)
    return metadata | {
        name: value for name, value in more.items() if value is not None and value is not False
    }


def _make_stack(bundle: CutBundle, cut: Cut) -> Any:
    laid_out = layout(cut)
    stack = otio.schema.Stack(cut.name)
    anchors = {clip.anchor for clip in cut.clips if clip.anchor is not None}
    for track in laid_out.tracks:
        stack.append(_make_otio_track(bundle, laid_out, track, anchors))
    stack.markers.extend(
        _make_marker_with_metadata(cut, marker, Fraction(marker.frame))
        for marker in cut.markers
        if marker.clip is None
    )
    return stack


def _make_otio_track(bundle: CutBundle, laid_out: Layout, track: Track, anchors: set[str]) -> Any:
    out = otio.schema.Track(track.name, kind=_KIND[track.kind])
    out.enabled = not (track.hidden if track.kind is TrackKind.VIDEO else track.muted)
    metadata: dict[str, Any] = {name: True for name in TRACK_FLAGS if getattr(track, name)}
    if track.height != _NO_TRACK.height:
        metadata["height"] = track.height
    if track.gain_db:
        metadata["gain_db"] = track.gain_db
    metadata |= make_strip_metadata(track)
    out.metadata[OURS] = metadata
    kept = bundle.extras.get(track.id, TrackExtras())
    rate = laid_out.cut.rate
    joins = {(each.left, each.right): each for each in laid_out.cut.transitions}
    if kept.head_edge:
        out.append(_make_edge_transition(kept.head_edge, rate))
    at, before = 0, ""
    for placed in laid_out.get_row(track.id):
        if placed.start > at:
            out.append(otio.schema.Gap(source_range=_make_otio_range(Fraction(0), placed.start - at, rate)))
        join = joins.get((before, placed.clip.id)) if placed.start == at else None
        if join is not None:
            out.append(_make_otio_transition(join, rate))
        out.append(_make_otio_item(bundle, laid_out, placed, anchors))
        at, before = placed.end, placed.clip.id
    if kept.tail:
        out.append(otio.schema.Gap(source_range=_make_otio_range(Fraction(0), kept.tail, rate)))
    if kept.tail_edge:
        out.append(_make_edge_transition(kept.tail_edge, rate))
    return out


_KIND = {TrackKind.VIDEO: "Video", TrackKind.AUDIO: "Audio"}


def _make_otio_item(bundle: CutBundle, laid_out: Layout, placed: PlacedClip, anchors: set[str]) -> Any:
    clip, cut = placed.clip, laid_out.cut
    medium = bundle.get_medium(clip)
    begin = medium.starts + clip.source_in
    span = _make_otio_range(begin * cut.rate, clip.frames, cut.rate)
    item: Any
    if clip.source.kind is SourceKind.GAP:
        item = otio.schema.Gap(source_range=span)
        item.name = clip.label
    elif clip.source.kind is SourceKind.CUT and clip.source.ref in bundle.cuts:
        nested = bundle.cuts[clip.source.ref]
        item = _make_stack(bundle, nested)
        item.name, item.source_range = bundle.get_exported_name(clip), span
        item.metadata[OURS] = {"cut": {"name": nested.name, **_make_cut_metadata(nested)}}
    else:
        item = otio.schema.Clip(
            bundle.get_exported_name(clip), _make_reference(clip, medium, cut.rate, bundle), span
        )
    item.enabled = not (clip.muted and laid_out.get_track(clip.track).kind is TrackKind.AUDIO)
    item.effects.extend(_make_time_effects(clip))
    item.metadata[OURS] = dict(item.metadata.get(OURS, {})) | _make_clip_metadata(
        bundle, laid_out, placed, anchors
    )
    for marker in cut.markers:
        if marker.clip == clip.id:
            own = _make_marker_with_metadata(cut, marker, begin * cut.rate + marker.frame)
            own.metadata[OURS] = {**own.metadata[OURS], "frame": marker.frame}
            item.markers.append(own)
    return item


def _make_clip_metadata(
    bundle: CutBundle, laid_out: Layout, placed: PlacedClip, anchors: set[str]
) -> dict[str, Any]:
    clip = placed.clip
    metadata: dict[str, Any] = {"source": {"kind": clip.source.kind.value}}
    if clip.source.ref:
        metadata["source"]["id"] = clip.source.ref
    if clip.source_in:
        metadata["source_in"] = format_ratio(clip.source_in)
    metadata |= {
        name: getattr(clip, name) for name in CLIP_FIELDS if _differs_from_default(clip, _NO_CLIP, name)
    }
    if clip.channels:
        metadata["channels"] = list(clip.channels)
    effects = effects_to_json(clip.effects)
    if effects:
        metadata["effects"] = effects
    files = {
        name: _make_file_metadata(bundle.files[ref], bundle)
        for name, ref in (("lut", clip.effects.lut), ("matte", clip.effects.matte))
        if ref in bundle.files
    }
    if files:
        metadata["files"] = files
    if clip.id in anchors:
        metadata["id"] = clip.id
    if clip.anchor is not None:
        metadata["on"] = clip.anchor
    return metadata


def _differs_from_default(value: Any, plain: Any, name: str) -> bool:
    return bool(getattr(value, name) != getattr(plain, name))


def _make_file_metadata(medium: Medium, bundle: CutBundle) -> dict[str, Any]:
    return {"name": medium.name, "url": _make_media_url(medium.path, bundle.folder), "digest": medium.digest}


def _make_time_effects(clip: Clip) -> list[Any]:
    speed = clip.effects.speed
    if speed == 1:
        return []
    if speed == 0:
        return [otio.schema.FreezeFrame()]
    return [otio.schema.LinearTimeWarp(time_scalar=float(speed))]


def _make_reference(clip: Clip, medium: Medium, rate: Fraction, bundle: CutBundle) -> Any:
    metadata = {name: getattr(medium, name) for name in MEDIUM_FIELDS if getattr(medium, name)}
    if clip.source.kind is SourceKind.TITLE:
        parameters = {"text": clip.effects.title.text if clip.effects.title else ""}
        return otio.schema.GeneratorReference(name=medium.name, generator_kind="title", parameters=parameters)
    if medium.rate is not None:
        metadata["rate"] = format_ratio(medium.rate)
    if medium.seconds is not None:
        metadata["seconds"] = format_ratio(medium.seconds)
    if medium.starts:
        metadata["starts"] = format_ratio(medium.starts)
    available = None
    if medium.seconds is not None:
        at = medium.rate or rate
        available = otio.opentime.TimeRange(
            _make_rational_time(medium.starts * at, at), _make_rational_time(medium.seconds * at, at)
        )  # fmt: skip
    reference: Any
    if medium.path:
        reference = otio.schema.ExternalReference(_make_media_url(medium.path, bundle.folder), available)
        reference.name = medium.name
    else:
        reference = otio.schema.MissingReference(name=medium.name, available_range=available)
    reference.metadata[OURS] = {**metadata, **medium.metadata}
    return reference


def _make_media_url(path: str, folder: str) -> str:
    """Return a path as a URL. A path inside `folder` becomes relative, so that the folder can be moved
    together with its media.
    """
    if not path:
        return ""
    if folder and Path(path).is_relative_to(folder):
        return quote(os.path.relpath(path, folder))
    return "file://" + quote(path)


def _make_otio_transition(join: Transition, rate: Fraction) -> Any:
    before = join.frames // 2
    type_ = "SMPTE_Dissolve" if get_transition_facts(join.kind).is_standard else "Custom_Transition"
    out = otio.schema.Transition(
        join.kind,
        type_,
        _make_rational_time(Fraction(before), rate),
        _make_rational_time(Fraction(join.frames - before), rate),
    )
    out.metadata[OURS] = {"kind": join.kind} | {
        name: getattr(join, name)
        for name in TRANSITION_FIELDS
        if _differs_from_default(join, _NO_TRANSITION, name)
    }
    return out


def _make_edge_transition(edge: EdgeTransition, rate: Fraction) -> Any:
    return otio.schema.Transition(
        edge.name,
        edge.type,
        _make_rational_time(Fraction(edge.before), rate),
        _make_rational_time(Fraction(edge.after), rate),
    )


def _make_marker_with_metadata(cut: Cut, marker: Marker, at: Fraction) -> Any:
    out = otio.schema.Marker(
        marker.text or marker.name, _make_otio_range(at, 0, cut.rate), color=find_otio_colour(marker.colour)
    )
    metadata = {
        name: getattr(marker, name)
        for name in MARKER_FIELDS
        if _differs_from_default(marker, _NO_MARKER, name)
    }
    if any(each.parent == marker.id for each in cut.markers):
        metadata["id"] = marker.id  # Replies refer to this id.
    out.metadata[OURS] = metadata | ({"text": marker.text} if marker.text != out.name else {})
    return out


def _make_rational_time(frames: Fraction, rate: Fraction) -> Any:
    return otio.opentime.RationalTime(float(frames), float(rate))


def _make_otio_range(start: Fraction, frames: int, rate: Fraction) -> Any:
    return otio.opentime.TimeRange(
        _make_rational_time(start, rate), _make_rational_time(Fraction(frames), rate)
    )
