"""The Home screen: the films of this studio home, how to start one, what this terminal can show."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import aclosing, suppress
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.format import plural
from milimo_tui.core.time import parse_ratio
from milimo_tui.tui.home.doctor_panel import CARD, DoctorPanel
from milimo_tui.tui.home.film_outline import outline_facts
from milimo_tui.tui.keys.completion import paths
from milimo_tui.tui.play import kept_pictures
from milimo_tui.tui.shell.key_sheet import manual_of
from milimo_tui.tui.shell.overlay import room
from milimo_tui.tui.shell.screen import StudioScreen
from milimo_tui.tui.widgets.facts import Facts
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.pictured import Pictured
from milimo_tui.tui.widgets.poster_strip import PosterItem, PosterStrip
from milimo_tui.tui.widgets.prompt import Prompt
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import fit, fit_path, line

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import Snapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand

REVIEW, START, WEIGHTS, TOUR, DOCTOR = "review", "start", "weights", "tour", "doctor"
POSTERS = "milimo_tui.media.viewer.poster"  # the helper that makes them
LONG_PASTE = 3  # lines from which a paste is a screenplay, not a path

# What the tour says; docs/tour.md tells the same at length.
TOUR_TEXT = """\
Five minutes through the studio. Esc closes this.

  g h  Home        every film; a starts one from a screenplay
  g s  Script      i writes, Esc reads, c c makes its shots
  g b  Storyboard  a card a shot; c c makes a take of it
  g j  Jobs        what is made now; it goes on without you
  g v  Review      what came in meanwhile: pick, rate, reject
  g t  Timeline    space plays, s splits, x deletes, u undoes
  g f  Film        render it, play it

Keys are said one after the other: g, then b. Wait after the
first, and what can follow is listed. ? shows all keys here.

: takes a command, a timecode (1:12:08), or q to leave.
g l finds every message again. Nothing is lost by leaving.
"""


class HomeScreen(StudioScreen):
    """The films' posters, a list of them, then of things to do next."""

    MODE = "home"
    TITLE = "Home"
    NEEDS_FILM = False
    CONTEXTS = ("home", "list", "global")
    CSS_PATH = "home.tcss"
    AUTO_FOCUS = "#list"

    def __init__(self) -> None:
        super().__init__()
        self._films: list[dict[str, Any]] = []
        self._known = False
        self._models = 0
        self._inbox_sentence = ""

    def body(self) -> Iterable[Widget]:
        films = Vertical(PosterStrip(id="posters"), Rows(id="list"), id="films")
        yield Horizontal(films, Facts(id="outline"), id="home")
        yield Line(id="terminal")

    def show_film(self, film: Snapshot | None) -> None:
        self.background(self._read, "read", exclusive=True)

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        if self._known:
            self.background(self._read, "read", exclusive=True)

    async def _read(self) -> None:
        """Read the films of the home, newest first, in a thread."""
        outcome = await self.studio_app.command("project.list", {}, quiet=True)
        models = await self.studio_app.command("model.list", {}, quiet=True)
        self._known = True
        self._films = sorted(outcome.data, key=_rank) if outcome is not None else []
        self._models = sum(model["installed"] and not model["tiny"] for model in models.data) if models else 0
        self._draw()
        if self.film is not None:
            self.background(self._read_inbox, "inbox", exclusive=True)

    async def _read_inbox(self) -> None:
        """Read what came in for the open film; it may have to wait for the queue."""

        def read() -> str:
            from milimo_tui.studio.project.inbox import read_inbox

            with suppress(MilimoError):  # a film that can't be read is told by who follows it
                return read_inbox(self.studio_app.studio).sentence()
            return ""

        sentence = await self.studio_app.inbox.run(read)
        if sentence != self._inbox_sentence:
            self._inbox_sentence = sentence
            self._draw()

    def _draw(self) -> None:
        ink, rows = self.ink, []
        for film in self._films:
            rows.append(self._film_row(film))
        if rows:
            rows.append(Row("", Text()))
        else:
            rows += [
                Row("", line(("From a screenplay to a finished film, here in the terminal.", ink.strong))),
                Row(
                    "",
                    line(
                        (
                            "Begin with a screenplay: a film plays at once, and each shot made betters it.",
                            ink.muted,
                        )
                    ),
                ),
                Row("", Text()),
            ]
        weights = (
            f"{plural(self._models, 'model')} installed"
            if self._models
            else "no model installed · previs needs none"
        )
        if self._inbox_sentence:
            rows.append(_action_row(REVIEW, "Review", "g v", self._inbox_sentence, self))
        rows += [
            _action_row(START, "Start a film", "a", "paste or name a screenplay (.fountain .txt)", self),
            _action_row(WEIGHTS, "Get real shots", "w", weights, self),
            _action_row(TOUR, "Take the tour", "T", "five minutes", self),
            _action_row(DOCTOR, "Ask the doctor", "d", "what this machine has and lacks", self),
        ]
        self.query_one(Rows).show(rows)
        self._draw_posters()
        sentence = self.studio_app.terminal.sentence
        better = "  d fixes it." if self.studio_app.terminal.can_better else ""
        self.query_one("#terminal", Line).show(line((sentence + better, ink.muted)))
        self.refresh_lines()

    # -- posters -------------------------------------------------------------------------------------

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._fit_posters)

    def _fit_posters(self) -> None:
        films = self.query_one("#films").size
        self.query_one(PosterStrip).fit(films.width, self.query_one("#body").size.height)

    def _draw_posters(self) -> None:
        items = [
            PosterItem(
                film["folder"],
                film["name"],
                film.get("length", ""),
                (film["poster"] or {}).get("to", ""),
                broken=bool(film.get("problem")),
            )
            for film in self._films
        ]
        self.query_one(PosterStrip).show(items, self.query_one(Rows).key)
        self._fit_posters()
        self._draw_outline()

    def _draw_outline(self) -> None:
        """List the scenes of the film under the cursor, else of the open one; shown where there is room."""
        key = self.query_one(Rows).key
        film = next((film for film in self._films if film["folder"] == key), None)
        film = film or next((film for film in self._films if film["current"]), None)
        self.query_one("#outline", Facts).show(outline_facts(film) if film is not None else [])

    def on_rows_moved(self, event: Rows.Moved) -> None:
        self.query_one(PosterStrip).choose(event.key)
        self._draw_outline()

    def on_poster_strip_clicked(self, event: PosterStrip.Clicked) -> None:
        """Go to the film; where it has the cursor already, open it."""
        rows = self.query_one(Rows)
        if rows.key == event.key:
            self.background(partial(self._open, event.key))
        else:
            rows.show(rows.rows, key=event.key)

    def on_pictured_wanted(self, event: Pictured.Wanted) -> None:
        self.background(partial(self._load_posters, event), "posters", exclusive=True)

    async def _load_posters(self, event: Pictured.Wanted) -> None:
        """Show the posters that are kept, then those that have to be made, one by one."""
        orders = {film["poster"]["to"]: film["poster"] for film in self._films if film["poster"]}
        wanted = [orders[to] for to in event.pictures if to in orders]
        kept = await self.in_thread(lambda: {each["to"] for each in wanted if Path(each["to"]).is_file()})
        for order in wanted:
            if order["to"] in kept:
                await self._show_poster(event.shown_in, order, is_kept=True)
        missing = [order for order in wanted if order["to"] not in kept]
        if missing:
            async with aclosing(kept_pictures.make(POSTERS, missing)) as made:
                async for order, is_kept in made:
                    await self._show_poster(event.shown_in, order, is_kept=is_kept)

    async def _show_poster(self, strip: Pictured, order: kept_pictures.Order, *, is_kept: bool) -> None:
        """Show a poster; one that can't be kept (a disk that is full or only read) from its source."""
        path, seconds = (
            (order["to"], 0.0) if is_kept else (order["source"], float(parse_ratio(order["seconds"])))
        )
        columns, rows = strip.picture_cells
        ground = self.ink.rgb("background")
        drawing = await self.studio_app.pictures.of_file(
            Path(path), columns, rows, seconds=seconds, bars=ground
        )
        if drawing is not None:
            strip.set_picture(order["to"], drawing)
        else:
            strip.lack_picture(order["to"])

    def _film_row(self, film: dict[str, Any]) -> Row:
        ink = self.ink
        if film.get("problem"):
            problem = line((f"✕ {fit(film['folder'], 22)}  ", ink.failed), (film["problem"], ink.muted))
            return Row(film["folder"], problem)
        shots = plural(film["shots"], "shot") if film["shots"] else "no shots yet"
        if film["shots"] and film["previs"] == film["shots"]:
            shots += ", all previs"
        elif film["picked"]:
            shots += f", {film['picked']} picked"
        if film["read_only"]:
            shots += ", read-only"
        if film["stale"]:
            shots += f", {film['stale']} stale"
        name_width = 24 if self.size.width < 110 else 40
        return Row(
            film["folder"],
            line(
                (fit(film["name"], name_width), ink.strong),
                "  ",
                (f"{film['length']:>7}", ink.text),
                "   ",
                (shots, ink.muted),
            ),
            line(
                (f"{'open' if film['current'] else ''}", ink.accent),
                (f"   {when(film['updated']):>11}", ink.muted),
            ),
        )

    def heading(self) -> Text:
        return line(("Milimo", self.ink.strong))

    def facts(self) -> Text | str:
        studio = self.studio_app.studio
        why = f" ({studio.why_home})"
        room = self.size.width - cell_len(f"Milimo  studio home: {why}") - 2
        return f"studio home: {fit_path(_short(str(studio.home.root)), room)}{why}"

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        acts = {
            REVIEW: self._review,
            START: self._start,
            WEIGHTS: self._weights,
            TOUR: self._tour,
            DOCTOR: self._doctor,
        }
        self.background(acts.get(event.key) or partial(self._open, event.key))

    async def _open(self, folder: str) -> None:
        if await self.command("project.use", name=folder) is not None:
            await self.studio_app.go("storyboard")

    # -- acts --------------------------------------------------------------------------------------

    async def act_start_film(self, key_command: KeyCommand) -> None:
        await self._start()

    async def _start(self) -> None:
        path = await self.ask("Screenplay (a path, or paste the text):", name="START", lines=paths)
        if path and path.strip():
            await self.start_from(path.strip())

    async def start_from(self, path: str) -> None:
        """Make a film from a screenplay file: project, scenes, shots and the first cut."""
        if await self.command("script.import", script=path) is None:
            return
        await self.studio_app.go("storyboard")

    def on_prompt_pasted(self, event: Prompt.Pasted) -> None:
        """Start a film from a screenplay pasted where its path was asked for."""
        if self.prompt.name_shown == "START":
            self.prompt.leave()
            self.background(partial(self._start_from_text, event.text))

    async def on_paste(self, event: events.Paste) -> None:
        """Start a film from a pasted screenplay or a pasted path."""
        text = event.text.strip()
        event.stop()
        if not text:
            return
        if text.count("\n") < LONG_PASTE:
            await self.start_from(text.splitlines()[0].strip().strip("'\""))
            return
        self.background(partial(self._start_from_text, event.text))

    async def _start_from_text(self, text: str) -> None:
        name = await self.ask("The film's name:", _title(text), name="START")
        if not name or not name.strip():
            self.say("nothing was made")
            return
        if await self.command("project.new", name=name.strip()) is None:
            return
        if await self.command("script.save", text=text) is not None:
            await self.command("storyboard.commit")
            await self.studio_app.go("storyboard")

    async def act_tour(self, key_command: KeyCommand) -> None:
        await self._tour()

    async def _tour(self) -> None:
        page = await self.in_thread(lambda: manual_of(self.studio_app.keyboard.keymap, self.CONTEXTS))
        self.studio_app.show_text("The tour", TOUR_TEXT, page)

    async def act_doctor(self, key_command: KeyCommand) -> None:
        await self._doctor()

    async def _doctor(self) -> None:
        outcome = await self.studio_app.command("app.doctor", {}, quiet=True)
        if outcome is not None:
            report = f"{self.studio_app.terminal.sentence}\n\n{outcome.text}"
            panel = DoctorPanel(self.studio_app.in_keys(report), self.ink, room(self.size.width))
            if await self.studio_app.push_screen_wait(panel) == CARD:
                self.studio_app.open_card()

    async def _review(self) -> None:
        await self.studio_app.go("review")

    async def _weights(self) -> None:
        await self.studio_app.go("models")

    async def act_rename(self, key_command: KeyCommand) -> None:
        """Rename the film under the cursor; it becomes the current one."""
        key = self.query_one(Rows).key
        film = next((film for film in self._films if film["folder"] == key), None)
        if film is None:
            self.say("a film is renamed; none is under the cursor", "warn")
            return
        name = await self.ask("Name:", film["name"], name="FILM")
        if name and name.strip() != film["name"]:
            await self.command("project.use", name=film["folder"])
            await self.command("project.rename", name=name.strip())


def _rank(film: dict[str, Any]) -> tuple[bool, float]:
    """Order films: the open one first, then the newest."""
    return not film["current"], -film.get("updated", 0.0)


def _action_row(key: str, title: str, letter: str, words: str, screen: HomeScreen) -> Row:
    ink = screen.ink
    return Row(key, line((fit(title, 16), ink.text), (f"  {letter:<3} ", ink.accent), (words, ink.muted)))


def _short(path: str) -> str:
    """Shorten a path: `~` for the person's home."""
    from pathlib import Path

    home = str(Path.home())
    return "~" + path[len(home) :] if path == home or path.startswith(home + "/") else path


def _title(text: str) -> str:
    """Return the Title of a pasted title page; empty where there is none."""
    for words in text.splitlines()[:20]:
        key, mark, value = words.partition(":")
        if mark and key.strip().casefold() == "title":
            return value.strip().strip("_*")
    return ""


def when(moment: float, now: float | None = None) -> str:
    """Name a day as people do: today, yesterday, 3 days ago, 2026-11-20."""
    now = time.time() if now is None else now
    days = (date.fromtimestamp(now) - date.fromtimestamp(moment)).days
    if days <= 0:
        return f"today {time.strftime('%H:%M', time.localtime(moment))}"
    if days == 1:
        return "yesterday"
    return f"{days} days ago" if days < 8 else time.strftime("%Y-%m-%d", time.localtime(moment))
