"""The drawing of the Media screen: every file of the film, its properties, and its picture or waveform.

The files are the assets of the film's story. The screen's keys are in `screen`.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.containers import Vertical
from textual.widget import Widget

from milimo_tui.core.format import format_count
from milimo_tui.core.screens import ScreenName
from milimo_tui.cut.values.conform import ConformTarget
from milimo_tui.cut.values.sound_choice import HeardSound
from milimo_tui.story.values.film import Asset, AssetKind
from milimo_tui.studio.media.media_uses import MediaUse, list_all_media_uses
from milimo_tui.studio.project.screen_next_step import NextStep, ScreenPlace
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.media import media_lines as lines
from milimo_tui.tui.media.wave import Wave
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.play.monitor import Monitor
from milimo_tui.tui.shot.shot_state import get_asset_file_path
from milimo_tui.tui.terminal.images.pictures import OFF
from milimo_tui.tui.terminal.theme import OFFLINE
from milimo_tui.tui.widgets.empty import NO_FILM, TO_HOME, Empty
from milimo_tui.tui.widgets.facts import Facts
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import add_link_style, join_line

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.widgets.waveform import Peaks

# Seconds that the cursor must rest on a file before its waveform is measured, because measuring delays
# pictures.
REST = 0.3
# Maximum number of cached waveforms. If there are more, the waveforms that were measured first are dropped.
MOST_WAVES = 64
SORTS = ("newest", "name", "kind")
KINDS = (None, AssetKind.VIDEO, AssetKind.PICTURE, AssetKind.SOUND, AssetKind.LUT)


class MediaView(PanedScreen):
    """The base of `MediaScreen`: the list of media at the left, the preview and the properties of the file
    under the cursor at the right.
    """

    MODE = ScreenName.MEDIA
    TITLE = "Media"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("media", "panes", "list", "global")
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "#media"

    def __init__(self) -> None:
        super().__init__()
        self.in_bin = False
        self.all = False
        self.sort = SORTS[0]
        self.offline: frozenset[str] = frozenset()
        self.kind: AssetKind | None = None
        self._made: dict[str, str] = {}
        # Identifies the picture shown now: the asset, whether its file exists, and the size of the drawing.
        self._pictured: object = None
        # Cached waveform of each asset; None for a file without sound.
        self._peaks: dict[str, Peaks | None] = {}
        self._uses: dict[str, list[MediaUse]] = {}

    def compose_body(self) -> Iterable[Widget]:
        asset = Vertical(
            Picture(id="asset-picture"),
            Wave(id="asset-wave"),
            Line(id="asset-name"),
            Facts(id="asset-facts"),
            id="asset",
        )
        yield Split(Rows(id="media"), asset, id="media-body")
        yield Empty(self.with_keys, id="empty")

    def on_mount(self) -> None:
        super().on_mount()
        self.monitor = Monitor(self.studio_app.pictures, "media")

    @property
    def rows(self) -> Rows:
        return self.query_one("#media", Rows)

    def on_resize(self) -> None:
        super().on_resize()
        if self.film is not None:
            self.call_after_refresh(self._draw_media)

    def show_film(self, film: FilmSnapshot | None) -> None:
        self._draw_media()
        self.run_in_background(self._find_missing_files, "media-files", exclusive=True)

    def list_shown_assets(self) -> list[Asset]:
        """Return the assets to list, in order: media that the user added and, if requested, also takes and
        boards.
        """
        if self.film is None:
            return []
        story = self.film.story
        made = {take.asset for take in story.takes} | {shot.board for shot in story.shots if shot.board}
        found = [
            asset
            for asset in story.assets
            if asset.binned == self.in_bin
            and (self.all or self.in_bin or asset.id not in made)
            and self.kind in (None, asset.kind)
        ]
        if self.sort == "newest":
            return sorted(found, key=lambda asset: (-asset.created, asset.id))
        by_kind = self.sort == "kind"
        return sorted(
            found, key=lambda asset: (asset.kind if by_kind else "", asset.name.casefold(), asset.id)
        )

    def _draw_media(self) -> None:
        film = self.film
        self._made = lines.name_made_files(film) if film else {}
        self._uses = defaultdict(list)
        for use in list_all_media_uses(film.story, film.cuts) if film else ():
            self._uses[use.asset].append(use)
        assets = self.list_shown_assets()
        self.query_one("#media-body").display = bool(assets)
        width = lines.get_row_width(self.rows.size.width)
        rows = [self._make_asset_row(asset, width) for asset in assets]
        self.rows.show_rows([lines.make_media_heading(self.ink, width), *rows] if rows else [])
        self._show_media_empty_state(bool(assets))
        self._draw_asset()
        self.refresh_lines()

    def _show_media_empty_state(self, there_are_some: bool) -> None:
        empty = self.query_one(Empty)
        empty.display = not there_are_some
        if self.film is None:
            empty.show_guide(NO_FILM, [TO_HOME])
        elif self.kind is not None:
            empty.show_guide(
                f"There is no {lines.KINDS[self.kind]} here.",
                [("{ui.filter}", "shows the next kind, then all")],
            )
        elif self.in_bin:
            empty.show_guide(
                "The bin is empty.",
                [("{ui.bin}", "goes back to the media"), ("", "{ui.delete} moves media here.")],
            )
        else:
            empty.show_guide(
                "No media has been added.",
                [
                    ("{ui.add}", "opens a folder: clips, pictures, sound, LUTs, image sequences"),
                    ("", "A path pasted or dropped on this window is added as well."),
                    ("{ui.all}", "lists takes and boards too"),
                    ("{ui.bin}", "opens the bin"),
                ],
                bare=True,
            )

    def _make_asset_row(self, asset: Asset, width: int) -> Row:
        missing = asset.id in self.offline
        uses = len(self._uses.get(asset.id, ()))
        return lines.make_media_row(
            asset, self._get_asset_title(asset), self.ink, width, missing=missing, uses=uses
        )

    def _get_asset_title(self, asset: Asset) -> str:
        """Return an asset's name in the list. A generated file is named by its shot."""
        made = self._made.get(asset.id)
        return made or asset.name

    def format_header_facts(self) -> Text:
        ink = self.ink
        assets = self.list_shown_assets()
        what = lines.KINDS[self.kind] if self.kind else "file"
        text = join_line((format_count(len(assets), what), ink.text))
        offline_count = sum(asset.id in self.offline for asset in assets)
        if offline_count:
            text.append(f"   {offline_count} offline", ink.failed)
        if self.in_bin:
            text.append("   the bin", ink.stale)
        elif self.all:
            text.append("   with takes and boards", ink.muted)
        text.append(f"   {self.sort} first" if self.sort == "newest" else f"   by {self.sort}", ink.muted)
        return text

    @property
    def asset(self) -> Asset | None:
        """The asset under the cursor; None if there is none."""
        if self.film is None:
            return None
        return next((asset for asset in self.film.story.assets if asset.id == self.rows.key), None)

    def get_current_place(self) -> ScreenPlace:
        listed = (
            [asset for asset in self.list_shown_assets() if asset.id in self.offline] if self.offline else []
        )
        if self.in_bin or not listed:
            return ScreenPlace(self.MODE)
        here, first = self.asset, listed[0]
        if here is not None and here.id in self.offline:
            words, does, step_action = f"{here.name} is offline", "finds it", "ui.restore"
        else:
            words, does, step_action = f"{first.name} is offline", "goes to it", "ui.first_offline"
        step = NextStep("", "asset.relink", words, does=does, act=step_action, is_wrong=True)
        return ScreenPlace(self.MODE, step=step, acts=("ui.restore",))

    @action
    def act_first_offline(self, key_command: KeyCommand) -> None:
        """Move the cursor to the first file that is missing."""
        keys = [row.key for row in self.rows.rows]
        found = next((key for key in keys if key in self.offline), "")
        if found:
            self.rows.move_to(keys.index(found))

    def on_rows_moved(self, event: Rows.Moved) -> None:
        self._draw_asset()

    def on_picture_resized(self, event: Picture.Resized) -> None:
        self._pictured = None
        self._draw_asset()

    def _draw_asset(self) -> None:
        asset, film = self.asset, self.film
        if asset is None or film is None:
            return
        uses = self._uses.get(asset.id, [])
        made = self._made.get(asset.id, "")
        place = self.query_one("#asset-facts", Facts)
        facts = lines.make_asset_facts(
            asset,
            uses,
            self._get_cut_target(),
            missing_advice=self.with_keys("{ui.restore} finds it") if asset.id in self.offline else "",
            made=made,
            width=place.content_size.width or 200,
        )
        place.show_fact_lines(facts)
        wave = self.query_one(Wave)
        self.query_one(Picture).display = asset.kind is not AssetKind.SOUND
        wave.display = asset.kind is AssetKind.SOUND or bool(asset.channels)
        wave.set_class(asset.kind is not AssetKind.SOUND, "-below")
        self.query_one(Picture).set_class(wave.display, "-above")
        if wave.display:
            wave.show_peaks(
                self._peaks.get(asset.id), lines.get_media_end(asset), measured=asset.id in self._peaks
            )
        self.run_in_background(partial(self._show_asset_preview, asset), "media-picture", exclusive=True)

    def _get_cut_target(self) -> ConformTarget | None:
        """Return the picture size, frame rate and sample rate that the current cut requires of its sources;
        None without a cut.
        """
        cut = self.film.cut if self.film else None
        return ConformTarget(cut.rate, cut.width, cut.height, cut.sample_rate) if cut else None

    async def _show_asset_preview(self, asset: Asset) -> None:
        """Show a file's picture, and then the waveform of its sound. If a preview is in the cache, it is not
        made again.
        """
        path = await self.in_thread(lambda: self._get_asset_path(asset))
        style = self.ink.strong if asset.id in self.offline else add_link_style(self.ink.strong, str(path))
        self.query_one("#asset-name", Line).show_line(join_line((self._get_asset_title(asset), style)))
        if asset.kind is not AssetKind.SOUND:
            await self._show_asset_picture(asset)
        wave = self.query_one(Wave)
        if wave.display and asset.id not in self._peaks:
            await asyncio.sleep(REST)
            cache = await self.in_thread(lambda: self.studio_app.studio.require_project().paths.cache)
            peaks = await self.monitor.read_peaks(HeardSound(str(path)), cache)
            if asset.id not in self.offline:
                self._peaks[asset.id] = peaks
                while len(self._peaks) > MOST_WAVES:
                    del self._peaks[next(iter(self._peaks))]
            if self.asset is not None and self.asset.id == asset.id:
                wave.show_peaks(peaks, lines.get_media_end(asset), measured=True)

    async def _show_asset_picture(self, asset: Asset) -> None:
        """Show a file's picture, or a text if the file has no picture."""
        picture = self.query_one(Picture)
        columns, rows = picture.size
        wanted = (asset.id, asset.path, asset.id in self.offline, columns, rows)
        if wanted == self._pictured or not columns:
            return
        drawing, words = None, "no picture available"
        if asset.kind is AssetKind.LUT:
            words = "a LUT: the clip's inspector applies it"
        elif self.studio_app.terminal.pictures == "off":
            words = OFF
        elif asset.id in self.offline:
            words = OFFLINE + self.with_keys(" its file is missing: {ui.restore} finds it")
        else:
            path = await self.in_thread(lambda: self._get_asset_path(asset))
            if lines.get_stream_facts(asset).is_sequence:
                found = await self.monitor.draw_file_frame(path, *picture.wanted_pixels, rate=asset.rate)
                picture.show_own_drawing(found, words)
                self._pictured = wanted
                return
            middle = float(asset.seconds or 0) / 2 if asset.kind is AssetKind.VIDEO else 0.0
            drawing = await self.studio_app.pictures.draw_file(
                path, columns, rows, seconds=middle, bars=self.ink.get_rgb("surface")
            )
        picture.show_shared_drawing(drawing, words)
        self._pictured = wanted

    def get_selected_file(self) -> str:
        return str(self._get_asset_path(self.asset)) if self.asset is not None else ""

    def _get_asset_path(self, asset: Asset) -> Path:
        return Path(get_asset_file_path(str(self.studio_app.studio.require_project().paths.root), asset))

    async def _find_missing_files(self) -> None:
        """Find out which assets have no file any more. The disk is read in a thread, off the event loop."""
        # All assets are checked, also takes and boards that the list hides now but can show after a key
        # press.
        assets = self.film.story.assets if self.film else ()

        def list_missing_ids() -> frozenset[str]:
            return frozenset(asset.id for asset in assets if not self._get_asset_path(asset).is_file())

        missing_ids = await self.in_thread(list_missing_ids) if assets else frozenset()
        if missing_ids != self.offline:
            self.offline = missing_ids
            self._draw_media()
