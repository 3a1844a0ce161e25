"""The decision which parts of a film are copied and which are encoded, after reading the files: all get equal
headers.

A decoder receives profile, level and headers of a film once. So copies of one kind are used alone, or next to
pictures that are encoded with the same headers. If x264 cannot write those headers, everything is encoded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.delivery.segments import Segment, encoded, segments
from milimo_tui.cut.delivery.ways import Way
from milimo_tui.cut.plan.plan import Plan
from milimo_tui.media.encode.matched_x264 import Match, match_of
from milimo_tui.media.encode.packet_copies import Run, run_of
from milimo_tui.media.files.h264 import Headers


@dataclass(frozen=True, slots=True)
class Settled:
    """A film's parts in order: pictures to copy, and segments to encode, which get the copies' headers by
    `match`.

    `notes` explain for each file why it is encoded although a copy would be possible.
    """

    parts: tuple[Segment | Run, ...]
    match: Match | None = None
    notes: tuple[str, ...] = ()

    @property
    def runs(self) -> tuple[Run, ...]:
        """The parts that are copied."""
        return tuple(part for part in self.parts if isinstance(part, Run))


def settle(plan: Plan, delivery: Delivery) -> Settled:
    """Decide for each part of a plan whether it is copied.

    Never raises because of a file: its errors are reported when it is decoded.
    """
    found = [
        (segment, run_of(segment.stretches[0], plan.rate) if segment.way is Way.COPY else None)
        for segment in segments(plan, delivery)
    ]
    runs = [run for _, run in found if run is not None]
    frames: Counter[Headers] = Counter()
    for each in runs:
        frames[each.headers] += each.frames
    if len(frames) == 1 and sum(frames.values()) == plan.frames:
        return Settled(tuple(runs))
    matches = (match_of(plan, delivery, headers) for headers, _ in frames.most_common())
    match = next((one for one in matches if one is not None), None)
    parts: list[Segment | Run] = []
    notes: dict[str, None] = {}
    for segment, run in found:
        stays = run is not None and match is not None and run.headers == match.headers
        if run is not None and not stays:
            notes[_why(segment, match)] = None
        parts.extend(_parts(segment, run if stays else None, plan))
    return Settled(tuple(parts), match, tuple(notes))


def _parts(segment: Segment, run: Run | None, plan: Plan) -> Iterator[Segment | Run]:
    end = segment.start + segment.frames
    if run is not None:
        yield from encoded(segment, plan.rate, segment.start, run.start)
        yield run
        yield from encoded(segment, plan.rate, run.start + run.frames, end)
    elif segment.way is Way.COPY:
        yield from encoded(segment, plan.rate, segment.start, end)
    else:
        yield segment


def _why(segment: Segment, match: Match | None) -> str:
    media = segment.stretches[0].pictures()[-1].media
    name = media.title or Path(media.path).name
    if match is None:
        return f"{name} is encoded, not copied: x264 can't encode under its H.264 headers"
    return f"{name} is encoded, not copied: its H.264 headers are not those of the other copies"
