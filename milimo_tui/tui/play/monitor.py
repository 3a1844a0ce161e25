"""The film's picture and sound through the viewer process: frames of a plan, pictures of files, waveforms.

Where no picture can be had it gives None and says why in `trouble`: no picture is worth stopping for.
"""

from __future__ import annotations

import array
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError, Unavailable
from milimo_tui.core.time import ratio_text
from milimo_tui.tui.play.sound import FRAME_BYTES
from milimo_tui.tui.terminal.images.draw import Drawing, cells_for, draw
from milimo_tui.tui.widgets.waveform import Peaks

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import Plan
    from milimo_tui.tui.terminal.images.pictures import Pictures

OFF = "pictures are off: by the setting images, or for signs in ASCII"


class Monitor:
    """One screen's use of the viewer; its requests replace only each other."""

    def __init__(self, pictures: Pictures, slot: str) -> None:
        self._pictures = pictures
        self._slot = slot
        self.trouble = ""

    async def frame(self, plan: Plan, frame: int, width: int, height: int) -> Drawing | None:
        """Draw a frame of the cut as the film will show it, fitted into width × height pixels."""
        if self._pictures.terminal.pictures == "off":
            self.trouble = OFF
            return None
        try:
            viewer = await self._pictures.client()
            key = viewer.use(plan)
            found = await viewer.request(
                "frame",
                slot=self._slot,
                plan=key,
                frame=frame,
                width=width,
                height=height,
                proxies=self._pictures.proxies,
            )
        except (MilimoError, OSError) as error:
            self.trouble = str(error)
            return None
        self.trouble = ""
        terminal = self._pictures.terminal
        return draw(terminal, found, *cells_for(terminal, found)) if found is not None else None

    async def file(
        self, path: Path, width: int, height: int, *, seconds: float = 0.0, rate: Fraction | None = None
    ) -> Drawing | None:
        """Draw a picture file, or a clip's frame at `seconds`; with a rate, of the image sequence that it
        begins.
        """
        if self._pictures.terminal.pictures == "off":
            self.trouble = OFF
            return None
        try:
            viewer = await self._pictures.client()
            found = await viewer.request(
                "file",
                slot=self._slot,
                path=str(path),
                seconds=seconds,
                rate=ratio_text(rate) if rate else "",
                width=width,
                height=height,
            )
        except (MilimoError, OSError) as error:
            self.trouble = str(error)
            return None
        self.trouble = ""
        terminal = self._pictures.terminal
        return draw(terminal, found, *cells_for(terminal, found)) if found is not None else None

    async def sound(self, plan: Plan, first: int, count: int) -> bytes:
        """Return `count` samples of the mix from sample `first` of the cut: interleaved float32 stereo.

        Raises MilimoError: who plays must know that there is no sound to wait for.
        """
        viewer = await self._pictures.client()
        found = await viewer.request(
            "sound", slot=f"{self._slot}-sound", plan=viewer.use(plan), start=first, samples=count
        )
        if found is None:
            raise Unavailable("the sound was asked for twice at once")
        return found.data.ljust(count * FRAME_BYTES, b"\0")

    async def peaks(self, path: Path, cache: Path) -> Peaks | None:
        """Measure a file's waveform, kept in the project's cache; None for a file without sound."""
        try:
            viewer = await self._pictures.client()
            found = await viewer.request("peaks", slot=f"{path}", path=str(path), cache=str(cache))
        except (MilimoError, OSError):
            # No wave is drawn then, as for a silent file: the clip itself says when its media is gone.
            return None
        return None if found is None else levels(found.data)


def levels(data: bytes) -> Peaks:
    """Turn little-endian int16 pairs (lowest, highest) into the loudest level, 0…1, of each 1/100 s."""
    pairs = array.array("h", data)
    if array.array("H", b"\1\0")[0] != 1:
        pairs.byteswap()
    return Peaks([max(-pairs[at], pairs[at + 1]) / 32768 for at in range(0, len(pairs) - 1, 2)])
