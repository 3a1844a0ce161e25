"""Make the render plan of a cut. This is a pure function, so every worker and every screen sees the same
film.

This module selects the range and makes the pictures. `cut.plan.audio` makes the sound.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from milimo_tui.core.errors import Refused
from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.layout.transition_spans import PlacedTransition, PlacedTransitions, place_transitions
from milimo_tui.cut.plan.audio import list_plan_sounds
from milimo_tui.cut.plan.mixer import make_plan_mixer
from milimo_tui.cut.plan.plan import FileRef, Media, PlanLayer, PlanStretch, PlanTransition, RenderPlan
from milimo_tui.cut.plan.sources import ResolvedSources
from milimo_tui.cut.plan.unheard import describe_unheard_strips
from milimo_tui.cut.values.curves import get_picture_effects
from milimo_tui.cut.values.cut import Cut, SourceKind, TrackKind
from milimo_tui.cut.values.timing import get_source_second
from milimo_tui.cut.values.transition_kinds import TRANSITIONS, TransitionKind


class _Span(NamedTuple):
    """Frames [start, end) of a cut in which a track shows one clip or one transition."""

    start: int
    end: int
    shown: PlacedClip | PlacedTransition


def make_render_plan(
    cut: Cut,
    media: Mapping[str, Media],
    start: int = 0,
    end: int | None = None,
    *,
    files: Mapping[str, FileRef] | None = None,
) -> RenderPlan:
    """Return the render plan of frames [start, end) of a cut, by default of the entire cut.

    `media` maps clip ids to media; a clip that is missing there counts as offline. `files` maps ids to the
    files of LUTs, mattes and impulse responses; an effect whose file is missing there is left out, and a
    reverb gets a generated impulse response. The stretches cover the plan
    without gaps, including black parts. An `end` after the end of the cut is reduced to it. Raises Refused
    for a range outside the cut.
    """
    placed = layout(cut)
    last = placed.frames if end is None else min(end, placed.frames)
    if start < 0 or last < start or (start == last and placed.frames):
        raise Refused(
            f"frames {start} to {placed.frames if end is None else end} are not a range of "
            f"“{cut.name}”, which has {placed.frames} frames",
            "give an in point before an out point, both inside the cut",
        )
    source = ResolvedSources(media, files or {})
    meeting = place_transitions(placed)
    stretches = _PictureTracks(placed, meeting, source).build_stretches(start, last)
    mixer, strips = make_plan_mixer(cut, start, source)
    return RenderPlan(
        cut=cut.id,
        name=cut.name,
        rate=cut.rate,
        width=cut.width,
        height=cut.height,
        sample_rate=cut.sample_rate,
        frames=last - start,
        start=start,
        stretches=stretches,
        sounds=list_plan_sounds(placed, meeting, source, start, last, strips),
        mixer=mixer,
        unheard=describe_unheard_strips(placed, source),
        previs=any(layer.media.previs for stretch in stretches for layer in stretch.list_pictures()),
    )


@dataclass(frozen=True, slots=True)
class _PictureTracks:
    """A builder of the plan's stretches from the video tracks of a cut. `meeting` are the transitions of the
    cut, and `source` the media of its clips.
    """

    placed: Layout
    meeting: PlacedTransitions
    source: ResolvedSources

    def build_stretches(self, start: int, end: int) -> tuple[PlanStretch, ...]:
        """Return the stretches of frames [start, end). A new stretch begins at each edge of a clip or
        transition. The layers of a stretch are listed from the bottom track up.
        """
        rows = [
            [each for each in self._iterate_track_spans(track.id) if each.start < end and each.end > start]
            for track in self.placed.tracks
            if track.kind is TrackKind.VIDEO and not track.hidden
        ]
        edges = {
            point for row in rows for each in row for point in (each.start, each.end) if start < point < end
        }
        bounds = sorted(edges | {start, end})
        next_in_row = [0] * len(rows)
        out = []
        for first, last in pairwise(bounds):
            layers = []
            for index, row in enumerate(rows):
                while next_in_row[index] < len(row) and row[next_in_row[index]].end <= first:
                    next_in_row[index] += 1
                if next_in_row[index] < len(row) and row[next_in_row[index]].start <= first:
                    layers.append(self._build_picture(row[next_in_row[index]], first))
            out.append(PlanStretch(start=first - start, frames=last - first, layers=tuple(layers)))
        return tuple(out)

    def _iterate_track_spans(self, track_id: str) -> Iterator[_Span]:
        """Yield the spans of a track in order of time: its transitions, and the parts of its clips that no
        transition covers.
        """
        for each in self.placed.get_row(track_id):
            head, tail = self.meeting.head.get(each.clip.id), self.meeting.tail.get(each.clip.id)
            begins = each.start if head is None else head.end
            ends = each.end if tail is None else tail.start
            if begins < ends and self._has_picture(each):
                yield _Span(begins, ends, each)
            if tail is not None and (self._has_picture(tail.left) or self._has_picture(tail.right)):
                yield _Span(tail.start, tail.end, tail)

    def _has_picture(self, each: PlacedClip) -> bool:
        return (
            each.clip.source.kind is not SourceKind.GAP
            and self.source.get_clip_media(each.clip).kind != "sound"
        )

    def _build_picture(self, span: _Span, first: int) -> PlanLayer | PlanTransition:
        if isinstance(span.shown, PlacedClip):
            return self._build_plan_layer(span.shown, first)
        join = span.shown
        change = join.transition
        return PlanTransition(
            # A transition kind from a newer version is drawn as a dissolve.
            kind=change.kind if change.kind in TRANSITIONS else TransitionKind.DISSOLVE,
            left=self._build_plan_layer(join.left, first) if self._has_picture(join.left) else None,
            right=self._build_plan_layer(join.right, first) if self._has_picture(join.right) else None,
            frames=change.frames,
            offset=first - join.start,
            direction=change.direction,
            colour=change.colour,
            softness=change.softness,
        )

    def _build_plan_layer(self, each: PlacedClip, first: int) -> PlanLayer:
        """Return the layer that shows a clip from frame `first` of the cut on. If there is a transition at an
        edge, the clip's own fade there is not used.
        """
        clip = each.clip
        media = self.source.get_clip_media(clip)
        return PlanLayer(
            clip=clip.id,
            media=media,
            source_in=media.head + get_source_second(clip, first - each.start, self.placed.cut.rate),
            speed=clip.effects.speed,
            opacity=clip.opacity,
            fade_in=0 if clip.id in self.meeting.head else clip.fade_in,
            fade_out=0 if clip.id in self.meeting.tail else clip.fade_out,
            clip_offset=first - each.start,
            clip_frames=clip.frames,
            effects=get_picture_effects(clip.effects),
            lut=self.source.get_effect_file(clip.effects.lut),
            matte=self.source.get_effect_file(clip.effects.matte),
        )
