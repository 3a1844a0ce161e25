"""A widget that shows pictures by their keys: it asks for those in sight and draws what has come in ticks.

Pictures come one by one, over a slow line seconds apart: those of a moment are painted together.
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
from milimo_tui.tui.widgets.host import Host, host_of

TICK = 0.15  # seconds in which what comes is gathered before it is painted


class Pictured(Widget):
    """Posts `Wanted` for what is in sight; whoever holds it answers by `set_picture` or `lack_picture`."""

    class Wanted(Message):
        """These pictures are in sight and not here yet."""

        def __init__(self, pictures: tuple[str, ...], shown_in: Pictured) -> None:
            super().__init__()
            self.pictures = pictures
            self.shown_in = shown_in

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._pictures: dict[str, Drawing] = {}
        self._own: dict[str, Drawing] = {}  # those that this widget gave the terminal
        self._asked: frozenset[str] = frozenset()
        self._lacking: dict[str, str] = {}  # asked for, and not to be had: the sign that says why
        self._given_up: set[str] = set()  # those of them that are not asked for again
        self._came: set[str] = set()
        self._tick: Timer | None = None

    @property
    def studio_app(self) -> Host:
        return host_of(self)

    @property
    def picture_cells(self) -> tuple[int, int]:
        """Columns and rows of a picture now; (0, 0) where none is drawn."""
        return 0, 0

    def set_picture(self, key: str, drawing: Drawing) -> None:
        """Show a picture wherever its key is used; it is kept elsewhere (`Pictures`)."""
        self._pictures[key] = drawing
        self._lacking.pop(key, None)
        self._given_up.discard(key)
        self._soon(key)

    def set_own_picture(self, key: str, drawing: Drawing) -> None:
        """Show a picture that was drawn for this widget alone, in place of the one that had the key."""
        self.studio_app.send_drawing(drawing)
        if (before := self._own.pop(key, None)) is not None:
            self.studio_app.forget_drawing(before, drawing)
        self._own[key] = drawing
        self.set_picture(key, drawing)

    def keep_own(self, keys: Collection[str]) -> None:
        """Drop the pictures of its own but those."""
        for key in [key for key in self._own if key not in keys]:
            self.studio_app.forget_drawing(self._own.pop(key))
            self._pictures.pop(key, None)
            self._soon(key)

    def lack_picture(self, key: str, sign: str = OFFLINE) -> None:
        """Say that there is no such picture: its file is gone, or there is none yet (`EMPTY`)."""
        self._given_up.add(key)
        if self._lacking.get(key) != sign:
            self._lacking[key] = sign
            self._soon(key)

    def has_picture(self, key: str) -> bool:
        return key in self._pictures

    def lacking_sign(self, key: str) -> str:
        """Return why a picture was asked for in vain, as a sign; empty where it was not."""
        return self._lacking.get(key, "")

    def ask_again(self) -> None:
        """Ask for what was lacking once more, with what is in sight."""
        self._given_up.clear()
        self._asked = frozenset()

    def want_in_sight(self) -> None:
        """Ask for the pictures in sight that are not here."""
        raise NotImplementedError

    def forget_pictures(self) -> None:
        """Drop all of them: they are wanted in another size; ask for them once it is known."""
        self._pictures.clear()
        self._forget_own()
        self.ask_again()

    def draw_anew(self, *, lost_alone: bool = False) -> None:
        """Drop what is shown, and ask for it again; `lost_alone`: only what can be sent but once.

        Its own pictures are brought again by whoever brought them.
        """
        if lost_alone:
            self.keep_own([key for key, drawing in self._own.items() if not drawing.is_once])
            return
        self.forget_pictures()
        self.refresh()
        self.want_in_sight()

    def _want(self, keys: Iterable[str]) -> None:
        """Ask for those of the pictures that are not here, once; an empty key is no picture."""
        wanted = dict.fromkeys(key for key in keys if key)
        missing = tuple(key for key in wanted if key not in self._pictures and key not in self._given_up)
        if not self._asked.issuperset(missing):
            self._asked = frozenset(missing)
            self.post_message(self.Wanted(missing, self))

    # -- drawing ---------------------------------------------------------------------------------------

    def draw_pictures(self, keys: Collection[str]) -> None:
        """Paint the pictures that have come, or are known to be lacking, since the last tick."""
        self.refresh()

    def _soon(self, key: str) -> None:
        self._came.add(key)
        if self._tick is None and self.is_attached:
            self._tick = self.set_timer(TICK, self._draw_came)

    def _draw_came(self) -> None:
        self._tick = None
        came, self._came = self._came, set()
        self.draw_pictures(came)

    def _forget_own(self) -> None:
        """Take its own pictures back from the terminal, once no cell shows them."""
        for drawing in self._own.values():
            self.studio_app.forget_drawing(drawing)
        self._own.clear()

    def on_unmount(self) -> None:
        self._forget_own()


def picture_row(drawing: Drawing, part: int, width: int, height: int, base: Style) -> Strip | None:
    """Return a row of a picture in the middle of width × height cells; None above and below it."""
    at = part - max(0, height - len(drawing.strips)) // 2
    if not 0 <= at < len(drawing.strips):
        return None
    strip = drawing.strips[at]
    left = max(0, width - strip.cell_length) // 2
    if left:
        strip = Strip([Segment(" " * left, base), *strip])
    return strip.adjust_cell_length(width, base)
