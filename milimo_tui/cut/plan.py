"""The render plan: what every frame shows and every sample sounds, as one frozen value.

Made once from a cut and what its clips' sources resolve to; the film engine and the viewer walk
the same plan. All starts in it count from the plan's own first frame, which is `Plan.start` in the
cut; fractions travel in JSON as "n/d".
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.core.time import ratio_text, seconds_of, timecode
from milimo_tui.cut.layout import Layout, Placed, layout
from milimo_tui.cut.values import Clip, Cut, SourceKind, TrackKind

Ratio = Annotated[
    Fraction,
    BeforeValidator(lambda value: Fraction(value) if isinstance(value, str) else value),
    PlainSerializer(ratio_text, return_type=str),
]


class PlanValue(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Media(PlanValue):
    """What a clip's source resolves to. `path` is absolute; a slate has none but words."""

    kind: Literal["video", "picture", "sound", "slate", "offline"]
    path: str = ""
    digest: str = ""
    seconds: Ratio | None = None  # None: a picture or slate, held as long as asked
    rate: Ratio | None = None
    has_sound: bool = False
    title: str = ""  # slates: big line ("3B"), and what stands under it
    text: str = ""
    previs: bool = False
    noise: bool = False  # previs that tiny random weights made


class Layer(PlanValue):
    """One picture of a stretch, bottom first. `source_in` is the source time at the stretch's first frame."""

    clip: str
    media: Media
    source_in: Ratio
    opacity: float = 1.0
    fade_in: int = 0  # frames of fade from black at the clip's own edges, counted from `clip_offset`
    fade_out: int = 0
    clip_offset: int = 0  # frames of the clip that lie before the stretch
    clip_frames: int = 0


class Stretch(PlanValue):
    """A run of frames with the same layers. No layers: black."""

    start: int
    frames: int
    layers: tuple[Layer, ...] = ()


class SoundClip(PlanValue):
    """One sound in the mix, over the plan's frames [start, start + frames).

    Fades count from the clip's own edges, as a layer's do: `clip_offset` frames of the clip lie before
    `start` (more than 0 only where a range begins inside the clip), `clip_frames` is its whole length.
    """

    clip: str
    media: Media
    start: int
    frames: int
    source_in: Ratio
    gain_db: float = 0.0
    fade_in: int = 0
    fade_out: int = 0
    clip_offset: int = 0
    clip_frames: int = 0


class Plan(PlanValue):
    """A cut, ready to walk. `start` is the cut frame of the film's first frame (ranges)."""

    cut: str
    name: str
    rate: Ratio
    width: int
    height: int
    sample_rate: int
    frames: int
    start: int = 0
    stretches: tuple[Stretch, ...] = ()
    sounds: tuple[SoundClip, ...] = ()
    previs: bool = False  # some picture in it is previs

    @property
    def noise(self) -> bool:
        """Whether some picture in it is noise, that tiny random weights made."""
        return any(layer.media.noise for stretch in self.stretches for layer in stretch.layers)

    def signature(self) -> str:
        """SHA-256 of the plan's canonical JSON: equal plans give equal films.

        Media with a digest counts by that, wherever its file lies.
        """
        plan = self.model_dump(mode="json")
        layers = [layer for stretch in plan["stretches"] for layer in stretch["layers"]]
        for part in (*layers, *plan["sounds"]):
            if part["media"]["digest"]:
                part["media"]["path"] = ""
            if not part["media"]["noise"]:  # films of before there was such a word keep their signature
                del part["media"]["noise"]
        text = json.dumps(plan, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


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
        previs=any(layer.media.previs for stretch in stretches for layer in stretch.layers),
    )


def stretch_at(plan: Plan, frame: int) -> Stretch:
    """The stretch that shows a frame, counted from the plan's first. Raises BadInput outside the plan."""
    if not 0 <= frame < plan.frames:
        raise BadInput(f"frame {frame} is outside the film, which has {plan.frames}")
    return plan.stretches[bisect_right(plan.stretches, frame, key=lambda stretch: stretch.start) - 1]


def describe(plan: Plan) -> str:
    """The plan in words, a line for each stretch, layer and sound; times are the cut's timecode."""
    rate = plan.rate

    def code(frame: int) -> str:
        return timecode(plan.start + frame, rate)

    lines = [
        f"{plan.name}: {plan.frames} frames at {ratio_text(rate)}, {plan.width}×{plan.height}, "
        f"{plan.sample_rate} Hz{', noise' if plan.noise else ', previs' if plan.previs else ''}"
    ]
    for stretch in plan.stretches:
        lines.append(
            f"{code(stretch.start)}  {stretch.frames:6d} f  {'' if stretch.layers else 'black'}".rstrip()
        )
        for layer in reversed(stretch.layers):
            opacity = f"  {layer.opacity:.0%}" if layer.opacity < 1 else ""
            lines.append(f"    {_words(layer.media)}  from {ratio_text(layer.source_in)} s{opacity}")
    for sound in plan.sounds:
        gain = f"  {sound.gain_db:+g} dB" if sound.gain_db else ""
        lines.append(
            f"{code(sound.start)}  {sound.frames:6d} f  sound  {_words(sound.media)}"
            f"  from {ratio_text(sound.source_in)} s{gain}"
        )
    return "\n".join(lines) + "\n"


def _words(media: Media) -> str:
    return f"{media.kind}  {media.path or media.title or '(nothing to show)'}"


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
