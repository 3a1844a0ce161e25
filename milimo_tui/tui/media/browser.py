"""The folder browser over the Media screen: move through folders by keys, mark files, and add them or relink
an asset.

When the browser closes, `chosen` has the user's choice, or None if the user cancelled. Folders are read in a
thread, off the event loop.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events
from textual.containers import Vertical
from textual.widget import Widget

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.format import format_bytes, format_count
from milimo_tui.core.host import parse_user_path
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.keys.completion import list_path_completions
from milimo_tui.tui.media.folders import FolderEntry, FolderListing, read_folder
from milimo_tui.tui.media.media_lines import get_row_width
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.play.monitor import Monitor
from milimo_tui.tui.widgets.empty import Empty
from milimo_tui.tui.widgets.facts import FactLine, Facts
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import abbreviate_home, join_columns, join_line, wrap_words

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand

PICTURED = ("clip", "picture", "sequence")  # The kinds of entries that have a picture to show.


@dataclass(frozen=True, slots=True)
class BrowserChoice:
    """The files, folders or sequences that the user chose to add. If `link` is True, the film refers to the
    files where they are instead of copying them.
    """

    entries: tuple[FolderEntry, ...]
    folder: Path
    link: bool = False


class BrowserScreen(PanedScreen):
    """The screen that lists the subfolders and media files of one folder. `searched_file` is the name of the
    missing file, if the user opened the browser to find the file of an asset.
    """

    TITLE = "Add media"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("browser", "panes", "list", "global")
    CSS_PATH = "browser.tcss"
    AUTO_FOCUS = "#files"

    def __init__(self, start: Path, searched_file: str = "") -> None:
        super().__init__()
        self.folder = FolderListing(start)
        self.searched_file = searched_file
        self.hidden = self.stills = False
        self.chosen: BrowserChoice | None = None
        # Name of the folder that the user left by going up; the cursor is put on this folder.
        self._from = ""

    def compose_body(self) -> Iterable[Widget]:
        side = Vertical(Picture(id="file-picture"), Line(id="file-name"), Facts(id="file-facts"), id="file")
        yield Split(Rows(id="files"), side, id="browser-body")
        yield Empty(self.with_keys, id="empty")

    def on_mount(self) -> None:
        super().on_mount()
        self.monitor = Monitor(self.studio_app.pictures, "browser")
        self.go_to_folder(self.folder.path)

    @property
    def rows(self) -> Rows:
        return self.query_one("#files", Rows)

    @property
    def entry(self) -> FolderEntry | None:
        """The entry under the cursor; None if there is none."""
        return next((one for one in self.folder.entries if str(one.path) == self.rows.key), None)

    def format_header_title(self) -> Text:
        ink = self.ink
        title = f"Find {self.searched_file}" if self.searched_file else self.TITLE
        return join_line((title, ink.strong), (f"   {abbreviate_home(str(self.folder.path))}", ink.text))

    def format_header_facts(self) -> Text:
        ink = self.ink
        files = sum(not one.is_folder for one in self.folder.entries)
        text = join_line((format_count(files, "file"), ink.text))
        if self.rows.marked:
            text.append(f"   {len(self.rows.marked)} marked", ink.accent)
        if self.folder.other:
            text.append(f"   {format_count(self.folder.other, 'other file')} not shown", ink.muted)
        return text

    def go_to_folder(self, path: Path, back_from: str = "") -> None:
        """Read a folder and show it. `back_from` is the name of the subfolder that the user just left; the
        cursor is put on it.
        """
        self._from = back_from
        self.run_in_background(partial(self._load_folder, path), "folder", exclusive=True)

    async def _load_folder(self, path: Path) -> None:
        try:
            read = partial(read_folder, path, hidden=self.hidden, stills=self.stills)
            folder = await self.in_thread(read)
        except MilimoError as error:
            self.show_message(error.message, "error", error.hint)
            return
        same = folder.path == self.folder.path
        self.folder = folder
        if not same:
            self.rows.marked = frozenset()
        self._draw_browser()

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._draw_browser)

    def _draw_browser(self) -> None:
        width = get_row_width(self.rows.size.width)
        ink = self.ink
        rows = []
        for one in self.folder.entries:
            if one.is_folder:
                rows.append(Row(str(one.path), join_line((f"{one.name}/", ink.accent)), search=one.name))
                continue
            kind = f"{len(one.run.paths)} pics" if one.run else one.kind
            cells = [
                (one.name, max(10, width - 20), ink.text),
                (kind, 8, ink.muted),
                (format_bytes(one.bytes) if one.bytes else "", -8, ink.muted),
            ]
            rows.append(Row(str(one.path), join_columns(cells), search=one.name))
        self.query_one("#browser-body").display = bool(rows)
        empty = self.query_one(Empty)
        empty.display = not rows
        empty.show_guide(
            "There are no media files here.",
            [
                ("{ui.above}", "goes to the folder above"),
                ("{ui.edit}", "goes to a path"),
                ("{ui.hidden}", "shows hidden files"),
            ],
        )
        self.rows.show_rows(rows, key=self._from or None)
        if rows and not self.prompt.is_open:
            self.rows.focus()
        self._from = ""
        self._draw_file_details()
        self.refresh_lines()

    def on_rows_moved(self, event: Rows.Moved) -> None:
        self._draw_file_details()

    def on_picture_resized(self, event: Picture.Resized) -> None:
        self._draw_file_details()

    def _draw_file_details(self) -> None:
        entry = self.entry
        if entry is None:
            return
        self.query_one("#file-name", Line).show_line(join_line((entry.name, self.ink.strong)))
        facts = [FactLine("kind", entry.kind)]
        if entry.run is not None:
            facts.append(FactLine("pictures", f"{len(entry.run.paths):,}, one for each frame"))
            facts += (
                [FactLine("", f"! {entry.run.describe_missing_pictures()}", "stale")]
                if entry.run.missing
                else []
            )
        if entry.bytes:
            facts.append(FactLine("file", format_bytes(entry.bytes)))
        if entry.is_folder:
            keys = self.with_keys("{ui.enter} opens it, {ui.add} adds all media in it")
            width = max(20, self.query_one("#file-facts", Facts).content_size.width)
            facts = [FactLine("", piece) for piece in wrap_words(keys, width)]
        self.query_one("#file-facts", Facts).show_fact_lines(facts)
        # A folder has no picture, and an empty grey box must not be shown.
        self.query_one(Picture).display = entry.kind in PICTURED
        self.run_in_background(partial(self._show_file_picture, entry), "file-picture", exclusive=True)

    async def _show_file_picture(self, entry: FolderEntry) -> None:
        picture = self.query_one(Picture)
        if entry.kind not in PICTURED:
            picture.show_own_drawing(None)
            return
        width, height = picture.wanted_pixels
        drawing = await self.monitor.draw_file_frame(entry.path, width, height)
        if self.entry is not None and self.entry.path == entry.path:
            picture.show_own_drawing(drawing, "no picture available")

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Handle Enter: go into the folder under the cursor, or choose the file."""
        event.stop()
        entry = self.entry
        if entry is not None and entry.is_folder:
            self.go_to_folder(entry.path)
        else:
            self._choose_entries(link=False)

    @action
    def act_into(self, key_command: KeyCommand) -> None:
        """Go into the folder under the cursor (`l`). Do nothing if a file is under the cursor."""
        entry = self.entry
        if entry is not None and entry.is_folder:
            self.go_to_folder(entry.path)

    @action
    def act_above(self, key_command: KeyCommand) -> None:
        """Go to the parent folder (`h`), with the cursor on the folder just left."""
        path = self.folder.path
        if path.parent != path:
            self.go_to_folder(path.parent, back_from=str(path))

    @action
    def act_home(self, key_command: KeyCommand) -> None:
        self.go_to_folder(Path.home())

    @action
    async def act_edit(self, key_command: KeyCommand) -> None:
        """Ask for a path (`e`), and go to this folder or choose this file."""
        typed = await self.ask_text("path", f"{self.folder.path}/", name="PATH", lines=list_path_completions)
        if typed:
            self._open_typed_path(typed)

    @action
    def act_hidden(self, key_command: KeyCommand) -> None:
        self.hidden = not self.hidden
        self.go_to_folder(self.folder.path)

    @action
    def act_stills(self, key_command: KeyCommand) -> None:
        """Switch between listing numbered pictures as one image sequence and listing each picture (`s`)."""
        self.stills = not self.stills
        self.show_message(
            "numbered pictures are read one by one"
            if self.stills
            else "numbered pictures are read as sequences"
        )
        self.go_to_folder(self.folder.path)

    @action
    def act_add(self, key_command: KeyCommand) -> None:
        self._choose_entries(link=False)

    @action
    def act_link(self, key_command: KeyCommand) -> None:
        """Choose the marked files and let the film refer to them where they are, without copying them
        (`L`).
        """
        self._choose_entries(link=True)

    @action
    def act_here(self, key_command: KeyCommand) -> None:
        """Choose the folder that is shown, with everything in it (`H`)."""
        entry = FolderEntry(self.folder.path, "folder", self.folder.path.name)
        self._close_with_choice(BrowserChoice((entry,), self.folder.path))

    def on_paste(self, event: events.Paste) -> None:
        """Open a path that is pasted, or dropped on the terminal."""
        if not self.typing and event.text.strip():
            event.stop()
            self._open_typed_path(event.text.strip().splitlines()[0])

    def _open_typed_path(self, typed: str) -> None:
        """Go to the folder with the path `typed`, or choose the file with this path."""
        self.run_in_background(
            partial(self._resolve_typed_path, typed.strip().strip("'\"")), "folder", exclusive=True
        )

    async def _resolve_typed_path(self, typed: str) -> None:
        path = (self.folder.path / parse_user_path(typed)).absolute()
        if await self.in_thread(path.is_dir):
            await self._load_folder(path)
            return
        self._close_with_choice(BrowserChoice((FolderEntry(path, "file", path.name),), path.parent))

    def _choose_entries(self, *, link: bool) -> None:
        marked = [one for one in self.folder.entries if str(one.path) in self.rows.marked]
        entries = marked or ([self.entry] if self.entry else [])
        if not entries:
            self.show_message("nothing is selected", "warn", "{ui.mark} marks files")
            return
        self._close_with_choice(BrowserChoice(tuple(entries), self.folder.path, link))

    def _close_with_choice(self, chosen: BrowserChoice) -> None:
        self.chosen = chosen
        self.dismiss()
