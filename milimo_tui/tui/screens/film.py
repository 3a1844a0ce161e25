"""The Film screen: what a render would be, the key that makes it, the films made so far, how to fetch one.

Draws the snapshot, the queue and the renders kept with the project; every act is a command of the registry.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Static

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.time import clock, timecode
from milimo_tui.cut.presets import PRESETS, preset_of
from milimo_tui.tui.jobs_model import ACTIVE, ENDED, ran, state_of, tail, took_text
from milimo_tui.tui.media_lines import bytes_text
from milimo_tui.tui.mpv import to_player
from milimo_tui.tui.screen import StudioScreen
from milimo_tui.tui.theme import OFFLINE, Ink
from milimo_tui.tui.widgets.canvas import bar
from milimo_tui.tui.widgets.empty import Empty
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import columns, line, plural
from milimo_tui.tui.widgets.text import cut as cut_to

if TYPE_CHECKING:
    from milimo_tui.cut.plan import Plan
    from milimo_tui.studio.studio import Snapshot
    from milimo_tui.tui.chords import Stroke
    from milimo_tui.tui.follow import Queue

LABEL = 10


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a render would be: made in a thread from the plan."""

    frames: int = 0
    size: str = ""
    rate: str = ""
    shots: int = 0
    takes: int = 0
    boards: int = 0
    slates: int = 0
    offline: int = 0
    previs: bool = False
    noise: bool = False
    target: str = ""
    done_before: bool = False
    trouble: str = ""


class FilmScreen(StudioScreen):
    """The film to be, and the films that are."""

    MODE = "film"
    TITLE = "Film"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("film", "list", "global")
    CSS_PATH = "film.tcss"
    AUTO_FOCUS = "#films"

    def __init__(self) -> None:
        super().__init__()
        self.preset = PRESETS[0].name
        self.marked_only = False
        self.output = ""
        self.outlook = Outlook()
        self.films: list[dict[str, Any]] = []
        self.job: dict[str, Any] | None = None

    def body(self) -> Iterable[Widget]:
        yield Vertical(
            Static(id="film-outlook", markup=False),
            Static(id="film-heading", markup=False),
            Rows(id="films"),
            Static(id="film-fetch", markup=False),
            id="film-body",
        )
        yield Empty(id="empty")

    @property
    def rows(self) -> Rows:
        return self.query_one("#films", Rows)

    @property
    def range(self) -> tuple[int, int] | None:
        """The frames to render: in to out where that is wanted and marked, else None for all."""
        cut = self.film.cut if self.film else None
        if not self.marked_only or cut is None or (cut.mark_in is None and cut.mark_out is None):
            return None
        frames = self.film.layout.frames if self.film and self.film.layout else 0
        start, end = cut.mark_in or 0, frames if cut.mark_out is None else min(cut.mark_out, frames)
        return (start, end) if start < end else None

    # -- drawing ---------------------------------------------------------------------------------

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._draw)

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
            self.background(self._look, "film-look", exclusive=True)
        self.refresh_lines()

    def show_queue(self, queue: Queue) -> None:
        folder = str(self.studio_app.studio.project().paths.root) if self.film else ""
        mine = [
            job for job in queue.jobs if job.get("kind") == "render_film" and job.get("project") == folder
        ]
        before, self.job = self.job, mine[-1] if mine else None
        if before and self.job and before["state"] not in ENDED and self.job["state"] in ENDED and self.film:
            self.background(self._look, "film-look", exclusive=True)
        self._draw()

    async def _look(self) -> None:
        """The plan and the renders, off the event loop."""
        film, studio, range_, output = self.film, self.studio_app.studio, self.range, self.output
        if film is None or film.cut is None:
            return
        chosen = self.preset

        def look() -> tuple[Outlook, list[dict[str, Any]]]:
            from milimo_tui.cut.asked import Asked
            from milimo_tui.studio.delivering import orders
            from milimo_tui.studio.film import rendered_before
            from milimo_tui.studio.registry import run

            films = list(reversed(run(studio, "film.list").data))
            try:
                [order] = orders(studio, Asked(preset=chosen), output, *(range_ or (0, None)))
                before = rendered_before(studio, order.target, order.plan.signature(), order.delivery)
                return outlook_of(order.plan, str(order.target), done_before=before), films
            except MilimoError as error:
                return Outlook(trouble=error.message), films

        self.outlook, self.films = await self.in_thread(look)
        self._draw()

    def _draw(self) -> None:
        ink, cut = self.ink, self.film.cut if self.film else None
        if cut is None:
            return
        width = max(20, self.size.width - 4)
        lines = [*self._outlook_lines(ink), line(), self._job_line(ink)]
        self.query_one("#film-outlook", Static).update(Text("\n").join(cut_to(text, width) for text in lines))
        heading = plural(len(self.films), "film") if self.films else "no film has been rendered yet"
        self.query_one("#film-heading", Static).update(line((heading, ink.muted)))
        self.rows.show([self._row(film) for film in self.films])
        self._draw_fetch()
        self.refresh_lines()

    def _outlook_lines(self, ink: Ink) -> list[Text]:
        look, cut = self.outlook, self.film.cut if self.film else None
        if cut is None:
            return []
        if look.trouble:
            return [line((f"✕ {look.trouble}", ink.failed))]
        seconds = float(look.frames / cut.rate)
        picked = self.range
        spans = (
            f"{timecode(picked[0], cut.rate)} – {timecode(picked[1] - 1, cut.rate)}, in to out"
            if picked
            else "the whole cut"
        )
        rows = [
            ("cut", line((cut.name, ink.strong), (f"   {spans}", ink.text))),
            (
                "length",
                line((f"{timecode(look.frames, cut.rate)}   {look.frames:,} f   {clock(seconds)}", ink.text)),
            ),
            ("picture", line((f"{look.size} at {look.rate} fps", ink.text))),
            ("preset", line((self.preset, ink.text), (f"   {preset_of(self.preset).title}", ink.muted))),
            ("file", line((end_of(look.target, self.size.width - LABEL - 4), ink.text))),
            ("shots", self._shots(ink)),
        ]
        return [line((f"{label:<{LABEL}}", ink.muted), words) for label, words in rows]

    def _shots(self, ink: Ink) -> Text:
        look = self.outlook
        text = line((f"● {look.takes} with a take", ink.picked if look.takes else ink.muted))
        if look.boards:
            text.append(f"   ◐ {look.boards} on a board", ink.stale)
        if look.slates:
            text.append(f"   ○ {look.slates} on a slate", ink.stale)
        if look.offline:
            text.append(f"   {OFFLINE} {look.offline} offline", ink.failed)
        if look.previs:
            text.append("   marked noise" if look.noise else "   marked previs", ink.muted)
        return text

    def _job_line(self, ink: Ink) -> Text:
        """The render now, or the key that starts one."""
        job = self.job
        if job is not None and job.get("state") not in ENDED:
            glyph, word, colour = state_of(job)
            share = float(job.get("progress") or 0.0)
            text = line((f"{glyph} {word}  ", getattr(ink, colour)))
            if job.get("state") in ACTIVE:
                text.append(bar(share, 30), ink.working)
                left = tail(job, time.time())
                text.append(f"  {share * 100:.0f} %{f'   {left} left' if left else ''}", ink.text)
            return text
        if job is not None and job.get("state") in ("failed", "set_aside"):
            return line(
                (f"✕ {job.get('error') or job.get('reason')}", ink.failed), ("   c c tries again", ink.muted)
            )
        if self.outlook.done_before:
            return line(
                ("● ", ink.picked), ("this film is there already; nothing has changed since", ink.text)
            )
        took = ran(job) if job is not None else None
        text = line(("c c", ink.key), ("  renders it", ink.text))
        if took is not None:
            text.append(f"   the last one took {took_text(took)}", ink.muted)
        return text

    def _row(self, film: dict[str, Any]) -> Row:
        ink = self.ink
        there = film["there"]
        name = Path(film["film"]).name
        wide = max(14, min(48, self.size.width - 56))
        text = columns(
            [
                (name if there else f"{OFFLINE} {name}", wide, ink.text if there else ink.failed),
                (f"{film['frames']:,} f", -9, ink.text),
                (film["preset"], 6, ink.muted),
                (bytes_text(film["bytes"]), -9, ink.muted),
            ]
        )
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(film["created"])) if film["created"] else ""
        return Row(
            f"{film['id']}:{film['film']}:{film['created']}", text, line((when, ink.muted)), search=name
        )

    def facts(self) -> Text:
        look, cut = self.outlook, self.film.cut if self.film else None
        if cut is None or not look.frames:
            return line()
        return line((f"{cut.name}   {clock(float(look.frames / cut.rate))}", self.ink.text))

    @property
    def chosen(self) -> str:
        """The film under the cursor, else where the next one will be."""
        index = self.rows.cursor
        return str(self.films[index]["film"]) if 0 <= index < len(self.films) else ""

    def on_rows_moved(self, event: Rows.Moved) -> None:
        self._draw_fetch()

    def _draw_fetch(self) -> None:
        ink, path = self.ink, self.chosen
        words = line()
        if path:
            words = Text("\n").join([line(("on your laptop", ink.muted)), line((fetch_line(path), ink.text))])
            words.no_wrap = True
        self.query_one("#film-fetch", Static).update(words)

    # -- acts --------------------------------------------------------------------------------------

    async def act_render(self, stroke: Stroke) -> None:
        values: dict[str, Any] = {"preset": self.preset, "detach": True}
        if self.range:
            values["range"] = f"{self.range[0]}..{self.range[1]}"
        if self.output:
            values["output"] = self.output
        await self.studio_app.command("film.render", values)

    def act_range(self, stroke: Stroke) -> None:
        """The whole cut, or in to out."""
        self.marked_only = not self.marked_only
        if self.marked_only and self.range is None:
            self.marked_only = False
            self.say("no range is marked", "warn", "i and o mark one on the timeline")
            return
        self.say("renders in to out" if self.marked_only else "renders the whole cut")
        self.background(self._look, "film-look", exclusive=True)

    def act_preset(self, stroke: Stroke) -> None:
        """The next preset, round the end."""
        names = [each.name for each in PRESETS]
        self.preset = names[(names.index(self.preset) + 1) % len(names)]
        self.background(self._look, "film-look", exclusive=True)

    async def act_output(self, stroke: Stroke) -> None:
        typed = await self.ask("file", self.output or self.outlook.target, name="FILE")
        if typed is not None:
            self.output = typed.strip()
            self.background(self._look, "film-look", exclusive=True)

    async def act_player(self, stroke: Stroke) -> None:
        if self.chosen:
            await to_player(self, self.chosen)
        else:
            self.say("there is no film to play yet", "warn", "c c renders it")

    async def act_enter(self, stroke: Stroke) -> None:
        await self.act_player(stroke)

    def shown_file(self) -> str:
        return self.chosen


def end_of(path: str, width: int) -> str:
    """A path cut at its front, because its end tells which file it is."""
    return path if len(path) <= width else "…" + path[-max(1, width - 1) :]


def fetch_line(path: str) -> str:
    """The shell line that brings the file to the person's own machine."""
    from milimo_tui.studio.fetching import line as fetching_line

    return fetching_line(Path(path))


def outlook_of(plan: Plan, target: str, *, done_before: bool = False) -> Outlook:
    """What a plan shows, counted by clip."""
    kinds: dict[str, tuple[str, bool]] = {}
    for stretch in plan.stretches:
        for layer in stretch.pictures():
            kinds[layer.clip] = (layer.media.kind, layer.media.previs)
    counts = [kind for kind, _ in kinds.values()]
    boards = sum(kind == "picture" and previs for kind, previs in kinds.values())
    slates, offline = counts.count("slate"), counts.count("offline")
    return Outlook(
        frames=plan.frames,
        size=f"{plan.width} × {plan.height}",
        rate=f"{float(plan.rate):g}",
        shots=len(kinds),
        takes=len(kinds) - boards - slates - offline,
        boards=boards,
        slates=slates,
        offline=offline,
        previs=plan.previs,
        noise=plan.noise,
        target=target,
        done_before=done_before,
    )
