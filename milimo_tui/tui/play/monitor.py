"""The film's picture and sound through the viewer process: frames of a plan, pictures of files, waveforms.

Where no picture can be had it gives None and says why in `trouble`: no picture is worth stopping for.
"""

from __future__ import annotations

import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import MilimoError, Unavailable
from milimo_tui.core.time import ratio_text
from milimo_tui.media.compose.film_crop import FilmCrop
from milimo_tui.media.scopes.viewing import PLAIN, Viewing
from milimo_tui.tui.sound.levels import Level
from milimo_tui.tui.sound.sound import FRAME_BYTES
from milimo_tui.tui.terminal.images.draw import Drawing, draw
from milimo_tui.tui.widgets.waveform import Peaks

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import Plan
    from milimo_tui.media.viewer.client import Answer, ViewerClient
    from milimo_tui.tui.terminal.images.pictures import Pictures

OFF = "pictures are off: by the setting images, or for signs in ASCII"


@dataclass(frozen=True, slots=True)
class SoundPiece:
    """Interleaved float32 stereo, and where they were asked for its levels for each 1/25 s."""

    pcm: bytes
    levels: tuple[Level, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanFrame:
    """A frame of a plan; `key` is the plan's signature."""

    plan: Plan = field(compare=False, repr=False)
    key: str
    frame: int


@dataclass(frozen=True, slots=True)
class FileFrame:
    """A picture file, or a film's frame at a second; of a `crop` the part that the film shows."""

    path: str
    seconds: float = 0.0
    crop: FilmCrop | None = None

    def as_fields(self) -> dict[str, Any]:
        """Return it as a request of the viewer names it."""
        crop = {"crop": asdict(self.crop)} if self.crop is not None else {}
        return {"path": self.path, "seconds": self.seconds, **crop}


class Monitor:
    """One screen's use of the viewer; its requests replace only each other.

    `ahead` is how many frames on the next one will be asked for, while it plays: the viewer makes it ready.
    """

    def __init__(self, pictures: Pictures, slot: str) -> None:
        self._pictures = pictures
        self._slot = slot
        self.trouble = ""
        self.ahead = 0
        self.is_light = False  # whether the newest picture is one that the line's keys left little room for
        self.facts: Mapping[str, Any] = {}  # of the newest frame, what its viewing asks for

    async def frame(
        self,
        plan: Plan,
        frame: int,
        width: int,
        height: int,
        *,
        viewing: Viewing = PLAIN,
        beside: PlanFrame | None = None,
        frames: Sequence[int | None] = (),
    ) -> Drawing | None:
        """Draw a frame of the cut as the film will show it, fitted into width × height pixels.

        `viewing` is how it is looked at, `beside` what it is compared with. `frames`: 2 or 4 of them in one
        picture instead, None for an empty place.
        """
        self.is_light = self._pictures.is_light

        def asked(viewer: ViewerClient) -> dict[str, Any]:
            more = _more(viewer, viewing, beside, frames)
            proxies = self._pictures.proxies
            return {"plan": viewer.use(plan), "frame": frame, "proxies": proxies, "ahead": self.ahead, **more}

        return await self._draw("frame", width, height, asked)

    async def _draw(
        self, kind: str, width: int, height: int, asked: Callable[[ViewerClient], dict[str, Any]]
    ) -> Drawing | None:
        """Have the viewer make a picture of what is `asked`; None where it can't, `trouble` says why."""
        if self._pictures.terminal.pictures == "off":
            self.trouble = OFF
            return None
        try:
            viewer = await self._pictures.client()
            words = asked(viewer)
            found = await self._pictures.ask(
                lambda: viewer.request(
                    kind,
                    slot=self._slot,
                    way=self._pictures.way(width, height),
                    bars=list(self._pictures.ground),
                    **words,
                )
            )
        except (MilimoError, OSError) as error:
            self.trouble = str(error)
            return None
        self.trouble = ""
        self.facts = found.facts if found is not None else self.facts
        return draw(self._pictures.terminal, found) if found is not None else None

    async def file(
        self,
        path: Path,
        width: int,
        height: int,
        *,
        seconds: float = 0.0,
        rate: Fraction | None = None,
        viewing: Viewing = PLAIN,
        beside: FileFrame | None = None,
        crop: FilmCrop | None = None,
        mask: Mapping[str, Any] | None = None,
    ) -> Drawing | None:
        """Draw a picture file, or a clip's frame at `seconds`; with a rate, of the image sequence that it
        begins; with a crop, the part that the film shows. `viewing` is how it is looked at, `beside` what it
        is compared with; `mask` a drawing that is laid over it (`media.masks.overlay`).
        """
        more: dict[str, Any] = {"viewing": viewing.as_fields()} if viewing != PLAIN else {}
        if beside is not None and viewing.compare:
            more["beside"] = beside.as_fields()
        if mask is not None:
            more["mask"] = mask
        of_file = FileFrame(str(path), seconds, crop).as_fields()
        asked = {**of_file, "rate": ratio_text(rate) if rate else "", **more}
        return await self._draw("file", width, height, lambda viewer: asked)

    async def sound(self, plan: Plan, first: int, count: int, *, levels: bool = False) -> SoundPiece:
        """Return `count` samples of the mix from sample `first` of the cut.

        Raises MilimoError: who plays must know that there is no sound to wait for.
        """
        try:
            found = await self._sound(plan, first, count, levels=levels)
        except Unavailable:  # the viewer has ended: it is started anew, and a film that plays goes on
            found = await self._sound(plan, first, count, levels=levels)
        while found is None:  # somebody else asked meanwhile, and was answered
            found = await self._sound(plan, first, count, levels=levels)
        return SoundPiece(found.data.ljust(count * FRAME_BYTES, b"\0"), found.levels)

    async def _sound(self, plan: Plan, first: int, count: int, *, levels: bool) -> Answer | None:
        viewer = await self._pictures.client()
        return await viewer.request(
            "sound",
            slot=f"{self._slot}-{'sound' if levels else 'scrub'}",
            plan=viewer.use(plan),
            start=first,
            samples=count,
            levels=levels,
        )

    async def peaks(self, path: Path, cache: Path) -> Peaks | None:
        """Measure a file's waveform, kept in the project's cache; None for a file without sound."""
        try:
            viewer = await self._pictures.client()
            found = await viewer.request("peaks", slot=f"{path}", path=str(path), cache=str(cache))
        except (MilimoError, OSError):
            # No wave is drawn then, as for a silent file: the clip itself says when its media is gone.
            return None
        return None if found is None else levels(found.data)


def _more(
    viewer: ViewerClient,
    viewing: Viewing,
    beside: PlanFrame | None,
    frames: Sequence[int | None],
) -> dict[str, Any]:
    """Return what a request for a frame says besides, where it is viewed otherwise than as it is."""
    if frames:
        return {"frames": list(frames)}
    out: dict[str, Any] = {"viewing": viewing.as_fields()} if viewing != PLAIN else {}
    if beside is not None and viewing.compare:
        out["beside"] = {"plan": viewer.use(beside.plan), "frame": beside.frame}
    return out


def levels(data: bytes) -> Peaks:
    """Turn little-endian int16 pairs (lowest, highest) into the loudest level, 0…1, of each 1/100 s."""
    pairs = array.array("h", data)
    if array.array("H", b"\1\0")[0] != 1:
        pairs.byteswap()
    # Four bytes each, exactly: as Python's own numbers an hour of sound took 11 MB.
    return Peaks(
        array.array("f", (max(-pairs[at], pairs[at + 1]) / 32768 for at in range(0, len(pairs) - 1, 2)))
    )
