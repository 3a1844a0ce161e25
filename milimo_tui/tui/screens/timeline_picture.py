"""The picture of the Timeline screen: the cut's plan, and the frame of it under the playhead, newest first.

Plans and hashes are worked out in a thread; frames come from the viewer process.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError
from milimo_tui.cut.values import Cut
from milimo_tui.tui.monitor import Monitor
from milimo_tui.tui.screens.timeline_base import TimelineBase
from milimo_tui.tui.widgets.picture import Picture

if TYPE_CHECKING:
    from milimo_tui.cut.plan import Plan
    from milimo_tui.story.values import Story
    from milimo_tui.studio.studio import Snapshot

Wanted = tuple[str, int, int, int]  # plan, frame, width and height in pixels


class TimelinePicture(TimelineBase):
    """What the film shows at the playhead."""

    def __init__(self) -> None:
        super().__init__()
        self.plan: Plan | None = None
        self.plan_key = ""
        self.frame_lock = asyncio.Lock()
        self.wanted: Wanted | None = None
        self.seen: Wanted | None = None

    def on_mount(self) -> None:
        super().on_mount()
        self.monitor = Monitor(self.studio_app.pictures, "timeline")

    def resolve(self, film: Snapshot, cut: Cut) -> None:
        self.background(partial(self.look_at, film, cut), "resolve", exclusive=True)

    async def look_at(self, film: Snapshot, cut: Cut) -> None:
        """What takes files and hashes: the cut's plan, stale shots, offline media. In a thread."""
        studio = self.studio_app.studio

        def look() -> tuple[Plan | None, str, frozenset[str], frozenset[str]]:
            from milimo_tui.studio.kept_takes import kept_takes
            from milimo_tui.studio.making import states
            from milimo_tui.studio.planning import plan_of
            from milimo_tui.studio.relinking import offline_in

            stale = frozenset(state.shot.id for state in states(film.story) if state.stale)
            project = studio.project()
            offline = offline_in(film.story, project.paths, cut)
            if not cut.clips:
                return None, "", stale, offline
            story = self.story_shown(film.story)
            kept = kept_takes(project, film.cuts)
            masks = project.masks()
            plan = plan_of(story, project.paths, cut, cuts=film.cuts, masks=masks, kept=kept)
            return plan, plan.signature(), stale, offline

        try:
            self.plan, self.plan_key, self.stale, self.offline = await self.in_thread(look)
        except MilimoError as error:
            self.plan, self.plan_key = None, ""
            self.studio_app.say_error(error)
            return
        self.make_faces(film)
        self.plan_changed(self.plan)
        self.redraw()
        self.ask_frame()

    def story_shown(self, story: Story) -> Story:
        """The film as it is looked at: another take may stand in for the picked one."""
        return story

    def plan_changed(self, plan: Plan | None) -> None:
        """The film sounds or shows otherwise than before."""

    def on_picture_resized(self, event: Picture.Resized) -> None:
        if event.picture.id == "picture":
            self.seen = None
            self.ask_frame()

    # -- the picture -------------------------------------------------------------------------------

    def ask_frame(self) -> None:
        """Ask for the frame under the playhead; only the newest ask is answered."""
        wide, high = self.query_one("#picture", Picture).wanted_pixels
        self.wanted = (self.plan_key, min(self.playhead, max(0, self.cutting.frames - 1)), wide, high)
        if self.wanted != self.seen:
            self.background(self._show_newest, "frames")

    async def _show_newest(self) -> None:
        """One request at a time: when it is back, the newest wish is next and those between are dropped."""
        if self.frame_lock.locked():
            return
        async with self.frame_lock:
            while self.wanted is not None and self.wanted != self.seen:
                wanted = self.wanted
                await self.show_frame(wanted)
                self.seen = wanted

    async def show_frame(self, wanted: Wanted) -> None:
        """Fetch a frame and draw it; words where there is none."""
        key, frame, wide, high = wanted
        if self.plan is None or key != self.plan_key or not self.is_attached:
            return
        picture = self.query_one("#picture", Picture)
        pixels = await self.monitor.frame(self.plan, frame, wide, high)
        if picture.is_attached:
            picture.show(pixels, self.monitor.trouble or "no picture here")
