"""Access to the viewer process, which makes the picture and sound of the film: frames of a plan, pictures of
files, waveforms.

If a picture cannot be made, the methods return None, and `problem` has the reason. They don't raise an error,
because a missing picture must not stop the screen.
"""

from __future__ import annotations

import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import MilimoError, Unavailable
from milimo_tui.core.time import format_ratio
from milimo_tui.cut.values.sound_choice import HeardSound
from milimo_tui.media.compose.film_crop import FilmCrop
from milimo_tui.media.scopes.viewing import PLAIN_VIEWING, Viewing
from milimo_tui.tui.sound.levels import Level
from milimo_tui.tui.sound.sound import FRAME_BYTES
from milimo_tui.tui.terminal.images.drawing import Drawing
from milimo_tui.tui.widgets.waveform import Peaks

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import RenderPlan
    from milimo_tui.media.viewer.client import ViewerAnswer, ViewerClient
    from milimo_tui.tui.terminal.images.pictures import Pictures


StripLevels = Mapping[str, Sequence[Sequence[float]]]
"""Levels of the mixer's strips by name: for each 1/25 s the values of a `StripLevel`."""

StripListener = Callable[[int, StripLevels], None]


@dataclass(frozen=True, slots=True)
class SoundPiece:
    """A piece of stereo sound: interleaved float32 samples (`pcm`) and, if requested, the level of each 1/25
    second.
    """

    pcm: bytes
    levels: tuple[Level, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanFrame:
    """A frame of a render plan. `key` identifies the plan. Two objects are equal if both the key and the
    frame number are equal.
    """

    plan: RenderPlan = field(compare=False, repr=False)
    key: str
    frame: int


@dataclass(frozen=True, slots=True)
class FileFrame:
    """A picture file, or the frame of a clip at `seconds`. `crop` is the part of the picture that the film
    shows.
    """

    path: str
    seconds: float = 0.0
    crop: FilmCrop | None = None

    def to_request_fields(self) -> dict[str, Any]:
        """Return the frame as the fields of a viewer request."""
        crop = {"crop": asdict(self.crop)} if self.crop is not None else {}
        return {"path": self.path, "seconds": self.seconds, **crop}


class Monitor:
    """A screen's access to the viewer process. If a request has not been answered when the same monitor sends
    a new one, the new request replaces it; requests of other monitors are not affected.

    During playback, `ahead` is the expected distance in frames to the next request, so that the viewer can
    prepare that frame.
    """

    def __init__(self, pictures: Pictures, slot: str) -> None:
        self._pictures = pictures
        self._slot = slot
        self.problem = ""
        self.ahead = 0
        # Called with the levels of the mixer's strips in each piece of sound, and its first sample. Without
        # it, the strips are not measured.
        self.on_strips: StripListener | None = None
        # True if the last picture has reduced quality, because the user was typing over a slow connection.
        self.is_light = False
        # Measurements of the last frame, such as a pixel's colour, as requested by the viewing mode.
        self.facts: Mapping[str, Any] = {}

    async def draw_plan_frame(
        self,
        plan: RenderPlan,
        frame: int,
        width: int,
        height: int,
        *,
        viewing: Viewing = PLAIN_VIEWING,
        beside: PlanFrame | None = None,
        frames: Sequence[int | None] = (),
    ) -> Drawing | None:
        """Draw a frame of the cut as the film will show it, fitted into width × height pixels.

        `viewing` defines scopes, zoom and comparison. `beside` is the frame to compare with. If `frames` is
        given, it has 2 or 4 frame numbers: these frames are drawn in one picture instead, and a None leaves a
        part of the picture empty.
        """
        self.is_light = self._pictures.is_light
        drawing = None
        with self._note_problem():
            drawing = await self._pictures.request_drawing(
                "frame",
                self._slot,
                lambda viewer: {
                    **self._make_size_fields(width, height),
                    "plan": viewer.register_plan(plan),
                    "frame": frame,
                    "proxies": self._pictures.proxies,
                    "ahead": self.ahead,
                    **_make_viewing_fields(viewer, viewing, beside, frames),
                },
            )
        return self._note_facts(drawing)

    def _make_size_fields(self, width: int, height: int) -> dict[str, Any]:
        """Return the fields of a request that give the size of the picture in pixels, its quality for this
        connection, and the background colour.
        """
        ground = list(self._pictures.ground)
        return {"way": self._pictures.make_viewer_request(width, height), "bars": ground}

    @contextmanager
    def _note_problem(self) -> Iterator[None]:
        """Set `problem` to the reason if the viewer returns no picture in the `with` block; otherwise clear
        it.
        """
        self.problem = ""
        try:
            yield
        except (MilimoError, OSError) as error:
            self.problem = str(error)

    def _note_facts(self, drawing: Drawing | None) -> Drawing | None:
        """Store the measurements that came with a drawing in `facts`, and return the drawing."""
        self.facts = drawing.facts if drawing is not None else self.facts
        return drawing

    async def draw_file_frame(
        self,
        path: Path,
        width: int,
        height: int,
        *,
        seconds: float = 0.0,
        rate: Fraction | None = None,
        viewing: Viewing = PLAIN_VIEWING,
        beside: FileFrame | None = None,
        crop: FilmCrop | None = None,
        mask: Mapping[str, Any] | None = None,
    ) -> Drawing | None:
        """Draw a picture file, or the frame of a clip at `seconds`.

        If `rate` is given, the file is the first of an image sequence. If `crop` is given, only the part that
        the film shows is drawn. `viewing` defines scopes, zoom and comparison. `beside` is the frame to
        compare with. `mask` is a drawing that is laid over the picture (`media.masks.overlay`).
        """
        more: dict[str, Any] = {"viewing": viewing.as_fields()} if viewing != PLAIN_VIEWING else {}
        if beside is not None and viewing.compare:
            more["beside"] = beside.to_request_fields()
        if mask is not None:
            more["mask"] = mask
        of_file = FileFrame(str(path), seconds, crop).to_request_fields()
        fields = {**of_file, "rate": format_ratio(rate) if rate else "", **more}
        drawing = None
        with self._note_problem():
            drawing = await self._pictures.request_drawing(
                "file", self._slot, lambda viewer: {**self._make_size_fields(width, height), **fields}
            )
        return self._note_facts(drawing)

    async def read_mix_sound(
        self, plan: RenderPlan, first: int, count: int, *, levels: bool = False
    ) -> SoundPiece:
        """Return `count` samples of the plan's sound mix, from sample `first` of the cut. `levels` adds the
        levels for the meters.

        Raises MilimoError if there is no sound, so that a player does not wait for it.
        """
        try:
            found = await self._request_sound(plan, first, count, levels=levels)
        except Unavailable:  # The viewer has ended. It is restarted, so that a playing film continues.
            found = await self._request_sound(plan, first, count, levels=levels)
        while found is None:  # Ask again if another request replaced this one before it was answered.
            found = await self._request_sound(plan, first, count, levels=levels)
        if self.on_strips is not None:
            self.on_strips(first, found.strips)
        return SoundPiece(found.data.ljust(count * FRAME_BYTES, b"\0"), found.levels)

    async def _request_sound(
        self, plan: RenderPlan, first: int, count: int, *, levels: bool
    ) -> ViewerAnswer | None:
        viewer = await self._pictures.get_viewer_client()
        return await viewer.request(
            "sound",
            slot=f"{self._slot}-{'sound' if levels else 'scrub'}",
            plan=viewer.register_plan(plan),
            start=first,
            samples=count,
            levels=levels,
            cache=self._pictures.proxies,
            strips=self.on_strips is not None,
        )

    async def read_peaks(self, sound: HeardSound, cache: Path) -> Peaks | None:
        """Return the waveform of a sound, measured by the viewer or read from its cache at `cache`. Return
        None for a file without this sound.
        """
        try:
            viewer = await self._pictures.get_viewer_client()
            found = await viewer.request(
                "peaks",
                slot=sound.path,
                path=sound.path,
                stream=sound.stream,
                channels=list(sound.channels),
                cache=str(cache),
            )
        except (MilimoError, OSError):
            # Draw no waveform if the file cannot be read, as for a silent file. The clip itself shows that
            # its media is missing.
            return None
        return None if found is None else parse_peak_levels(found.data)


def _make_viewing_fields(
    viewer: ViewerClient,
    viewing: Viewing,
    frame: PlanFrame | None,
    frames: Sequence[int | None],
) -> dict[str, Any]:
    """Return the additional fields of a frame request for scopes, zoom or comparison; none for the plain
    picture.
    """
    if frames:
        return {"frames": list(frames)}
    out: dict[str, Any] = {"viewing": viewing.as_fields()} if viewing != PLAIN_VIEWING else {}
    if frame is not None and viewing.compare:
        out["beside"] = {"plan": viewer.register_plan(frame.plan), "frame": frame.frame}
    return out


def parse_peak_levels(data: bytes) -> Peaks:
    """Convert pairs of little-endian int16 samples (lowest and highest of each 1/100 second) into the peak
    level of that time, 0 to 1.
    """
    pairs = array.array("h", data)
    if array.array("H", b"\1\0")[0] != 1:
        pairs.byteswap()
    # Store the levels in an array, which needs four bytes for each. As Python numbers, the levels of an hour
    # of sound took 11 MB.
    return Peaks(
        array.array("f", (max(-pairs[at], pairs[at + 1]) / 32768 for at in range(0, len(pairs) - 1, 2)))
    )
