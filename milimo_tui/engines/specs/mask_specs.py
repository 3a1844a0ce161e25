"""Define the specs that make a mask of a picture or of a clip."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from milimo_tui.engines.specs.spec_values import Input, SpecValue
from milimo_tui.media.masks.drawing import MaskDrawing


class Point(SpecValue):
    """A click on an object, in pixels of the input. `positive` is False if the click marks a point outside
    the object.
    """

    x: float
    y: float
    positive: bool = True
    object: int = Field(default=1, ge=1, le=256)


class Box(SpecValue):
    """A box around an object, in pixels of the input, corners included. `positive` is False if the box marks
    an area to exclude.
    """

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
    """The clicks and boxes of one tracked object in one frame. If there is a prompt for the same object in a
    later frame, that prompt corrects the tracking from there on.
    """

    frame: int = Field(ge=0)
    points: tuple[Point, ...] = ()
    boxes: tuple[Box, ...] = ()


class Track(SpecValue):
    """Make a moving mask of named or clicked objects through a clip.

    Objects named in a text are searched for from frame `start` on. A clicked object is tracked from the frame
    of its click. Each object of a `drawing` is tracked from the frames in which the user drew its mask.
    `threshold` is the detection threshold; None: the model's own.
    """

    kind: Literal["track"] = "track"
    engine: str = "sam3"
    input: Input
    text: tuple[str, ...] = ()
    prompts: tuple[TrackPrompt, ...] = ()
    drawing: MaskDrawing | None = None
    start: int = Field(default=0, ge=0)
    direction: Literal["forward", "backward", "both"] = "both"
    # Largest number of frames to track in each direction; None: to the ends of the clip.
    frames: int | None = Field(default=None, ge=1)
    threshold: float | None = Field(default=None, ge=0.0, le=1.0)
    grow: int = Field(default=0, ge=-512, le=512)
    feather: int = Field(default=0, ge=0, le=512)
    model: str = ""


class DrawMask(SpecValue):
    """Write the mask of a mask drawing to a file: a moving mask if an object of the drawing was tracked,
    otherwise a still mask of `frame`.
    """

    kind: Literal["draw_mask"] = "draw_mask"
    engine: str = "quick"
    input: Input
    frame: int = Field(default=0, ge=0)
    drawing: MaskDrawing


class ExportMask(SpecValue):
    """Export a mask as PNG files outside the film's folder.

    A still mask becomes one picture. A moving mask becomes a folder with a picture for each frame from
    `first` to `last` (None: the last frame of the mask).
    """

    kind: Literal["export_mask"] = "export_mask"
    engine: str = "quick"
    input: Input
    output: str  # Absolute path of the PNG file, or of the folder.
    first: int = Field(default=0, ge=0)
    last: int | None = Field(default=None, ge=0)
