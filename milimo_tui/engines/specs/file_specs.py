"""Define the specs that make files from files: rendered films, printed boards, and cached forms of media that
display fast.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.values.streams import Ratio
from milimo_tui.engines.specs.spec_values import Input, SpecValue


class RenderFilm(SpecValue):
    """Render a film from a render plan that was saved to a file, so that edits during the render have no
    effect.
    """

    kind: Literal["render_film"] = "render_film"
    engine: str = "film"
    plan: str  # Absolute path of the render plan as JSON.
    output: str  # Absolute path of the film, or of the folder if the output has several files.
    delivery: Delivery = Delivery()
    preset: str = "h264"
    # Quality as the encoder's CRF, 0 (best) to 51; None: the preset's quality.
    quality: int | None = Field(default=None, ge=0, le=51)
    frames: int = Field(
        default=0, ge=0
    )  # Frame count of the render plan; 0: unknown. The next two fields are the plan's size in pixels.
    width: int = Field(default=0, ge=0)
    height: int = Field(default=0, ge=0)
    cache: str = ""  # Absolute path of the film's cache folder; empty: nothing is cached between jobs.


class PrintBoards(SpecValue):
    """Print boards on pages: a PDF, or a picture for each page."""

    kind: Literal["print_boards"] = "print_boards"
    engine: str = "boards"
    boards: str  # Absolute path of the boards to print, as JSON.
    output: str  # Absolute path of the PDF or PNG file.


class Probe(SpecValue):
    """Read the format, length and hash of a media file. An image sequence is given by its first picture and
    its `rate`.

    `asset` is the id of the film's asset that gets the hash.
    """

    kind: Literal["probe"] = "probe"
    engine: str = "quick"
    input: Input
    rate: Ratio | None = None
    asset: str = ""


class MakeThumbnails(SpecValue):
    """Make thumbnails of a media file at the given times in seconds, and store them in the film's cache."""

    kind: Literal["make_thumbnails"] = "make_thumbnails"
    engine: str = "quick"
    input: Input
    width: int = Field(default=320, ge=16, le=4096)
    height: int = Field(default=180, ge=16, le=4096)
    cache: str = ""  # Absolute path of the film's cache folder; empty: the job's workspace.
    rate: Ratio | None = None  # Frame rate of an image sequence; None for other files.


class MakeProxy(SpecValue):
    """Make a proxy of a large clip: a small copy that only the viewer decodes."""

    kind: Literal["make_proxy"] = "make_proxy"
    engine: str = "quick"
    input: Input
    cache: str = ""  # Absolute path of the film's cache folder; empty: the job's workspace.
    rate: Ratio | None = None  # Frame rate of an image sequence; None for other files.


class FindSpeech(SpecValue):
    """Measure in which seconds of a media file somebody speaks, and store them in the film's cache."""

    kind: Literal["find_speech"] = "find_speech"
    engine: str = "quick"
    input: Input
    stream: int = Field(default=1, ge=1)  # The sound stream of the file, from 1.
    channels: tuple[int, ...] = ()  # The channels that are heard, from 1; empty: all.
    cache: str = ""  # Absolute path of the film's cache folder; empty: the job's workspace.


class MakePeaks(SpecValue):
    """Compute the data of drawn sound waveforms: the lowest and highest sample value in each 1/100 s."""

    kind: Literal["make_peaks"] = "make_peaks"
    engine: str = "quick"
    input: Input
    cache: str = ""  # Absolute path of the film's cache folder; empty: the job's workspace.
