"""The picture of the Timeline screen: the cut's plan, and the frame under the playhead, newest first.

Plans and hashes are worked out in a thread; frames come from the viewer process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.cut.layout.excerpt import excerpt, stretch_around
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Cut
from milimo_tui.media.scopes.viewing import PLAIN, Viewing
from milimo_tui.tui.play.monitor import Monitor, PlanFrame
from milimo_tui.tui.timeline.base.shown_film import ShownFilm
from milimo_tui.tui.widgets.picture import Picture

if TYPE_CHECKING:
    from textual.timer import Timer

    from milimo_tui.cut.plan.plan import Plan
    from milimo_tui.story.values.film import Story
    from milimo_tui.studio.session.studio import Snapshot

Around = tuple[int, int] | None
Frames = tuple[int | None, ...]
# plan, frame, several frames in its place, width and height in pixels, how it is viewed and beside what
Wanted = tuple[str, int, Frames, int, int, Viewing, PlanFrame | None]
CLIPS_AROUND = 300  # planned before and after the playhead: about ten minutes of a film
REST_SECONDS = 0.18  # after keys that change something: the picture is made as it is
HALF = "/2"  # behind the key of a plan: at half its size
MARGIN = 10  # the playhead nearer than this share to the end of the stretch: plan on


class TimelinePicture(ShownFilm):
    """Draws what the film shows at the playhead."""

    def __init__(self) -> None:
        super().__init__()
        self.plan: Plan | None = None
        self.plan_key = ""
        self.frame_lock = asyncio.Lock()
        self.wanted: Wanted | None = None
        self.seen: Wanted | None = None
        self.is_plan_due = False  # the cut is another than the one that is planned
        self.planned: Around = None  # the stretch that the plan is of; None: the whole cut
        self._better: Timer | None = None
        self._rest: Timer | None = None
        self._is_moving = False  # something is changed by keys just now: the picture is made half as large
        self._half: tuple[str, Plan] | None = None  # the plan at half its size, by the key of the whole

    def on_mount(self) -> None:
        super().on_mount()
        self.monitor = Monitor(self.studio_app.pictures, "timeline")

    def resolve(self, film: Snapshot, cut: Cut) -> None:
        self.is_plan_due = True
        self.background(partial(self.plan_cut, film, cut), "resolve", exclusive=True)

    async def plan_cut(self, film: Snapshot, cut: Cut) -> None:
        """Work out what needs files and hashes, in a thread: the plan, stale shots, offline media."""
        studio, playhead = self.studio_app.studio, self.playhead

        def work_out() -> tuple[Plan | None, str, frozenset[str], frozenset[str], Around, Mapping[str, str]]:
            from milimo_tui.studio.media.relink import offline_in
            from milimo_tui.studio.render.kept_takes import kept_takes
            from milimo_tui.studio.takes.shot_spec import states

            stale = frozenset(state.shot.id for state in states(film.story) if state.stale)
            project = studio.project()
            offline = offline_in(film.story, project.paths, cut)
            kept = kept_takes(project, [cut]).get(cut.id, {})
            if not cut.clips:
                return None, "", stale, offline, None, kept
            placed = film.layout if film.layout is not None and film.cut is cut else layout(cut)
            around = stretch_around(placed, playhead, CLIPS_AROUND)
            plan = self._plan(film, excerpt(placed, *around) if around else cut)
            return plan, plan.signature(), stale, offline, around, kept

        try:
            found = await self.in_thread(work_out)
            self.plan, self.plan_key, self.stale, self.offline, self.planned, self.kept = found
        except MilimoError as error:
            self.plan, self.plan_key, self.is_plan_due = None, "", False
            self.studio_app.say_error(error)
            return
        self.is_plan_due = False
        self.make_clip_styles(film)
        self.plan_changed(self.plan)
        self.redraw()
        self.ask_frame()

    def _plan(self, film: Snapshot, cut: Cut) -> Plan:
        """Plan a cut; called in a thread."""
        from milimo_tui.studio.render.kept_takes import kept_takes
        from milimo_tui.studio.render.render_plan import plan_of

        project = self.studio_app.studio.project()
        kept, masks = kept_takes(project, film.cuts), project.facts.masks()
        story = self.story_shown(film.story)
        return plan_of(story, project.paths, cut, cuts=film.cuts, masks=masks, kept=kept)

    async def whole_plan(self) -> Plan | None:
        """Return the plan of the whole cut, also where only a stretch of it is planned."""
        film = self.snapshot
        if self.planned is None or film is None or film.cut is None:
            return self.plan
        cut = film.cut
        return await self.in_thread(lambda: self._plan(film, cut))

    async def newest_plan(self) -> Plan | None:
        """Return the plan of the whole cut of the film as it was read last; None where it has no clips."""
        film = self.studio_app.film
        cut = film.cut if film is not None else None
        if film is None or cut is None or not cut.clips:
            return None
        newest = film
        return await self.in_thread(lambda: self._plan(newest, cut))

    def story_shown(self, story: Story) -> Story:
        """Return the story as it is looked at: another take may stand in for the picked one."""
        return story

    def plan_changed(self, plan: Plan | None) -> None:
        """React to a film that sounds or shows otherwise than before."""

    def _better_later(self) -> None:
        """Look in a while whether keys rest, where the picture on the screen was drawn light."""
        if self._better is not None:
            self._better.stop()
            self._better = None
        if self.monitor.is_light:
            self._better = self.set_timer(self.studio_app.pictures.better_in, self._show_better)

    def _show_better(self) -> None:
        """Ask for the picture once more, where it was drawn light, as soon as keys rest."""
        if self.seen != self.wanted or not self.monitor.is_light:
            return
        if self.studio_app.pictures.is_light:
            self._better_later()  # keys come that show no other frame
        else:
            self.ask_frame_anew()

    def picture_moves(self) -> None:
        """Have pictures made at half their size until keys rest, and then one as it is."""
        self._is_moving = True
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(REST_SECONDS, self._at_rest)

    def _at_rest(self) -> None:
        self._is_moving, self._rest = False, None
        self.ask_frame()

    def _sized(self, plan: Plan, key: str) -> Plan:
        """Return the plan that a picture is made of: at half its size where its key says so."""
        if not key.endswith(HALF):
            return plan
        if self._half is None or self._half[0] != self.plan_key:
            wide, high = (max(2, side // 4 * 2) for side in (plan.width, plan.height))
            self._half = (self.plan_key, plan.model_copy(update={"width": wide, "height": high}))
        return self._half[1]

    def ask_frame_anew(self) -> None:
        """Ask for the frame again: the picture has another size."""
        self.seen = None
        self.ask_frame()

    def keep_planned(self) -> None:
        """Plan on, before the playhead comes to the end of the stretch that is planned."""
        film, around = self.snapshot, self.planned
        if film is None or film.cut is None or around is None:
            return
        start, end = around
        margin = (end - start) // MARGIN
        before, after = start + margin * (start > 0), end - margin * (end < self.cutting.frames)
        if not before <= self.playhead <= after:
            self.planned = None  # asked for once
            self.resolve(film, film.cut)

    # -- the picture -------------------------------------------------------------------------------

    def viewed_as(self) -> tuple[Viewing, PlanFrame | None]:
        """Return how the picture is looked at, and what it is compared with."""
        return PLAIN, None

    def picture_facts(self, facts: Mapping[str, Any]) -> None:
        """Take the facts of the picture that is shown now."""

    def ask_frame(self) -> None:
        """Ask for the frame under the playhead; only the newest ask is answered.

        During a trim the sides of the edit are asked for, once its cut is planned.
        """
        frames = tuple(side.frame for side in self.edit_sides())
        if frames and self.is_plan_due:
            return
        self.wanted = self._wish(self.playhead, frames)
        if self.wanted != self.seen and not self.frame_lock.locked():
            self.run_worker(self._show_newest(), group="frames")
        self.keep_planned()

    def _wish(self, frame: int, frames: Frames = ()) -> Wanted:
        wide, high = self.query_one("#picture", Picture).wanted_pixels
        last = max(0, self.cutting.frames - 1)
        key = f"{self.plan_key}{HALF}" if self._is_moving and not frames else self.plan_key
        return (key, min(frame, last), frames, wide, high, *self.viewed_as())

    async def _show_newest(self) -> None:
        """Fetch the frame that is wanted and draw it; words where there is none.

        One request at a time: when it is back, the newest wish is next and those between are dropped.
        """
        with self.while_here():
            async with self.frame_lock:
                while self.wanted is not None and self.wanted != self.seen:
                    wanted, plan = self.wanted, self.plan
                    key, frame, frames, wide, high, viewing, beside = wanted
                    current = key.removesuffix(HALF) == self.plan_key
                    if plan is not None and current and self.is_attached and frame < plan.frames:
                        picture = self.query_one("#picture", Picture)
                        drawing = await self.monitor.frame(
                            self._sized(plan, key),
                            frame,
                            wide,
                            high,
                            viewing=viewing,
                            beside=beside,
                            frames=frames,
                        )
                        if picture.is_attached:
                            self.picture_facts(self.monitor.facts)
                            picture.show(drawing, self.monitor.trouble or "no picture here")
                    self.seen = wanted
            self._better_later()

    async def show_playing(self, frame: int) -> None:
        """Draw one frame of playback, whatever was asked for meanwhile."""
        self.wanted = self._wish(frame)
        await self._show_newest()
        self.keep_planned()
