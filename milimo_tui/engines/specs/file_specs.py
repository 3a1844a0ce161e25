"""Specs that make files from files: a film, printed boards, and cached forms of media that are fast to
show.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.values.streams import Ratio
from milimo_tui.engines.specs.spec_values import Input, SpecValue


class RenderFilm(SpecValue):
    """Render a film from a frozen plan file, so that edits during the render have no effect."""

    kind: Literal["render_film"] = "render_film"
    engine: str = "film"
    plan: str  # absolute path of the plan's JSON
    output: str  # absolute path of the film, or of the folder of its files
    delivery: Delivery = Delivery()
    preset: str = "h264"
    quality: int | None = Field(default=None, ge=0, le=51)  # crf; None: the preset's
    frames: int = Field(
        default=0, ge=0
    )  # frame count of the plan, as width and height are its size; 0: unknown
    width: int = Field(default=0, ge=0)
    height: int = Field(default=0, ge=0)
    cache: str = ""  # absolute folder of the project's cache; empty: nothing is cached between jobs


class PrintBoards(SpecValue):
    """Print boards on pages: a PDF, or a picture for each page."""

    kind: Literal["print_boards"] = "print_boards"
    engine: str = "boards"
    boards: str  # absolute path of the boards as JSON
    output: str  # absolute path of the PDF or PNG


class Probe(SpecValue):
    """Read the facts and the hash of a media file. An image sequence is given by its first picture and its
    `rate`.

    `asset` is the asset of the project that gets the hash.
    """

    kind: Literal["probe"] = "probe"
    engine: str = "quick"
    input: Input
    rate: Ratio | None = None
    asset: str = ""


class MakeThumbnails(SpecValue):
    """Make small pictures of a file at given source seconds, into the project's cache."""

    kind: Literal["make_thumbnails"] = "make_thumbnails"
    engine: str = "quick"
    input: Input
    width: int = Field(default=320, ge=16, le=4096)
    height: int = Field(default=180, ge=16, le=4096)
    cache: str = ""  # absolute folder of the project's cache; empty: the job's workspace
    rate: Ratio | None = None  # of an image sequence


class MakeProxy(SpecValue):
    """Make a small copy of a large clip, for the viewer only."""

    kind: Literal["make_proxy"] = "make_proxy"
    engine: str = "quick"
    input: Input
    cache: str = ""  # as in MakeThumbnails
    rate: Ratio | None = None  # of an image sequence


class MakePeaks(SpecValue):
    """Compute sound peaks for waveforms: minimum and maximum for each 1/100 s."""

    kind: Literal["make_peaks"] = "make_peaks"
    engine: str = "quick"
    input: Input
    cache: str = ""  # as in MakeThumbnails
