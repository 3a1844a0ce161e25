"""The keys for takes on the timeline: pick a take, rate it, compare two takes, and make a take with changed
settings.

In a comparison, `A` plays another take (take B) in the cut in place of the picked take, until `A` is pressed
again. A comparison changes nothing in the film.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from milimo_tui.core.screens import ScreenName
from milimo_tui.cut.values.cut import SourceKind
from milimo_tui.story.values.film import Shot, Story, Take
from milimo_tui.story.values.sound_take import SoundTake, list_sound_takes_of
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.play.monitor import PlanFrame
from milimo_tui.tui.shell.modes import Mode

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import RenderPlan
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore


class ShotTakes(Mode):
    """The actions on takes of the Timeline screen: pick, rate, compare and make a take. While another take
    (take B) replaces the picked take in the cut, this object is also an active mode.
    """

    def __init__(self, core: TimelineCore) -> None:
        self._core = core
        # The id of the shot that is compared and the id of its take B, which is shown in place of the picked
        # take. None outside a comparison.
        self._side: tuple[str, str] | None = None
        # For each shot id, the id of the take that was picked before the present pick. A comparison shows
        # this take first.
        self._before: dict[str, str] = {}
        # The render plan of the cut with its picked takes, and the key of that plan.
        self._picked_plan: tuple[RenderPlan, str] | None = None

    @action
    async def act_compare(self, key_command: KeyCommand) -> None:
        """Show another take of the shot under the playhead in the cut (`A`). A second press shows the picked
        take again. Neither changes the pick.
        """
        film = self._core.snapshot
        if self._side is not None:
            self._side = None
            await self._replan_comparison("A: the take that is picked")
            return
        shot = self._find_playhead_shot()
        if not shot or film is None:
            return
        maker = self._core.clip_styles.find_making_shot(self._core.clip_styles.shots[shot])
        other = self._choose_other_take(film.story, maker)
        if other is None:
            self._core.show_message(
                "this shot has no other take to compare", "warn", "{ui.remake} {ui.remake} makes one"
            )
            return
        takes = [take.id for take in film.story.takes if take.shot == maker.id]
        self._side = (maker.id, other.id)
        await self._replan_comparison(
            f"B: take {takes.index(other.id) + 1} of {len(takes)}",
            "{ui.compare} goes back, {ui.take_next} picks this one",
        )

    def _choose_other_take(self, story: Story, shot: Shot) -> Take | None:
        """Choose take B, which is compared with the picked take: the take that was picked before the present
        one, else the take after the picked one, else the last other take of the shot. Rejected takes are
        skipped. Return None if the shot has no other take.
        """
        takes = [take for take in story.takes if take.shot == shot.id and not take.rejected]
        others = [take for take in takes if take.id != shot.take]
        before = self._before.get(shot.id)
        later = takes[next((place + 1 for place, take in enumerate(takes) if take.id == shot.take), 0) :]
        found = [take for take in others if take.id == before] or later or others[::-1]
        return found[0] if found else None

    async def _replan_comparison(self, words: str, hint: str = "") -> None:
        if self._core.snapshot is not None and self._core.cut is not None:
            await self._core.plan_cut(self._core.snapshot, self._core.cut)
        self._core.show_message(words, "good" if self._side else "info", hint)

    def store_picked_plan(self, plan: RenderPlan | None, key: str) -> None:
        """Store the render plan `plan` and its key `key`, for a later comparison with take B. While take B is
        shown, do nothing, because the plan then contains take B instead of the picked take.
        """
        if not self.is_on:
            self._picked_plan = (plan, key) if plan is not None else None

    def make_picked_frame(self, frame: int) -> PlanFrame | None:
        """Return a frame of the cut with the picked take, for comparison with take B. Return None while take
        B is not shown.
        """
        if not self.is_on or self._picked_plan is None:
            return None
        plan, key = self._picked_plan
        return PlanFrame(plan, key, min(frame, plan.frames - 1))

    def apply_take_b(self, story: Story) -> Story:
        """Return the story with take B in place of the picked take. Outside a comparison, return the story
        unchanged.
        """
        if self._side is None:
            return story
        shots = (
            replace(shot, take=self._side[1]) if shot.id == self._side[0] else shot for shot in story.shots
        )
        return replace(story, shots=tuple(shots))

    @action
    async def act_edit_spec(self, key_command: KeyCommand) -> None:
        """Open a panel with the settings of the shot's next take (`C`), then queue the take with the changed
        settings.
        """
        shot = self._find_playhead_shot()
        if not shot:
            return
        planned = await self._core.studio_app.run_and_wait(
            "shot.make", {"ids": [shot], "dry_run": True}, quiet=True
        )
        if planned is None or not planned.data["specs"]:
            return
        from milimo_tui.tui.jobs.spec_panel import SpecPanel

        heading = f"{self._core.clip_styles.numbers.get(shot, '')} · the next take: {planned.message}"
        save = partial(self._queue_edited_take, shot)
        self._core.app.push_screen(SpecPanel(heading, planned.data["specs"][0], save, verb="makes the take"))

    async def _queue_edited_take(self, shot: str, patch: Mapping[str, Any]) -> None:
        """Queue a take of a shot with the changed settings in `patch`. If the take is refused, raise the
        error so that the panel can show its reason.
        """
        app = self._core.studio_app
        changes = [f"{key}={json.dumps(value)}" for key, value in patch.items()]

        def run_shot_make() -> str:
            from milimo_tui.studio.registry.registry import run_by_id

            return run_by_id(app.studio, "shot.make", {"ids": [shot], "set": changes, "detach": True}).message

        self._core.show_message(await app.working.run(run_shot_make), "good", "{ui.mode jobs} shows the job")

    @property
    def is_on(self) -> bool:
        """True while take B is shown instead of the picked take."""
        return self._side is not None

    @property
    def name_suffix(self) -> str:
        return " · TAKE B"

    def remember_replaced_picks(self, film: FilmSnapshot | None) -> None:
        """Compare the present snapshot with the new one, `film`. For each shot whose picked take differs,
        remember the earlier pick.
        """
        snapshot = self._core.snapshot
        if film is None or snapshot is None or snapshot.story.shots is film.story.shots:
            return
        now = {shot.id: shot.take for shot in film.story.shots}
        picked = {shot.id: shot.take for shot in snapshot.story.shots if shot.take}
        self._before |= {shot: take for shot, take in picked.items() if now.get(shot, "") != take}

    def _find_playhead_shot(self) -> str:
        """Return the id of the shot under the playhead. If there is none, show a message and return an empty
        string.
        """
        span = self._core.shown_span
        if span is not None and span.clip.source.kind is SourceKind.SHOT:
            return span.clip.source.ref
        self._core.show_message(
            "there is no shot under the playhead", "warn", "{ui.move next_edit} goes to the next clip"
        )
        return ""

    @action
    async def act_take_previous(self, key_command: KeyCommand) -> None:
        await self._pick_by_step(-key_command.times)

    @action
    async def act_take_next(self, key_command: KeyCommand) -> None:
        await self._pick_by_step(key_command.times)

    async def _pick_by_step(self, step: int) -> None:
        """Pick the take that is `step` takes after the picked one. While take B is shown, pick take B
        instead.
        """
        if self._side is not None:
            shot, take = self._side
            self._side = None
            await self._core.run_and_wait("shot.pick", id=shot, take=take)
        elif takes := self._list_sound_takes():
            # The takes begin with the one in the cut.
            if len(takes) > 1:
                await self._core.run_and_wait("sound.pick", take=takes[step % len(takes)].id, lay=True)
            else:
                self._core.show_message("this sound has no other take", "warn", "{ui.make_sound} makes one")
        elif shot := self._find_playhead_shot():
            await self._core.run_and_wait("shot.pick", id=shot, step=step)

    def _list_sound_takes(self) -> list[SoundTake]:
        """Return the takes of the sound under the playhead on the current track, without the rejected ones.
        The take in the cut is the first. The list is empty if the clip plays no take of sound.
        """
        film, span = self._core.snapshot, self._core.span
        if film is None or span is None:
            return []
        takes = film.story.sound_takes
        here = next((take for take in takes if take.asset == span.clip.source.ref), None)
        if here is None:
            return []
        group = [
            take
            for take in list_sound_takes_of(takes, here.role, here.scene)
            if take.id == here.id or not take.rejected
        ]
        place = group.index(here)
        return group[place:] + group[:place]

    @action
    async def act_rate(self, key_command: KeyCommand) -> None:
        if (takes := self._list_sound_takes()) and key_command.argument in "012345":
            await self._core.run_and_wait("sound.rate", take=takes[0].id, rating=int(key_command.argument))
            return
        shot = self._find_playhead_shot()
        if shot and key_command.argument in "012345":
            await self._core.run_and_wait("shot.rate", id=shot, rating=int(key_command.argument))
        elif shot:
            self._core.show_message("a rating is from 0 to 5", "warn", "{ui.rate} 4 gives four stars")

    @action
    async def act_to_script(self, key_command: KeyCommand) -> None:
        """Open the Script screen at the line of the shot under the playhead."""
        shot = self._find_playhead_shot()
        if not shot:
            return
        line = self._core.clip_styles.shots[shot].line
        await self._core.studio_app.go_to_mode(ScreenName.SCRIPT)
        go_to_line = getattr(self._core.app.screen, "go_to_line", None)
        if callable(go_to_line) and line:
            go_to_line(line)
