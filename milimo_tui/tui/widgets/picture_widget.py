"""The base class of widgets that show several pictures by key. It requests the visible pictures and repaints
those that have arrived.

Over a slow connection pictures arrive seconds apart. Pictures that arrive at nearly the same time are painted
together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from rich.segment import Segment
from rich.style import Style
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from milimo_tui.tui.terminal.images.drawing import Drawing
from milimo_tui.tui.terminal.theme import OFFLINE
from milimo_tui.tui.widgets.terminal_app import get_terminal_app

TICK = 0.15  # Seconds for which arriving pictures are collected before they are painted.


class Pictured(Widget):
    """A widget that shows pictures by key. It posts `Wanted` with the keys of visible pictures. For each key,
    its owner then calls `set_picture` or `mark_picture_missing`.
    """

    class Wanted(Message):
        """A request to the owner of the widget for pictures that are visible but have not arrived yet."""

        def __init__(self, pictures: tuple[str, ...], shown_in: Pictured) -> None:
            super().__init__()
            self.pictures = pictures
            self.shown_in = shown_in

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._pictures: dict[str, Drawing] = {}
        # Drawings that were made only for this widget, by key. The widget frees them.
        self._own: dict[str, Drawing] = {}
        self._asked: frozenset[str] = frozenset()
        # For each picture that is not available, by key, the glyph that shows the reason.
        self._lacking: dict[str, str] = {}
        # Keys of pictures that are not available and must not be requested again.
        self._given_up: set[str] = set()
        self._came: set[str] = set()
        self._tick: Timer | None = None

    @property
    def picture_cells(self) -> tuple[int, int]:
        """The present size of a picture in columns and rows; (0, 0) if the widget shows no pictures."""
        return 0, 0

    def set_picture(self, key: str, drawing: Drawing) -> None:
        """Show a picture at every item with this key. `Pictures` owns the drawing and frees it."""
        self._pictures[key] = drawing
        self._lacking.pop(key, None)
        self._given_up.discard(key)
        self._schedule_repaint(key)

    def set_own_picture(self, key: str, drawing: Drawing) -> None:
        """Show a picture that was drawn only for this widget, and free the widget's previous picture with
        this key.
        """
        get_terminal_app(self).send_drawing(drawing)
        if (before := self._own.pop(key, None)) is not None:
            get_terminal_app(self).forget_drawing(before, drawing)
        self._own[key] = drawing
        self.set_picture(key, drawing)

    def retain_own_pictures(self, keys: Collection[str]) -> None:
        """Free the widget's own pictures, except those whose keys are in `keys`."""
        for key in [key for key in self._own if key not in keys]:
            get_terminal_app(self).forget_drawing(self._own.pop(key))
            self._pictures.pop(key, None)
            self._schedule_repaint(key)

    def mark_picture_missing(self, key: str, sign: str = OFFLINE) -> None:
        """Record that a picture is not available, and show the glyph `sign` in its place: OFFLINE if its file
        is missing, EMPTY if there is none yet.
        """
        self._given_up.add(key)
        if self._lacking.get(key) != sign:
            self._lacking[key] = sign
            self._schedule_repaint(key)

    def has_picture(self, key: str) -> bool:
        """Return True if the picture with a key has arrived."""
        return key in self._pictures

    def missing_glyph(self, key: str) -> str:
        """Return the glyph that shows why the picture with this key is not available. Return an empty string
        if it has arrived or is still expected.
        """
        return self._lacking.get(key, "")

    def reset_requests(self) -> None:
        """Forget which pictures were requested or not available, so that they are requested again when they
        are visible.
        """
        self._given_up.clear()
        self._asked = frozenset()

    def request_visible_pictures(self) -> None:
        """Request the pictures that are visible and have not arrived."""
        raise NotImplementedError

    def forget_pictures(self) -> None:
        """Drop all pictures, because they are needed in another size. The caller requests them again once it
        knows that size.
        """
        self._pictures.clear()
        self._free_own_pictures()
        self.reset_requests()

    def renew_drawings(self, *, lost_alone: bool = False) -> None:
        """Drop the pictures and request them again. If `lost_alone` is True, drop only those of the widget's
        own pictures that cannot be sent to the terminal a second time.

        The widget's own pictures must be drawn again by the code that set them.
        """
        if lost_alone:
            self.retain_own_pictures([key for key, drawing in self._own.items() if not drawing.is_once])
            return
        self.forget_pictures()
        self.refresh()
        self.request_visible_pictures()

    def _request_pictures(self, keys: Iterable[str]) -> None:
        """Request the pictures with these keys that have not arrived. Empty keys, which mean no picture, are
        ignored. A request that is still unanswered is not repeated.
        """
        wanted = dict.fromkeys(key for key in keys if key)
        missing = tuple(key for key in wanted if key not in self._pictures and key not in self._given_up)
        if not self._asked.issuperset(missing):
            self._asked = frozenset(missing)
            self.post_message(self.Wanted(missing, self))

    def draw_pictures(self, keys: Collection[str]) -> None:
        """Repaint the pictures with these keys, which have just arrived or turned out to be missing."""
        self.refresh()

    def _schedule_repaint(self, key: str) -> None:
        self._came.add(key)
        if self._tick is None and self.is_attached:
            self._tick = self.set_timer(TICK, self._draw_arrived_pictures)

    def _draw_arrived_pictures(self) -> None:
        self._tick = None
        arrived, self._came = self._came, set()
        self.draw_pictures(arrived)

    def _free_own_pictures(self) -> None:
        """Delete the widget's own pictures in the terminal, as soon as no cell shows them."""
        for drawing in self._own.values():
            get_terminal_app(self).forget_drawing(drawing)
        self._own.clear()

    def on_unmount(self) -> None:
        self._free_own_pictures()


def get_picture_row(drawing: Drawing, part: int, width: int, height: int, base: Style) -> Strip | None:
    """Return line `part` of a picture that is centred in width × height cells. Return None for lines above
    and below the picture.
    """
    at = part - max(0, height - len(drawing.strips)) // 2
    if not 0 <= at < len(drawing.strips):
        return None
    strip = drawing.strips[at]
    left = max(0, width - strip.cell_length) // 2
    if left:
        strip = Strip([Segment(" " * left, base), *strip])
    return strip.adjust_cell_length(width, base)
