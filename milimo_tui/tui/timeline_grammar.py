"""What the timeline's keys mean in frames: motions by name, the spans operators act on, what is yanked.

Pure: a film and a view in, frames and pieces out. The names are those of keymap.toml (`to`, `of`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from milimo_tui.core.time import parse_ratio, ratio_text
from milimo_tui.cut.curves import shifted
from milimo_tui.cut.effects_text import as_json
from milimo_tui.cut.timing import source_at
from milimo_tui.cut.values import Clip, SourceKind
from milimo_tui.tui import timeline_model as model
from milimo_tui.tui.timeline_model import Film, Motion, Span
from milimo_tui.tui.timeline_view import View

# A motion: film, view, count as typed (None when no digit was) → where it arrives.
Move = Callable[[Film, View, int], Motion]

MOTIONS: dict[str, Move] = {
    "frame_back": lambda film, view, count: model.by_frames(film, view.playhead, -count),
    "frame_on": lambda film, view, count: model.by_frames(film, view.playhead, count),
    "second_back": lambda film, view, count: model.by_seconds(film, view.playhead, -count),
    "second_on": lambda film, view, count: model.by_seconds(film, view.playhead, count),
    "half_back": lambda film, view, count: _by_screens(film, view, -count, 2),
    "half_on": lambda film, view, count: _by_screens(film, view, count, 2),
    "page_back": lambda film, view, count: _by_screens(film, view, -count, 1),
    "page_on": lambda film, view, count: _by_screens(film, view, count, 1),
    "next_edit": lambda film, view, count: model.next_edit(film, view.lane, view.playhead, count),
    "previous_edit": lambda film, view, count: model.previous_edit(film, view.lane, view.playhead, count),
    "clip_end": lambda film, view, count: model.clip_end(film, view.lane, view.playhead, count),
    "next_scene": lambda film, view, count: model.next_scene(film, view.playhead, count),
    "previous_scene": lambda film, view, count: model.previous_scene(film, view.playhead, count),
    "start": lambda film, view, count: Motion(0),
    "end": lambda film, view, count: Motion(film.frames),
    "next_marker": lambda film, view, count: model.next_marker(film, view.playhead, count),
    "previous_marker": lambda film, view, count: model.previous_marker(film, view.playhead, count),
}
INCLUSIVE = frozenset({"clip_end"})  # an operator takes the frame it arrives at as well
WHY_NOT = {
    "next_marker": "there is no marker behind the playhead",
    "previous_marker": "there is no marker before the playhead",
    "next_edit": "there is no edit behind the playhead",
    "previous_edit": "there is no edit before the playhead",
    "clip_end": "there is no clip behind the playhead",
}


def _by_screens(film: Film, view: View, count: int, part: int) -> Motion:
    return model.by_frames(film, view.playhead, count * max(1, view.width // part) * view.zoom)


@dataclass(frozen=True, slots=True)
class Reach:
    """What an operator acts on: frames [start, end) of some lanes, or of every unlocked one (no `lanes`)."""

    start: int
    end: int
    lanes: tuple[int, ...] = ()


def by_motion(film: Film, view: View, to: str, count: int) -> Reach | None:
    """From the playhead to where a motion arrives; None when it arrives nowhere."""
    motion = MOTIONS[to](film, view, count)
    return _between(view, motion, inclusive=to in INCLUSIVE)


def by_mark(film: Film, view: View, name: str) -> Reach | None:
    """From the playhead to a named mark."""
    return _between(view, model.named_mark(film, view.playhead, name), inclusive=False)


def _between(view: View, motion: Motion, *, inclusive: bool) -> Reach | None:
    start, end = sorted((view.playhead, motion.frame))
    end += inclusive and motion.found
    return Reach(start, end, (view.lane,)) if end > start else None


def by_object(film: Film, view: View, of: str, count: int = 1) -> Reach | None:
    """The clip, scene, track, in–out range or gap under the playhead; None where there is none."""
    lane = film.lane(view.lane)
    if of == "clip":
        return clips_here(film, view, count)
    if of == "scene":
        found = model.scene_range(film, view.playhead)
        return Reach(*found) if found else None
    if of == "range":
        return Reach(*film.marked) if film.marked else None
    if lane is None or not lane.spans:
        return None
    if of == "track":
        return Reach(lane.spans[0].start, lane.spans[-1].end, (view.lane,))
    found = lane.gap_at(view.playhead)
    return Reach(*found, (view.lane,)) if found else None


def clips_here(film: Film, view: View, count: int = 1) -> Reach | None:
    """`count` clips from the one under the playhead on."""
    lane = film.lane(view.lane)
    span = lane.near(view.playhead) if lane else None
    if lane is None or span is None:
        return None
    first = next(index for index, each in enumerate(lane.spans) if each is span)
    last = lane.spans[min(first + max(1, count), len(lane.spans)) - 1]
    return Reach(span.start, last.end, (view.lane,))


@dataclass(frozen=True, slots=True)
class Visual:
    """A selection in the making: from where it began to the playhead, by frames or by whole clips.

    `lane` is the track it began on (those to the one in hand are in it), None for every unlocked one.
    """

    anchor: int
    lane: int | None
    clips: bool = False


def selected(film: Film, view: View, visual: Visual) -> Reach:
    """What a visual selection covers now; by clips it grows to all that it touches on its tracks."""
    start, end = min(visual.anchor, view.playhead), max(visual.anchor, view.playhead) + 1
    lanes: tuple[int, ...] = ()
    if visual.lane is not None:
        lanes = tuple(range(min(visual.lane, view.lane), max(visual.lane, view.lane) + 1))
    if visual.clips:
        rows = (film.lane(index) for index in lanes or (view.lane,))
        touched = [span for lane in rows if lane for span in lane.between(start, end)]
        start = min([start, *(span.start for span in touched)])
        end = max([end, *(span.end for span in touched)]) if touched else end
    return Reach(start, min(end, max(film.frames, start + 1)), lanes)


def again(view: View, reach: Reach) -> Reach:
    """As much as a reach held, from the playhead on: for `.`. One track becomes the one in hand."""
    lanes = (view.lane,) if len(reach.lanes) == 1 else reach.lanes
    return Reach(view.playhead, view.playhead + reach.end - reach.start, lanes)


# -- what is yanked ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a source in a register. `frames` 0: as long as the source, or as the marked range."""

    shot: str = ""
    asset: str = ""
    frames: int = 0
    source_in: Fraction = Fraction(0)
    gain_db: float = 0.0
    opacity: float = 1.0
    fade_in: int = 0
    fade_out: int = 0
    effects: str = ""  # their JSON
    name: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "shot": self.shot,
            "asset": self.asset,
            "frames": self.frames,
            "source_in": ratio_text(self.source_in),
            "gain_db": self.gain_db,
            "opacity": self.opacity,
            "fade_in": self.fade_in,
            "fade_out": self.fade_out,
            "effects": self.effects,
            "name": self.name,
        }

    @classmethod
    def of_json(cls, value: dict[str, Any]) -> Piece:
        return replace(cls(**{**value, "source_in": Fraction(0)}), source_in=parse_ratio(value["source_in"]))

    def arguments(self) -> dict[str, Any]:
        """The fields as `cut.insert` and `cut.overwrite` take them."""
        given = {key: value for key, value in self.as_json().items() if key != "name" and value != ""}
        if not self.frames:
            del given["frames"]
        return given


def yanked(
    spans: Iterable[Span], start: int, end: int, rate: Fraction, names: Callable[[Clip], str]
) -> tuple[Piece, ...]:
    """The pieces of clips inside [start, end); gaps and compound clips are left out."""
    out = []
    for span in spans:
        clip = span.clip
        head, tail = max(start, span.start), min(end, span.end)
        if head >= tail or clip.source.kind not in (SourceKind.SHOT, SourceKind.ASSET):
            continue
        shot = clip.source.kind is SourceKind.SHOT
        out.append(
            Piece(
                shot=clip.source.ref if shot else "",
                asset="" if shot else clip.source.ref,
                frames=tail - head,
                source_in=source_at(clip, head - span.start, rate),
                gain_db=clip.gain_db,
                opacity=clip.opacity,
                fade_in=min(clip.fade_in, tail - head) if head == span.start else 0,
                fade_out=min(clip.fade_out, tail - head) if tail == span.end else 0,
                effects=_effects_json(clip, head - span.start),
                name=names(clip),
            )
        )
    return tuple(out)


def _effects_json(clip: Clip, head: int) -> str:
    """A clip's effects from a frame of its own on, as JSON; empty where it has none."""
    told = as_json(shifted(clip.effects, -head))
    return json.dumps(told, ensure_ascii=False) if told else ""
