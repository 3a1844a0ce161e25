"""The decision about which parts of a film are copied and which are encoded, made after reading the source
files.

A decoder receives the headers of a film only once, so all parts must have equal headers. Either the entire
film is copied from sources with equal headers, or such copies are combined with pictures that x264 encodes
under the same headers. If x264 cannot write these headers, everything is encoded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.delivery.render_methods import RenderMethod
from milimo_tui.cut.delivery.segments import PlanSegment, divide_into_segments, divide_uncopied_frames
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.media.encode.matched_x264 import X264Match, match_x264_to_headers
from milimo_tui.media.encode.packet_copies import CopyRun, plan_packet_copy
from milimo_tui.media.files.h264 import ParameterSets


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """The parts of a film in order: runs of pictures to copy, and segments to encode.

    `match` gives encoded segments the headers of the copies; None if there is nothing to match. `notes`
    explain for each source that is encoded why it could not be copied.
    """

    parts: tuple[PlanSegment | CopyRun, ...]
    match: X264Match | None = None
    notes: tuple[str, ...] = ()

    @property
    def runs(self) -> tuple[CopyRun, ...]:
        """The parts that are copied."""
        return tuple(part for part in self.parts if isinstance(part, CopyRun))


def plan_copies(plan: RenderPlan, delivery: Delivery) -> CopyPlan:
    """Decide for each part of a plan if it is copied or encoded.

    Never raises because of a file: errors are reported when the file is decoded.
    """
    found = [
        (
            segment,
            plan_packet_copy(segment.stretches[0], plan.rate)
            if segment.method is RenderMethod.COPY
            else None,
        )
        for segment in divide_into_segments(plan, delivery)
    ]
    runs = [run for _, run in found if run is not None]
    frames: Counter[ParameterSets] = Counter()
    for each in runs:
        frames[each.headers] += each.frames
    if len(frames) == 1 and sum(frames.values()) == plan.frames:
        return CopyPlan(tuple(runs))
    matches = (match_x264_to_headers(plan, delivery, headers) for headers, _ in frames.most_common())
    match = next((one for one in matches if one is not None), None)
    parts: list[PlanSegment | CopyRun] = []
    notes: dict[str, None] = {}
    for segment, run in found:
        stays = run is not None and match is not None and run.headers == match.headers
        if run is not None and not stays:
            notes[_explain_encoding(segment, match)] = None
        parts.extend(_split_segment(segment, run if stays else None, plan))
    return CopyPlan(tuple(parts), match, tuple(notes))


def _split_segment(
    segment: PlanSegment, run: CopyRun | None, plan: RenderPlan
) -> Iterator[PlanSegment | CopyRun]:
    end = segment.start + segment.frames
    if run is not None:
        yield from divide_uncopied_frames(segment, plan.rate, segment.start, run.start)
        yield run
        yield from divide_uncopied_frames(segment, plan.rate, run.start + run.frames, end)
    elif segment.method is RenderMethod.COPY:
        yield from divide_uncopied_frames(segment, plan.rate, segment.start, end)
    else:
        yield segment


def _explain_encoding(segment: PlanSegment, match: X264Match | None) -> str:
    media = segment.stretches[0].list_pictures()[-1].media
    name = media.title or Path(media.path).name
    if match is None:
        return f"{name} is encoded, not copied: x264 can't encode under its H.264 headers"
    return f"{name} is encoded, not copied: its H.264 headers are not those of the other copies"
