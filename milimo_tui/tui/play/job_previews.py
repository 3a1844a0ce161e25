"""Previews of running jobs: small pictures that a worker overwrites, at most once a second.

The name of a preview's file does not change. A newer modification time shows that the picture is new.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from milimo_tui.jobs.values.states import ENDED
from milimo_tui.media.compose.film_crop import FilmCrop
from milimo_tui.tui.play.monitor import Monitor
from milimo_tui.tui.terminal.images.draw import cells_to_pixels
from milimo_tui.tui.terminal.images.drawing import Drawing

if TYPE_CHECKING:
    from milimo_tui.jobs.values.views import JobView
    from milimo_tui.tui.shell.screen import StudioScreen


def get_preview_path(job: JobView | None) -> str:
    """Return the path of a job's preview picture; empty if the job has ended or has no preview."""
    return "" if job is None or job.state in ENDED else str(job.live.get("preview") or "")


class JobPreviews:
    """The previews of running jobs on a screen. It draws a preview again when the file with its picture has
    changed. Only one drawing runs at a time.
    """

    def __init__(self, screen: StudioScreen) -> None:
        self._screen = screen
        # For each file, the modification time of the drawn version, in nanoseconds.
        self._drawn_at: dict[str, int] = {}
        self._is_drawing = False
        self._monitor: Monitor | None = None

    def update_previews(
        self,
        paths: Collection[str],
        cells: Callable[[], tuple[int, int]],
        shown: Callable[[str], bool],
        show: Callable[[str, Drawing], None],
        raster: tuple[int, int] | None = None,
    ) -> None:
        """Draw the preview files at `paths` that have changed or that are not on the screen yet. Do nothing
        while an earlier call is still drawing, or if pictures are switched off.

        - `cells` returns the size of the drawing (columns and rows).
        - `shown` returns True if the preview with a given path is already on the screen.
        - `show` is called with the path and the drawing.
        - `raster` is the size of one picture in pixels. A clip's preview file has its first, middle and last
          picture side by side; with `raster`, only the middle picture is drawn, because the widget has space
          for one.
        """
        if self._is_drawing or not paths or self._screen.studio_app.terminal.pictures == "off":
            return
        self._is_drawing = True

        async def draw_and_release() -> None:
            try:
                await self._draw_changed_previews(paths, cells, shown, show, raster)
            finally:
                self._is_drawing = False

        self._screen.run_in_background(draw_and_release, "job-previews")

    async def _draw_changed_previews(
        self,
        paths: Collection[str],
        cells: Callable[[], tuple[int, int]],
        shown: Callable[[str], bool],
        show: Callable[[str, Drawing], None],
        raster: tuple[int, int] | None,
    ) -> None:
        crop = FilmCrop(*raster, of_row=True) if raster is not None else None
        changed = await self.find_changed_previews(paths)
        for path in paths:
            columns, rows = cells()
            if not rows or (path not in changed and shown(path)):
                continue
            if self._monitor is None:
                app, mode = self._screen.studio_app, self._screen.MODE
                self._monitor = Monitor(app.pictures, f"{mode}-previews")
            pixels = cells_to_pixels(columns, rows)
            drawing = await self._monitor.draw_file_frame(Path(path), *pixels, crop=crop)
            if drawing is not None and self._screen.is_attached:
                show(path, drawing)

    async def find_changed_previews(self, paths: Collection[str]) -> set[str]:
        """Return the files that have changed since the last call. Missing files are left out."""

        def read_file_times() -> dict[str, int]:
            out = {}
            for path in paths:
                try:
                    out[path] = Path(path).stat().st_mtime_ns
                except OSError:
                    continue  # The file is missing because the preview's job has just ended.
            return out

        before, self._drawn_at = self._drawn_at, await self._screen.in_thread(read_file_times)
        return {path for path, at in self._drawn_at.items() if before.get(path) != at}
