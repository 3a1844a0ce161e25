"""The shot inspector: the settings for the next take of a shot, field by field, and the list of existing
takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.containers import Vertical
from textual.widget import Widget

from milimo_tui.core.errors import MilimoError
from milimo_tui.media.scopes.viewing import PLAIN_VIEWING
from milimo_tui.studio.project.screen_next_step import ScreenPlace, make_blocked_step
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.mask.opening import open_mask_screen
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.play.job_previews import JobPreviews, get_preview_path
from milimo_tui.tui.play.monitor import FileFrame, Monitor
from milimo_tui.tui.play.viewed_screen import ViewedScreen
from milimo_tui.tui.play.viewing_keys import ViewingKeys
from milimo_tui.tui.shot.drawn_boards import DrawnBoards
from milimo_tui.tui.shot.manual_settings import ManualShotActs
from milimo_tui.tui.shot.play_shot import play_shot
from milimo_tui.tui.shot.printing import print_contact_sheet
from milimo_tui.tui.shot.prompt_parts import PromptParts
from milimo_tui.tui.shot.retake_form import ask_retake
from milimo_tui.tui.shot.shot_details import (
    TAKE,
    WORDING,
    ShotDetails,
    read_shot_details,
)
from milimo_tui.tui.shot.shot_editing import ShotEditing
from milimo_tui.tui.shot.shot_lines import make_field_rows, replace_commands_in_hints
from milimo_tui.tui.shot.shot_state import (
    PictureSource,
    describe_framing,
    format_shot_state,
    map_jobs_by_shot,
)
from milimo_tui.tui.shot.take_lines import make_take_rows
from milimo_tui.tui.shot.take_sounds import ask_take_sound
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.rows import Rows
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Shot
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.background.queue_feed import LiveQueue
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.terminal.images.drawing import Drawing

TAKEN_AWAY = {  # Maps the kind of a row to the text that says what the key x does there.
    "follow": "take it off the shot",
    "lora": "take this LoRA off",
    "suggestion": "decline this suggestion",
}


class ShotScreen(ViewedScreen, PanedScreen):
    """The inspector of one shot: fields on the left, picture and takes on the right. Esc goes back to the
    previous screen.
    """

    MODE = "shot"
    TITLE = "Shot"
    CONTEXTS = ("shot", "panes", "viewing", "list", "global")
    CSS_PATH = "shot.tcss"
    AUTO_FOCUS = "#fields"

    def __init__(self, shot: str) -> None:
        super().__init__()
        self.shot = shot
        self.shows_parts = False
        self.details: ShotDetails | None = None
        self._is_refused = False  # True if the shot could not be read and an error message was shown.
        self._boards = DrawnBoards(self)
        self.viewing_keys: ViewingKeys[FileFrame] = ViewingKeys(self, self)
        self._previews = JobPreviews(self)
        # The path of the job preview that is on the screen; empty if none is. The second value is True while
        # the picture is updated with the previews of a running job.
        self._previewed, self._is_following = "", False
        self._by_hand = ManualShotActs(self, self._get_shot_and_number)
        self._prompt_parts = PromptParts(self)
        self._editing = ShotEditing(self)
        self.modes = self.stack_modes(self.viewing_keys.hand, self._prompt_parts)

    @property
    def is_known(self) -> bool:
        """True once reading the shot has succeeded or failed. Until then, keys that the user types on the new
        screen wait.
        """
        return self.details is not None or self._is_refused

    @property
    def own_parts(self) -> tuple[object, ...]:
        return self._by_hand, self._prompt_parts, self._editing

    def _get_shot_and_number(self) -> tuple[Shot, str] | None:
        return (self.details.state.shot, self.details.state.number) if self.details is not None else None

    def compose_body(self) -> Iterable[Widget]:
        side = Vertical(Picture(id="picture"), Rows(id="takes"), id="side")
        yield Split(Rows(id="fields"), side, id="shot")

    @property
    def field_list(self) -> Rows:
        return self.query_one("#fields", Rows)

    @property
    def take_list(self) -> Rows:
        return self.query_one("#takes", Rows)

    @property
    def cursor_key(self) -> str:
        """The key of the row under the cursor, in the list that has the focus."""
        return (self.take_list if self.take_list.has_focus else self.field_list).key

    def show_film(self, film: FilmSnapshot | None) -> None:
        self.run_in_background(partial(self._read_details, film), "read", exclusive=True)

    async def _read_details(self, film: FilmSnapshot | None) -> None:
        if film is None:
            self.dismiss()
            return

        studio, shot = self.studio_app.studio, self.shot
        try:
            self.details = await self.in_thread(lambda: read_shot_details(studio, film.story, shot))
        except MilimoError:
            self._is_refused = True
            raise
        if self.details is None:
            self.show_message("that shot was deleted", "warn", "{ui.undo} restores it")
            self.dismiss()
            return
        self._draw_inspector()
        await self._show_shot_picture()

    def _draw_inspector(self) -> None:
        if self.details is not None:
            fields, takes = self.field_list, self.take_list
            details = replace_commands_in_hints(self.details, self.studio_app.replace_commands_with_keys)
            width, high = fields.size.width or 60, fields.size.height
            fields.show_rows(
                make_field_rows(details, self.ink, self.with_keys, width, high, parts=self.shows_parts)
            )
            takes.show_rows(make_take_rows(self.details, self.ink, self.with_keys, takes.size.width))
            self.refresh_lines()

    def show_queue(self, queue: LiveQueue) -> None:
        self.refresh_lines()
        if self._preview_path:
            self._update_shown_preview()
        elif self._is_following:
            # The job has ended, so its preview is replaced by the take or the shot's picture.
            self.redraw_viewed_picture()

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._draw_inspector)

    def list_idle_acts(self) -> frozenset[str]:
        """Return the actions that have no effect now: those that cannot change the prompt part under the
        cursor, and making a take if the preflight found a problem.
        """
        unmade = {"shot.make"} if self.details and self.details.preflight.problems else set()
        return self._prompt_parts.idle_acts() | unmade

    def get_key_notes(self) -> Mapping[str, str]:
        """Return a note for the key x: its effect on the row under the cursor."""
        kind = self.cursor_key.partition(":")[0]
        if kind in TAKEN_AWAY:
            return {"ui.delete": TAKEN_AWAY[kind]}
        return {"ui.delete": "restore the take" if self._is_take_rejected() else "reject the take"}

    def get_current_place(self) -> ScreenPlace:
        details = self.details
        problem = next(iter(details.preflight.problems), None) if details is not None else None
        if (
            details is None
            or problem is None
            or (details.state.picked is not None and not details.state.stale)
        ):
            return ScreenPlace(self.MODE, shot=self.shot)
        return ScreenPlace(self.MODE, step=make_blocked_step(problem.message, problem.hint))

    def format_header_title(self) -> Text:
        if self.details is None:
            return super().format_header_title()
        state = self.details.state
        return join_line((state.number, self.ink.strong), "  ", (describe_framing(state.shot), self.ink.text))

    def format_header_facts(self) -> Text:
        """Return the state of the shot for the header: its picked take, running job or missing take."""
        if self.details is None:
            return Text()
        job = map_jobs_by_shot(self.studio_app.queue.jobs).get(self.shot)
        return format_shot_state(
            self.details.state,
            job,
            self.ink,
            make="" if self.details.preflight.problems else self.with_keys("{shot.make}"),
        )

    @property
    def _picture_source(self) -> PictureSource:
        """The picture on the screen: the picture of the take under the cursor, else the picture of the
        shot.
        """
        return (
            self.details.files.get(self.cursor_key, self.details.picture) if self.details else PictureSource()
        )

    @cached_property
    def _monitor(self) -> Monitor:
        return Monitor(self.studio_app.pictures, "shot")

    def get_viewed_raster(self) -> tuple[int, int] | None:
        """Return the width and height in pixels of the picture that is viewed, or None if no picture is
        shown. The film's size is returned, because takes of a shot have at least approximately this size.
        """
        film = self.film
        if film is None or not self._picture_source.path:
            return None
        return film.story.project.width, film.story.project.height

    def get_viewed_frame(self) -> FileFrame | None:
        source = self._picture_source
        return FileFrame(source.path, source.seconds, source.crop) if source.path else None

    def get_compared_frame(self) -> FileFrame | None:
        return None

    def find_compared_frame(self) -> bool:
        """Show a message that explains how to save a frame for a comparison. This screen has only one
        picture, so it has no second frame to compare with. Always returns False.
        """
        hint = "{ui.grab} grabs this one; then the cursor goes to another take"
        self.show_message("there is no saved frame to compare with", "warn", hint)
        return False

    def redraw_viewed_picture(self) -> None:
        self.run_in_background(self._show_shot_picture, "picture", exclusive=True)

    @property
    def _preview_path(self) -> str:
        """The path of the running job's preview picture. Empty if no take is being made, or if the cursor is
        on a take.
        """
        if self.details is None or self.cursor_key in self.details.files:
            return ""
        return get_preview_path(map_jobs_by_shot(self.studio_app.queue.jobs).get(self.details.state.maker.id))

    def _update_shown_preview(self) -> None:
        """Draw the preview of the running job again if the preview file has changed."""
        picture, self._is_following = self.query_one(Picture), True

        def show(path: str, drawing: Drawing) -> None:
            if path == self._preview_path:
                self._previewed = path
                picture.show_own_drawing(drawing)

        self._previews.update_previews(
            [self._preview_path],
            lambda: (picture.size.width, picture.size.height),
            lambda path: path == self._previewed,
            show,
        )

    async def _show_shot_picture(self) -> None:
        """Show the take under the cursor, else the preview of the running job, else the picture of the
        shot.
        """
        if self.details is None:
            return
        picture, source = self.query_one(Picture), self._picture_source
        viewing = self.viewing_keys.viewing
        self._previewed, self._is_following = "", False
        if self._preview_path and self.studio_app.terminal.pictures != "off":
            self._update_shown_preview()
            return
        if source.path and viewing != PLAIN_VIEWING:
            monitor, beside = self._monitor, self.viewing_keys.beside
            drawing = await monitor.draw_file_frame(
                Path(source.path),
                *picture.wanted_pixels,
                seconds=source.seconds,
                viewing=viewing,
                beside=beside,
                crop=source.crop,
            )
            self.viewing_keys.show_facts(monitor.facts)
            picture.show_own_drawing(drawing, monitor.problem)
            return
        columns, rows = picture.size.width, picture.size.height
        drawing = None
        if not source.path:
            board = await self._boards.find_board_file(self.details.story, self.details.state.shot)
            source = PictureSource(str(board)) if board is not None else source
        if source.path:
            drawing = await self.studio_app.pictures.draw_file(
                Path(source.path),
                columns,
                rows,
                seconds=source.seconds,
                bars=self.ink.get_rgb("surface"),
                crop=source.crop,
            )
        picture.show_shared_drawing(drawing, "no picture yet" if not source.path else "offline")

    def on_picture_resized(self, event: Picture.Resized) -> None:
        self.run_in_background(self._show_shot_picture, "picture", exclusive=True)

    def on_rows_moved(self, event: Rows.Moved) -> None:
        self.refresh_lines()  # The useful keys on the status line depend on the row under the cursor.
        self.run_in_background(self._show_shot_picture, "picture", exclusive=True)

    def on_descendant_focus(self) -> None:
        self.run_in_background(self._show_shot_picture, "picture", exclusive=True)

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        kind, _, name = event.key.partition(":")
        match f"{kind}:":
            case "take:":
                self.run_command("shot.pick", {"id": self.shot, "take": name})
            case "suggestion:":
                self.run_in_background(partial(self._accept_suggestion, name))
            case "follow:":
                self.run_in_background(partial(self._editing.edit_condition, name))
            case "lora:":
                self.run_in_background(partial(self._editing.edit_lora_strength, name))
            case "wording:":
                self.run_in_background(self._prompt_parts.reword_part)
            case "part:":
                self.run_in_background(partial(self._editing.edit_shot_part, int(name)))
            case "layer:":
                self.run_in_background(partial(self._editing.edit_layer, name))
            case _:
                self.run_in_background(partial(self._editing.edit_field, event.key))

    async def _accept_suggestion(self, suggestion: str) -> None:
        """Accept a suggestion. If it does not agree with the facts of the shot, ask the user first."""
        faults = self.details.faults.get(suggestion, "") if self.details is not None else ""
        if faults and not await self.confirm(f"{faults}. Use it as your own prompt?"):
            return
        values = {"id": self.shot, "suggestion": suggestion, "force": bool(faults)}
        self.run_command("shot.accept", values)

    def get_command_args(self, command: str, key_command: KeyCommand) -> Mapping[str, Any] | None:
        match command:
            case "shot.make":
                return {"ids": (self.shot,), "takes": key_command.times, "detach": True}
            case "storyboard.board":
                engine = {"engine": self.details.painter} if self.details and self.details.painter else {}
                return {"ids": (self.shot,), **engine, "detach": True}
            case "shot.enhance":
                return {"id": self.shot, "detach": True}
            case "script.prompts":
                from milimo_tui.studio.takes.written_prompts import choose_prompt_family

                if self.details is None:
                    return None
                family = choose_prompt_family(self.details.preflight.spec.engine)
                return {"family": family, "detach": True}
            case "shot.rate":
                take = self._get_current_take_id()
                if (
                    not key_command.argument.isdigit()
                    or not 0 <= int(key_command.argument) <= 5
                    or take is None
                ):
                    self.show_message("a take can have 1 to 5 stars; 0 removes them", "warn")
                    return None
                return {"id": self.shot, "rating": int(key_command.argument), "take": take}
        return {"id": self.shot}

    def get_selected_file(self) -> str:
        if self.details is None:
            return ""
        key = (
            self.cursor_key
            if self.cursor_key in self.details.files
            else TAKE + (self._get_current_take_id() or "")
        )
        return self.details.files.get(key, self.details.picture).path

    def get_play_arguments(self) -> tuple[str, ...]:
        take = self._get_current_take_id()
        return (take,) if take else super().get_play_arguments()

    def _get_current_take_id(self) -> str | None:
        """Return the id of the take under the cursor. If the cursor is on no take, return the id of the
        picked take, or None if no take is picked.
        """
        if self.cursor_key.startswith(TAKE):
            return self.cursor_key.removeprefix(TAKE)
        picked = self.details.state.picked if self.details else None
        return picked.id if picked else None

    def _is_take_rejected(self) -> bool:
        """Return True if the take under the cursor is rejected. If the cursor is on no take, the picked take
        is checked.
        """
        takes = self.details.state.takes if self.details else ()
        return any(each.rejected for each in takes if each.id == self._get_current_take_id())

    @action
    def act_parts(self, key_command: KeyCommand) -> None:
        """Switch between two views of the prompt: its parts, each with the source of its text, or the
        complete text that is sent to the model.
        """
        self.shows_parts = not self.shows_parts
        self._draw_inspector()
        if self.shows_parts and self.details is not None:
            parts = self.details.preflight.prompt.all_parts or self.details.preflight.prompt.parts
            if parts and not self._prompt_parts.role:
                self.field_list.show_rows(self.field_list.rows, f"{WORDING}{parts[0].role}")
                self.field_list.focus()

    @action
    async def act_delete(self, key_command: KeyCommand) -> None:
        """Remove the condition, LoRA or suggestion under the cursor. If the cursor is on a take, reject the
        take, or accept a rejected take again.
        """
        kind, _, name = self.cursor_key.partition(":")
        match f"{kind}:":
            case "follow:" if name in ("board", "continuity"):
                await self.run_and_wait("shot.set", id=self.shot, **{name: "off"})
            case "follow:":
                await self.run_and_wait("shot.condition.remove", id=self.shot, which=(name,))
            case "lora:":
                await self.run_and_wait("shot.lora.remove", id=self.shot, lora=name)
            case "suggestion:":
                await self.run_and_wait("shot.decline", id=self.shot, suggestion=name)
            case _:
                take = self._get_current_take_id()
                if take is None:
                    self.show_message("there is no take to reject", "warn", "{shot.make} makes one")
                else:
                    judged = {"accept": True} if self._is_take_rejected() else {"reject": True}
                    await self.run_and_wait("shot.rate", id=self.shot, take=take, **judged)

    @action
    def act_mask(self, key_command: KeyCommand) -> None:
        """Z k: open masks on the take under the cursor, else on the shot's current picture."""
        open_mask_screen(
            self, self.cursor_key.removeprefix(TAKE) if self.cursor_key.startswith(TAKE) else self.shot
        )

    @action
    def act_full_screen(self, key_command: KeyCommand) -> None:
        """F: play the take under the cursor alone, else the shot's current picture."""
        take = self.cursor_key.removeprefix(TAKE) if self.cursor_key.startswith(TAKE) else ""
        play_shot(self, self.shot, take)

    @action
    async def act_print(self, key_command: KeyCommand) -> None:
        """c p: print the parameter sweep of the take under the cursor as a contact sheet; if the cursor is on
        no take, the shot's newest sweep.
        """
        if self.details is None or not self.details.state.takes:
            self.show_message("there is no take to print", "warn", "{shot.make} makes one")
            return
        take = self.cursor_key.removeprefix(TAKE) if self.cursor_key.startswith(TAKE) else ""
        await print_contact_sheet(self, self.shot, self.details.state.number, take)

    @action
    async def act_retake(self, key_command: KeyCommand) -> None:
        """c r: open the form that makes a changed version of the take under the cursor, else of the picked
        take.
        """
        take = self._get_current_take_id()
        if take is None or self.details is None:
            self.show_message("there is no take to change", "warn", "{shot.make} makes one")
            return
        await ask_retake(self, f"{self.details.state.number}  retake", self.shot, take)

    @action
    async def act_take_sound(self, key_command: KeyCommand) -> None:
        """c s: open the form for new sound, an extension, a lip sync, or a take that follows a recording.

        The form applies to the take under the cursor, else to the picked take.
        """
        state = self.details.state if self.details is not None else None
        place = self.cursor_key.removeprefix(TAKE) if self.cursor_key.startswith(TAKE) else ""
        taken = [one for one in state.takes if one.id == place] if state is not None else []
        take = taken[0] if taken else state.picked if state is not None else None
        if state is None:
            return
        await ask_take_sound(self, state.story, state.maker.id, take)

    @action
    def act_next_shot(self, key_command: KeyCommand) -> None:
        self._step_to_shot(key_command.times)

    @action
    def act_previous_shot(self, key_command: KeyCommand) -> None:
        self._step_to_shot(-key_command.times)

    def _step_to_shot(self, by: int) -> None:
        film = self.film
        if film is None:
            return
        ids = [shot.id for shot in film.story.live_shots()]
        if self.shot in ids:
            self.shot = ids[max(0, min(len(ids) - 1, ids.index(self.shot) + by))]
            self.studio_app.shot = self.shot
            self.show_film(film)

    @action
    async def act_to_script(self, key_command: KeyCommand) -> None:
        if self.details is not None:
            await self.studio_app.go_to_script_line(self.details.state.shot.line)
