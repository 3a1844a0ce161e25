"""The storyboard screen: a card with a picture for every shot, grouped by scene. Shots are made, edited,
moved, added and deleted here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.widget import Widget

from milimo_tui.core.format import format_count
from milimo_tui.core.screens import ScreenName
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.studio.project.screen_next_step import ScreenPlace
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.mask.opening import open_mask_screen
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.play.job_previews import JobPreviews, get_preview_path
from milimo_tui.tui.shot.drawn_boards import DrawnBoards
from milimo_tui.tui.shot.manual_settings import ManualShotActs
from milimo_tui.tui.shot.printing import ask_and_print
from milimo_tui.tui.shot.shot_state import (
    BasicShotState,
    PictureSource,
    find_shot_picture,
    format_shot_state,
    list_basic_states,
    load_requested_pictures,
    map_jobs_by_shot,
)
from milimo_tui.tui.storyboard.board_cards import BoardCards
from milimo_tui.tui.storyboard.board_filter import BoardFilter, choose_cursor_shot
from milimo_tui.tui.storyboard.shot_preview import REST, ShotBeside, draw_shot_text
from milimo_tui.tui.storyboard.surgery_keys import SurgeryKeys
from milimo_tui.tui.widgets.cards import Cards
from milimo_tui.tui.widgets.empty import NO_FILM, TO_COMMIT, TO_HOME, Empty
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.picture_widget import Pictured
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Shot
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.studio.takes.shot_spec import ShotState
    from milimo_tui.tui.background.queue_feed import LiveQueue
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.terminal.images.drawing import Drawing

SEEN_SECONDS = 0.2  # Seconds after which the first cards count as painted, even if no paint was reported.


class StoryboardScreen(PanedScreen):
    """The storyboard screen. Keys act on the shot under the cursor, or on the marked shots if there are
    any.
    """

    MODE = ScreenName.STORYBOARD
    TITLE = "Storyboard"
    CONTEXTS = ("storyboard", "panes", "list", "global")
    CSS_PATH = "storyboard.tcss"
    AUTO_FOCUS = "#cards"

    def __init__(self) -> None:
        super().__init__()
        self._states: tuple[BasicShotState | ShotState, ...] = ()
        # The film snapshot from which `_states` was computed; the app may have a newer snapshot already.
        self._states_of: FilmSnapshot | None = None
        self._is_seen = False
        self._by_shot: dict[str, BasicShotState | ShotState] = {}
        # The value of `_states` for which the dictionary `_by_shot` was made. If `_states` differs from it,
        # the dictionary is made again.
        self._found_in: object = ()
        self._shot_to_show = ""  # Id of a shot to which the cursor moves once its card exists.
        self._previews = JobPreviews(self)
        self._boards = DrawnBoards(self)
        self._board_cards = BoardCards(self)
        self.surgery = SurgeryKeys(self, lambda: self.cards.key, self.go_to_shot)
        self.filter = BoardFilter(self, lambda: self._states, self._draw_filtered)
        self.modes = self.stack_modes(self.filter)
        self._by_hand = ManualShotActs(
            self, self._get_current_shot, lambda: self.selected if self.cards.marked else ()
        )

    @property
    def own_parts(self) -> tuple[object, ...]:
        return (*super().own_parts, self.surgery, self.filter, self._by_hand)

    def compose_body(self) -> Iterable[Widget]:
        yield Split(Cards(id="cards"), ShotBeside(id="beside"), id="board")
        yield Empty(self.with_keys, id="empty")

    @property
    def cards(self) -> Cards:
        """The board of cards."""
        return self.query_one(Cards)

    def show_film(self, film: FilmSnapshot | None) -> None:
        self.filter.reset_for_film(film.story.project.id if film is not None else "")
        if film is not None:
            project = film.story.project
            self.cards.ratio = project.width / project.height
            self.cards.reset_requests()
            self.shot_pane.fit_picture_height(self.cards.ratio)
        self.run_in_background(partial(self._load_states, film), "read", exclusive=True)

    async def _load_states(self, film: FilmSnapshot | None) -> None:
        """Draw the cards at once, then compute staleness and pictures in a thread and draw the cards
        again.
        """
        if film is None or not film.story.live_shots():
            self._show_board_guide(film)
            return

        self._states, self._states_of = list_basic_states(film.story), film
        # The cards are drawn without staleness and pictures first, because computing these takes time.
        self._draw_board(film)
        if not self._is_seen:
            self._is_seen = True
            await self.studio_app.wait_for_paint(SEEN_SECONDS)

        def read() -> tuple[tuple[BasicShotState | ShotState, ...], dict[str, PictureSource], dict[str, str]]:
            from milimo_tui.studio.takes.shot_spec import list_shot_states

            found = list_shot_states(film.story)
            assets = {asset.id: asset for asset in film.story.assets}
            folder = str(self.studio_app.studio.require_project().paths.root)
            performances = FilmPerformances(film.story)
            sources = {
                state.shot.id: find_shot_picture(film.story, folder, state, assets, performances)
                for state in found
            }
            bare = [state.shot for state in found if not sources[state.shot.id].path]
            return found, sources, self._boards.make_board_keys(film.story, bare)

        self._states, self._board_cards.sources, self._board_cards.board_keys = await self.in_thread(read)
        self._draw_board(film)

    def _show_board_guide(self, film: FilmSnapshot | None) -> None:
        self.query_one("#board").display = False
        empty = self.query_one(Empty)
        empty.display = True
        self._states = ()
        if film is None:
            empty.show_guide(
                NO_FILM,
                [
                    TO_HOME,
                    ("", ""),
                    ("", "Every shot gets a card here, by scene."),
                ],
            )
        elif film.story.project.script.strip():
            empty.show_guide(
                "The screenplay has not been made into shots yet.",
                [TO_COMMIT, ("", "")],
                bare=True,
            )
        else:
            empty.show_guide(
                "The storyboard shows every shot of the film as a card with its picture.",
                [
                    (
                        "{ui.mode script}",
                        "write or paste a screenplay; {script:ui.commit} there makes its shots",
                    )
                ],
                bare=True,
            )
        self.refresh_lines()

    def show_queue(self, queue: LiveQueue) -> None:
        if self._states and self._states_of is not None:
            self._draw_board(self._states_of)
            self._show_job_previews()

    def redraw_pictures(self, *, lost_alone: bool = False) -> None:
        super().redraw_pictures(lost_alone=lost_alone)
        if self._states:
            self._show_job_previews()

    def _show_job_previews(self) -> None:
        """Show the previews of running jobs in the cards of their shots."""
        cards, jobs = self.cards, map_jobs_by_shot(self.studio_app.queue.jobs)
        paths = [path for state in self._states if (path := get_preview_path(jobs.get(state.maker.id)))]
        cards.retain_own_pictures(paths)

        def show(path: str, drawing: Drawing) -> None:
            fresh = not cards.has_picture(path)
            cards.set_own_picture(path, drawing)
            if fresh and self._states_of is not None:
                self._draw_board(self._states_of)

        project = self.film.story.project if self.film is not None else None
        raster = (project.width, project.height) if project is not None else None
        self._previews.update_previews(paths, lambda: cards.picture_cells, cards.has_picture, show, raster)

    def _draw_filtered(self, shot: str) -> None:
        """Draw the cards of the shots that match the filter. The cursor moves to the shot with the id `shot`,
        or to a shot near it.
        """
        self._shot_to_show = shot or self._shot_to_show
        if self._states_of is not None and self._states:
            self._draw_board(self._states_of)

    def _draw_board(self, film: FilmSnapshot) -> None:
        states = self.filter.filter_states(self._states)
        sections = self._board_cards.make_sections(
            film.story, self._states, states, all_seen=not self.filter.is_on
        )
        self._set_board_visible(bool(sections))
        key = self._shot_to_show or self.cards.key or self.studio_app.shot
        if self.filter.is_on:
            order = {state.shot.id: place for place, state in enumerate(self._states)}
            key = choose_cursor_shot(order, (state.shot.id for state in states), key)
        self.cards.show_cards(sections, key=key)
        if self.cards.key == self._shot_to_show or self.filter.is_on:
            self._shot_to_show = ""
        if self.focused is None and self.is_current and not self.prompt.is_open:
            self.cards.focus()
        self._draw_shot_pane()
        self.refresh_lines()

    def _set_board_visible(self, is_there: bool) -> None:
        """Show the cards if `is_there` is True, else a message that no shot matches the filter."""
        self.query_one("#board").display = is_there
        empty = self.query_one(Empty)
        empty.display = not is_there
        if not is_there:
            keymap = self.studio_app.keyboard.keymap
            keys = (keymap.with_keys(f"{{{act}}}", self.CONTEXTS) for act in ("ui.filter", "ui.out"))
            words = ("another filter", "all shots")
            empty.show_guide(f"No shot matches {self.filter.text}", tuple(zip(keys, words, strict=True)))

    @property
    def shot_pane(self) -> ShotBeside:
        """The pane next to the board that shows the shot under the cursor."""
        return self.query_one(ShotBeside)

    def _draw_shot_pane(self) -> None:
        """Show the text and picture of the shot under the cursor in the pane next to the board, if the pane
        is visible.
        """
        state, film, pane = self.get_shot_state(self.cards.key), self.film, self.shot_pane
        if state is None or film is None or not pane.display:
            return
        shot, ink = state.shot, self.ink
        job = map_jobs_by_shot(self.studio_app.queue.jobs).get(state.maker.id)
        scene = next((scene for scene in film.story.scenes if scene.id == shot.scene), None)
        described, rate = format_shot_state(state, job, ink), film.story.project.rate
        width = max(20, pane.content_size.width or 60)
        pane.show_words(draw_shot_text(state.number, shot, scene, described, rate, ink, width))
        self.run_in_background(partial(self._show_pane_picture, shot), "beside", exclusive=True)

    async def _show_pane_picture(self, shot: Shot) -> None:
        """Show the picture of a shot in the pane next to the board, once the cursor has rested on the shot.
        If the shot has no picture, draw a simple board for it first.
        """
        await asyncio.sleep(REST)
        source, key = self._board_cards.get_source(shot.id), self._board_cards.board_keys.get(shot.id, "")
        bare = None if source.path else self._boards.get_keyed_shots(key).get(key)
        if bare is not None and self.shot_pane.display:
            board = await self._boards.find_board_file(*bare)
            source = PictureSource(str(board)) if board is not None else source
        await self.shot_pane.show_picture(self.studio_app, source)

    def on_picture_resized(self, event: Picture.Resized) -> None:
        self.shot_pane.fit_picture_height(self.cards.ratio)
        self._draw_shot_pane()

    def format_header_facts(self) -> Text | str:
        if not self._states or self.film is None:
            return ""
        ink = self.ink
        if self.filter.is_on or self.filter.is_asking:
            return self.filter.facts(ink, self.size.width - self.format_header_title().cell_len - 6)
        picked = sum(state.picked is not None for state in self._states)
        stale = sum(state.stale for state in self._states)
        scenes = len({state.shot.scene for state in self._states})
        parts = [
            join_line((format_count(scenes, "scene"), ink.muted)),
            join_line((format_count(len(self._states), "shot"), ink.muted)),
            join_line((f"{picked} picked", ink.picked if picked else ink.muted)),
        ]
        if stale:
            parts.append(join_line((f"{stale} stale", ink.stale)))
        if self.film.story.project.numbers_locked:
            parts.append(join_line(("numbers locked", ink.muted)))
        if unsure := sum(len(state.shot.doubts) for state in self._states):
            keys = self.studio_app.keyboard.keymap.find_chord("ui.unsure", self.contexts)
            parts.append(join_line((f"{unsure} unsure  ", ink.stale), (keys, ink.accent)))
        room = self.size.width - self.format_header_title().cell_len - 4
        wide, close = Text("   ").join(parts), Text("  ").join(parts)
        if wide.cell_len <= room:
            return wide
        # If there is too little space, the number of scenes is left out, so that the title on the left is not
        # shortened.
        return close if close.cell_len <= room else Text("  ").join(parts[1:])

    def on_pictured_wanted(self, event: Pictured.Wanted) -> None:
        self.run_in_background(partial(self._load_card_pictures, event), "pictures", exclusive=True)

    async def _load_card_pictures(self, event: Pictured.Wanted) -> None:
        """Show the pictures that already exist, then draw boards for the visible cards that have none."""
        await load_requested_pictures(self.studio_app, event, self._board_cards.sources.values())
        await self._boards.load_boards(event.pictures, event.shown_in)

    def get_shot_state(self, shot: str) -> BasicShotState | ShotState | None:
        """Return the state of the shot with the id `shot`; None if the shot is not on the board."""
        if self._found_in is not self._states:
            self._found_in = self._states
            self._by_shot = {state.shot.id: state for state in self._states}
        return self._by_shot.get(shot)

    def _get_current_shot(self) -> tuple[Shot, str] | None:
        """Return the shot under the cursor and its number; None if the cursor is on no shot."""
        state = self.get_shot_state(self.cards.key)
        return (state.shot, state.number) if state is not None else None

    @property
    def selected(self) -> tuple[str, ...]:
        """The ids of the shots to which a key applies: the marked shots in film order, or the shot under the
        cursor if none is marked.
        """
        marked = tuple(state.shot.id for state in self._states if state.shot.id in self.cards.marked)
        # The key may belong to an omitted shot; the command then shows an error.
        return marked or ((self.cards.key,) if self.cards.key else ())

    def get_command_args(self, command: str, key_command: KeyCommand) -> Mapping[str, Any] | None:
        shots = self.selected
        match command:
            case "app.build":
                return {"detach": True}
            case "shot.make" if {"missing", "stale"} & key_command.binding.args.keys():
                # The command makes takes only for shots that match the active filter.
                return {"detach": True, "where": self.filter.text}
            case "shot.make":
                return {"ids": shots, "takes": key_command.times, "detach": True} if shots else None
            case "storyboard.board":
                return {"ids": shots, "detach": True} if shots else None
            case "storyboard.reorder":
                by = int(key_command.binding.args.get("by", 1)) * key_command.times
                return {"id": shots[0], "by": by} if shots else None
            case "shot.delete" | "shot.set" | "shot.pick" | "shot.rate" | "shot.remake":
                return {"id": shots[0]} if shots else None
            case "shot.join" | "shot.duplicate":
                return {"id": shots[0]} if shots else None
            case "scene.move" if "by" in key_command.binding.args:
                scene = self.surgery.scene
                by = int(key_command.binding.args["by"]) * key_command.times
                return {"id": scene.id, "by": by} if scene is not None else None
            case "scene.set":
                state = self.get_shot_state(self.cards.key)
                return {"id": state.shot.scene} if state else None
        return {}

    def get_current_place(self) -> ScreenPlace:
        state = self.get_shot_state(self.cards.key)
        is_made = state is not None and state.picked is not None
        return ScreenPlace(self.MODE, acts=("ui.enter", "ui.edit") if is_made else ("shot.make", "ui.enter"))

    def get_selected_file(self) -> str:
        return self._board_cards.get_source(self.cards.key).path

    def get_play_arguments(self) -> tuple[str, ...]:
        state = self.get_shot_state(self.cards.key)
        if state is None or self.film is None:
            return ()
        numbers = self.film.story.numbers
        number = numbers.get(state.shot.id, "")
        return (number if list(numbers.values()).count(number) == 1 else state.shot.id,)

    def go_to_shot(self, shot: str) -> None:
        """Move the cursor to a shot, given by its id. If the shot's card does not exist yet, move when it
        does. If a filter hides the shot, remove the filter.
        """
        if self.filter.is_on and shot in {state.shot.id for state in self._states} - set(self.cards.keys):
            self.filter.clear_filter()
            self._draw_filtered(shot)
        if not self.cards.move_to_key(shot):
            self._shot_to_show = shot

    def on_cards_moved(self, event: Cards.Moved) -> None:
        if event.key and self.get_shot_state(event.key) is not None:
            self.studio_app.shot = event.key
        self._draw_shot_pane()
        self.refresh_status_line()

    def on_cards_chosen(self, event: Cards.Chosen) -> None:
        from milimo_tui.tui.shot.shot import ShotScreen

        if self.get_shot_state(event.key) is None:
            self.show_message(
                "this shot is omitted",
                "warn",
                "{ui.delete} restores a shot, {ui.delete_scene} restores a scene",
            )
            return
        self.app.push_screen(ShotScreen(event.key))

    @action
    def act_mask(self, key_command: KeyCommand) -> None:
        """Z k: open the masks of the picture of the shot under the cursor."""
        open_mask_screen(self, self.cards.key if self.get_shot_state(self.cards.key) is not None else "")

    @action
    def act_full_screen(self, key_command: KeyCommand) -> None:
        """F: play the shot under the cursor alone."""
        from milimo_tui.tui.shot.play_shot import play_shot

        if self.get_shot_state(self.cards.key) is not None:
            play_shot(self, self.cards.key)
        else:
            self.show_message("there is no shot to play", "warn", "{ui.add} adds one")

    @action
    def act_plan(self, key_command: KeyCommand) -> None:
        """Open the plan of the scene that contains the shot under the cursor."""
        from milimo_tui.tui.storyboard.plan import PlanScreen

        state = self.get_shot_state(self.cards.key)
        if state is None:
            self.show_message(
                "there is no scene to plan", "warn", "{ui.mode script}, then {script:ui.commit} makes them"
            )
            return
        self.app.push_screen(PlanScreen(state.shot.scene))

    @action
    def act_suggestions(self, key_command: KeyCommand) -> None:
        """r: open the suggestions for the scene: each shot's prompt next to the prompt that a language model
        suggests.
        """
        from milimo_tui.tui.storyboard.suggestions import SuggestionsScreen

        state = self.get_shot_state(self.cards.key)
        if state is None:
            self.show_message(
                "there is no scene to write prompts for",
                "warn",
                "{ui.mode script}, then {script:ui.commit} makes them",
            )
            return
        self.app.push_screen(SuggestionsScreen(state.shot.scene, state.shot.id))

    @action
    async def act_print(self, key_command: KeyCommand) -> None:
        """Write the boards as pages, or the shot list as a table, to a file."""
        if self.film is None or not self._states:
            self.show_message(
                "there are no shots to print", "warn", "{ui.mode script}, then {script:ui.commit} makes them"
            )
            return
        states = self.filter.filter_states(self._states)
        if not states:
            self.show_message("the filter matches no shot", "warn", "Esc shows all")
            return
        of = f" of {format_count(len(states), 'shot')}" if self.filter.is_on else ""
        await ask_and_print(
            self, f"Boards{of} to:", "boards.pdf", "storyboard.export", where=self.filter.text
        )

    @action
    async def act_delete(self, key_command: KeyCommand) -> None:
        """Move the selected shots to the bin, after a confirmation if they have takes. An omitted shot is
        restored instead.
        """
        if await self.surgery.restore_cut_shot(key_command):
            return
        states = [state for id in self.selected if (state := self.get_shot_state(id)) is not None]
        if not states:
            self.show_message("no shot is selected", "warn", "{ui.add} adds one")
            return
        takes = sum(len(state.takes) for state in states)
        names = ", ".join(state.number for state in states)
        if takes and not await self.confirm(f"Move {names} with {format_count(takes, 'take')} to the bin?"):
            return
        for state in states:
            await self.run_and_wait("shot.delete", id=state.shot.id)

    @action
    async def act_add(self, key_command: KeyCommand) -> None:
        """a: add a shot after the shot under the cursor."""
        state = self.get_shot_state(self.cards.key)
        if state is None:
            self.show_message(
                "there is no shot after which a shot can be added",
                "warn",
                "commit a screenplay first: {ui.mode script}",
            )
            return
        action = await self.ask_text(f"New shot after {state.number}:", name="SHOT")
        if action and action.strip():
            outcome = await self.run_and_wait(
                "shot.add", scene=state.shot.scene, action=action.strip(), after=state.shot.id
            )
            if outcome is not None:
                self.go_to_shot(outcome.data["id"])

    @action
    async def act_edit(self, key_command: KeyCommand) -> None:
        """e: edit the action text of the shot under the cursor."""
        state = self.get_shot_state(self.cards.key)
        if state is None:
            return
        action = await self.ask_text(f"{state.number} action:", state.shot.action, name="SHOT")
        if action is not None and action != state.shot.action:
            await self.run_and_wait("shot.set", id=state.shot.id, action=action)

    @action
    async def act_to_script(self, key_command: KeyCommand) -> None:
        """Go to the line of the screenplay that this shot was made from."""
        state = self.get_shot_state(self.cards.key)
        if state is not None:
            await self.studio_app.go_to_script_line(state.shot.line)

    def search_pane(self, words: str, step: int) -> None:
        if not self.cards.find_next(words, step):
            self.show_message(
                f"“{words}” is not on the storyboard", "warn", "{ui.search} looks for something else"
            )
