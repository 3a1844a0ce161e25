"""The Media screen: every file the film knows, its facts and its picture; adding, the bin, the register.

Draws the story's assets; every act is a command of the registry.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from milimo_tui.core.time import clock
from milimo_tui.story.values import Asset, AssetKind
from milimo_tui.tui import registers
from milimo_tui.tui.film_view import path_of
from milimo_tui.tui.monitor import Monitor
from milimo_tui.tui.mpv import to_player
from milimo_tui.tui.screen import StudioScreen
from milimo_tui.tui.theme import OFFLINE
from milimo_tui.tui.timeline_grammar import Piece
from milimo_tui.tui.timeline_inspector import Fact
from milimo_tui.tui.widgets.empty import Empty
from milimo_tui.tui.widgets.facts import Facts
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import columns, line, plural

if TYPE_CHECKING:
    from milimo_tui.studio.studio import Snapshot
    from milimo_tui.tui.chords import Stroke

SORTS = ("newest", "name", "kind")


class MediaScreen(StudioScreen):
    """Media at the left, the one under the cursor at the right."""

    MODE = "media"
    TITLE = "Media"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("media", "list", "global")
    CSS_PATH = "media.tcss"
    AUTO_FOCUS = "#media"

    def __init__(self) -> None:
        super().__init__()
        self.in_bin = False
        self.all = False
        self.sort = SORTS[0]
        self.offline: frozenset[str] = frozenset()
        self._made: dict[str, str] = {}

    def body(self) -> Iterable[Widget]:
        asset = Vertical(
            Picture(id="asset-picture"),
            Line(id="asset-name"),
            Facts(id="asset-facts"),
            id="asset",
        )
        yield Horizontal(Rows(id="media"), asset, id="media-body")
        yield Empty(id="empty")

    def on_mount(self) -> None:
        super().on_mount()
        self.monitor = Monitor(self.studio_app.pictures, "media")

    @property
    def rows(self) -> Rows:
        return self.query_one("#media", Rows)

    # -- drawing ---------------------------------------------------------------------------------

    def on_resize(self) -> None:
        super().on_resize()
        if self.film is not None:
            self.call_after_refresh(self._draw)

    def show_film(self, film: Snapshot | None) -> None:
        self._draw()
        self.background(self._look_for_files, "media-files", exclusive=True)

    def assets(self) -> list[Asset]:
        """What is listed, in its order: media that was added, with takes and boards when asked for."""
        if self.film is None:
            return []
        story = self.film.story
        made = {take.asset for take in story.takes} | {shot.board for shot in story.shots if shot.board}
        found = [
            asset
            for asset in story.assets
            if asset.binned == self.in_bin and (self.all or self.in_bin or asset.id not in made)
        ]
        if self.sort == "newest":
            return sorted(found, key=lambda asset: (-asset.created, asset.id))
        by_kind = self.sort == "kind"
        return sorted(
            found, key=lambda asset: (asset.kind if by_kind else "", asset.name.casefold(), asset.id)
        )

    def _draw(self) -> None:
        self._made = made_files(self.film) if self.film else {}
        assets = self.assets()
        self.query_one("#media-body").display = bool(assets)
        width = (self.size.width or 80) * 11 // 20 - 5
        self.rows.show([self._row(asset, width) for asset in assets])
        self._teach(bool(assets))
        self._draw_asset()
        self.refresh_lines()

    def _teach(self, there_are_some: bool) -> None:
        empty = self.query_one(Empty)
        empty.display = not there_are_some
        if self.film is None:
            empty.teach("No film is open.", [("g h", "goes home, where a film is started")])
        elif self.in_bin:
            empty.teach(
                "The bin is empty.", [("B", "goes back to the media"), ("", "What x deletes waits here.")]
            )
        else:
            empty.teach(
                "No media has been added.",
                [
                    ("a", "adds a picture, a clip or a sound by its path"),
                    ("A", "lists takes and boards too"),
                    ("B", "opens the bin"),
                ],
            )

    def _row(self, asset: Asset, width: int) -> Row:
        ink = self.ink
        gone = asset.id in self.offline
        title = self._title(asset)
        name = f"{OFFLINE} {title}" if gone else title
        facts = [(asset.kind.value, 7, ink.muted), (length_text(asset), -7, ink.text)]
        if width >= 54:
            facts = [
                facts[0],
                (size_text(asset), -9, ink.muted),
                facts[1],
                (bytes_text(asset.bytes), -8, ink.muted),
            ]
        room = width - sum(abs(cells) + 2 for _, cells, _ in facts)
        text = columns([(name, max(10, room), ink.failed if gone else ink.text), *facts])
        return Row(asset.id, text, search=f"{title} {asset.name} {asset.kind.value} {asset.path}")

    def _title(self, asset: Asset) -> str:
        """Its name; a made file is named by what it is of."""
        made = self._made.get(asset.id)
        return made or asset.name

    def facts(self) -> Text:
        ink = self.ink
        text = line((plural(len(self.rows.rows), "file"), ink.text))
        if self.in_bin:
            text.append("   the bin", ink.stale)
        elif self.all:
            text.append("   with takes and boards", ink.muted)
        text.append(f"   {self.sort} first" if self.sort == "newest" else f"   by {self.sort}", ink.muted)
        return text

    @property
    def asset(self) -> Asset | None:
        """The asset under the cursor."""
        if self.film is None:
            return None
        return next((asset for asset in self.film.story.assets if asset.id == self.rows.key), None)

    def on_rows_moved(self, event: Rows.Moved) -> None:
        self._draw_asset()

    def on_picture_resized(self, event: Picture.Resized) -> None:
        self._draw_asset()

    def _draw_asset(self) -> None:
        asset, film = self.asset, self.film
        if asset is None or film is None:
            return
        self.query_one("#asset-name", Line).show(line((self._title(asset), self.ink.strong)))
        facts = facts_of(asset, uses(film, asset), gone=asset.id in self.offline)
        self.query_one("#asset-facts", Facts).show(facts)
        self.background(partial(self._show_picture, asset), "media-picture", exclusive=True)

    async def _show_picture(self, asset: Asset) -> None:
        picture = self.query_one(Picture)
        if asset.kind is AssetKind.SOUND:
            picture.show(None, "a sound has no picture")
            return
        width, height = picture.wanted_pixels
        middle = float(asset.seconds or 0) / 2 if asset.kind is AssetKind.VIDEO else 0.0
        path = await self.in_thread(lambda: self._path(asset))
        pixels = await self.monitor.file(path, width, height, seconds=middle)
        if self.asset is not None and self.asset.id == asset.id:
            picture.show(pixels, "no picture of it can be had")

    def shown_file(self) -> str:
        return str(self._path(self.asset)) if self.asset is not None else ""

    def _path(self, asset: Asset) -> Path:
        return Path(path_of(str(self.studio_app.studio.project().paths.root), asset))

    async def _look_for_files(self) -> None:
        """Which files are gone: a look at the disk, off the event loop."""
        assets = self.assets()

        def look() -> frozenset[str]:
            return frozenset(asset.id for asset in assets if not self._path(asset).is_file())

        gone = await self.in_thread(look) if assets else frozenset()
        if gone != self.offline:
            self.offline = gone
            self._draw()

    # -- acts --------------------------------------------------------------------------------------

    async def act_add(self, stroke: Stroke) -> None:
        """A file into the film, by its path; `link ` before it leaves it where it is."""
        typed = await self.ask("file", name="ADD MEDIA")
        if typed:
            link = typed.startswith("link ")
            path = typed.removeprefix("link ").strip().strip("'\"")
            await self.command("asset.add", file=path, link=link)

    async def act_delete(self, stroke: Stroke) -> None:
        """To the bin: the marked files, else the one under the cursor."""
        if self.in_bin:
            self.say("it lies in the bin already", hint="r restores it; milimo clean deletes for good")
            return
        for id in self._chosen():
            if id in self._made:
                self.say(
                    f"{self._made[id]} belongs to its shot", "warn", "x in the shot's inspector rejects it"
                )
            else:
                await self.command("asset.delete", id=id)

    async def act_restore(self, stroke: Stroke) -> None:
        if not self.in_bin:
            self.say("nothing to restore here", hint="B opens the bin")
            return
        for id in self._chosen():
            await self.command("bin.restore", id=id)

    def _chosen(self) -> list[str]:
        marked = [row.key for row in self.rows.rows if row.key in self.rows.marked]
        found = marked or ([self.rows.key] if self.rows.key else [])
        if not found:
            self.say("no file is selected", "warn")
        return found

    def act_bin(self, stroke: Stroke) -> None:
        """The bin, and back."""
        self.in_bin = not self.in_bin
        self._draw()
        self.background(self._look_for_files, "media-files", exclusive=True)

    def act_all(self, stroke: Stroke) -> None:
        self.all = not self.all
        self._draw()

    def act_sort(self, stroke: Stroke) -> None:
        self.sort = SORTS[(SORTS.index(self.sort) + 1) % len(SORTS)]
        self._draw()

    def act_out(self, stroke: Stroke) -> None:
        if self.in_bin:
            self.act_bin(stroke)
        else:
            super().act_out(stroke)

    async def act_yank(self, stroke: Stroke) -> None:
        """The whole file into a register: `p` and `P` on the timeline put it into the marked range."""
        asset = self.asset
        if asset is None:
            self.say("no file is selected", "warn")
            return
        pieces = (Piece(asset=asset.id, name=asset.name),)
        studio = self.studio_app.studio
        await self.in_thread(lambda: registers.keep(studio, stroke.register, pieces))
        self.say(f"yanked {asset.name}", "good", "p inserts it on the timeline, P overwrites")

    async def act_player(self, stroke: Stroke) -> None:
        """The file under the cursor in mpv."""
        asset = self.asset
        if asset is not None:
            path = await self.in_thread(lambda: self._path(asset))
            await to_player(self, str(path))


# -- words --------------------------------------------------------------------------------------------


def made_files(film: Snapshot) -> dict[str, str]:
    """What each made file is of, by asset: `3B take 2`, `3B board`."""
    story, counts = film.story, dict[str, int]()
    out = {shot.board: f"{story.numbers.get(shot.id, '?')} board" for shot in story.shots if shot.board}
    for take in story.takes:
        counts[take.shot] = counts.get(take.shot, 0) + 1
        out[take.asset] = f"{story.numbers.get(take.shot, '?')} take {counts[take.shot]}"
    return out


def uses(film: Snapshot, asset: Asset) -> list[str]:
    """Where an asset is used: `take of 3B`, `long, 2 clips`."""
    story = film.story
    out = [f"take of {story.numbers.get(take.shot, '?')}" for take in story.takes if take.asset == asset.id]
    out += [f"board of {story.numbers.get(shot.id, '?')}" for shot in story.shots if shot.board == asset.id]
    for cut in film.cuts:
        clips = sum(clip.source.ref == asset.id for clip in cut.clips)
        if clips:
            out.append(f"{cut.name}, {plural(clips, 'clip')}")
    return out


def facts_of(asset: Asset, used: list[str], *, gone: bool) -> list[Fact]:
    """The facts of an asset, a line each."""
    rate = f" at {float(asset.rate):g} fps" if asset.rate else ""
    frames = f"{asset.frames:,} f{rate}" if asset.frames and asset.kind is AssetKind.VIDEO else ""
    channels = {1: "mono", 2: "stereo"}.get(asset.channels or 0, f"{asset.channels} channels")
    rows = [
        ("kind", asset.kind.value),
        ("size", f"{asset.width} × {asset.height}" if asset.width and asset.height else ""),
        ("length", f"{length_text(asset)}   {frames}".strip()),
        ("sound", f"{asset.sample_rate / 1000:g} kHz, {channels}" if asset.sample_rate else ""),
        ("file", bytes_text(asset.bytes)),
        ("kept", "in the project" if asset.managed else f"linked, {asset.path}"),
        ("used", ", ".join(used) or "not yet"),
        ("added", time.strftime("%Y-%m-%d %H:%M", time.localtime(asset.created)) if asset.created else ""),
    ]
    lines = [Fact(label, value) for label, value in rows if value]
    if gone:
        lines.insert(0, Fact("", f"{OFFLINE} offline: its file is gone", "failed"))
    return lines


def size_text(asset: Asset) -> str:
    return f"{asset.width}×{asset.height}" if asset.width and asset.height else ""


def length_text(asset: Asset) -> str:
    """`4.8 s`, `1:42`; nothing for a picture."""
    if asset.seconds is None or asset.kind is AssetKind.PICTURE:
        return ""
    return f"{float(asset.seconds):.1f} s" if asset.seconds < 60 else clock(float(asset.seconds))


def bytes_text(count: int) -> str:
    """`812 kB`, `14.2 MB`, decimal units."""
    if not count:
        return ""
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:.1f} {unit}" if count < 100 * size else f"{count // size} {unit}"
    return f"{count} B"
