"""The Film screen as it is drawn: the render to be, the films made so far, how to fetch one.

Draws the snapshot, the queue and the project's renders; every action is a command of the registry.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Static

from milimo_tui.core.format import clock, plural, took_text
from milimo_tui.core.time import timecode
from milimo_tui.cut.delivery.presets import PRESETS
from milimo_tui.cut.delivery.requests import DeliveryRequest
from milimo_tui.jobs.values.views import JobView
from milimo_tui.media.scopes.viewing import PLAIN
from milimo_tui.tui.film.film_lines import estimate_lines, facts_lines, film_row
from milimo_tui.tui.film.film_player import FilmPlayer, Playable
from milimo_tui.tui.jobs.job_words import ACTIVE, ENDED, run_seconds, state_of, time_text
from milimo_tui.tui.play.monitor import OFF, PlanFrame
from milimo_tui.tui.play.play_source import PlaySource
from milimo_tui.tui.play.transport_line import transport
from milimo_tui.tui.play.viewed_screen import ViewedScreen
from milimo_tui.tui.play.viewing_keys import ViewingKeys
from milimo_tui.tui.terminal.theme import OFFLINE, Ink
from milimo_tui.tui.widgets.canvas import bar
from milimo_tui.tui.widgets.empty import Empty
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.rows import Rows
from milimo_tui.tui.widgets.text import cut as cut_to
from milimo_tui.tui.widgets.text import line

if TYPE_CHECKING:
    from milimo_tui.studio.render.render_estimate import RenderEstimate
    from milimo_tui.studio.render.rendered_films import RenderedFilm
    from milimo_tui.studio.session.studio import Snapshot
    from milimo_tui.tui.shell.queue_feed import Queue


WIDE = 130  # columns from which the film under the cursor is told of beside the list
FACTS_WIDTH = 46
BESIDE = 110  # columns from which the picture stands beside the render to be; below it takes its place
MOST_FILMS = 4  # rows of the list beside a picture that takes the screen


class FilmView(ViewedScreen):
    """Draws the render to be and the list of films."""

    def __init__(self) -> None:
        super().__init__()
        self.request = DeliveryRequest(preset=PRESETS[0].name)
        self.marked_only = False
        self.scenes = False
        self.output = ""
        self.estimate: RenderEstimate | None = None
        self.films: list[RenderedFilm] = []
        self.job: JobView | None = None
        self.marked = ""  # the film to compare with
        self.viewing_keys: ViewingKeys[PlanFrame] = ViewingKeys(self, self, once_there=self._once_there)
        self.player = FilmPlayer(
            self,
            "film-picture",
            self.viewing_keys,
            on_moved=self._draw_player,
            on_marked=self._marked,
            choose=self._to_play,
        )
        self._was_watching = False  # as it was laid out
        self._pictured = ""  # the film whose poster is shown, and its size

    def body(self) -> Iterable[Widget]:
        yield Vertical(
            Horizontal(
                Static(id="film-outlook", markup=False),
                Vertical(Picture(id="film-picture"), Line(id="film-transport"), id="film-stage"),
                id="film-top",
            ),
            Static(id="film-heading", markup=False),
            Horizontal(Rows(id="films"), Static(id="film-facts", markup=False), id="film-history"),
            Static(id="film-fetch", markup=False),
            id="film-body",
        )
        yield Empty(id="empty")

    @property
    def rows(self) -> Rows:
        return self.query_one("#films", Rows)

    @property
    def range(self) -> tuple[int, int] | None:
        """The frames to render: in to out where that is chosen and marked, else None for all."""
        cut = self.film.cut if self.film else None
        if not self.marked_only or cut is None or (cut.mark_in is None and cut.mark_out is None):
            return None
        frames = self.film.layout.frames if self.film and self.film.layout else 0
        start, end = cut.mark_in or 0, frames if cut.mark_out is None else min(cut.mark_out, frames)
        return (start, end) if start < end else None

    def on_mount(self) -> None:
        self.player.start()

    def on_unmount(self) -> None:
        self.player.close()

    def on_screen_suspend(self) -> None:
        self.player.halt()

    # -- drawing ---------------------------------------------------------------------------------

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._draw)

    def on_picture_resized(self) -> None:
        self._pictured = ""
        self.player.ask_anew()
        self._draw_picture()

    def show_film(self, film: Snapshot | None) -> None:
        there = film is not None and film.cut is not None and bool(film.cut.clips)
        self.query_one("#film-body").display = there
        empty = self.query_one(Empty)
        empty.display = not there
        empty.teach(
            "There is nothing to render yet.",
            [
                ("g s", "goes to the script; committing it makes the cut"),
                ("g h", "goes home, to start a film"),
            ],
        )
        if there:
            self._read_again()
        self.refresh_lines()

    def show_queue(self, queue: Queue) -> None:
        folder = str(self.studio_app.studio.project().paths.root) if self.film else ""
        mine = [job for job in queue.jobs if job.kind == "render_film" and job.project == folder]
        before, self.job = self.job, mine[-1] if mine else None
        if before and self.job and before.state not in ENDED and self.job.state in ENDED and self.film:
            self._read_again()
        self._draw()

    async def _read(self) -> None:
        """Read the estimate and the films, off the event loop."""
        film, studio, span = self.film, self.studio_app.studio, self.range or (0, None)
        request, output, scenes = self.request, self.output, self.scenes
        if film is None or film.cut is None:
            return

        def read() -> tuple[RenderEstimate, list[RenderedFilm]]:
            from milimo_tui.studio.render.render_estimate import estimate_render
            from milimo_tui.studio.render.rendered_films import rendered_films

            films = rendered_films(studio)[::-1]
            return estimate_render(studio, request, output, span, films, scenes=scenes), films

        known = None if self.estimate is None else {film.key for film in self.films}
        self.estimate, self.films = await self.in_thread(read)
        came = [film.key for film in self.films if known is not None and film.key not in known]
        self._draw(came[0] if came else None)

    def _read_again(self) -> None:
        self.background(self._read, "film-look", exclusive=True)

    def _draw(self, key: str | None = None) -> None:
        """Draw what is known; the cursor goes to the film `key`, else stays."""
        ink, cut, estimate = self.ink, self.film.cut if self.film else None, self.estimate
        if cut is None or estimate is None:
            return
        self._lay_out()
        width = max(20, self._estimate_width - 4)
        estimate = replace(estimate, hint=self.studio_app.in_keys(estimate.hint))
        lines = estimate_lines(estimate, cut.rate, cut.name, self._span(), self.request, width, ink)
        lines += [line(), self._job_line(estimate, ink)]
        self.query_one("#film-outlook", Static).update(Text("\n").join(cut_to(text, width) for text in lines))
        width = max(20, self.size.width - 4)
        heading = plural(len(self.films), "film") if self.films else "no film has been rendered yet"
        self.query_one("#film-heading", Static).update(line((heading, ink.muted)))
        rows = [
            film_row(film, film.key == self.marked, width - (FACTS_WIDTH if width >= WIDE else 0), ink)
            for film in self.films
        ]
        self.rows.show(rows, key)
        self._draw_fetch()
        self._draw_picture()
        self.refresh_lines()

    # -- the picture -----------------------------------------------------------------------------

    @property
    def is_watching(self) -> bool:
        """Return whether a film is loaded for playing; below `BESIDE` columns it takes the screen."""
        return self.player.source is not None

    @property
    def _beside(self) -> bool:
        return self.size.width >= BESIDE

    @property
    def _estimate_width(self) -> int:
        """Return the columns of the render to be: less than half of a wide screen."""
        return max(66, self.size.width * 9 // 20) if self._beside else self.size.width

    def _lay_out(self) -> None:
        """Size the picture: beside the render to be, or in its place while a film is watched."""
        top, project = self.query_one("#film-top"), self.film.story.project if self.film else None
        room = max(8, self.query_one("#body").size.height)
        estimate, stage = self.query_one("#film-outlook"), self.query_one("#film-stage")
        estimate.display = self._beside or not self.is_watching
        stage.display = self._beside or self.is_watching
        self.query_one("#film-fetch").display = estimate.display
        estimate.styles.width = self._estimate_width
        if not stage.display:
            top.styles.height = "auto"
        elif not self._beside:
            top.styles.height = room - 2 - min(MOST_FILMS, len(self.films))
        else:
            ratio = project.width / max(1, project.height) if project else 1.5
            rows = round((self.size.width - self._estimate_width - 2) / ratio / 2) + 1
            top.styles.height = max(13, min(rows, room // 2))

    def _to_play(self) -> Playable | None:
        """Return what the keys of the player play: the film under the cursor, else the cut as it is now."""
        here, film, studio = self.film_here, self.film, self.studio_app.studio
        if here is not None:
            return _playable(here)
        if film is None or film.cut is None:
            return None
        now, cut = film, film.cut

        def read() -> PlaySource:
            from milimo_tui.studio.render.render_plan import plan_now

            return PlaySource((plan_now(now, studio.project()),), cut.name, cut.mark_in, cut.mark_out)

        return Playable(cut.id, str(film.revision), read)

    def _marked(self, mark_in: int | None, mark_out: int | None) -> None:
        """Mark the cut too, where it is what is watched: `R` renders from in to out."""
        cut, loaded = self.film.cut if self.film else None, self.player.loaded
        if cut is not None and loaded is not None and loaded.key == cut.id:
            self.run_command("cut.marks", {"mark_in": mark_in, "mark_out": mark_out}, quiet=True)

    def _draw_player(self) -> None:
        """Draw where the playhead is, and make room for the picture where there is none yet."""
        if self.is_watching != self._was_watching:
            self._was_watching = self.is_watching
            self._lay_out()
            self.refresh_lines()  # other keys count now
        bar, player, wide = self.query_one("#film-transport", Line), self.player, 30
        wide = max(wide, self.query_one("#film-stage").size.width - 2)
        source = player.source
        bar.show(transport(source, player.frame, player.sign, self.ink, wide) if source else "")

    def _draw_picture(self) -> None:
        """Draw the frame that the player stands on, or the poster of the film under the cursor."""
        self._draw_player()
        if self.is_watching:
            self._pictured = ""
            self.player.ask_frame()
        elif self.query_one("#film-stage").display:
            self.background(self._show_poster, "poster", exclusive=True)

    # -- looking closely -------------------------------------------------------------------------

    def _once_there(self, act: Callable[[], None]) -> None:
        """Call `act` once there is a picture to look at closely: a poster is none."""
        if self._to_play() is None:
            self.say("there is no picture to look at here", "warn")
        else:
            self.player.once_there(act)

    def viewed_raster(self) -> tuple[int, int] | None:
        return self.player.raster

    def viewed_frame(self) -> PlanFrame | None:
        return self.player.frame_of()

    def second_frame(self) -> PlanFrame | None:
        return self.player.frame_beside

    def find_second(self) -> bool:
        """Load the film that the one here is compared with; say how to have one where there is none."""
        other = self.other_film
        if other is None:
            self.say("nothing is there to compare with", "warn", "{ui.grab} grabs this frame; m marks a film")
            return False
        self.background(partial(self.player.load_beside, _playable(other)), "beside")
        return True

    def view_anew(self) -> None:
        """Draw the picture as it is viewed: of a film that has only a poster yet, its middle."""
        if self.viewing_keys.viewing != PLAIN and not self.is_watching:
            self._once_there(lambda: None)
        else:
            self._draw_picture()

    @property
    def other_film(self) -> RenderedFilm | None:
        """Return the film to compare the one here with: the marked one, else the one before it."""
        here, films = self.film_here, self.films
        if here is None or len(films) < 2:
            return None
        index = films.index(here)
        before = films[index + 1 if index + 1 < len(films) else index - 1]
        return next((film for film in films if film.key == self.marked and film != here), before)

    # -- posters ---------------------------------------------------------------------------------

    async def _show_poster(self) -> None:
        """Show the middle of the film under the cursor; words where there is none."""
        here, picture = self.film_here, self.query_one("#film-picture", Picture)
        columns, rows = picture.size
        shown = f"{here.key if here else ''} {columns}x{rows} {here is not None and here.is_there}"
        if shown == self._pictured or not columns:
            return
        if here is None or self.studio_app.terminal.pictures == "off":
            words = OFF if here is not None else "no film yet: space plays the cut as it is now"
            picture.show_drawing(None, words)
            self._pictured = shown
            return

        def find() -> tuple[Path, Fraction] | None:
            from milimo_tui.studio.render.rendered_films import middle_of

            return middle_of(here)

        found, drawing = await self.in_thread(find), None
        if found is not None:
            ground = self.ink.rgb("surface")
            drawing = await self.studio_app.pictures.of_file(
                found[0], columns, rows, seconds=float(found[1]), bars=ground
            )
        if self.is_watching:  # meanwhile
            return
        gone = f"{OFFLINE} its file is gone: c c renders it again"
        nothing = "sound alone: space plays it" if found is None else "no picture of it can be had"
        picture.show_drawing(drawing, nothing if here.is_there else gone)
        self._pictured = shown

    def _span(self) -> str:
        cut, picked = self.film.cut if self.film else None, self.range
        words = "a file for every scene" if self.scenes else "the whole cut"
        if cut is not None and picked:
            ends = timecode(picked[0], cut.rate), timecode(picked[1] - 1, cut.rate)
            words = f"{ends[0]} – {ends[1]}, in to out{', a file a scene' if self.scenes else ''}"
        return words

    def _job_line(self, estimate: RenderEstimate, ink: Ink) -> Text:
        """Return the state of the render, or the key that starts one."""
        job = self.job
        if job is not None and job.state not in ENDED:
            glyph, word, colour = state_of(job)
            share = float(job.progress or 0.0)
            text = line((f"{glyph} {word}  ", getattr(ink, colour)))
            if job.state in ACTIVE:
                text.append(bar(share, 30), ink.working)
                left = time_text(job, time.time())
                text.append(f"  {share * 100:.0f} %{f'   {left} left' if left else ''}", ink.text)
            return text
        if job is not None and job.state in ("failed", "set_aside"):
            return line((f"✕ {job.error or job.reason}", ink.failed), ("   c c tries again", ink.muted))
        if estimate.trouble:
            return line()
        if estimate.done_before:
            return line(
                ("● ", ink.picked), ("this film is there already; nothing has changed since", ink.text)
            )
        took = run_seconds(job) if job is not None else None
        text = line(("c c", ink.key), ("  renders it", ink.text))
        if took is not None:
            text.append(f"   the last one took {took_text(took)}", ink.muted)
        return text

    def facts(self) -> Text:
        estimate, cut = self.estimate, self.film.cut if self.film else None
        if cut is None or estimate is None or not estimate.frames:
            return line()
        return line((f"{cut.name}   {clock(float(estimate.frames / cut.rate))}", self.ink.text))

    @property
    def film_here(self) -> RenderedFilm | None:
        """The film under the cursor; None where there is none."""
        index = self.rows.cursor
        return self.films[index] if 0 <= index < len(self.films) else None

    @property
    def chosen(self) -> str:
        return str(self.film_here.path) if self.film_here else ""

    def idle_acts(self) -> frozenset[str]:
        """Return the actions that can do nothing now; their keys still say why."""
        pictures = self.estimate is None or self.estimate.delivery.picture is not None
        could = {
            "ui.render": self.estimate is not None and not self.estimate.trouble,
            "ui.range": self._has_marks(),
            "ui.size": pictures,
            "ui.rate": pictures,
            "ui.burn": pictures,
            "ui.play": self._to_play() is not None,
            "ui.player": bool(self.films),
            "ui.compare": len(self.films) > 1,
            "ui.copy_line": bool(self.films),
        }
        return frozenset(act for act, can in could.items() if not can)

    def _has_marks(self) -> bool:
        cut = self.film.cut if self.film else None
        return cut is not None and (cut.mark_in is not None or cut.mark_out is not None)

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Show another film: what was watched is put away; it is looked at as the one before was."""
        self.viewing_keys.end_compare()
        self.player.forget()
        self._lay_out()
        self._draw_fetch()
        self._draw_picture()
        if self.viewing_keys.viewing != PLAIN:
            self.view_anew()

    def _draw_fetch(self) -> None:
        ink, path = self.ink, self.chosen
        words = line()
        if path:
            head = line(("on your laptop", ink.muted), ("   y copies it", ink.muted))
            words = Text("\n").join([head, cut_to(line((fetch_line(path), ink.text)), self.size.width - 4)])
            words.no_wrap = True
        facts = self.query_one("#film-facts", Static)
        facts.display = self.size.width >= WIDE and self.film_here is not None
        if self.film_here is not None:
            facts.update(Text("\n").join(facts_lines(self.film_here, FACTS_WIDTH, ink)))
        self.query_one("#film-fetch", Static).update(words)


def _playable(film: RenderedFilm) -> Playable:
    """Return a rendered film as it is played."""

    def read() -> PlaySource:
        from milimo_tui.studio.render.rendered_films import plan_of_film

        return PlaySource((plan_of_film(film),), film.path.name)

    return Playable(film.key, "", read)


def fetch_line(path: str) -> str:
    """Return the shell line that copies the file to the person's own machine."""
    from milimo_tui.studio.machine.scp_line import line as fetching_line

    return fetching_line(Path(path))
