"""Build plans of a single stretch layer by layer, and return their frames as pictures."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from milimo_tui.cut.plan.plan import Media, PlanLayer, PlanStretch, PlanTransition, RenderPlan
from milimo_tui.cut.values.effects import PARAMS, Effects
from milimo_tui.cut.values.keyframes import Keyframe
from milimo_tui.media.compose.frame import Composed, compose
from milimo_tui.media.compose.layers import LayerSources
from milimo_tui.media.picture import colour
from milimo_tui.media.picture.colour import Rgb, to_rgb

WIDTH, HEIGHT, FRAMES = 160, 96, 20
RATE = Fraction(25)


def effects(**values: Any) -> Effects:
    """Return effects from values by name. A number is a constant, and a list of (frame, value) gives
    keyframes; other fields are passed on.
    """
    curves = []
    for name in [name for name in values if name in PARAMS]:
        value = values.pop(name)
        keys = ((0, value),) if isinstance(value, int | float) else value
        curves.append((name, tuple(Keyframe(frame, float(number)) for frame, number in keys)))
    return Effects(curves=tuple(sorted(curves)), **values)


def layer(media: Media | Path, clip: str = "c", **values: Any) -> PlanLayer:
    """Return a layer of a plan. `values` holds fields of the layer and effects by their names."""
    fields = {name: values.pop(name) for name in tuple(values) if name in PlanLayer.model_fields}
    resolved = Media(kind="picture", path=str(media), title=clip) if isinstance(media, Path) else media
    return PlanLayer.model_validate(
        {
            "clip": clip,
            "media": resolved,
            "source_in": Fraction(0),
            "clip_frames": FRAMES,
            "effects": effects(**values),
            **fields,
        }
    )


def plan_of(
    *layers: PlanLayer | PlanTransition,
    width: int = WIDTH,
    height: int = HEIGHT,
    frames: int = FRAMES,
    rate: Fraction = RATE,
) -> RenderPlan:
    stretch = PlanStretch(start=0, frames=frames, layers=layers)
    return RenderPlan(
        cut="c",
        name="Rain",
        rate=rate,
        width=width,
        height=height,
        sample_rate=48000,
        frames=frames,
        stretches=(stretch,) if frames else (),
    )


def composed(
    plan: RenderPlan, frame: int = 0, pixels: str = colour.PIXELS, sources: LayerSources | None = None
) -> Composed:
    """Return the composed frame. `sources` are given if several frames share their caches."""
    return compose(plan, plan.stretches[0], frame, sources or LayerSources(plan.width, plan.height), pixels)


def seen(*layers: PlanLayer | PlanTransition, frame: int = 0, pixels: str = "yuv444p12le") -> Rgb:
    """Return the composed picture of the layers at `frame`. The default pixel format has full chroma, so that
    nothing is lost by subsampling.
    """
    return to_rgb(composed(plan_of(*layers), frame, pixels).frame)


def flat(folder: Path, name: str, rgb: tuple[int, ...], width: int = WIDTH, height: int = HEIGHT) -> Path:
    """Save a still of one colour and return its path. Four values in `rgb` include alpha."""
    return saved(folder, name, np.full((height, width, len(rgb)), rgb, np.uint8))


def saved(folder: Path, name: str, picture: NDArray[np.uint8]) -> Path:
    path = folder / f"{name}.png"
    Image.fromarray(picture).save(path)
    return path


def middle_of(light: NDArray[np.floating[Any]]) -> tuple[float, float]:
    """Return the centre (x, y) of the brightness of a picture, in pixels from its upper left corner."""
    rows, columns = np.mgrid[: light.shape[0], : light.shape[1]] + 0.5
    return float((columns * light).sum() / light.sum()), float((rows * light).sum() / light.sum())


def close(picture: Rgb, wanted: tuple[float, ...], within: float = 2.0) -> bool:
    """Return True if every pixel is within `within` levels of the colour `wanted`."""
    return bool(np.abs(picture.astype(float) - np.array(wanted)).max() <= within)
