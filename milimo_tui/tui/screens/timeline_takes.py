"""Takes on the timeline: A/B of two takes where they stand in the film, and making one of an edited spec.

B is looked at, not picked: the cut plays with it until `A` shows the picked one again. Nothing is written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from milimo_tui.story.values import Shot, Story, Take
from milimo_tui.tui.screens.timeline_arrivals import TimelineArrivals

if TYPE_CHECKING:
    from milimo_tui.studio.studio import Snapshot
    from milimo_tui.tui.chords import Stroke


class TimelineTakes(TimelineArrivals):
    """Comparing takes in place, and asking for another."""

    def __init__(self) -> None:
        super().__init__()
        self._side: tuple[str, str] | None = None  # shot and the take that is looked at instead of the picked
        self._before: dict[str, str] = {}  # by shot the take that was picked before

    # -- A/B -------------------------------------------------------------------------------------------

    async def act_compare(self, stroke: Stroke) -> None:
        """A: the other take in the same place, and back; nothing is picked by it."""
        film = self._snapshot
        if self._side is not None:
            self._side = None
            await self._look_again("A: the take that is picked")
            return
        shot = self._shot_here()
        if not shot or film is None:
            return
        other = self._other_take(film.story, self.faces.shots[shot])
        if other is None:
            self.say("this shot has no other take to compare", "warn", "c c makes one")
            return
        takes = [take.id for take in film.story.takes if take.shot == shot]
        self._side = (shot, other.id)
        await self._look_again(
            f"B: take {takes.index(other.id) + 1} of {len(takes)}", "A goes back, ) picks this one"
        )

    def _other_take(self, story: Story, shot: Shot) -> Take | None:
        """The take that was picked before, else the next one, else the last; none that was rejected."""
        takes = [take for take in story.takes if take.shot == shot.id and not take.rejected]
        others = [take for take in takes if take.id != shot.take]
        before = self._before.get(shot.id)
        behind = takes[next((place + 1 for place, take in enumerate(takes) if take.id == shot.take), 0) :]
        found = [take for take in others if take.id == before] or behind or others[::-1]
        return found[0] if found else None

    async def _look_again(self, words: str, hint: str = "") -> None:
        if self._snapshot is not None and self.cut is not None:
            await self.look_at(self._snapshot, self.cut)
        self.say(words, "good" if self._side else "info", hint)

    def story_shown(self, story: Story) -> Story:
        """The film with B in the place of the picked take."""
        if self._side is None:
            return story
        shots = (
            replace(shot, take=self._side[1]) if shot.id == self._side[0] else shot for shot in story.shots
        )
        return replace(story, shots=tuple(shots))

    def mode_name(self) -> str:
        return f"{super().mode_name()} · TAKE B" if self._side is not None else super().mode_name()

    async def _audition(self, step: int) -> None:
        """`(` and `)`: another take is picked; while B is looked at, B is."""
        if self._side is None:
            await super()._audition(step)
            return
        shot, take = self._side
        self._side = None
        await self.command("shot.pick", id=shot, take=take)

    def show_film(self, film: Snapshot | None) -> None:
        """What was picked before is remembered, whoever picked anew."""
        old = self._snapshot.story.shots if self._snapshot is not None else ()
        if film is not None and self._snapshot is not None and old is not film.story.shots:
            now = {shot.id: shot.take for shot in film.story.shots}
            self._before |= {
                shot.id: shot.take for shot in old if shot.take and now.get(shot.id, "") != shot.take
            }
        super().show_film(film)

    # -- another take ----------------------------------------------------------------------------------

    async def act_edit_spec(self, stroke: Stroke) -> None:
        """C: what the next take would be made of, to be changed by hand; then it is made."""
        shot = self._shot_here()
        if not shot:
            return
        asked = await self.studio_app.command("shot.make", {"ids": [shot], "dry_run": True}, quiet=True)
        if asked is None or not asked.data["specs"]:
            return
        from milimo_tui.tui.screens.jobs_spec import SpecPanel

        heading = f"{self.faces.numbers.get(shot, '')} · the next take: {asked.message}"
        save = partial(self._make_of, shot)
        self.app.push_screen(SpecPanel(heading, asked.data["specs"][0], save, verb="makes it"))

    async def _make_of(self, shot: str, patch: Mapping[str, Any]) -> None:
        """Queue a take with what was changed. Raises what refuses it, for the panel to show where."""
        app = self.studio_app
        changes = [f"{key}={json.dumps(value)}" for key, value in patch.items()]

        def work() -> str:
            from milimo_tui.studio.registry import run

            return run(app.studio, "shot.make", {"ids": [shot], "set": changes, "detach": True}).message

        self.say(await app.working.run(work), "good", "g j shows it")
