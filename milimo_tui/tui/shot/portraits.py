"""Draws portraits of story elements that have no reference picture. A helper process draws a few portraits at
a time; they are stored in the film's folder.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from milimo_tui.tui.play import picture_process

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Element, Story
    from milimo_tui.studio.pictures.portraits import Portrait
    from milimo_tui.tui.shell.screen import StudioScreen

HELPER = "milimo_tui.engines.animatic.picture.portrait"
# Maximum number of portraits drawn in one batch. Further portraits are drawn when they are requested again.
MOST = 6


class StoredPortrait(NamedTuple):
    """The path of a portrait, and whether the file exists."""

    path: Path
    is_there: bool


class Portraits:
    """The source of drawn portraits for one screen. It finds stored portraits and draws missing ones.
    `failed` has the paths of portraits that could not be drawn or stored.
    """

    def __init__(self, screen: StudioScreen, on_finished: Callable[[], None]) -> None:
        """Create the object. `on_finished` is called after each finished portrait and when all portraits of a
        `draw_missing` call are done.
        """
        self._screen, self._come = screen, on_finished
        self.failed: set[Path] = set()
        self._is_drawing = False

    def find_portrait(self, story: Story, element: Element) -> StoredPortrait:
        """Return the path of an element's portrait, and whether the file exists. Reads the disk, so call this
        method in a thread.
        """
        kept = self._make_portrait(story, element).path
        return StoredPortrait(kept, kept.is_file())

    def draw_missing(self, story: Story, elements: Sequence[Element]) -> None:
        """Start to draw missing portraits of the first few of `elements`, in the background. Does nothing
        while another batch is being drawn.
        """
        if not self._is_drawing:
            self._is_drawing = True
            self._screen.run_in_background(
                partial(self._draw_missing_portraits, story, elements[:MOST]), "portraits"
            )

    async def _draw_missing_portraits(self, story: Story, elements: Sequence[Element]) -> None:
        def list_missing() -> list[Portrait]:
            portraits = [self._make_portrait(story, element) for element in elements]
            return [each for each in portraits if each.path not in self.failed and not each.path.is_file()]

        try:
            left = {str(each.path): each for each in await self._screen.in_thread(list_missing)}
            orders = [each.as_json() for each in left.values()]
            async with aclosing(picture_process.make_picture_files(HELPER, orders)) as made:
                async for order, is_kept in made:
                    if is_kept:
                        del left[order["to"]]
                        self._come()
            self.failed.update(each.path for each in left.values())
        finally:
            self._is_drawing = False
        self._come()

    def _make_portrait(self, story: Story, element: Element) -> Portrait:
        from milimo_tui.studio.pictures.portraits import make_portrait

        return make_portrait(story, self._screen.studio_app.studio.require_project().paths, element)
