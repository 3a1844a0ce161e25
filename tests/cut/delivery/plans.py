"""Provide render plans without media files, for tests of delivery messages."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from milimo_tui.cut.plan.plan import Media, PlanLayer, PlanStretch, PlanTransition, RenderPlan, SoundClip

VIDEO = Media(kind="video", path="/media/a.mov", digest="a", rate=Fraction(25), has_sound=True)
OTHER = Media(kind="video", path="/media/b.mov", digest="b", rate=Fraction(25))


def layer(clip: str, media: Media, source_in: Fraction, frames: int, **values: Any) -> PlanLayer:
    return PlanLayer(clip=clip, media=media, source_in=source_in, clip_frames=frames, **values)


def plan(**values: Any) -> RenderPlan:
    """Return a plan of three seconds at 25 fps: a clip, a dissolve of ten frames, a second clip, and one
    sound under all.
    """
    first = layer("one", VIDEO, Fraction(1), 40)
    second = layer("two", OTHER, Fraction(0), 35, clip_offset=5)
    left = layer("one", VIDEO, Fraction(1) + Fraction(35, 25), 40, clip_offset=35)
    right = layer("two", OTHER, Fraction(-5, 25), 35, clip_offset=-5)
    stretches = (
        PlanStretch(start=0, frames=35, layers=(first,)),
        PlanStretch(
            start=35, frames=10, layers=(PlanTransition(kind="dissolve", left=left, right=right, frames=10),)
        ),
        PlanStretch(start=45, frames=30, layers=(second,)),
    )
    sound = SoundClip(clip="one", media=VIDEO, start=0, frames=75, source_in=Fraction(1), clip_frames=75)
    return RenderPlan.model_validate(
        {
            "cut": "c",
            "name": "Rain · long",
            "rate": Fraction(25),
            "width": 1280,
            "height": 720,
            "sample_rate": 48000,
            "frames": 75,
            "start": 100,
            "stretches": stretches,
            "sounds": (sound,),
            **values,
        }
    )
