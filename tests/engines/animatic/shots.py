"""Provide shots to draw, and a minimal context in which an engine can run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.errors import Cancelled
from milimo_tui.engines.animatic.engine import Animatic
from milimo_tui.engines.animatic.picture.planes import RGB
from milimo_tui.engines.animatic.picture.reel import Reel
from milimo_tui.engines.animatic.stage.staging import stage_shot
from milimo_tui.engines.contract.engine import Output, Result
from milimo_tui.engines.contract.standalone import StandaloneContext
from milimo_tui.engines.specs.spec_values import DescribedPerson, ShotFacts, SpokenLine
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.media.read.frames import FrameReader

MARA = DescribedPerson(name="MARA", description="a tired courier in a long grey coat, short black hair")
JUN = DescribedPerson(name="JUN", description="a noodle cook with an apron, curly hair")
TAM = DescribedPerson(name="OLD TAM", description="an old man, a white beard and a cap")
RATE = Fraction(25)


class Workplace(StandaloneContext):
    """A context with a folder that records the engine's messages. With `cancel_after`, it cancels after that
    number of calls.
    """

    def __init__(self, workspace: Path, *, cancel_after: int = 0) -> None:
        super().__init__(workspace)
        self._cancel_after = cancel_after
        self.reports: list[tuple[str, int, int]] = []
        self.previews: list[bytes] = []

    def preview(self, picture: bytes | Callable[[], bytes]) -> None:
        self.previews.append(picture if isinstance(picture, bytes) else picture())

    def progress(
        self, stage: str, done: int, total: int, note: str = "", *, frames: tuple[int, int] | None = None
    ) -> None:
        self.reports.append((stage, done, total))
        if self._cancel_after and len(self.reports) >= self._cancel_after:
            raise Cancelled("asked to stop")

    def log(self, sentence: str) -> None:
        self.reports.append((sentence, 0, 0))


def facts(
    heading: str = "INT. NOODLE BAR - NIGHT", *people: DescribedPerson, say: str = "", **fields: Any
) -> ShotFacts:
    """Return the facts of a shot with that heading. The first of the people speaks the line `say`."""
    setting, _, rest = heading.partition(". ")
    location, _, hour = rest.rpartition(" - ")
    lines = (SpokenLine(character=people[0].name, text=say),) if say and people else ()
    values: dict[str, Any] = {
        "number": "3B",
        "heading": heading,
        "setting": setting,
        "location": location,
        "time_of_day": hour,
        "characters": people,
        "lines": lines,
        "title": "Rain Market",
        "size": "MS",
    }
    return ShotFacts(**(values | fields))


def video(shot: ShotFacts, **fields: Any) -> MakeVideo:
    """Return a request for a small, short take of the shot."""
    return MakeVideo(
        **({"frames": 10, "rate": RATE, "width": 192, "height": 128, "seed": 7, "facts": shot} | fields)
    )


def make(spec: MakeVideo, folder: Path) -> Output:
    return run(spec, folder).outputs[0]


def run(spec: MakeVideo, folder: Path) -> Result:
    return Animatic().run(spec, Workplace(folder))


def picture(shot: ShotFacts, *, width: int = 240, height: int = 160, seed: int = 7) -> NDArray[np.uint8]:
    """Return the shot's board as an RGB array, from a single frame."""
    return np.asarray(still(shot, width=width, height=height, seed=seed).draw_picture(0, board=True))


def still(shot: ShotFacts, *, width: int = 240, height: int = 160, seed: int = 7, frames: int = 1) -> Reel:
    staging = stage_shot(shot, width / height, seed)
    return Reel(staging, width=width, height=height, frames=frames, rate=RATE, kind=RGB)


def light(pixels: NDArray[np.uint8]) -> float:
    """Return the mean lightness (0 to 255) without the top sixth, which contains the corner marks."""
    return float(pixels[pixels.shape[0] // 6 :].mean())


def decoded(path: Path) -> str:
    """Return a hash of the first ten decoded pictures of a file."""
    total = hashlib.sha256()
    with FrameReader(path) as reader:
        for index in range(10):
            total.update(reader.picture(index / RATE).tobytes())
    return total.hexdigest()
