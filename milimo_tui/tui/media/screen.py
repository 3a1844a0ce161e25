"""The keys of the Media screen: add files from folders, find missing files, list uses, delete into the bin,
yank into a register.

`media_view` draws the screen. Every action runs a command of the registry.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.screens import ScreenName
from milimo_tui.core.time import parse_frame
from milimo_tui.cut.values.streams import parse_stream_facts
from milimo_tui.cut.values.timing import STILL_CLIP_SECONDS
from milimo_tui.story.values.film import Asset, AssetKind
from milimo_tui.studio.machine.mpv_program import choose_orientation_filter
from milimo_tui.studio.media.media_uses import MediaUse
from milimo_tui.tui.fields.form_field import FieldKind, FormField
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.mask.opening import open_mask_screen
from milimo_tui.tui.media import media_lines as lines
from milimo_tui.tui.media.browser import BrowserChoice, BrowserScreen
from milimo_tui.tui.media.media_view import KINDS, SORTS, MediaView
from milimo_tui.tui.play.full_screen import open_full_screen_player
from milimo_tui.tui.play.mpv import play_in_mpv
from milimo_tui.tui.shell.modes import EscapeStep
from milimo_tui.tui.shell.overlay import Overlay
from milimo_tui.tui.shot.control_maps import ask_control_map
from milimo_tui.tui.timeline.values import registers
from milimo_tui.tui.timeline.values.registers import SourceClip
from milimo_tui.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import RenderPlan
    from milimo_tui.store.project.project_file import ProjectFile
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand

# The key under which the folder that the browser showed last is stored with the film.
FOLDER = "media-folder"


def _make_length_field(rate: Fraction) -> FormField:
    """Return a form field for the duration of a picture on the timeline. An empty answer means the default
    duration. `rate` is the cut's frame rate.
    """
    return FormField(
        key="frames", label="shown for", kind=FieldKind.TIME, least=1, rate=rate,
        default=f"{STILL_CLIP_SECONDS}s", begins_anew=True,
    )  # fmt: skip


class MediaScreen(MediaView):
    """The Media screen: the drawing of `MediaView` and the keys."""

    def __init__(self) -> None:
        super().__init__()
        self.modes = self.stack_modes(EscapeStep(lambda: self.in_bin, self.act_bin))

    @action
    async def act_add(self, key_command: KeyCommand) -> None:
        """Open the folder browser and add the files chosen in it. Several files can be marked there with the
        space key.
        """
        await self._open_browser(self._add_chosen_media)

    async def _open_browser(
        self, then: Callable[[BrowserChoice], Coroutine[Any, Any, None]], searched_file: str = ""
    ) -> None:
        """Open the folder browser at the folder that it showed last. `then` is called with the user's choice.
        `searched_file` is the name of a missing file to find.
        """
        studio = self.studio_app.studio

        def find_start_folder() -> Path:
            last = studio.require_project().ui.get(FOLDER)
            folders = (Path(last),) if isinstance(last, str) else ()
            return next((path for path in (*folders, Path.home()) if path.is_dir()), Path.cwd())

        try:
            browser = BrowserScreen(await self.in_thread(find_start_folder), searched_file)
        except MilimoError as error:
            self.show_message(error.message, "error", error.hint)
            return

        def closed(_: None) -> None:
            self.studio_app.save_ui_value(FOLDER, str(browser.folder.path))
            if browser.chosen is not None:
                self.run_in_background(partial(then, browser.chosen))

        self.app.push_screen(browser, closed)

    async def _add_chosen_media(self, chosen: BrowserChoice) -> None:
        """Add everything that the user chose: image sequences first, then all other files."""
        for is_sequence in (True, False):
            files = [str(each.path) for each in chosen.entries if (each.run is not None) == is_sequence]
            if not files:
                continue
            outcome = await self.run_and_wait(
                "asset.add", file=files[0], more=tuple(files[1:]), link=chosen.link, sequence=is_sequence
            )
            if outcome is None:
                break
            if isinstance(outcome.data, dict) and "id" in outcome.data:
                self.rows.show_rows(self.rows.rows, key=outcome.data["id"])
        self.rows.marked = frozenset()

    async def on_paste(self, event: events.Paste) -> None:
        """Add files whose paths are pasted or dropped on the terminal."""
        if self.typing or self.film is None:
            return
        event.stop()
        files = list(filter(None, (each.strip().strip("'\"") for each in event.text.splitlines())))
        if files:
            await self.run_and_wait("asset.add", file=files[0], more=tuple(files[1:]))

    @action
    async def act_delete(self, key_command: KeyCommand) -> None:
        """Move the marked files into the bin, or the file under the cursor if none is marked."""
        if self.in_bin:
            self.show_message("the file is already in the bin", hint="{ui.restore} restores it")
            return
        chosen = self._list_selected_assets()
        for id in chosen:
            if id in self._made:
                self.show_message(
                    f"{self._made[id]} is a take, which belongs to its shot",
                    "warn",
                    "{shot:ui.delete} in the shot's inspector rejects it",
                )
            else:
                await self.run_and_wait("asset.delete", id=id)

    @action
    async def act_restore(self, key_command: KeyCommand) -> None:
        """Restore the file under the cursor from the bin (`r`). Outside the bin, search for the missing file
        of the asset.
        """
        if self.in_bin:
            for id in self._list_selected_assets():
                await self.run_and_wait("bin.restore", id=id)
            return
        asset = self.asset
        if asset is None or asset.id not in self.offline:
            self.show_message("nothing to restore: this file exists", hint="{ui.bin} opens the bin")
            return
        await self._open_browser(partial(self._relink_to_choice, asset), asset.name)

    async def _relink_to_choice(self, asset: Asset, chosen: BrowserChoice) -> None:
        """Relink an asset to the chosen file. If a folder was chosen, search it for all other missing files
        as well.
        """
        place = chosen.entries[0]
        all_gone = place.is_folder and len(self.offline) > 1
        await self.run_and_wait(
            "asset.relink", id="all" if all_gone else asset.id, file=str(place.path), by="hash"
        )
        self.run_in_background(self._find_missing_files, "media-files", exclusive=True)

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """List the uses of the file under the cursor (Enter). Choosing a use goes to its clip on the
        timeline.
        """
        event.stop()
        asset = self.asset
        uses = self._uses.get(asset.id, []) if asset else []
        if asset is None or not uses:
            self.show_message(
                "this file is not used yet",
                hint="{ui.yank} copies it, {timeline:ui.insert} on the Timeline inserts it",
            )
            return
        panel = Overlay(
            f"Where {asset.name} is used", lines.make_use_rows(uses, self.ink), "Enter goes there"
        )

        def picked(key: str | None) -> None:
            if key:
                self.run_in_background(partial(self._go_to_use, uses[int(key)]))

        self.app.push_screen(panel, picked)

    async def _go_to_use(self, use: MediaUse) -> None:
        """Go to the clip of a use on the timeline."""
        film, app = self.film, self.studio_app
        if not use.clip or film is None:
            self.show_message(
                f"this file is used, but not by a clip: {use.what}",
                hint="{ui.mode storyboard} shows the storyboard, {ui.mode elements} the elements",
            )
            return
        if film.cut is None or film.cut.id != use.cut:
            await self.run_and_wait("cut.use", name=use.cut)
        await app.go_to_mode(ScreenName.TIMELINE)
        if app.studio_screen is not None:
            app.studio_screen.go_to_frame(use.frame)

    def _list_selected_assets(self) -> list[str]:
        marked = [row.key for row in self.rows.rows if row.key in self.rows.marked]
        found = marked or ([self.rows.key] if self.rows.key else [])
        if not found:
            self.show_message("no file is selected", "warn", "{ui.add} adds some")
        return found

    @action
    def act_bin(self, key_command: KeyCommand) -> None:
        """Switch between the bin and the list of media."""
        self.in_bin = not self.in_bin
        self._draw_media()
        self.run_in_background(self._find_missing_files, "media-files", exclusive=True)

    @action
    def act_all(self, key_command: KeyCommand) -> None:
        self.all = not self.all
        self._draw_media()

    @action
    def act_filter(self, key_command: KeyCommand) -> None:
        """Show only the next kind of file (`f`); after the last kind, show all kinds again."""
        self.kind = KINDS[(KINDS.index(self.kind) + 1) % len(KINDS)]
        self._draw_media()

    @action
    def act_sort(self, key_command: KeyCommand) -> None:
        self.sort = SORTS[(SORTS.index(self.sort) + 1) % len(SORTS)]
        self._draw_media()

    @action
    async def act_yank(self, key_command: KeyCommand) -> None:
        """Copy the complete file into a register. On the timeline, the keys `p` and `P` then insert it into
        the marked range.
        """
        asset = self.asset
        if asset is None:
            self.show_message("no file is selected", "warn", "{ui.add} adds some")
            return
        source, studio = SourceClip(asset=asset.id, name=asset.name), self.studio_app.studio
        await self.in_thread(lambda: registers.store_source(studio, key_command.register, source))
        self.show_message(
            f"copied {asset.name}",
            "good",
            "{timeline:ui.insert} inserts it on the Timeline, {timeline:ui.overwrite} overwrites",
        )

    @action
    async def act_insert(self, key_command: KeyCommand) -> None:
        """Insert the file under the cursor on V1 at the playhead (`p`). For a picture, ask for its duration
        first.
        """
        asset, cut = self.asset, self.film.cut if self.film else None
        if asset is None or cut is None:
            self.show_message("no file is selected" if cut is not None else "there is no cut yet", "warn")
            return
        if asset.kind is AssetKind.SOUND:
            self.show_message(
                "a sound needs an audio track",
                "warn",
                "{ui.yank} copies it, {timeline:ui.insert} on that track inserts it",
            )
            return
        values: dict[str, Any] = {"asset": asset.id, "at": str(cut.playhead)}
        if asset.kind is AssetKind.PICTURE:
            typed = await self.ask_field(_make_length_field(cut.rate), name="LENGTH")
            if typed is None:
                return
            values["frames"] = parse_frame(typed or f"{STILL_CLIP_SECONDS}s", cut.rate)
        if await self.run_and_wait("cut.insert", **values) is not None:
            await self.studio_app.go_to_mode(ScreenName.TIMELINE)

    @action
    async def act_control(self, key_command: KeyCommand) -> None:
        """Make a control map of the file under the cursor (`c o`). A control map guides the generation of a
        take.
        """
        asset = self.asset
        if asset is None or asset.kind not in (AssetKind.VIDEO, AssetKind.PICTURE):
            self.show_message("a control map needs a clip or a picture", "warn", "{ui.add} adds some")
            return
        await ask_control_map(self, asset.name, file=asset.id)

    @action
    def act_mask(self, key_command: KeyCommand) -> None:
        """Open the mask screen on the file under the cursor (`Z k`). If the file is itself a mask, open it
        for editing.
        """
        open_mask_screen(self, self.asset.id if self.asset is not None else "")

    @action
    def act_full_screen(self, key_command: KeyCommand) -> None:
        """Play the file under the cursor at full screen (`F`)."""
        asset = self.asset
        if asset is None:
            self.show_message("no file is selected", "warn", "{ui.add} adds some")
            return

        def plan(project: ProjectFile, film: FilmSnapshot) -> RenderPlan:
            from milimo_tui.studio.render.playable_plans import plan_asset_playback

            return plan_asset_playback(project, film, asset)

        open_full_screen_player(self, asset.name, plan)

    @action
    async def act_player(self, key_command: KeyCommand) -> None:
        """Open the file under the cursor in mpv."""
        asset = self.asset
        if asset is not None:
            path = await self.in_thread(lambda: self._get_asset_path(asset))
            picture = parse_stream_facts(asset.facts).picture
            video_filter = (
                choose_orientation_filter(picture.rotation, mirrored=picture.mirrored) if picture else ""
            )
            await play_in_mpv(self.studio_app, str(path), video_filter=video_filter)
