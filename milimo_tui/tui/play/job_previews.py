"""The previews of jobs at work: small pictures that a worker writes over, once a second at most.

A preview's file keeps its name, so what tells a new picture is when the file was changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from milimo_tui.media.compose.film_crop import FilmCrop
from milimo_tui.tui.background.queue_feed import ENDED
from milimo_tui.tui.play.monitor import Monitor
from milimo_tui.tui.terminal.images.draw import Drawing, pixels_for

if TYPE_CHECKING:
    from milimo_tui.jobs.values.views import JobView
    from milimo_tui.tui.shell.screen import StudioScreen


def preview_of(job: JobView | None) -> str:
    """Return the file that shows how far a job is; empty for one that has ended or shows nothing."""
    return "" if job is None or job.state in ENDED else str(job.live.get("preview") or "")


class JobPreviews:
    """Draws previews anew where their files have changed; one drawing at a time for one screen."""

    def __init__(self, screen: StudioScreen) -> None:
        self._screen = screen
        self._drawn_at: dict[str, int] = {}  # by file: when it was changed that is drawn, in nanoseconds
        self._is_drawing = False
        self._monitor: Monitor | None = None

    def follow(
        self,
        paths: Collection[str],
        cells: Callable[[], tuple[int, int]],
        shown: Callable[[str], bool],
        show: Callable[[str, Drawing], None],
        raster: tuple[int, int] | None = None,
    ) -> None:
        """Draw those of the files that have changed, and those not `shown`, for so many columns and rows.

        `show` is given each drawing. Of pictures side by side, as a clip's preview has its first, middle and
        last, those of a `raster` are shown by the middle one: where there is room for one. Does nothing while
        an earlier call still draws, or pictures are off.
        """
        if self._is_drawing or not paths or self._screen.studio_app.terminal.pictures == "off":
            return
        self._is_drawing = True

        async def draw() -> None:
            try:
                await self._draw(paths, cells, shown, show, raster)
            finally:
                self._is_drawing = False

        self._screen.background(draw, "job-previews")

    async def _draw(
        self,
        paths: Collection[str],
        cells: Callable[[], tuple[int, int]],
        shown: Callable[[str], bool],
        show: Callable[[str, Drawing], None],
        raster: tuple[int, int] | None,
    ) -> None:
        crop = FilmCrop(*raster, of_row=True) if raster is not None else None
        changed = await self.changed(paths)
        for path in paths:
            columns, rows = cells()
            if not rows or (path not in changed and shown(path)):
                continue
            if self._monitor is None:
                app, mode = self._screen.studio_app, self._screen.MODE
                self._monitor = Monitor(app.pictures, f"{mode}-previews")
            pixels = pixels_for(columns, rows)
            drawing = await self._monitor.file(Path(path), *pixels, crop=crop)
            if drawing is not None and self._screen.is_attached:
                show(path, drawing)

    async def changed(self, paths: Collection[str]) -> set[str]:
        """Return those of the files that are others than at the last call; files that are gone are not."""

        def times() -> dict[str, int]:
            out = {}
            for path in paths:
                try:
                    out[path] = Path(path).stat().st_mtime_ns
                except OSError:
                    continue  # its job has just ended
            return out

        before, self._drawn_at = self._drawn_at, await self._screen.in_thread(times)
        return {path for path, at in self._drawn_at.items() if before.get(path) != at}
