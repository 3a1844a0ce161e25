"""The base class of widgets that show pictures by key: requests the visible pictures and repaints arrived
ones in batches.

Over a slow connection pictures arrive seconds apart; those that arrive at nearly the same time are painted
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

from milimo_tui.tui.terminal.images.draw import Drawing
from milimo_tui.tui.terminal.theme import OFFLINE
from milimo_tui.tui.widgets.terminal_app import get_terminal_app

TICK = 0.15  # Seconds for which arriving pictures are collected before they are painted.


class Pictured(Widget):
    """A widget with pictures. Posts `Wanted` for visible pictures; the owner answers with `set_picture` or
    `mark_picture_missing`.
    """

    class Wanted(Message):
        """These pictures are visible and have not arrived yet."""

        def __init__(self, pictures: tuple[str, ...], shown_in: Pictured) -> None:
            super().__init__()
            self.pictures = pictures
            self.shown_in = shown_in

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._pictures: dict[str, Drawing] = {}
        self._own: dict[str, Drawing] = {}  # Drawings that this widget itself sent to the terminal.
        self._asked: frozenset[str] = frozenset()
        # Requested pictures that are not available → the glyph that shows the reason.
        self._lacking: dict[str, str] = {}
        self._given_up: set[str] = set()  # Unavailable pictures that are not requested again.
        self._came: set[str] = set()
        self._tick: Timer | None = None

    @property
    def picture_cells(self) -> tuple[int, int]:
        """The current size of a picture in columns and rows; (0, 0) if none is drawn."""
        return 0, 0

    def set_picture(self, key: str, drawing: Drawing) -> None:
        """Show a picture wherever its key is used. The drawing is owned by `Pictures`."""
        self._pictures[key] = drawing
        self._lacking.pop(key, None)
        self._given_up.discard(key)
        self._schedule_repaint(key)

    def set_own_picture(self, key: str, drawing: Drawing) -> None:
        """Show a picture that was drawn only for this widget; it replaces the earlier picture with the same
        key.
        """
        get_terminal_app(self).send_drawing(drawing)
        if (before := self._own.pop(key, None)) is not None:
            get_terminal_app(self).forget_drawing(before, drawing)
        self._own[key] = drawing
        self.set_picture(key, drawing)

    def retain_own_pictures(self, keys: Collection[str]) -> None:
        """Drop the widget's own pictures except those with the given keys."""
        for key in [key for key in self._own if key not in keys]:
            get_terminal_app(self).forget_drawing(self._own.pop(key))
            self._pictures.pop(key, None)
            self._schedule_repaint(key)

    def mark_picture_missing(self, key: str, sign: str = OFFLINE) -> None:
        """Record that a picture is not available: its file is missing, or there is none yet (`EMPTY`)."""
        self._given_up.add(key)
        if self._lacking.get(key) != sign:
            self._lacking[key] = sign
            self._schedule_repaint(key)

    def has_picture(self, key: str) -> bool:
        """Return True if the picture with a key has arrived."""
        return key in self._pictures

    def missing_glyph(self, key: str) -> str:
        """Return the glyph that shows why a requested picture is not available; empty if nothing is wrong."""
        return self._lacking.get(key, "")

    def reset_requests(self) -> None:
        """Allow missing pictures to be requested again, together with the visible ones."""
        self._given_up.clear()
        self._asked = frozenset()

    def request_visible_pictures(self) -> None:
        """Request the visible pictures that have not arrived."""
        raise NotImplementedError

    def forget_pictures(self) -> None:
        """Drop all pictures because another size is needed; the caller requests them once the size is
        known.
        """
        self._pictures.clear()
        self._free_own_pictures()
        self.reset_requests()

    def renew_drawings(self, *, lost_alone: bool = False) -> None:
        """Drop the pictures and request them again. `lost_alone`: only those that can be sent only once.

        The widget's own pictures are drawn again by the code that set them.
        """
        if lost_alone:
            self.retain_own_pictures([key for key, drawing in self._own.items() if not drawing.is_once])
            return
        self.forget_pictures()
        self.refresh()
        self.request_visible_pictures()

    def _request_pictures(self, keys: Iterable[str]) -> None:
        """Request those of the pictures that have not arrived, once each; an empty key means no picture."""
        wanted = dict.fromkeys(key for key in keys if key)
        missing = tuple(key for key in wanted if key not in self._pictures and key not in self._given_up)
        if not self._asked.issuperset(missing):
            self._asked = frozenset(missing)
            self.post_message(self.Wanted(missing, self))

    # -- drawing ---------------------------------------------------------------------------------------

    def draw_pictures(self, keys: Collection[str]) -> None:
        """Repaint the pictures that arrived, or turned out to be missing, since the last timer tick."""
        self.refresh()

    def _schedule_repaint(self, key: str) -> None:
        self._came.add(key)
        if self._tick is None and self.is_attached:
            self._tick = self.set_timer(TICK, self._draw_arrived_pictures)

    def _draw_arrived_pictures(self) -> None:
        self._tick = None
        came, self._came = self._came, set()
        self.draw_pictures(came)

    def _free_own_pictures(self) -> None:
        """Free the widget's own pictures in the terminal, once no cell shows them."""
        for drawing in self._own.values():
            get_terminal_app(self).forget_drawing(drawing)
        self._own.clear()

    def on_unmount(self) -> None:
        self._free_own_pictures()


def get_picture_row(drawing: Drawing, part: int, width: int, height: int, base: Style) -> Strip | None:
    """Return a row of a picture that is centred in width × height cells; None above and below the picture."""
    at = part - max(0, height - len(drawing.strips)) // 2
    if not 0 <= at < len(drawing.strips):
        return None
    strip = drawing.strips[at]
    left = max(0, width - strip.cell_length) // 2
    if left:
        strip = Strip([Segment(" " * left, base), *strip])
    return strip.adjust_cell_length(width, base)
