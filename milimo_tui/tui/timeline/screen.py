"""The Timeline screen: the cut as tracks, the frame under the playhead, and the keys that edit and play it.

Puts the screen together: a core (`base.core`) that is seen, and parts that do. What the core asks is
answered here, by the one part whose job it is or by several in the order that is written down.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.text import Text

from milimo_tui.tui.shell.actions import find_act
from milimo_tui.tui.shell.key_sheet import KeySheet
from milimo_tui.tui.timeline.base.arrivals import Arrivals
from milimo_tui.tui.timeline.base.clip_previews import OnClips
from milimo_tui.tui.timeline.base.core import TimelineCore
from milimo_tui.tui.timeline.base.key_queue import Turns
from milimo_tui.tui.timeline.edit.macros import Macros
from milimo_tui.tui.timeline.edit.marks import Marks
from milimo_tui.tui.timeline.edit.operators import Edits
from milimo_tui.tui.timeline.edit.repeat import Again
from milimo_tui.tui.timeline.edit.selection import Selecting
from milimo_tui.tui.timeline.edit.shift import Shifting
from milimo_tui.tui.timeline.edit.takes import Takes
from milimo_tui.tui.timeline.edit.trim import Trimming
from milimo_tui.tui.timeline.edit.trim_keys import TrimKeys
from milimo_tui.tui.timeline.edit.trim_session import Hand
from milimo_tui.tui.timeline.inspector import inspector
from milimo_tui.tui.timeline.inspector.inspector import Inspecting
from milimo_tui.tui.timeline.inspector.keyframes import Keyframes
from milimo_tui.tui.timeline.inspector.listed import Listed
from milimo_tui.tui.timeline.inspector.pending_edits import Drafts
from milimo_tui.tui.timeline.inspector.value_keys import Values
from milimo_tui.tui.timeline.transport import source_viewer
from milimo_tui.tui.timeline.transport.find import Finding
from milimo_tui.tui.timeline.transport.motions import Motions
from milimo_tui.tui.timeline.transport.shuttle import Transport
from milimo_tui.tui.timeline.transport.source_keys import SourceKeys
from milimo_tui.tui.timeline.transport.source_viewer import SourceViewer
from milimo_tui.tui.timeline.values import targets
from milimo_tui.tui.timeline.widgets.drawing import Sight, TrimEdge
from milimo_tui.tui.timeline.widgets.inspector_panel import Inspector
from milimo_tui.tui.widgets.picture import Picture

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import Plan
    from milimo_tui.story.values.film import Story
    from milimo_tui.studio.registry.registry import Outcome
    from milimo_tui.studio.session.studio import Snapshot
    from milimo_tui.tui.keys.key_parser import Stroke


class TimelineScreen(TimelineCore):
    """The core and its parts; a part is given the others that it needs, each made before it."""

    def __init__(self) -> None:
        super().__init__()
        self.on_clips = OnClips(self)
        self.motions = Motions(self)
        self.finding = Finding(self)
        self.macros = Macros(self)
        self.key_queue: Turns = Turns(self, self.macros.hears)
        self.selecting = Selecting(self)
        self.again = Again(self, self.selecting)
        self.edits = Edits(self, self.again, self.selecting)
        self.shifting = Shifting(self, self.again, self.selecting)
        self.marks = Marks(self)
        self.arriving = Arrivals(self)
        self.shot_takes = Takes(self)
        self.hand = Hand(self)
        self.trimming = Trimming(self, self.hand, self.again, self.selecting)
        self.trim_keys = TrimKeys(self, self.hand)
        self.transport = Transport(self, self.hand)
        self.drafts = Drafts(self)
        self.inspect = Inspecting(self, self.drafts)
        self.listed = Listed(self, self.drafts, self.inspect)
        self.keyframes = Keyframes(self, self.drafts, self.inspect, self.listed)
        self.values = Values(self, self.drafts, self.inspect, self.listed, self.keyframes)
        self.source = SourceViewer(self, self.hand)
        self.source_keys = SourceKeys(self, self.source, self.transport)
        self._always = (
            self.motions,
            self.selecting,
            self.again,
            self.edits,
            self.shifting,
            self.marks,
            self.arriving,
            self.shot_takes,
            self.trimming,
            self.transport,
            self.macros,
            self.keyframes,
            self.values,
            self.source,
        )

    # -- who has the keys --------------------------------------------------------------------------

    @property
    def parts(self) -> tuple[object, ...]:
        """What has the keys comes before what always offers its acts."""
        first: list[object] = []
        if self.source.in_hand is not None:
            first.append(self.source_keys)
        if self.inspect.on_take:
            first.append(self.listed)
        if self.hand.trim is not None:
            first.append(self.trim_keys)
        return (*first, *self._always) if first else self._always

    @property
    def contexts(self) -> tuple[str, ...]:
        found = super().contexts
        if found != self.CONTEXTS:
            return found
        if self.visual is not None:
            return ("visual", *found)
        if self.hand.trim is not None:
            return ("trim", *found)
        if self.inspecting:
            return inspector.CONTEXTS
        return source_viewer.CONTEXTS if self.source.sourcing else found

    def mode_name(self) -> str:
        name = f"{super().mode_name()}{self.selecting.told()}"
        name += f"{' · TAKE B' if self.shot_takes.looks_at_b else ''}{self.macros.told()}"
        if self.inspecting:
            name = name.replace("NORMAL", "INSPECT", 1)
        return name.replace("NORMAL", "SOURCE", 1) if self.source.sourcing else name

    @property
    def inspecting(self) -> bool:
        return self.inspect.inspecting

    @property
    def undoes(self) -> str:
        """On a line of the shot the film's edits: which take is picked, and what the next one is made of."""
        return "project" if self.inspect.on_shot else super().undoes

    # -- ways out, the nearest first ---------------------------------------------------------------

    async def act_cancel(self, stroke: Stroke) -> None:
        """ctrl+c ends a macro that runs, else lets go of a trim, else of what is selected."""
        if self.macros.running:
            self.macros.stop()
        elif self.hand.trim is not None:
            await self.trimming.let_go()
        elif self.visual is not None:
            self.selecting.leave_visual()
        else:
            await self.studio_app.act_cancel(stroke)

    def act_out(self, stroke: Stroke) -> None:
        if self.source.sourcing:
            self.source.leave_source()
        elif self.inspecting:
            self.inspect.leave_inspector()
        elif self.visual is not None:
            self.selecting.leave_visual()
            self.say("nothing is selected")
        else:
            super().act_out(stroke)

    def act_close(self, stroke: Stroke) -> None:
        if self.source.sourcing:
            self.source.leave_source()
        elif self.inspecting:
            self.inspect.leave_inspector()
        else:
            super().act_close(stroke)

    def act_next_pane(self, stroke: Stroke) -> None:
        """Tab: film, inspector, and where both are seen the source."""
        if self.source.sourcing:
            self.source.leave_source()
        elif not self.inspecting:
            self.inspect.enter_inspector()
        else:
            self.inspect.leave_inspector()
            if self.is_wide and self.source.side is not None:
                self.background(self.source.swap)

    act_previous_pane = act_next_pane

    # -- strokes in their turn ---------------------------------------------------------------------

    def writes(self, stroke: Stroke) -> bool:
        asked = (self.key_queue, self.trimming, self.drafts, self.keyframes, self.source)
        return any(part.writes(stroke) for part in asked)

    async def do(self, stroke: Stroke) -> None:
        """A change in the making is written first, then a trim; then the stroke is done."""
        binding = stroke.binding
        await self.drafts.done_before(stroke)
        with self.macros.doing(stroke):
            if self.hand.trim is not None and self.writes(stroke) and await self.trimming.ended_by(stroke):
                return
            if binding.is_ui:
                act = find_act(self.studio_app, binding.act)
                if act is None:
                    self.say(f"nothing to {binding.note} here", hint="? lists the keys")
                elif inspect.isawaitable(result := act(stroke)):
                    await result
            elif not await self.again.does(stroke):
                args = self.args_for(binding.run, stroke)
                if args is None:
                    why = targets.lacking(binding.run, self.cutting, self.view)
                    self.say(why or f"nothing is selected to {binding.note}", "warn")
                else:
                    await self.command(binding.run, **{**binding.args, **args})

    async def ask(self, label: str, value: str = "", **how: Any) -> str | None:
        """A question; a macro that runs answers as it was answered when it was recorded."""
        if self.macros.answers:
            return self.macros.answers.popleft()
        self.key_queue.asked()
        answer = await super().ask(label, value, **how)
        self.macros.answered(answer)
        return answer

    async def confirm(self, question: str) -> bool:
        if self.macros.answers:
            return self.macros.answers.popleft() == "yes"
        self.key_queue.asked_yes_or_no()
        agreed = await super().confirm(question)
        self.macros.answered("yes" if agreed else "no")
        return agreed

    def args_for(self, command: str, stroke: Stroke) -> Mapping[str, Any] | None:
        return self.again.args_for(command, stroke)

    async def run_typed(self, id: str, values: Mapping[str, Any], here: Mapping[str, Any]) -> Outcome | None:
        return await self.again.run_typed(id, values, here)

    # -- the film ----------------------------------------------------------------------------------

    def show_film(self, film: Snapshot | None) -> None:
        """What TRIM has in hand may stay as it is; a change in the making is drawn over the film."""
        if not self.hand.keeps(film):
            self.shot_takes.film_comes(film)
            self.draw_film(film)
        self.drafts.film_shown()
        self.source.film_shown(film)

    def story_shown(self, story: Story) -> Story:
        return self.shot_takes.story_shown(story)

    def plan_changed(self, plan: Plan | None) -> None:
        self.on_clips.plan_changed(plan)

    # -- what is seen ------------------------------------------------------------------------------

    def sight(self) -> Sight:
        return self.on_clips.drawn(super().sight())

    def trim_edge(self) -> TrimEdge | None:
        return self.hand.trim_edge()

    def heading(self) -> Text:
        return self.arriving.told(super().heading())

    def playing_sign(self) -> str:
        return self.transport.sign()

    def draw_inspector(self) -> None:
        self.inspect.draw_inspector()

    def draw_captions(self) -> None:
        self.source.draw_captions()

    @property
    def shows_source(self) -> bool:
        return self.is_wide or self.source.sourcing

    def on_picture_resized(self, event: Picture.Resized) -> None:
        if event.picture.id == "picture":
            self.ask_frame_anew()
        else:
            self.source.ask_anew()

    # -- the playhead ------------------------------------------------------------------------------

    def go_to_frame(self, frame: int) -> bool:
        if not self.source.sourcing:
            return super().go_to_frame(frame)
        self.halt()
        self.source.seek(frame)
        return True

    def playhead_moved(self) -> None:
        self.transport.scrub()

    def halt(self) -> None:
        self.transport.halt()

    def find(self, words: str, step: int) -> None:
        (self.inspect if self.inspecting else self.finding).find(words, step)

    def on_inspector_chosen(self, event: Inspector.Chosen) -> None:
        self.set_focus(self.query_one(Inspector))

    # -- leaving -----------------------------------------------------------------------------------

    def on_screen_suspend(self) -> None:
        """Another screen comes before this one: what was begun is done, each before what it rests on.

        The keys of here and now are looked up in the middle of things, which go on after it.
        """
        if isinstance(self.app.screen, KeySheet):
            self.halt()
            return
        self.drafts.rest()
        self.macros.rest()
        self.trimming.rest()
        self.halt()
        self.keep_place()

    def on_unmount(self) -> None:
        """Nothing runs after this: the place is kept and what was begun is written at once."""
        self.keep_place_now()
        self.trimming.write_now()
        self.transport.close()
        self.drafts.write_now()
