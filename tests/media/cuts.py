"""Build cuts and render plans for the media tests in the same way as the studio."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from milimo_tui.core.order_keys import create_spread_keys
from milimo_tui.core.time import frame_to_sample
from milimo_tui.cut.plan.plan import FileRef, Media, RenderPlan
from milimo_tui.cut.plan.video import make_render_plan
from milimo_tui.cut.values.cut import GAP, Clip, ClipSource, Cut, SourceKind, Track, TrackKind, Transition
from milimo_tui.media.read.probe import probe
from tests.media.material import HEIGHT, WIDTH

_KEYS = create_spread_keys(2000)
_TRACKS = {
    "V1": Track(id="V1", cut="c", name="V1", kind=TrackKind.VIDEO, order="1", magnetic=True),
    "V2": Track(id="V2", cut="c", name="V2", kind=TrackKind.VIDEO, order="2"),
    "A1": Track(id="A1", cut="c", name="A1", kind=TrackKind.AUDIO, order="3"),
    "A2": Track(id="A2", cut="c", name="A2", kind=TrackKind.AUDIO, order="4"),
}


def media_of(path: Path, **values: Any) -> Media:
    """Return the media of a file as the studio would resolve it. `values` replaces single fields."""
    facts = probe(path)
    return Media.model_validate(
        {
            "kind": facts.kind,
            "path": str(path),
            "seconds": facts.seconds,
            "rate": facts.rate,
            "has_sound": bool(facts.channels),
            "title": path.stem,
            **values,
        }
    )


@dataclass
class CutBuilder:
    """A builder of cuts: it collects clips, and `plan()` turns them into a render plan."""

    rate: Fraction = Fraction(25)
    width: int = WIDTH
    height: int = HEIGHT
    clips: list[Clip] = field(default_factory=list)
    media: dict[str, Media] = field(default_factory=dict)
    tracks: dict[str, Track] = field(default_factory=lambda: dict(_TRACKS))
    transitions: list[Transition] = field(default_factory=list)
    files: dict[str, FileRef] = field(default_factory=dict)

    def add(self, track: str, media: Media | Path | None, frames: int, **values: Any) -> str:
        """Add a clip, or a gap if `media` is None, and return its id. On V1 the clip goes to the end, on
        other tracks to `start`.
        """
        clip = f"clip{len(self.clips)}"
        place = {"order": _KEYS[len(self.clips)]} if self.tracks[track].magnetic else {}
        self.clips.append(
            Clip(
                id=clip,
                cut="c",
                track=track,
                source=GAP if media is None else ClipSource(SourceKind.ASSET, clip),
                frames=frames,
                **place,  # type: ignore[arg-type]
                **values,
            )
        )
        if media is not None:
            self.media[clip] = media_of(media) if isinstance(media, Path) else media
        return clip

    def join(self, left: str, right: str, frames: int, **values: Any) -> None:
        """Add a transition of `frames` frames between two neighbouring clips, given by their ids."""
        name = f"join{len(self.transitions)}"
        self.transitions.append(Transition(id=name, cut="c", left=left, right=right, frames=frames, **values))

    def cut(self) -> Cut:
        return Cut(
            id="c",
            name="Rain",
            rate=self.rate,
            width=self.width,
            height=self.height,
            tracks=tuple(self.tracks.values()),
            clips=tuple(self.clips),
            transitions=tuple(self.transitions),
        )

    def plan(self, start: int = 0, end: int | None = None) -> RenderPlan:
        return make_render_plan(self.cut(), self.media, start, end, files=self.files)


def edge(frame: int, rate: Fraction = Fraction(25)) -> int:
    return frame_to_sample(frame, rate, 48000)
