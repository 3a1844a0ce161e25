"""The Home screen: a card for every film with its next step, and the actions that need no film, such as
starting one.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Hashable, Iterable
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual import events
from textual.containers import Vertical
from textual.widget import Widget

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.format import format_count, format_time_of_day
from milimo_tui.core.screens import ScreenName
from milimo_tui.core.time import parse_ratio
from milimo_tui.studio.project.review import AbsenceRecord
from milimo_tui.studio.project.screen_next_step import NextStep, ScreenPlace
from milimo_tui.studio.queue.job_rows import summarize_standing_tasks
from milimo_tui.tui.home.acts_without_film import ACTS, SCRIPT, act_rows
from milimo_tui.tui.home.doctor_panel import CARD, DoctorPanel
from milimo_tui.tui.home.film_actions import FilmActions
from milimo_tui.tui.home.film_cards import (
    NEWEST,
    ORDERS,
    build_film_card,
    collect_film_work,
    count_unseen_results,
    has_filter_words,
    sort_films,
)
from milimo_tui.tui.home.film_outline import build_outline_facts
from milimo_tui.tui.home.film_wall import ActList, FilmWall, Left
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.play import picture_process
from milimo_tui.tui.shell.modes import EscapeStep
from milimo_tui.tui.shell.overlay import get_panel_text_width
from milimo_tui.tui.terminal.theme import WORKING
from milimo_tui.tui.widgets.card_grid import Section
from milimo_tui.tui.widgets.cards import Cards
from milimo_tui.tui.widgets.facts import Facts
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.picture_widget import Pictured
from milimo_tui.tui.widgets.rows import Rows
from milimo_tui.tui.widgets.text import abbreviate_home, join_line, truncate_path

if TYPE_CHECKING:
    from milimo_tui.core.paths import ProjectPaths
    from milimo_tui.studio.project.film_rows import FilmRowCache
    from milimo_tui.studio.project.templates import Template
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.background.queue_feed import LiveQueue
    from milimo_tui.tui.home.reader_offer import ReaderOffer
    from milimo_tui.tui.keys.key_parser import KeyCommand

POSTERS = "milimo_tui.media.viewer.poster"  # Module of the helper process that makes posters.
LONG_PASTE = 3  # From this number of line breaks, a paste is a screenplay; a shorter paste is a path.
SLOW_SECONDS = 0.3  # Seconds after which the header shows that films are still being read.
DRAW_SECONDS = 0.2  # Seconds between redraws while films are being read.
REST_SECONDS = 0.25  # Seconds that the cursor must rest on a film before its next step is looked up.


class HomeScreen(PanedScreen):
    """The Home screen with the cards of the films. The list of actions that need no film is below, if there
    is space for it.
    """

    MODE = ScreenName.HOME
    TITLE = "Home"
    NEEDS_FILM = False
    CONTEXTS = ("home", "panes", "list", "global")
    CSS_PATH = "home.tcss"
    AUTO_FOCUS = None

    def __init__(self) -> None:
        super().__init__()
        self._known_films: FilmRowCache | None = None
        self._films: dict[str, dict[str, Any]] = {}  # The rows read from the films, by folder name.
        self._left_to_read = 0
        self._began_reading = 0.0
        self._known = False
        self._order, self._filter = NEWEST, ""
        # Input from a form for a new film that the user left: the typed texts, and the pasted screenplay.
        self._begun: tuple[dict[str, str], str] = ({}, "")
        self._away = AbsenceRecord()
        self._models = 0
        self._scripts: tuple[Path, ...] = ()
        self._other_home = False
        self._reader: ReaderOffer | None = None  # The language model that can be installed.
        self._may_offer_reader = True  # False if a language model is ready, or if none can run here.
        # The values on which a film's next step depends, by folder, as last drawn.
        self._like: dict[str, Hashable] = {}
        self._next: dict[Hashable, str] = {}  # Cached next steps, by the values in `_like`.
        self._looked_at: Hashable = None  # The values in `_like` for which a next step was last looked up.
        self._film_actions = FilmActions(self)
        self.modes = self.stack_modes(
            EscapeStep(lambda: bool(self._filter), lambda _: self._filter_films(""))
        )

    def compose_body(self) -> Iterable[Widget]:
        films = Split(FilmWall(id="films"), Facts(id="outline"), id="wall")
        yield Vertical(films, ActList(id="list"), id="home")
        yield Line(id="foot")

    @property
    def own_parts(self) -> tuple[object, ...]:
        return (self._film_actions,)

    def show_film(self, film: FilmSnapshot | None) -> None:
        self.run_in_background(self.read_films, "read", exclusive=True)

    def show_queue(self, queue: LiveQueue) -> None:
        if self._known:
            self._draw_home()
            if self._like.get(self.wall.key) != self._looked_at:
                self._schedule_next_step()

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        if self._known:
            self.run_in_background(self.read_films, "read", exclusive=True)

    async def read_films(self) -> None:
        """Read the films in a thread, beginning with the film under the cursor. The films read so far are
        drawn meanwhile.
        """
        studio = self.studio_app.studio
        try:
            folders = await self.in_thread(studio.list_films)
        except OSError as error:
            self.show_message(f"the films can't be listed: {error.strerror}", "error")
            folders = []
        names = {paths.root.name for paths in folders}
        self._films = {folder: film for folder, film in self._films.items() if folder in names}
        chosen = self._chosen_folder()
        folders.sort(key=lambda paths: paths.root.name != chosen)
        self._began_reading = drawn = time.monotonic()
        for left, paths in zip(range(len(folders), 0, -1), folders, strict=True):
            self._left_to_read = left
            self._films[paths.root.name] = await self.in_thread(partial(self._read_card_film, paths))
            if self._known and time.monotonic() - drawn > DRAW_SECONDS:
                drawn = time.monotonic()
                self._draw_home()
        self._left_to_read = 0
        if not self._known:
            await self._read_machine_facts()
        self._known = True
        self._draw_home()
        self.run_in_background(self._read_absence, "inbox", exclusive=True)
        if self._may_offer_reader:
            self.run_in_background(self._read_reader_offer, "reader", exclusive=True)

    def _read_card_film(self, paths: ProjectPaths) -> dict[str, Any]:
        # Imported lazily: the module imports all the code that finds stale takes.
        from milimo_tui.studio.project.film_rows import FilmRowCache

        self._known_films = self._known_films or FilmRowCache()
        return self._known_films.read_row(self.studio_app.studio, paths)

    async def _read_machine_facts(self) -> None:
        """Read facts that do not change while Home is open: the installed models, the screenplays in the
        working folder, the other studio homes, and the machine to which films are pushed and from which they
        are pulled.
        """
        models = await self.studio_app.run_and_wait("model.list", {}, quiet=True)
        self._models = sum(model["installed"] and not model["tiny"] for model in models.data) if models else 0
        studio = self.studio_app.studio

        def read() -> tuple[tuple[Path, ...], bool]:
            from milimo_tui.studio.script.local_scripts import find_script_files
            from milimo_tui.studio.session.home import has_other_home

            return tuple(found.path for found in find_script_files(Path.cwd())), has_other_home(studio.home)

        self._scripts, self._other_home = await self.in_thread(read)
        self._film_actions.box = self._film_actions.box or studio.settings.box

    async def _read_reader_offer(self) -> None:
        """Look for a language model to offer. This may ask services whether they answer."""
        studio = self.studio_app.studio

        def read() -> ReaderOffer | None:
            from milimo_tui.tui.home.reader_offer import find_reader_offer

            return find_reader_offer(studio)

        offer = await self.studio_app.inbox.run(read)
        self._may_offer_reader = offer is not None
        if offer != self._reader:
            self._reader = offer
            self._draw_home()

    async def _read_absence(self) -> None:
        """Read when the user was away, and which results arrived meanwhile. This may wait for the queue."""
        studio = self.studio_app.studio

        def read() -> AbsenceRecord:
            from milimo_tui.studio.project.inbox import read_absences

            try:
                client = studio.get_client_if_used()
                return read_absences(client) if client is not None else AbsenceRecord()
            except MilimoError:
                return AbsenceRecord()  # If the queue does not answer, the follower reports that.

        away = await self.studio_app.inbox.run(read)
        if away != self._away:
            self._away = away
            self._draw_home()
        self._schedule_next_step()

    @property
    def wall(self) -> FilmWall:
        return self.query_one(FilmWall)

    @property
    def act_list(self) -> ActList:
        return self.query_one(ActList)

    @property
    def chosen_film(self) -> dict[str, Any] | None:
        """The row of the film under the cursor; None if there is none."""
        return self._films.get(self.wall.key)

    def _chosen_folder(self) -> str:
        current = next((folder for folder, film in self._films.items() if film["current"]), "")
        return self.wall.key or current

    def _draw_home(self) -> None:
        ink, now, queue = self.ink, time.time(), self.studio_app.queue
        works = collect_film_work(queue)
        arrived = {folder: count_unseen_results(film, self._away) for folder, film in self._films.items()}
        self._like = {
            folder: (folder, film.get("updated", 0.0), arrived[folder], film["path"] in works)
            for folder, film in self._films.items()
        }
        shown = [film for film in self._films.values() if has_filter_words(film, self._filter)]
        cards = [
            build_film_card(film, works.get(film["path"]), arrived[film["folder"]], ink, self.with_keys, now)
            for film in sort_films(shown, self._order, works)
        ]
        self.wall.show_cards([Section(Text(), Text(), tuple(cards))] if cards else [])
        scripts = [
            path for path in self._scripts if path.name not in {f.get("script") for f in self._films.values()}
        ]
        self.act_list.show_rows(
            act_rows(
                ink,
                self._describe_terminal_problem(),
                self._models,
                scripts,
                is_first=not self._films,
                box=f"from {self._film_actions.box}" if self._film_actions.box else "",
                reader=f"{self._reader.model}, {self._reader.size}: reads scripts" if self._reader else "",
            )
        )
        self._fit_cards_and_list()
        self.call_after_refresh(self._fit_cards_and_list)
        self._draw_film_outline()
        self.refresh_lines()

    def _describe_terminal_problem(self) -> str:
        """Return a sentence about this terminal if it could show the studio better, for example with another
        setting; empty otherwise.
        """
        terminal = self.studio_app.terminal
        return terminal.words if terminal.can_improve else ""

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._fit_cards_and_list)

    def _fit_cards_and_list(self) -> None:
        """Divide the height between cards and list. The list is only shown if all cards stay visible above
        it.
        """
        if not self._known or not self.query("#wall"):
            # Before the films are known, no widget may get the focus, because it would keep the focus.
            return
        home, wall, rows = self.query_one("#home").size, self.wall, self.act_list
        films, high = len(self._films), len(rows.rows)
        first_film = bool(films) and not self.query_one("#wall").display
        self.query_one("#wall").display = bool(films)
        self.set_class(films == 1, "-one")
        self.call_after_refresh(self.query_one(Split).update_divider)
        width = wall.size.width or home.width
        below = home.height - high - 1
        fits = not films or len(wall.compute_wall_grid(width, below).lines) <= below
        rows.display = fits
        rows.styles.height = high if films else "1fr"
        hidden = rows if films and not fits else wall if not films else None
        if first_film or self.focused is None or not self.focused.display or self.focused is hidden:
            self.set_focus(wall if films else rows)

    def _draw_film_outline(self) -> None:
        """Show the facts and scenes of the film under the cursor. If the film can't be read, show the reason
        in the bottom line.
        """
        film, ink = self.chosen_film, self.ink
        self.query_one("#outline", Facts).show_fact_lines(
            build_outline_facts(film) if film is not None else []
        )
        foot = self.query_one("#foot", Line)
        if film is None:
            sentence = self.studio_app.terminal.sentence
            nothing = (
                f"no film has the name, tag or status “{self._filter}”"
                if self._filter and self._films
                else sentence
            )
            foot.show_line(join_line((nothing, ink.muted)))
        elif film.get("problem"):
            foot.show_line(join_line((film["problem"], ink.failed)))
        else:
            foot.show_line(Text())

    def format_header_title(self) -> Text:
        count = format_count(len(self._films), "film") if self._known and self._films else ""
        return join_line(("Milimo", self.ink.strong), (f"   {count}", self.ink.muted))

    def format_header_facts(self) -> Text | str:
        ink, parts = self.ink, []
        slow = time.monotonic() - self._began_reading > SLOW_SECONDS
        if self._left_to_read and slow:
            parts.append((f"{WORKING} reading, {format_count(self._left_to_read, 'film')} left", ink.working))
        if self._filter:
            parts.append((f"/ {self._filter}", ink.accent))
        if self._order != NEWEST:
            parts.append((self._order, ink.muted))
        ready = [work.ready for work in collect_film_work(self.studio_app.queue).values()]
        if ready and None not in ready:
            parts.append((f"ready {format_time_of_day(max(filter(None, ready)), time.time())}", ink.working))
        standing = summarize_standing_tasks(self.studio_app.queue.status, time.time())
        parts += [(words, ink.stale) for words in standing]
        if self._other_home:
            parts.append(
                (truncate_path(abbreviate_home(str(self.studio_app.studio.home.root)), 40), ink.muted)
            )
        return join_line(*[each for part in parts for each in (part, "   ")][:-1])

    def on_cards_moved(self, event: Cards.Moved) -> None:
        self._draw_film_outline()
        self.refresh_lines()
        self._schedule_next_step()

    def _schedule_next_step(self) -> None:
        """Look up the next step of the film under the cursor, once the cursor has rested on the film."""
        self._looked_at = self._like.get(self.wall.key)
        self.run_in_background(self._read_film_next_step, "next", exclusive=True)

    async def _read_film_next_step(self) -> None:
        await asyncio.sleep(REST_SECONDS)
        film, studio = self.chosen_film, self.studio_app.studio
        if film is None or film.get("problem"):
            return
        key = self._like.get(film["folder"])
        if key not in self._next:

            def read() -> str:
                from milimo_tui.studio.project.closed_film_step import describe_next_step

                return describe_next_step(studio, film["folder"])

            self._next[key] = await self.studio_app.inbox.run(read)
        self.refresh_lines()

    def get_current_place(self) -> ScreenPlace:
        """Return the user's position on Home, from which the screen's next step is chosen. If the film under
        the cursor is not open, the position contains the step to suggest: it opens the film and names the
        film's next task.
        """
        film = self.chosen_film
        if film is None or film["current"] or self.focused is self.act_list:
            return ScreenPlace(self.MODE)
        words = "" if film.get("problem") else self._next.get(self._like.get(film["folder"]), "")
        if not words:
            # The next step has not been read yet, or the film can't be read. In the second case the bottom
            # line shows the reason.
            return ScreenPlace(self.MODE, is_quiet=True)
        words = f"{film['name']}: {words}"
        opens = NextStep("", "project.use", words, does="opens the film", act="ui.enter")
        return ScreenPlace(self.MODE, step=opens)

    def on_pictured_wanted(self, event: Pictured.Wanted) -> None:
        self.run_in_background(partial(self._load_film_posters, event), "posters", exclusive=True)

    async def _load_film_posters(self, event: Pictured.Wanted) -> None:
        """Show the cached posters first. Then make the missing posters, and show each when it is ready."""
        posters = [film["poster"] for film in self._films.values() if film["poster"]]
        orders = {poster["to"]: poster for poster in posters}
        wanted = [orders[to] for to in event.pictures if to in orders]
        kept = await self.in_thread(lambda: {each["to"] for each in wanted if Path(each["to"]).is_file()})
        for order in wanted:
            if order["to"] in kept:
                await self._show_card_poster(event.shown_in, order, is_kept=True)
        missing = [order for order in wanted if order["to"] not in kept]
        if missing:
            async with aclosing(picture_process.make_picture_files(POSTERS, missing)) as made:
                async for order, is_kept in made:
                    await self._show_card_poster(event.shown_in, order, is_kept=is_kept)

    async def _show_card_poster(self, wall: Pictured, order: picture_process.Order, *, is_kept: bool) -> None:
        """Show a film's poster. If the poster could not be cached (the disk is full or read-only), draw it
        from its source.

        `is_kept` is True if the poster's file exists.
        """
        path, seconds = (
            (order["to"], 0.0) if is_kept else (order["source"], float(parse_ratio(order["seconds"])))
        )
        columns, rows = wall.picture_cells
        ground = self.ink.get_rgb("background")
        drawing = await self.studio_app.pictures.draw_file(
            Path(path), columns, rows, seconds=seconds, bars=ground
        )
        if drawing is not None:
            wall.set_picture(order["to"], drawing)
        else:
            wall.mark_picture_missing(order["to"])

    def on_left(self, event: Left) -> None:
        """Move the focus from the cards of films to the list of actions below them, or back to the cards."""
        other = self.act_list if self.focused is self.wall else self.wall
        if other.display and (other is not self.wall or self._films):
            self.set_focus(other)
            self.refresh_lines()

    def on_cards_chosen(self, event: Cards.Chosen) -> None:
        self.run_in_background(partial(self._open_film_of_card, event.key))

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        if event.key.startswith(SCRIPT):
            self._open_new_film_form(script=event.key.removeprefix(SCRIPT))
        elif event.key in ACTS:
            self.studio_app.type_keys([ACTS[event.key]])

    async def _open_film_of_card(self, folder: str) -> None:
        film = self._films.get(folder)
        if film is not None and film.get("problem"):
            self.show_message(
                film["problem"],
                "error",
                "{ui.delete} moves the film to the bin; :project recover tries to read it",
            )
        elif await self.run_and_wait("project.use", name=folder) is not None:
            await self.studio_app.go_to_mode(ScreenName.STORYBOARD)

    def _open_new_film_form(self, *, script: str = "", text: str = "") -> None:
        self.run_in_background(partial(self._ask_for_film, script, text))

    async def _ask_for_film(self, script: str, text: str) -> None:
        """Open the form for a new film, and go to the storyboard once the film was started.

        `script` is a path and `text` a pasted screenplay; both may be empty.
        """
        # Imported lazily: Home opens faster without it.
        from milimo_tui.tui.home.new_film import NewFilmScreen

        here = [abbreviate_home(str(path)) for path in self._scripts]
        typed, pasted = self._begun if not (script or text) else ({}, "")
        templates = await self.in_thread(self._read_templates)
        form = NewFilmScreen(script=script, text=text or pasted, here=here, typed=typed, templates=templates)
        self.studio_app.open_on_top(form)
        is_started = await form.done
        self._begun = ({}, "") if is_started else form.unfinished_input
        if is_started:
            await self.studio_app.go_to_mode(ScreenName.STORYBOARD)

    def _read_templates(self) -> tuple[Template, ...]:
        from milimo_tui.studio.project import templates

        try:
            return templates.list_templates(self.studio_app.studio.home)
        except MilimoError:  # A template file is damaged. The command `project template list` reports it.
            return templates.BUILT_IN

    @action
    def act_start_film(self, key_command: KeyCommand) -> None:
        self._open_new_film_form()

    async def on_paste(self, event: events.Paste) -> None:
        """Open the form for a new film with the pasted text. A short text is taken as a path, a longer one as
        a screenplay.
        """
        text = event.text.strip()
        event.stop()
        if text and text.count("\n") < LONG_PASTE:
            self._open_new_film_form(script=text.splitlines()[0].strip().strip("'\""))
        elif text:
            self._open_new_film_form(text=event.text)

    @action
    async def act_get_reader(self, key_command: KeyCommand) -> None:
        """Install the language model that suits this machine, so that it can read scripts."""
        from milimo_tui.tui.home.reader_offer import install_reader

        await install_reader(self, self._reader)

    @action
    async def act_search(self, key_command: KeyCommand) -> None:
        """Ask for filter words, and show only the films that match them (see `has_filter_words`). Esc shows
        all films again.
        """
        words = await self.ask_text("/", self._filter, name="FILTER", changed=self._filter_films)
        self._filter_films(words or "")

    def _filter_films(self, words: str) -> None:
        if words != self._filter:
            self._filter = words
            self._draw_home()

    @action
    def act_sort(self, key_command: KeyCommand) -> None:
        self._order = ORDERS[(ORDERS.index(self._order) + 1) % len(ORDERS)]
        self._draw_home()
        self.show_message(f"films: {self._order}")

    @action
    async def act_doctor(self, key_command: KeyCommand) -> None:
        outcome = await self.studio_app.run_and_wait("app.doctor", {}, quiet=True)
        if outcome is not None:
            report = f"{self.studio_app.terminal.sentence}\n\n{outcome.text}"
            report = report.replace(f"{Path.home()}/", "~/")
            panel = DoctorPanel(
                self.studio_app.replace_commands_with_keys(report),
                self.ink,
                get_panel_text_width(self.size.width),
            )
            if await self.studio_app.push_screen_wait(panel) == CARD:
                self.studio_app.open_card()

    async def require_readable_film(self) -> dict[str, Any] | None:
        """Return the film under the cursor, after waiting until all films were read.

        If there is no film, or if the film can't be read, show a message and return None.
        """
        while not self._known:  # The user may press a key before the films are read and the cursor exists.
            await asyncio.sleep(DRAW_SECONDS / 10)
        film = self.chosen_film
        if film is None or film.get("problem"):
            self.show_message("no readable film is under the cursor", "warn", "{ui.start_film} starts one")
            return None
        return film
