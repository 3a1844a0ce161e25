"""A viewer: a picture with a line that names it and a bar of its marks below. Takes values alone."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from milimo_tui.tui.terminal.theme import CURSOR
from milimo_tui.tui.timeline.values.source_side import bar
from milimo_tui.tui.widgets.host import host_of
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.text import ends, line

CAPTION_ROWS = 2


@dataclass(frozen=True, slots=True)
class Told:
    """What a caption says. `part` and then `side` give way where there is no room."""

    side: str = ""  # SOURCE or RECORD
    name: str = ""
    where: str = ""  # timecode of the playhead
    part: str = ""  # what is marked
    length: int = 0
    at: int = 0
    marks: tuple[int | None, int | None] = (None, None)
    has_keys: bool = False


class Caption(Widget):
    """Two rows: what is shown and where in it, then its marks on a bar."""

    DEFAULT_CSS = "Caption { height: 2; width: 1fr; }"
    can_focus = False

    def __init__(self) -> None:
        super().__init__()
        self.told = Told()

    def show(self, told: Told) -> None:
        if told != self.told:
            self.told = told
            self.refresh()

    def render(self) -> Text:
        ink, width, told = host_of(self).ink, self.size.width, self.told
        mark = ink.accent if told.has_keys else ink.muted
        where, need = told.where, cell_len(told.name) + len(told.where) + 4
        if need + len(told.side) + 2 > width and where.startswith("00:"):
            where, need = where.removeprefix("00:"), need - 3  # whose picture it is tells more than an hour
        side = f"{told.side}  " if need + len(told.side) + 2 <= width else ""
        part = f"   {told.part}" if need + len(side) + len(told.part) + 3 <= width else ""
        left = line((CURSOR if told.has_keys else " ", mark), (side, mark), (told.name, ink.text))
        right = line((where, ink.text), (part, ink.muted))
        below = line((bar(told.length, told.at, told.marks, width), ink.muted))
        return Text("\n", no_wrap=True).join([ends(left, right, width), below])


class Viewer(Vertical):
    """A picture over its caption; the caption is there where it has something to tell."""

    DEFAULT_CSS = "Viewer { height: 1fr; } Viewer Picture { width: 1fr; height: 1fr; }"

    def __init__(self, picture: str, *, id: str) -> None:
        super().__init__(id=id)
        self._picture_id = picture

    def compose(self) -> ComposeResult:
        yield Picture(id=self._picture_id)
        yield Caption()

    @property
    def picture(self) -> Picture:
        return self.query_one(Picture)

    @property
    def caption(self) -> Caption:
        return self.query_one(Caption)
