"""Specs that make a mask of a picture or of a clip."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from milimo_tui.engines.specs.spec_values import Input, SpecValue
from milimo_tui.media.masks.drawing import MaskDrawing


class Point(SpecValue):
    """A click in pixels of the input. `positive`: the point belongs to the object."""

    x: float
    y: float
    positive: bool = True
    object: int = Field(default=1, ge=1, le=256)


class Box(SpecValue):
    """A box in pixels of the input, corners included."""

    x0: float
    y0: float
    x1: float
    y1: float
    positive: bool = True
    object: int = Field(default=1, ge=1, le=256)


class Segment(SpecValue):
    """Make a mask of the named or clicked objects in a picture, or in one frame of a clip."""

    kind: Literal["segment"] = "segment"
    engine: str = "sam3"
    input: Input
    frame: int = Field(default=0, ge=0)
    text: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()
    boxes: tuple[Box, ...] = ()
    threshold: float = Field(default=0.3, ge=0.0, le=1.0)
    grow: int = Field(default=0, ge=-512, le=512)
    feather: int = Field(default=0, ge=0, le=512)
    model: str = ""


class TrackPrompt(SpecValue):
    """Clicks or a box at a frame; a later one of the same object corrects it from there on."""

    frame: int = Field(ge=0)
    points: tuple[Point, ...] = ()
    boxes: tuple[Box, ...] = ()


class Track(SpecValue):
    """Make a moving mask through a clip, of the named or clicked objects.

    Text prompts are searched from `start`. A clicked object is tracked from its frame, and so is each object
    of a `drawing`, from the masks that a user made at its frames. `threshold` None: the model's own.
    """

    kind: Literal["track"] = "track"
    engine: str = "sam3"
    input: Input
    text: tuple[str, ...] = ()
    prompts: tuple[TrackPrompt, ...] = ()
    drawing: MaskDrawing | None = None
    start: int = Field(default=0, ge=0)
    direction: Literal["forward", "backward", "both"] = "both"
    frames: int | None = Field(default=None, ge=1)  # maximum in each direction; None: to the ends
    threshold: float | None = Field(default=None, ge=0.0, le=1.0)
    grow: int = Field(default=0, ge=-512, le=512)
    feather: int = Field(default=0, ge=0, le=512)
    model: str = ""


class DrawMask(SpecValue):
    """Write the mask of a drawing to a file: a moving mask if an object of the drawing was tracked, else the
    mask of `frame`.
    """

    kind: Literal["draw_mask"] = "draw_mask"
    engine: str = "quick"
    input: Input
    frame: int = Field(default=0, ge=0)
    drawing: MaskDrawing


class ExportMask(SpecValue):
    """Export a mask of the film as PNG files outside the film: one picture, or a folder with a picture for
    each frame from `first` to `last` (None: the last frame of the mask).
    """

    kind: Literal["export_mask"] = "export_mask"
    engine: str = "quick"
    input: Input
    output: str  # absolute path of the PNG, or of the folder
    first: int = Field(default=0, ge=0)
    last: int | None = Field(default=None, ge=0)
