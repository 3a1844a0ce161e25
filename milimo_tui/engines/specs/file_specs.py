"""What makes a file of files: a film, boards on pages, and what is kept of media to show it fast."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.values.streams import Ratio
from milimo_tui.engines.specs.spec_values import Input, SpecValue


class RenderFilm(SpecValue):
    """A film from a frozen plan file, so that edits during the render can't touch it."""

    kind: Literal["render_film"] = "render_film"
    engine: str = "film"
    plan: str  # absolute path of the plan's JSON
    output: str  # absolute path of the film, or of the folder of its files
    delivery: Delivery = Delivery()
    preset: str = "h264"
    quality: int | None = Field(default=None, ge=0, le=51)  # crf; None: the preset's
    frames: int = Field(default=0, ge=0)  # of the plan, as are the sides; 0: not told
    width: int = Field(default=0, ge=0)
    height: int = Field(default=0, ge=0)
    cache: str = ""  # absolute folder of the project's cache; empty: nothing is kept between jobs


class PrintBoards(SpecValue):
    """Boards on pages: a PDF, or a picture for each page."""

    kind: Literal["print_boards"] = "print_boards"
    engine: str = "boards"
    boards: str  # absolute path of the JSON of what is printed
    output: str  # absolute path of the PDF or PNG


class Probe(SpecValue):
    """Facts and hash of a media file; of an image sequence at `rate`, named by its first picture.

    `asset` is whose hash it becomes in its project.
    """

    kind: Literal["probe"] = "probe"
    engine: str = "quick"
    input: Input
    rate: Ratio | None = None
    asset: str = ""


class MakeThumbnails(SpecValue):
    """Small pictures of a file at given source seconds, into the project's cache."""

    kind: Literal["make_thumbnails"] = "make_thumbnails"
    engine: str = "quick"
    input: Input
    width: int = Field(default=320, ge=16, le=4096)
    height: int = Field(default=180, ge=16, le=4096)
    cache: str = ""  # absolute folder of the project's cache; empty: the job's workspace
    rate: Ratio | None = None  # of an image sequence


class MakeProxy(SpecValue):
    """A small copy of a large clip, for the viewer alone."""

    kind: Literal["make_proxy"] = "make_proxy"
    engine: str = "quick"
    input: Input
    cache: str = ""  # as in MakeThumbnails
    rate: Ratio | None = None  # of an image sequence


class MakePeaks(SpecValue):
    """Sound peaks for waveforms: min and max per 1/100 s."""

    kind: Literal["make_peaks"] = "make_peaks"
    engine: str = "quick"
    input: Input
    cache: str = ""  # as in MakeThumbnails
