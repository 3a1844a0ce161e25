"""Review: what came in while nobody was attached, one large picture at a time or all on a contact sheet.

The acts: going through it, other takes, comparing, judging. Every judgement is a command of the registry.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from milimo_tui.story.values import picked_takes
from milimo_tui.tui.review.inbox import ReviewInbox
from milimo_tui.tui.review.take_strip import TakeStrip
from milimo_tui.tui.widgets.cards import Cards

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Take
    from milimo_tui.tui.keys.key_parser import Stroke


class ReviewScreen(ReviewInbox):
    """The take that is seen is what the keys act on."""

    # -- moving --------------------------------------------------------------------------------------

    def _go(self, place: int, *, play: bool = False) -> None:
        items = self.review.items if self.review else ()
        place = max(0, min(place, len(items) - 1))
        if place != self.place or self.shown:
            self.halt()
            self.place, self.shown, self.against, self.frame = place, "", "", 0
            self.looked = self.beside = None
            self.draw_place()
            self.background(self._look, "look", exclusive=True)

    def on_take_strip_clicked(self, event: TakeStrip.Clicked) -> None:
        self._go(event.place)

    def on_cards_moved(self, event: Cards.Moved) -> None:
        jobs = [item.job for item in self.review.items] if self.review else []
        if self.on_sheet and event.key in jobs:
            self._go(jobs.index(event.key))

    def act_down(self, stroke: Stroke) -> None:
        self._go(self.place + stroke.times)

    def act_up(self, stroke: Stroke) -> None:
        self._go(self.place - stroke.times)

    def act_page_down(self, stroke: Stroke) -> None:
        self._go(self.place + 10 * stroke.times)

    def act_page_up(self, stroke: Stroke) -> None:
        self._go(self.place - 10 * stroke.times)

    def act_first(self, stroke: Stroke) -> None:
        self._go((stroke.count or 1) - 1)

    def act_last(self, stroke: Stroke) -> None:
        self._go(10**9 if stroke.count is None else stroke.count - 1)

    async def act_next_item(self, stroke: Stroke) -> None:
        """; passes this one over: it counts as looked at, picked or not."""
        items = self.review.items if self.review else ()
        passed = items[self.place : self.place + stroke.times]
        last = self.place + stroke.times >= len(items)
        self._go(self.place + stroke.times)
        new = tuple(item.id for item in passed if not item.seen)
        if new and await self.studio_app.command("review.seen", {"ids": new}, quiet=True) is None:
            return
        if last and passed:
            left = sum(not item.seen for item in items) - len(new)
            told = (
                f"that was the last; {left} not looked at" if left else "that was the last: all are looked at"
            )
            self.say(told, hint="g t plays the film")

    def act_previous_item(self, stroke: Stroke) -> None:
        self._go(self.place - stroke.times)

    # -- other takes -----------------------------------------------------------------------------------

    def act_take_next(self, stroke: Stroke) -> None:
        self._other(stroke.times)

    def act_take_previous(self, stroke: Stroke) -> None:
        self._other(-stroke.times)

    def _takes(self) -> list[Take]:
        story, item = self.story, self.item
        return (
            [take for take in story.takes if take.shot == item.shot] if story and item and item.shot else []
        )

    def _other(self, step: int) -> None:
        """Another take of the shot: the cursor goes there where it came in too, else it is only shown."""
        ids = [take.id for take in self._takes()]
        here = self.take.id if self.take else ""
        if (len(ids) < 2 and here in ids) or not ids:
            self.say("the shot has no other take", "warn", "e opens it; c c there makes one")
            return
        wanted = ids[(ids.index(here) + step) % len(ids)] if here in ids else ids[0]
        self._see(wanted)

    def _see(self, take: str) -> None:
        """Show a take of the shot, the playhead where it is."""
        items = self.review.items if self.review else ()
        place = next((place for place, item in enumerate(items) if item.take == take), None)
        if place is None:
            self.shown = take
        else:
            self.place, self.shown = place, ""
        self.draw_place()
        self.background(self._look, "look", exclusive=True)

    def act_compare(self, stroke: Stroke) -> None:
        """A: two takes at one playhead, beside each other where there is room, else in turn."""
        here = self.take
        ids = [take.id for take in self._takes()]
        if here is None or len(ids) < 2:
            self.say(
                "there is no other take to compare with", "warn", "e opens the shot; c c there makes one"
            )
            return
        if not self.against:
            shots = self.story.shots if self.story else ()
            shot = next((shot for shot in shots if shot.id == here.shot), None)
            picked = picked_takes.picked_of(shot, self._takes()) if shot else None
            other = ids[ids.index(here.id) - 1]
            self.against = picked.id if picked is not None and picked.id != here.id else other
            if self._is_wide:
                self.draw_place()
                self.background(self._look, "look", exclusive=True)
                return
        self.against, wanted = here.id, self.against
        self._see(wanted)

    def act_out(self, stroke: Stroke) -> None:
        """One level out: the comparison, the sheet, then what every screen leaves."""
        if self.against:
            self.against = ""
            self.draw_place()
            self.background(self._look, "look", exclusive=True)
        elif self.on_sheet:
            self.act_sheet(stroke)
        else:
            super().act_out(stroke)

    # -- judging -------------------------------------------------------------------------------------

    def args_for(self, command: str, stroke: Stroke) -> Mapping[str, Any] | None:
        take = self.take
        if command == "shot.rate":
            if take is None:
                return None
            if not stroke.argument.isdigit() or not 0 <= int(stroke.argument) <= 5:
                self.say("a take has 1 to 5 stars, 0 takes them off", "warn")
                return None
            return {"id": take.shot, "take": take.id, "rating": int(stroke.argument)}
        if command == "review.comment":
            return {"take": take.id} if take else None
        if command == "review.seen":
            return {"ids": (self.item.id,)} if self.item else None
        return {"id": self.item.shot} if self.item and self.item.shot else {}

    async def act_enter(self, stroke: Stroke) -> None:
        await self._choose()

    async def _choose(self) -> None:
        """Pick the take that is seen; of a failure, its log."""
        take = self.take
        if take is not None:
            await self.command("shot.pick", id=take.shot, take=take.id)
        elif self.item is not None:
            await self.studio_app.go_to_job(self.item.job)

    def on_cards_chosen(self, event: Cards.Chosen) -> None:
        self.background(self._choose)

    async def act_delete(self, stroke: Stroke) -> None:
        """x: reject the take that is seen; a rejected one is kept again."""
        take = self.take
        if take is None:
            self.say("only a take can be rejected", "warn", "; passes this one over")
            return
        judged = {"accept": True} if take.rejected else {"reject": True}
        await self.command("shot.rate", id=take.shot, take=take.id, **judged)

    async def act_comment(self, stroke: Stroke) -> None:
        take = self.take
        if take is None:
            self.say("only a take can have a remark", "warn")
            return
        note = await self.ask(f"{self.item.number if self.item else ''} note:", take.note, name="NOTE")
        if note is not None and note.strip() != take.note:
            await self.command("review.comment", take=take.id, text=note.strip())

    async def act_retry(self, stroke: Stroke) -> None:
        """r: try what failed again, as it was."""
        item = self.item
        if item is None or item.take or item.state.value == "again":
            self.say(
                "only what failed is tried again", "warn", "e opens the shot; c c there makes another take"
            )
            return
        await self.command("job.retry", ids=[item.job])

    def act_edit(self, stroke: Stroke) -> None:
        """e: the shot, to ask for something else."""
        from milimo_tui.tui.storyboard.shot import ShotScreen

        if self.item is None or not self.item.shot:
            self.say("this belongs to no shot", "warn")
            return
        self.halt()
        self.app.push_screen(ShotScreen(self.item.shot))

    # -- views ---------------------------------------------------------------------------------------

    def act_sheet(self, stroke: Stroke) -> None:
        """s: all pictures at once, or the one large."""
        cards = self.query_one(Cards)
        if self.item is None:
            return
        self.halt()
        cards.display = not cards.display
        self.query_one("#review").display = not cards.display
        if cards.display:
            self._draw_sheet()
            cards.focus()
        else:
            self.set_focus(None)
            self.draw_place()
            self.ask_frame()
        self.refresh_lines()

    def act_play(self, stroke: Stroke) -> None:
        if self.on_sheet:
            self.act_sheet(stroke)
        super().act_play(stroke)

    def act_filter(self, stroke: Stroke) -> None:
        """f: every take of the film, or what is new."""
        self.everything = not self.everything
        self._kept = frozenset()
        self.say("every take of the film" if self.everything else "what came in", hint="f goes back")
        self._read()
