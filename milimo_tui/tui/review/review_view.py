"""The core of the Review screen. It reads the inbox of new takes and failures in a thread, and draws a large
picture with facts, strip and contact sheet.

The core holds the item under the cursor and the take that is shown, which `take_player` plays. The parts with
the keys receive the core. The core does not depend on these parts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Static

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.screens import ScreenName
from milimo_tui.jobs.values.views import JobView
from milimo_tui.studio.project.screen_next_step import NextStep, ScreenPlace
from milimo_tui.tui.panes.divider import Divider
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.play.transport_line import format_transport
from milimo_tui.tui.play.viewed_screen import ViewedScreen
from milimo_tui.tui.play.viewing_keys import ViewingKeys
from milimo_tui.tui.review import item_cards as sheets
from milimo_tui.tui.review import review_lines
from milimo_tui.tui.review.facts_pane import FactsPane
from milimo_tui.tui.review.review_layout import FACTS, GRID_FACTS, SIDE_BY_SIDE, compute_review_layout
from milimo_tui.tui.review.take_grid import LEAST, MOST, PICTURES, GridPlayer, TakeGrid, draw_take_grid
from milimo_tui.tui.review.take_player import TakePlayer
from milimo_tui.tui.review.take_strip import TakeStrip
from milimo_tui.tui.shot.shot_state import PictureSource, load_requested_pictures
from milimo_tui.tui.widgets.cards import Cards
from milimo_tui.tui.widgets.empty import NO_FILM, TO_HOME, Empty
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.picture_widget import Pictured
from milimo_tui.tui.widgets.text import truncate_line

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Story, Take
    from milimo_tui.studio.project.review import FilmReview, ReviewItem
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.background.queue_feed import LiveQueue
    from milimo_tui.tui.play.monitor import PlanFrame
    from milimo_tui.tui.play.source_player import SourcePlayer


class ReviewView(ViewedScreen, PanedScreen):
    """The base of `ReviewScreen`: the items (takes and failed jobs), the index of the item under the cursor
    (`place`), and the take that is shown.

    The take is the item's own, unless `shown_take` has the id of another take of the shot.
    """

    MODE = ScreenName.REVIEW
    TITLE = "Review"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("review", "panes", "viewing", "list", "global")
    CSS_PATH = "screen.tcss"

    def __init__(self) -> None:
        super().__init__()
        self.viewing_keys: ViewingKeys[PlanFrame] = ViewingKeys(self, self)
        self.take_player = TakePlayer(
            self, self.viewing_keys, on_moved=self.draw_transport_line, on_loaded=self._draw_take_facts
        )
        self.grid_player = GridPlayer(self, PICTURES, self.viewing_keys, on_moved=self.draw_transport_line)
        self.facts_pane = FactsPane(self, self._arrange_review)
        self.review: FilmReview | None = None
        self.place = 0  # Index of the item at the cursor.
        self.shown_take = ""  # Id of the shown take; empty for the item's own take.
        self.compared_take = ""  # Id of the take that the shown take is compared with; empty for none.
        self.everything = False
        # True if takes with the least likeness to their elements' pictures are listed first.
        self.unlike_first = False
        self._kept: frozenset[str] = frozenset()
        # True if the user left the screen for another one. On return, items that were reviewed before are
        # removed from the list.
        self._was_left = True
        self._failures: object = None
        self._sources: list[PictureSource] = []
        self._reading = self._wants_read = False
        self._picture_keys: list[str] = []  # Keys of the pictures requested for the items.
        # Cache of the jobs that made the takes, because a finished job does not change.
        self._made: dict[str, JobView] = {}
        # Cache of the takes by id, and the story they were read from.
        self._takes_of: tuple[Story, dict[str, Take]] | None = None

    def compose_body(self) -> Iterable[Widget]:
        yield Vertical(
            Horizontal(
                Vertical(
                    Horizontal(
                        Picture(id="picture"),
                        Static(id="poster", markup=False),
                        Picture(id="other"),
                        id="pictures",
                    ),
                    Line(id="transport"),
                    id="stage",
                ),
                Vertical(TakeGrid(id="grid"), Line(id="grid-transport"), id="grid-stage"),
                Divider(id="facts-divider", upright=True),
                Static(id="facts", markup=False),
                id="top",
            ),
            TakeStrip(id="strip"),
            id="review",
        )
        yield Cards(id="sheet")
        yield Empty(self.with_keys, id="empty")

    @property
    def story(self) -> Story | None:
        return self.film.story if self.film else None

    def show_film(self, film: FilmSnapshot | None) -> None:
        if film is not None:
            project = film.story.project
            ratio = project.width / max(1, project.height)
            self.query_one(Cards).ratio = self.query_one(TakeStrip).ratio = ratio
        self._start_inbox_read()

    def show_queue(self, queue: LiveQueue) -> None:
        """Read the inbox again if a job has failed. This is necessary because a failed job does not change
        the film, and the inbox is otherwise read only after changes of the film.
        """
        now = frozenset(
            (job.id, job.state, job.reason)
            for job in queue.jobs
            if job.state in ("failed", "set_aside", "skipped", "publishing")
        )
        if now != self._failures:
            self._failures = now
            self._start_inbox_read()

    # Textual calls the handler of every class of a screen, so none of these handlers calls `super`.

    def on_mount(self) -> None:
        self.take_player.start()
        self.grid_player.start()

    def on_unmount(self) -> None:
        self.take_player.close()
        self.grid_player.close()

    def on_screen_resume(self) -> None:
        self.catch_up()  # Show the changed film before the inbox is read, because the inbox depends on it.
        if self._was_left:
            self._was_left = False
            self.reread_inbox()

    def on_screen_suspend(self) -> None:
        self.player.halt_playback()
        self._was_left = self.app.current_mode != self.MODE

    def reread_inbox(self) -> None:
        """Read the inbox again, and remove reviewed items that stayed in the list only because they were on
        the screen.
        """
        self._kept = frozenset()
        self._start_inbox_read()

    def _start_inbox_read(self) -> None:
        """Start to read the inbox. If it is being read already, read it once more afterwards."""
        self._wants_read = True
        if not self._reading:
            self._reading = True
            self.run_in_background(self._read_inbox_until_current, "view")

    async def _read_inbox_until_current(self) -> None:
        try:
            while self._wants_read:
                self._wants_read = False
                await self._read_inbox_once()
        finally:
            self._reading = False

    async def _read_inbox_once(self) -> None:
        """Read the inbox in a thread. Items that are listed already stay in the list, also after they are
        reviewed.
        """
        from milimo_tui.studio.project import inbox

        story, studio = self.story, self.studio_app.studio
        if story is None:
            self._show_review(None)
            return
        kept, everything, made = self._kept, self.everything, self._made
        try:
            review = await self.studio_app.inbox.run(
                lambda: inbox.read_inbox(studio, kept=kept, everything=everything, made=made)
            )
        except MilimoError as error:
            self.studio_app.show_error(error)
            return
        if review.problem and review.problem != (self.review.problem if self.review else ""):
            self.show_message(review.problem, "warn", "until then, failed jobs are not shown")
        self._show_review(review)
        await self._load_take_for_player()

    def _show_review(self, review: FilmReview | None) -> None:
        """Draw the inbox after it was read. The cursor stays on its item, or at its index if the item was
        removed.
        """
        job = self.item.job if self.item else ""
        before = self.review
        if review is not None and self.unlike_first:
            from milimo_tui.studio.project.review import sort_by_likeness

            review = sort_by_likeness(review)
        self.review = review
        items = review.items if review else ()
        jobs = [item.job for item in items]
        if job in jobs:
            self.place = jobs.index(job)
        elif before is None or not before.items:
            self.place = next((place for place, item in enumerate(items) if not item.seen), 0)
        self.place = max(0, min(self.place, len(items) - 1))
        self._kept |= frozenset(jobs)
        if job not in jobs or (self.shown_take and self._find_take(self.shown_take) is None):
            self.shown_take = self.compared_take = ""
        self._draw_review()

    @property
    def item(self) -> ReviewItem | None:
        """The item under the cursor; None if there is none."""
        items = self.review.items if self.review else ()
        return items[self.place] if self.place < len(items) else None

    @property
    def take(self) -> Take | None:
        """The take that is shown; None if the item is a failed job."""
        id = self.shown_take or (self.item.take if self.item else "")
        return self._find_take(id)

    def _find_take(self, id: str) -> Take | None:
        story = self.story
        if story is None or not id:
            return None
        if self._takes_of is None or self._takes_of[0] is not story:
            self._takes_of = story, {take.id: take for take in story.takes}
        return self._takes_of[1].get(id)

    def load_take(self) -> None:
        """Load the shown take, and the take to compare it with. A new call replaces one that is still
        running.
        """
        self.run_in_background(self._load_take_for_player, "look", exclusive=True)

    def show_shot_take(self, take: str) -> None:
        """Show another take of the current shot by its id, at the same frame."""
        items = self.review.items if self.review else ()
        place = next((place for place, item in enumerate(items) if item.take == take), None)
        if place is None:
            self.shown_take = take
        else:
            self.place, self.shown_take = place, ""
        self.draw_current_item()
        self.load_take()

    @property
    def shot_takes(self) -> tuple[Take, ...]:
        """All takes of the shot under the cursor, oldest first."""
        story, shot = self.story, self.item.shot if self.item else ""
        return tuple(take for take in story.takes if take.shot == shot) if story and shot else ()

    def list_grid_page(self) -> tuple[Take, ...]:
        """Return the takes on the page of the grid that contains the cursor."""
        takes, here = self.shot_takes, self.take
        place = next((at for at, take in enumerate(takes) if here and take.id == here.id), 0)
        first = place // MOST * MOST
        return takes[first : first + MOST]

    @property
    def player(self) -> SourcePlayer:
        """The active player: the player of the grid while the grid is shown, otherwise the player of the
        shown take.
        """
        return self.grid_player if self.grid_player.is_on else self.take_player

    async def _load_take_for_player(self) -> None:
        """Load the shown take and the take to compare it with into the player."""
        if self.story is None or self.review is None:
            return
        if self.grid_player.is_on:
            await self.grid_player.load_page(self.story, self.list_grid_page)
            return
        seen = self.is_wide or bool(self.viewing_keys.viewing.compare)
        take = self._find_take(self.compared_take) if seen else None
        await self.take_player.load(self.story, self.take, take)

    def get_viewed_raster(self) -> tuple[int, int] | None:
        return self.take_player.raster

    def get_viewed_frame(self) -> PlanFrame | None:
        return self.take_player.get_plan_frame()

    def get_compared_frame(self) -> PlanFrame | None:
        return self.take_player.get_plan_frame(1)

    def find_compared_frame(self) -> bool:
        """Return False, because this class can't choose a take to compare with. `ReviewScreen` overrides the
        method with the action of the key `A`.
        """
        return False

    def redraw_viewed_picture(self) -> None:
        """Redraw the take in the current viewing mode. If two takes are compared in one picture, hide the
        second picture.
        """
        self._arrange_review()
        self.load_take()
        self.take_player.request_frame()

    @property
    def is_wide(self) -> bool:
        """True if the screen is wide enough for two pictures side by side."""
        return self.size.width >= SIDE_BY_SIDE

    @property
    def on_sheet(self) -> bool:
        return bool(self.query_one(Cards).display)

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw_review)

    def on_picture_resized(self) -> None:
        self.player.refresh_frame()
        # Draw the facts after the layout, because they are wrapped at the width that the pictures leave.
        self.call_after_refresh(self._draw_take_facts)

    def _draw_review(self) -> None:
        review, story = self.review, self.story
        there = review is not None and bool(review.items) and story is not None
        sheet = self.query_one(Cards)
        self.query_one("#review").display = there and not sheet.display
        self.query_one(Empty).display = not there
        if not there or review is None or story is None:
            sheet.display = False
            self._show_review_empty_state()
            self.refresh_lines()
            return
        self._sources = [self._make_item_source(item) for item in review.items]
        self._picture_keys = [source.key for source in self._sources]
        if sheet.display:
            self.draw_contact_sheet()
        self.draw_current_item()

    def draw_current_item(self) -> None:
        """Draw the item under the cursor and the shown take."""
        if self.review is None or self.item is None:
            return
        if self.grid_player.is_on and len(self.shot_takes) < LEAST:
            self.grid_player.end_grid()
        self._arrange_review()
        self.query_one(TakeStrip).show_items(self.review.items, self.place, self._picture_keys)
        if self.on_sheet and self.query_one(Cards).key != self.item.job:
            self.query_one(Cards).move_to_key(self.item.job)
        self._draw_take_facts()

    def draw_contact_sheet(self) -> None:
        """Draw the contact sheet."""
        review, story, item = self.review, self.story, self.item
        if review is not None and story is not None:
            keys = {each.job: key for each, key in zip(review.items, self._picture_keys, strict=True)}
            cards = sheets.make_sheet_sections(review, story, keys, self.ink)
            self.query_one(Cards).show_cards(cards, key=item.job if item else None)

    def _make_item_source(self, item: ReviewItem) -> PictureSource:
        """Return the source of an item's small picture: the middle frame of its take, within the range that
        the shot shows.
        """
        take, story = self._find_take(item.take), self.story
        if take is None or story is None:
            return PictureSource()
        return PictureSource(item.path, float((take.head + Fraction(take.length, 2)) / story.project.rate))

    def _show_review_empty_state(self) -> None:
        """Explain why the list is empty, and how to make takes."""
        title = NO_FILM if self.film is None else "There is nothing to review."
        if self.film is not None and self.review is None:
            title = ""  # No text while the inbox is being read.
        rows = [
            ("", "Takes made while you are away are listed here, with failures and reasons."),
            ("", ""),
            *(
                [TO_HOME]
                if self.film is None
                else [
                    (
                        "{ui.mode storyboard}",
                        "the storyboard: {storyboard:shot.make missing} makes missing takes",
                    ),
                    ("{ui.mode jobs}", "the running jobs; they continue when you leave"),
                    ("{ui.filter}", "every take of the film, looked at or not"),
                ]
            ),
        ]
        self.query_one(Empty).show_guide(title, rows if title else [], bare=bool(title))

    def _arrange_review(self) -> None:
        """Set the sizes of all widgets, so that the pictures are as large as possible next to the facts."""
        story, item = self.story, self.item
        if story is None or item is None:
            return
        apart = not self.viewing_keys.viewing.compare
        two = bool(self.compared_take) and self.is_wide and bool(item.take) and apart
        ratio = story.project.width / max(1, story.project.height)
        found = compute_review_layout(*self.size, ratio, two=two, facts=self.facts_pane.columns)
        in_grid = self.grid_player.is_on
        self.query_one("#top").set_class(found.stacked and not in_grid, "-stacked")
        self.query_one("#stage").display = not in_grid
        self.query_one("#grid-stage").display = in_grid
        self.query_one("#top").set_class(in_grid, "-grid")
        shows_facts = self.size.width >= GRID_FACTS if in_grid else not self.facts_pane.is_closed
        self.query_one("#facts").display = shows_facts or found.stacked
        given = 0 if found.stacked or in_grid else self.facts_pane.given
        self.query_one("#facts").styles.width = given or "1fr"
        self.query_one("#facts-divider").display = shows_facts and not found.stacked and not in_grid
        if in_grid:
            self.call_after_refresh(self._draw_take_grid)
        self.query_one(TakeStrip).styles.height = found.strip
        for widget in (self.query_one("#picture"), self.query_one("#other"), self.query_one("#poster")):
            widget.styles.width, widget.styles.height = found.wide, found.high
        self.query_one("#transport").styles.width = found.wide * 2 + 2 if two else found.wide
        self.query_one("#picture").display = bool(self.shown_take or item.take)
        self.query_one("#poster").display = not (self.shown_take or item.take)
        self.query_one("#transport").visible = bool(self.shown_take or item.take)
        self.query_one("#other").display = two

    @property
    def pane_layout(self) -> FactsPane:
        return self.facts_pane

    def redraw_resized_panes(self) -> None:
        """Wrap the facts at the new width of their pane."""
        self._draw_take_facts()

    def _draw_take_grid(self) -> None:
        if self.story is not None and self.grid_player.is_on:
            draw_take_grid(
                self.query_one(TakeGrid),
                self.story,
                self.shot_takes,
                self.list_grid_page(),
                self.take,
                self.ink,
            )

    def _draw_take_facts(self) -> None:
        review, story, item = self.review, self.story, self.item
        if review is None or story is None or item is None:
            self.refresh_lines()
            return
        ink = self.ink
        loaded, take = self.take_player.loaded, self.take
        mine = loaded is not None and take is not None and loaded.take == take.id
        checks = loaded.checks if loaded is not None and mine else ()
        shown = review_lines.make_shown_item(story, item, self.shown_take, checks)
        panel = self.query_one("#facts", Static)
        width = max(10, panel.content_size.width or FACTS - 4)
        lines = review_lines.make_take_facts(
            shown, story.project.rate, ink, width, beside=self._make_comparison(story, shown)
        )
        panel.update(Text("\n").join(truncate_line(each, width) for each in lines))
        if not item.take:
            poster = self.query_one("#poster", Static)
            words = self.studio_app.replace_commands_with_keys
            worded = replace(item, reason=words(item.reason), hint=words(item.hint))
            poster.update(
                review_lines.make_failure_poster(worded, ink, self.with_keys, poster.size.width or 40)
            )
        self.draw_transport_line()
        self.refresh_lines()

    def _make_comparison(self, story: Story, shown: review_lines.ShownItem) -> list[Text]:
        """Return the lines that compare the shown take with the compared take; empty if no takes are
        compared.
        """
        if not self.compared_take or shown.take is None:
            return []
        other = review_lines.make_shown_item(story, shown.item, self.compared_take)
        return review_lines.make_comparison_lines(shown, other, self.ink, self.with_keys, wide=self.is_wide)

    def draw_transport_line(self) -> None:
        """Draw the playhead's position and the speed."""
        bar = self.query_one("#grid-transport" if self.grid_player.is_on else "#transport", Line)
        player = self.player
        source = player.source
        text = format_transport(source, player.frame, player.sign, self.ink, bar.size.width) if source else ""
        bar.show_line(text)

    def format_header_title(self) -> Text:
        if self.review is None or not self.review.items:
            return super().format_header_title()
        return review_lines.format_review_heading(self.review, self.ink, everything=self.everything)

    def get_current_place(self) -> ScreenPlace:
        """Return the user's position, from which the next step for the item under the cursor is chosen. If
        this item is already reviewed, the next step goes to an item that is not reviewed.
        """
        item, new = self.item, self.review.unseen_items if self.review else ()
        acts = (
            ("ui.enter", "ui.delete", "ui.play")
            if item is not None and item.take
            else ("ui.retry", "ui.edit")
        )
        if item is None or not new:
            return ScreenPlace(self.MODE)
        if not item.take and not item.seen and item.state.value in ("failed", "set_aside"):
            words, does, action = f"{item.number}: {item.reason}", "tries again", "ui.retry"
        elif not item.seen:
            what = f"{item.number} take {item.place}" if item.take else item.number
            keys = self.studio_app.keyboard.keymap.with_keys(
                "{ui.enter} picks, {ui.delete} rejects", self.CONTEXTS
            )
            words, does = f"{what} waits: {keys}" if item.take else f"{what}: {item.reason}", "skips it"
            action = "ui.next_item"
        else:
            words, does, action = f"{len(new)} not looked at", "goes to the next", "ui.next_new"
        step = NextStep("", "review.seen", words, does=does, act=action)
        if action == "ui.retry":
            step = replace(step, id="job.retry", values={"ids": [item.job]}, is_wrong=True)
        return ScreenPlace(self.MODE, step=step, acts=acts)

    def format_header_facts(self) -> Text | str:
        if self.review is None:
            return ""
        return review_lines.format_review_totals(
            self.review, self.ink, self.with_keys, everything=self.everything
        )

    def on_pictured_wanted(self, event: Pictured.Wanted) -> None:
        name = f"pictures of the {event.shown_in.id}"
        self.run_in_background(
            partial(load_requested_pictures, self.studio_app, event, self._sources), name, exclusive=True
        )
