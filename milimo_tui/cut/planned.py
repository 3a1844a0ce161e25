"""From a cut to its render plan: a pure function, so that every worker and every screen sees one film."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise

from milimo_tui.core.errors import Refused
from milimo_tui.core.time import seconds_of
from milimo_tui.cut.layout import Layout, Placed, layout
from milimo_tui.cut.plan import Layer, Media, Plan, SoundClip, Stretch
from milimo_tui.cut.values import Clip, Cut, SourceKind, TrackKind


def make_plan(cut: Cut, media: Mapping[str, Media], start: int = 0, end: int | None = None) -> Plan:
    """The plan of frames [start, end) of a cut, the whole of it by default.

    `media` says what each clip (by id) resolves to; a clip that is missing there counts as offline. Its
    stretches lie end to end over the whole plan, black ones included, so an empty range has none. An end
    past the cut's is the cut's. Raises Refused for a range outside the cut.
    """
    placed = layout(cut)
    last = placed.frames if end is None else min(end, placed.frames)
    if start < 0 or last < start or (start == last and placed.frames):
        raise Refused(
            f"frames {start} to {placed.frames if end is None else end} are not a range of "
            f"“{cut.name}”, which has {placed.frames}",
            "give an in point before an out point, both inside the cut",
        )
    stretches = _stretches(placed, media, start, last)
    return Plan(
        cut=cut.id,
        name=cut.name,
        rate=cut.rate,
        width=cut.width,
        height=cut.height,
        sample_rate=cut.sample_rate,
        frames=last - start,
        start=start,
        stretches=stretches,
        sounds=_sounds(placed, media, start, last),
        previs=any(layer.media.previs for stretch in stretches for layer in stretch.pictures()),
    )


def _resolve(clip: Clip, media: Mapping[str, Media]) -> Media:
    return media.get(clip.id) or Media(kind="offline", title=clip.label, text="its media is not known")


def _stretches(placed: Layout, media: Mapping[str, Media], start: int, end: int) -> tuple[Stretch, ...]:
    """Cut the range at every edge of a visible clip; bottom track first in each stretch."""
    rows = [
        [
            each
            for each in placed.on(track.id)
            if _is_in(each, start, end) and _resolve(each.clip, media).kind != "sound"
        ]
        for track in placed.tracks
        if track.kind is TrackKind.VIDEO and not track.hidden
    ]
    edges = {point for row in rows for each in row for point in (each.start, each.end) if start < point < end}
    bounds = sorted(edges | {start, end})
    next_in_row = [0] * len(rows)
    out = []
    for first, last in pairwise(bounds):
        layers = []
        for index, row in enumerate(rows):
            while next_in_row[index] < len(row) and row[next_in_row[index]].end <= first:
                next_in_row[index] += 1
            if next_in_row[index] < len(row) and row[next_in_row[index]].start <= first:
                layers.append(_layer(row[next_in_row[index]], media, first, placed.cut.rate))
        out.append(Stretch(start=first - start, frames=last - first, layers=tuple(layers)))
    return tuple(out)


def _is_in(placed: Placed, start: int, end: int) -> bool:
    return placed.clip.source.kind is not SourceKind.GAP and placed.start < end and placed.end > start


def _layer(placed: Placed, media: Mapping[str, Media], first: int, rate: Fraction) -> Layer:
    clip = placed.clip
    return Layer(
        clip=clip.id,
        media=_resolve(clip, media),
        source_in=clip.source_in + seconds_of(first - placed.start, rate),
        opacity=clip.opacity,
        fade_in=clip.fade_in,
        fade_out=clip.fade_out,
        clip_offset=first - placed.start,
        clip_frames=clip.frames,
    )


def _sounds(placed: Layout, media: Mapping[str, Media], start: int, end: int) -> tuple[SoundClip, ...]:
    """Everything that is heard: audio tracks, and pictures that have sound, as mute and solo allow."""
    solo = any(track.solo for track in placed.tracks)
    out = []
    for track in placed.tracks:
        if track.muted or (solo and not track.solo):
            continue
        for each in placed.on(track.id):
            resolved = _resolve(each.clip, media)
            if each.clip.muted or not _is_in(each, start, end) or not _has_sound(resolved):
                continue
            first = max(start, each.start)
            out.append(
                SoundClip(
                    clip=each.clip.id,
                    media=resolved,
                    start=first - start,
                    frames=min(end, each.end) - first,
                    source_in=each.clip.source_in + seconds_of(first - each.start, placed.cut.rate),
                    gain_db=each.clip.gain_db,
                    fade_in=each.clip.fade_in,
                    fade_out=each.clip.fade_out,
                    clip_offset=first - each.start,
                    clip_frames=each.clip.frames,
                )
            )
    return tuple(out)


def _has_sound(media: Media) -> bool:
    """Pictures, slates and what is offline are silent; a film may have no sound of its own."""
    return media.kind == "sound" or (media.kind == "video" and media.has_sound)
