"""The picture of the Timeline screen: the render plan of the cut (the description of what each frame shows),
and the frame at the playhead. If frames are requested faster than they can be made, only the newest request
is answered.

Plans and hashes are computed in a thread; frames come from the viewer process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.cut.layout.excerpt import create_excerpt, find_excerpt_range
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Cut
from milimo_tui.media.scopes.viewing import PLAIN_VIEWING, Viewing
from milimo_tui.tui.play.monitor import Monitor, PlanFrame
from milimo_tui.tui.timeline.base.displayed_film import DisplayedFilm
from milimo_tui.tui.widgets.picture import Picture

if TYPE_CHECKING:
    from textual.timer import Timer

    from milimo_tui.cut.plan.plan import RenderPlan
    from milimo_tui.story.values.film import Story
    from milimo_tui.studio.session.studio import FilmSnapshot

Around = tuple[int, int] | None
Frames = tuple[int | None, ...]
# A request for a frame: the key of the plan, the frame number, several frames to show instead of it, width
# and height in pixels, the viewing mode, and a frame to compare with.
TimelineFrameRequest = tuple[str, int, Frames, int, int, Viewing, PlanFrame | None]
# Number of clips planned before the playhead, and the same number after it. Together they are about ten
# minutes of a film.
CLIPS_AROUND = 300
# Seconds after the last key that changed the film until the picture is made at full size.
REST_SECONDS = 0.18
HALF = "/2"  # Suffix of the key of a plan that is to be rendered at half the width and height.
# The length of the planned stretch divided by this number is the margin at each end. If the playhead enters a
# margin, a new stretch of the cut is planned around it.
MARGIN = 10


class TimelinePicture(DisplayedFilm):
    """The base class of the Timeline screen that draws the frame at the playhead."""

    def __init__(self) -> None:
        super().__init__()
        self.plan: RenderPlan | None = None
        self.plan_key = ""
        self.frame_lock = asyncio.Lock()
        self.wanted: TimelineFrameRequest | None = None
        self.seen: TimelineFrameRequest | None = None
        self.is_plan_due = False  # True if the cut has changed since it was planned.
        # First frame of the planned stretch and the frame after its last one; None if the entire cut is
        # planned.
        self.planned: Around = None
        self._better: Timer | None = None
        self._rest: Timer | None = None
        self._is_moving = False  # True while keys change the film: pictures are then made at half size.
        # The plan at half size, together with the key of the plan from which it was made.
        self._half: tuple[str, RenderPlan] | None = None

    def on_mount(self) -> None:
        super().on_mount()
        self.monitor = Monitor(self.studio_app.pictures, "timeline")

    def request_plan(self, film: FilmSnapshot, cut: Cut) -> None:
        self.is_plan_due = True
        self.run_in_background(partial(self.plan_cut, film, cut), "resolve", exclusive=True)

    async def plan_cut(self, film: FilmSnapshot, cut: Cut) -> None:
        """Compute in a thread the values that need files and hashes: the render plan, the stale shots and the
        offline media. Then draw the frame at the playhead.
        """
        studio, playhead = self.studio_app.studio, self.playhead

        def compute_plan() -> tuple[
            RenderPlan | None, str, frozenset[str], frozenset[str], Around, Mapping[str, str]
        ]:
            from milimo_tui.studio.media.relink import find_offline_clips
            from milimo_tui.studio.render.frozen_takes import load_frozen_takes
            from milimo_tui.studio.takes.shot_spec import list_shot_states

            stale = frozenset(state.shot.id for state in list_shot_states(film.story) if state.stale)
            project = studio.require_project()
            offline = find_offline_clips(film.story, project.paths, cut)
            kept = load_frozen_takes(project, [cut]).get(cut.id, {})
            if not cut.clips:
                return None, "", stale, offline, None, kept
            placed = film.layout if film.layout is not None and film.cut is cut else layout(cut)
            around = find_excerpt_range(placed, playhead, CLIPS_AROUND)
            plan = self._make_plan(film, create_excerpt(placed, *around) if around else cut)
            return plan, plan.compute_signature(), stale, offline, around, kept

        try:
            found = await self.in_thread(compute_plan)
            self.plan, self.plan_key, self.stale, self.offline, self.planned, self.frozen_takes = found
        except MilimoError as error:
            self.plan, self.plan_key, self.is_plan_due = None, "", False
            self.studio_app.show_error(error)
            return
        self.is_plan_due = False
        self.update_clip_styles(film)
        self.handle_plan_change(self.plan)
        self.redraw()
        self.request_frame()

    def _make_plan(self, film: FilmSnapshot, cut: Cut) -> RenderPlan:
        """Return the render plan of a cut. Reads the disk, so call this method in a thread."""
        from milimo_tui.studio.render.frozen_takes import load_frozen_takes
        from milimo_tui.studio.render.render_plan import plan_cut_range

        project = self.studio_app.studio.require_project()
        takes, masks = load_frozen_takes(project, film.cuts), project.facts.list_masks()
        story = self.choose_story(film.story)
        return plan_cut_range(story, project.paths, cut, cuts=film.cuts, masks=masks, kept=takes)

    async def make_full_plan(self) -> RenderPlan | None:
        """Return a plan of the entire cut, even if the present plan covers only a stretch of it. None if
        there is nothing to plan.
        """
        film = self.snapshot
        if self.planned is None or film is None or film.cut is None:
            return self.plan
        cut = film.cut
        return await self.in_thread(lambda: self._make_plan(film, cut))

    async def make_newest_plan(self) -> RenderPlan | None:
        """Return a plan of the entire cut from the app's newest snapshot of the film; None if the cut has no
        clips.
        """
        film = self.studio_app.film
        cut = film.cut if film is not None else None
        if film is None or cut is None or not cut.clips:
            return None
        newest = film
        return await self.in_thread(lambda: self._make_plan(newest, cut))

    def choose_story(self, story: Story) -> Story:
        """Return the story from which the cut is planned. `screen` overrides this method, to show another
        take instead of the picked one during a comparison.
        """
        return story

    def handle_plan_change(self, plan: RenderPlan | None) -> None:
        """React to a new plan, in which sound or pictures may have changed. Does nothing here; `screen`
        overrides this method.
        """

    def _schedule_better_picture(self) -> None:
        """If the picture on the screen was drawn in low quality to save bytes, start a timer that requests
        full quality once no more keys arrive.
        """
        if self._better is not None:
            self._better.stop()
            self._better = None
        if self.monitor.is_light:
            self._better = self.set_timer(
                self.studio_app.pictures.seconds_until_better, self._request_better_picture
            )

    def _request_better_picture(self) -> None:
        """Request the picture again in full quality if no more keys arrive; otherwise check again later."""
        if self.seen != self.wanted or not self.monitor.is_light:
            return
        if self.studio_app.pictures.is_light:
            self._schedule_better_picture()  # Keys still arrive, although they do not request another frame.
        else:
            self.request_frame_again()

    def use_half_size(self) -> None:
        """Make pictures at half size while keys arrive. After a pause of `REST_SECONDS` a picture at full
        size is made.
        """
        self._is_moving = True
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(REST_SECONDS, self._return_to_full_size)

    def _return_to_full_size(self) -> None:
        self._is_moving, self._rest = False, None
        self.request_frame()

    def _resize_plan(self, plan: RenderPlan, key: str) -> RenderPlan:
        """Return the render plan for the plan key `key`: a copy of `plan` at half size if the key ends in the
        suffix for half size, otherwise `plan` itself.
        """
        if not key.endswith(HALF):
            return plan
        if self._half is None or self._half[0] != self.plan_key:
            wide, high = (max(2, side // 4 * 2) for side in (plan.width, plan.height))
            self._half = (self.plan_key, plan.model_copy(update={"width": wide, "height": high}))
        return self._half[1]

    def request_frame_again(self) -> None:
        """Request the same frame again, because the size or quality of the picture has changed."""
        self.seen = None
        self.request_frame()

    def plan_ahead(self) -> None:
        """Plan the next stretch of the cut if the playhead is near an end of the planned stretch."""
        film, around = self.snapshot, self.planned
        if film is None or film.cut is None or around is None:
            return
        start, end = around
        margin = (end - start) // MARGIN
        before, after = start + margin * (start > 0), end - margin * (end < self.cutting.frames)
        if not before <= self.playhead <= after:
            self.planned = None  # Prevents a second request while this one is being answered.
            self.request_plan(film, film.cut)

    def choose_viewing(self) -> tuple[Viewing, PlanFrame | None]:
        """Return the viewing mode of the picture, such as flicker or wipe, and the frame to compare it with.
        The frame is None if there is no comparison. Overridden by `screen`.
        """
        return PLAIN_VIEWING, None

    def handle_picture_facts(self, facts: Mapping[str, Any]) -> None:
        """React to measurements of the picture on the screen, such as its levels. Does nothing here; `screen`
        overrides this method.
        """

    def request_frame(self) -> None:
        """Request the frame at the playhead. If requests come faster than frames, only the newest request is
        answered.

        During a trim, the frames on both sides of the edit are requested instead, once the trimmed cut is
        planned.
        """
        frames = tuple(side.frame for side in self.get_edit_sides())
        if frames and self.is_plan_due:
            return
        self.wanted = self._make_frame_request(self.playhead, frames)
        if self.wanted != self.seen and not self.frame_lock.locked():
            self.run_worker(self._draw_newest_frame(), group="frames")
        self.plan_ahead()

    def _make_frame_request(self, frame: int, frames: Frames = ()) -> TimelineFrameRequest:
        wide, high = self.query_one("#picture", Picture).wanted_pixels
        last = max(0, self.cutting.frames - 1)
        key = f"{self.plan_key}{HALF}" if self._is_moving and not frames else self.plan_key
        return (key, min(frame, last), frames, wide, high, *self.choose_viewing())

    async def _draw_newest_frame(self) -> None:
        """Fetch the newest requested frame and draw it; repeat this while there is a newer request. If there
        is no picture, a text is shown in its place.

        Only one frame is fetched at a time. Requests that were replaced by newer ones meanwhile are dropped.
        """
        with self.guard_screen_work():
            async with self.frame_lock:
                while self.wanted is not None and self.wanted != self.seen:
                    wanted, plan = self.wanted, self.plan
                    key, frame, frames, wide, high, viewing, beside = wanted
                    current = key.removesuffix(HALF) == self.plan_key
                    if plan is not None and current and self.is_attached and frame < plan.frames:
                        picture = self.query_one("#picture", Picture)
                        drawing = await self.monitor.draw_plan_frame(
                            self._resize_plan(plan, key),
                            frame,
                            wide,
                            high,
                            viewing=viewing,
                            beside=beside,
                            frames=frames,
                        )
                        if picture.is_attached:
                            self.handle_picture_facts(self.monitor.facts)
                            picture.show_own_drawing(drawing, self.monitor.problem or "no picture here")
                    self.seen = wanted
            self._schedule_better_picture()

    async def show_playing_frame(self, frame: int) -> None:
        """Draw a frame of playback. Earlier requests for other frames are dropped."""
        self.wanted = self._make_frame_request(frame)
        await self._draw_newest_frame()
        self.plan_ahead()
