"""The drawing of the Film screen: the estimate of the next render, the rendered films, and the shell line
that fetches a film.

It is drawn from the film, the queue and the list of rendered films. Every action is a registered command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Static

from milimo_tui.core.format import format_clock_duration, format_count
from milimo_tui.cut.delivery.delivery import DEFAULT_PRESET
from milimo_tui.cut.delivery.presets import PRESETS
from milimo_tui.cut.delivery.requests import DeliveryRequest
from milimo_tui.jobs.values.states import ENDED
from milimo_tui.jobs.values.views import JobView
from milimo_tui.media.scopes.viewing import PLAIN_VIEWING
from milimo_tui.studio.render.film_delivery import FilmDelivery, load_film_delivery
from milimo_tui.tui.film import preset_lines
from milimo_tui.tui.film.film_lines import (
    build_film_row,
    describe_render_range,
    format_estimate_lines,
    format_fetch_line,
    format_film_facts,
    format_render_job,
)
from milimo_tui.tui.film.film_player import FilmPlayer, Playable
from milimo_tui.tui.film.film_poster import load_film_poster
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.play.monitor import PlanFrame
from milimo_tui.tui.play.play_source import PlaySource
from milimo_tui.tui.play.transport_line import format_transport
from milimo_tui.tui.play.viewed_screen import ViewedScreen
from milimo_tui.tui.play.viewing_keys import ViewingKeys
from milimo_tui.tui.widgets.empty import TO_COMMIT, TO_HOME, Empty
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.rows import Rows
from milimo_tui.tui.widgets.text import join_line
from milimo_tui.tui.widgets.text import truncate_line as cut_to

if TYPE_CHECKING:
    from milimo_tui.studio.commands.film.outputs import RenderOutput
    from milimo_tui.studio.render.render_estimate import PresetEstimate, RenderEstimate
    from milimo_tui.studio.render.rendered_films import RenderedFilm
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.background.queue_feed import LiveQueue


BESIDE = 110  # From this screen width in columns, the lists are next to the details instead of above them.
LISTS = 54  # Smallest width in columns of the lists if they are next to the details.
ESTIMATE = 66  # Width of the estimate in columns if the film's facts are next to it.
BOTH = 116  # From this width of the details in columns, the film's facts are next to the estimate.
FACTS_WIDTH = 46
# On a narrow screen, the list of films shows at most this number of rows while a film is played.
MOST_FILMS = 4
# Rows of the complete list of presets: each preset, and a heading for each group.
PRESETS_ROWS = len(PRESETS) + len({preset.group for preset in PRESETS})


class FilmView(ViewedScreen, PanedScreen):
    """The Film screen without its keys: the estimate of the next render, the presets, the rendered films and
    a picture.
    """

    def __init__(self) -> None:
        super().__init__()
        self.request = DeliveryRequest(preset=DEFAULT_PRESET)
        # The loudness and subtitles of the last `milimo film`, from which the request starts.
        self.stored_delivery = FilmDelivery()
        self.marked_only = False
        self.scenes = False
        self.output = ""
        self.estimate: RenderEstimate | None = None
        self.films: list[RenderedFilm] = []
        self.job: JobView | None = None
        self.marked = ""  # Key of the film that the user marked for comparison.
        self.viewing_keys: ViewingKeys[PlanFrame] = ViewingKeys(self, self, once_there=self._run_with_picture)
        self.player = FilmPlayer(
            self,
            "film-picture",
            self.viewing_keys,
            on_moved=self._draw_transport,
            on_marked=self._mark_cut_range,
            choose=self._choose_playable,
        )
        # The outputs to render, by preset, for presets whose settings the user changed or marked.
        self.outputs: dict[str, RenderOutput] = {}
        self.known: dict[str, PresetEstimate] = {}  # The estimated size and the target file, by preset.
        self._in_hand = "films"  # Id of the list that has the focus, or had it last.
        self._was_watching = False  # True if the screen was last arranged for playing a film.
        # Identifies the shown poster by its film and its size, so that it is not loaded again.
        self._pictured = ""

    def compose_body(self) -> Iterable[Widget]:
        detail = Vertical(
            Horizontal(
                Static(id="film-estimate", markup=False),
                Static(id="film-facts", markup=False),
                id="film-told",
            ),
            Vertical(Picture(id="film-picture"), Line(id="film-transport"), id="film-stage"),
            id="film-detail",
        )
        lists = Vertical(
            Static(id="preset-heading", markup=False),
            Rows(id="presets"),
            Static(id="film-heading", markup=False),
            Rows(id="films"),
            id="film-lists",
        )
        yield Split(lists, detail, id="film-top", wide=BESIDE, lies=False)
        yield Static(id="film-fetch", markup=False)
        yield Empty(self.with_keys, id="empty")

    @property
    def rows(self) -> Rows:
        return self.query_one("#films", Rows)

    @property
    def presets(self) -> Rows:
        return self.query_one("#presets", Rows)

    @property
    def on_presets(self) -> bool:
        """True if the list of presets has the focus, or had it last."""
        return self._in_hand == "presets"

    @property
    def output_presets(self) -> tuple[str, ...]:
        """The presets marked to be rendered together, in the order of the list; empty if none is marked."""
        return tuple(row.name for row in PRESETS if row.name in self.presets.marked)

    @property
    def range(self) -> tuple[int, int] | None:
        """The range of frames to render, from the in mark to the out mark, if the user chose to render the
        marked range. None means the complete cut. It is also None if the cut has no marks.
        """
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
        self.player.halt_playback()

    def on_screen_resume(self) -> None:
        """Read the films again when the screen is shown again, because files may have been removed
        meanwhile.
        """
        super().on_screen_resume()
        if self.estimate is not None:
            self._schedule_renders_read()

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._draw_renders)

    def on_picture_resized(self) -> None:
        self._pictured = ""
        self.player.refresh_frame()
        self._draw_film_picture()

    def show_film(self, film: FilmSnapshot | None) -> None:
        there = film is not None and film.cut is not None and bool(film.cut.clips)
        self.query_one("#film-top").display = self.query_one("#film-fetch").display = there
        empty = self.query_one(Empty)
        empty.display = not there
        empty.show_guide(
            "There is nothing to render yet.",
            [TO_COMMIT, TO_HOME],
        )
        if there:
            self._schedule_renders_read()
        self.refresh_lines()

    def show_queue(self, queue: LiveQueue) -> None:
        folder = str(self.studio_app.studio.require_project().paths.root) if self.film else ""
        jobs = [job for job in queue.jobs if job.kind == "render_film" and job.project == folder]
        before, self.job = self.job, jobs[-1] if jobs else None
        if before and self.job and before.state not in ENDED and self.job.state in ENDED and self.film:
            self._schedule_renders_read()
        self._draw_renders()

    async def _read_renders(self) -> None:
        """Read the estimates and the list of rendered films in a thread, and draw them."""
        film, studio, span = self.film, self.studio_app.studio, self.range or (0, None)
        if film is None or film.cut is None:
            return
        stored = await self.in_thread(lambda: load_film_delivery(studio.require_project()))
        if stored != self.stored_delivery:
            self.stored_delivery = stored
            self.request = replace(self.request, loudness=stored.loudness, subtitles=stored.subtitles)
        request, output, scenes = self.request, self.output, self.scenes

        requests = {name: each.request for name, each in self.outputs.items()}

        def read() -> tuple[RenderEstimate, list[RenderedFilm], dict[str, PresetEstimate]]:
            from milimo_tui.studio.render.render_estimate import estimate_presets, estimate_render
            from milimo_tui.studio.render.rendered_films import list_rendered_films

            films = list_rendered_films(studio)[::-1]
            estimate = estimate_render(studio, request, output, span, films, scenes=scenes)
            return estimate, films, estimate_presets(studio, span, films, requests)

        known = None if self.estimate is None else {film.key for film in self.films}
        self.estimate, self.films, self.known = await self.in_thread(read)
        if known is None and not self.films and self.focused in (None, self.rows):
            self.focus_list("presets")  # As long as no film was rendered, the user first chooses a preset.
        new_keys = [film.key for film in self.films if known is not None and film.key not in known]
        self._draw_renders(new_keys[0] if new_keys else None)

    def _schedule_renders_read(self) -> None:
        self.run_in_background(self._read_renders, "film-look", exclusive=True)

    def _draw_renders(self, key: str | None = None) -> None:
        """Draw the estimate, the films and the presets. The cursor moves to the film `key`; if it is None,
        the cursor stays.
        """
        ink, cut, estimate = self.ink, self.film.cut if self.film else None, self.estimate
        if cut is None or estimate is None:
            return
        # The lists must be drawn first, because the width of the estimate depends on them.
        self._draw_render_lists(key)
        self._arrange_panes()
        width = max(20, self._estimate_width - 4)
        estimate = replace(estimate, hint=self.studio_app.replace_commands_with_keys(estimate.hint))
        span = describe_render_range(cut.rate, self.range, scenes=self.scenes)
        # On a narrow screen, the list of presets needs the rows of the complete estimate.
        brief = self.on_presets and not self._has_lists_beside
        lines = format_estimate_lines(estimate, cut.rate, cut.name, span, width, ink, brief=brief)
        lines += [
            join_line(),
            format_render_job(self.job, estimate, self.output_presets, ink, self.with_keys),
        ]
        self.query_one("#film-estimate", Static).update(
            Text("\n").join(cut_to(text, width) for text in lines)
        )
        self._draw_fetch_and_facts()
        self._draw_film_picture()
        self.refresh_lines()

    def _draw_render_lists(self, key: str | None) -> None:
        """Draw the lists of presets and films. On a screen narrower than `BESIDE`, the heading of the focused
        list names the other list.
        """
        ink, width = self.ink, max(20, self._lists_width - 4)
        films = format_count(len(self.films), "film") if self.films else "no film has been rendered yet"
        head = preset_lines.format_preset_heading(self.known, self.output_presets, ink)
        if not self._has_lists_beside:
            here, there = (head, films) if self.on_presets else (join_line((films, ink.text)), "deliver as")
            head = join_line(here, "   ", ("Tab", ink.key), (f" {there}", ink.muted))
        self.query_one("#preset-heading", Static).update(head)
        self.query_one("#film-heading", Static).update(join_line((films, ink.muted)))
        rows = preset_lines.build_preset_rows(self.known, self.request.preset, width, ink)
        self.presets.show_rows(rows, self.request.preset)
        self.rows.show_rows(
            [build_film_row(film, film.key == self.marked, width, ink) for film in self.films], key
        )

    @property
    def is_watching(self) -> bool:
        """True if a film is loaded in the player. On a screen narrower than `BESIDE` columns, the player
        takes most of the screen while a film is loaded.
        """
        return self.player.source is not None

    @property
    def _has_lists_beside(self) -> bool:
        return self.split.is_beside

    @property
    def split(self) -> Split:
        return self.query_one(Split)

    @property
    def _lists_width(self) -> int:
        """The width of the lists in columns, as set by the user, otherwise as in the style sheet."""
        width, split = self.size.width, self.split
        if not self._has_lists_beside or split.is_closed:
            return width
        return width - split.cells - 1 if split.cells else max(LISTS, width * 2 // 5)

    @property
    def _detail_width(self) -> int:
        return self.size.width - self._lists_width - 1 if self._has_lists_beside else self.size.width

    @property
    def _estimate_width(self) -> int:
        """The width of the estimate in columns."""
        beside_facts = self._detail_width >= BOTH and self.film_here is not None
        return ESTIMATE if beside_facts else self._detail_width

    def focus_list(self, name: str) -> None:
        """Focus a list; `name` is `presets` or `films`."""
        self._in_hand = name
        self._arrange_panes()
        self.query_one(f"#{name}", Rows).focus()
        self._draw_renders()

    def on_descendant_focus(self) -> None:
        """Redraw the details when the focus moves between the presets and the films."""
        name = self.focused.id or "" if self.focused is not None else ""
        if name in ("presets", "films") and name != self._in_hand:
            self._in_hand = name
            self._draw_renders()

    def _arrange_panes(self) -> None:
        """Divide the screen between lists, details and picture, according to its size and the focused
        list.
        """
        room = max(8, self.query_one("#body").size.height)
        has_lists, watching = self._has_lists_beside, self.is_watching
        both = self._detail_width >= BOTH
        estimate, facts = self.query_one("#film-estimate"), self.query_one("#film-facts")
        on_film = not self.on_presets and self.film_here is not None and has_lists
        estimate.display = (has_lists or not watching) and (both or not on_film)
        facts.display = self.film_here is not None and (both or on_film) and has_lists
        estimate.styles.width = self._estimate_width
        facts.styles.width = self._detail_width - self._estimate_width if both else self._detail_width
        stage = self.query_one("#film-stage")
        stage.display = has_lists or watching
        for name in ("presets", "films"):
            self.query_one(f"#{name}").display = has_lists or self._in_hand == name
        self.query_one("#film-heading").display = has_lists
        self.query_one("#film-fetch").display = has_lists or not (watching or self.on_presets)
        if has_lists:
            # Number of rows that the list of presets leaves free for the list of films.
            below = min(len(self.films), (room - 4) * 2 // 5)
            self.presets.styles.height = max(5, min(PRESETS_ROWS, room - 4 - max(1, below)))
        else:
            self.presets.styles.height = "1fr"
            stage.styles.height = room - 3 - min(MOST_FILMS, max(1, len(self.films))) if watching else "auto"

    def _choose_playable(self) -> Playable | None:
        """Return the film under the cursor for the player; if no film was rendered, the current cut; None
        without a cut.
        """
        here, film, studio = self.film_here, self.film, self.studio_app.studio
        if here is not None:
            return _make_film_playable(here)
        if film is None or film.cut is None:
            return None
        now, cut = film, film.cut

        def read() -> PlaySource:
            from milimo_tui.studio.render.render_plan import plan_current_cut

            return PlaySource(
                (plan_current_cut(now, studio.require_project()),), cut.name, cut.mark_in, cut.mark_out
            )

        return Playable(cut.id, str(film.revision), read)

    def _mark_cut_range(self, mark_in: int | None, mark_out: int | None) -> None:
        """If the cut itself is being played, store the player's in and out marks in the cut, so that this
        range can be rendered.
        """
        cut, loaded = self.film.cut if self.film else None, self.player.loaded
        if cut is not None and loaded is not None and loaded.key == cut.id:
            self.run_command("cut.marks", {"mark_in": mark_in, "mark_out": mark_out}, quiet=True)

    def _draw_transport(self) -> None:
        """Draw the line with the playhead's position. When playing begins or ends, rearrange the screen."""
        if self.is_watching != self._was_watching:
            self._was_watching = self.is_watching
            self._arrange_panes()
            # Other keys apply while a film is played, so the line of keys must be redrawn.
            self.refresh_lines()
        bar, player, wide = self.query_one("#film-transport", Line), self.player, 30
        wide = max(wide, self.query_one("#film-stage").size.width - 2)
        source = player.source
        bar.show_line(format_transport(source, player.frame, player.sign, self.ink, wide) if source else "")

    def _draw_film_picture(self) -> None:
        """Draw the player's current frame; if no film is loaded, the poster of the film under the cursor."""
        self._draw_transport()
        if self.is_watching:
            self._pictured = ""
            self.player.request_frame()
        elif self.query_one("#film-stage").display:
            self.run_in_background(self._show_film_poster, "poster", exclusive=True)

    def _run_with_picture(self, act: Callable[[], None]) -> None:
        """Load the chosen film and call `act` once a frame is shown. A poster is not enough, because it can't
        be zoomed or compared.
        """
        if self._choose_playable() is None:
            self.show_message("there is no picture here", "warn")
        else:
            self.player.run_with_picture(act)

    def get_viewed_raster(self) -> tuple[int, int] | None:
        return self.player.raster

    def get_viewed_frame(self) -> PlanFrame | None:
        return self.player.get_plan_frame()

    def get_compared_frame(self) -> PlanFrame | None:
        return self.player.second_film_frame

    def find_compared_frame(self) -> bool:
        """Load the film to compare with, and return True. If there is no such film, show a hint on how to
        choose one and return False.
        """
        other = self.other_film
        if other is None:
            self.show_message(
                "there is nothing to compare with",
                "warn",
                "{ui.grab} grabs this frame; {ui.mark_film} marks a film",
            )
            return False
        self.run_in_background(partial(self.player.load_second_film, _make_film_playable(other)), "beside")
        return True

    def redraw_viewed_picture(self) -> None:
        """Draw the picture with the present viewing settings. If only a poster is shown, load the film, at
        its middle frame.
        """
        if self.viewing_keys.viewing != PLAIN_VIEWING and not self.is_watching:
            self._run_with_picture(lambda: None)
        else:
            self._draw_film_picture()

    @property
    def other_film(self) -> RenderedFilm | None:
        """The film to compare with: the marked film, otherwise the film rendered before the film under the
        cursor. For the oldest film, the film rendered after it. None with fewer than two films.
        """
        here, films = self.film_here, self.films
        if here is None or len(films) < 2:
            return None
        index = films.index(here)
        before = films[index + 1 if index + 1 < len(films) else index - 1]
        return next((film for film in films if film.key == self.marked and film != here), before)

    async def _show_film_poster(self) -> None:
        """Show the middle frame of the film under the cursor, or a text if there is no picture."""
        here, picture = self.film_here, self.query_one("#film-picture", Picture)
        columns, rows = picture.size
        text = f"{here.key if here else ''} {columns}x{rows} {here is not None and here.is_there}"
        if text == self._pictured or not columns:
            return
        drawing, words = await load_film_poster(self, here, columns, rows)
        if not self.is_watching:  # While the poster was loaded, the user may have started to play the film.
            picture.show_shared_drawing(drawing, words)
            self._pictured = text

    def format_header_facts(self) -> Text:
        estimate, cut = self.estimate, self.film.cut if self.film else None
        if cut is None or estimate is None or not estimate.frames:
            return join_line()
        return join_line(
            (f"{cut.name}   {format_clock_duration(float(estimate.frames / cut.rate))}", self.ink.text)
        )

    @property
    def film_here(self) -> RenderedFilm | None:
        """The film under the cursor; None if there is none."""
        index = self.rows.cursor
        return self.films[index] if 0 <= index < len(self.films) else None

    @property
    def path_here(self) -> str:
        return str(self.film_here.path) if self.film_here else ""

    def list_idle_acts(self) -> frozenset[str]:
        """Return the names of the actions that have no effect now. Their keys stay active: each shows a
        message that explains why it has no effect.
        """
        pictures = self.estimate is None or self.estimate.delivery.picture is not None
        possible = {
            "ui.render": self.estimate is not None and not self.estimate.problem,
            "ui.range": self._has_marks(),
            "ui.size": pictures,
            "ui.rate": pictures,
            "ui.burn": pictures,
            "ui.play": self._choose_playable() is not None,
            "ui.player": bool(self.films),
            "ui.compare": len(self.films) > 1,
            "ui.copy_line": bool(self.get_play_arguments()),
        }
        return frozenset(act for act, can in possible.items() if not can)

    def _has_marks(self) -> bool:
        cut = self.film.cut if self.film else None
        return cut is not None and (cut.mark_in is not None or cut.mark_out is not None)

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Show the newly selected film: unload the played film, but keep the viewing settings. In the list of
        presets, choose the preset.
        """
        if event.rows.id == "presets":
            self.choose_preset(event.key)
            return
        self.viewing_keys.end_view_comparison()
        self.player.clear_source()
        self._arrange_panes()
        self._draw_fetch_and_facts()
        self._draw_film_picture()
        if self.viewing_keys.viewing != PLAIN_VIEWING:
            self.redraw_viewed_picture()

    def choose_preset(self, name: str) -> None:
        """Choose the preset `name`. This class only declares the method; the subclass that has the keys
        implements it.
        """

    def _draw_fetch_and_facts(self) -> None:
        ink, here, words = self.ink, self.film_here, join_line()
        if here is not None:
            connection = self.studio_app.terminal.connection
            words = format_fetch_line(here, connection, ink, self.with_keys, self.size.width - 4)
            facts = self.query_one("#film-facts", Static)
            facts.update(Text("\n").join(format_film_facts(here, FACTS_WIDTH, ink)))
        self.query_one("#film-fetch", Static).update(words)


def _make_film_playable(film: RenderedFilm) -> Playable:
    """Return a rendered film as a `Playable` for the player."""

    def read() -> PlaySource:
        from milimo_tui.studio.render.rendered_films import plan_film_playback

        return PlaySource((plan_film_playback(film),), film.path.name)

    return Playable(film.key, "", read)
