"""The Timeline screen: the cut as tracks, the frame under the playhead, and the keys that edit and play the
cut.

Puts the screen together: a core (`base.core`) that draws, and parts that act. This module answers the
questions of the core, each by one responsible part or by several parts in a fixed order.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.widgets import TextArea

from milimo_tui.cut.values.cut import SourceKind
from milimo_tui.studio.project.next_here import Place
from milimo_tui.tui.keys.key_queue import KeyQueue
from milimo_tui.tui.keys.macros import Macros
from milimo_tui.tui.play.monitor import PlanFrame
from milimo_tui.tui.play.viewing_keys import HAND, ViewingKeys
from milimo_tui.tui.shell.actions import find_act
from milimo_tui.tui.shell.key_sheet import KeySheet
from milimo_tui.tui.timeline.base.arrival_notice import ArrivalNotice
from milimo_tui.tui.timeline.base.clip_previews import ClipPreviews
from milimo_tui.tui.timeline.base.core import TimelineCore
from milimo_tui.tui.timeline.base.panes import TimelinePanes
from milimo_tui.tui.timeline.edit.levels import Levels
from milimo_tui.tui.timeline.edit.marks import Marks
from milimo_tui.tui.timeline.edit.mouse_drag import MouseDrag
from milimo_tui.tui.timeline.edit.operators import Operators
from milimo_tui.tui.timeline.edit.repeat import RepeatEdit
from milimo_tui.tui.timeline.edit.selection import VisualMode
from milimo_tui.tui.timeline.edit.shift import ClipShift
from milimo_tui.tui.timeline.edit.takes import ShotTakes
from milimo_tui.tui.timeline.edit.trim import TrimMode
from milimo_tui.tui.timeline.edit.trim_keys import TrimKeys
from milimo_tui.tui.timeline.edit.trim_session import TrimSession
from milimo_tui.tui.timeline.inspector import inspector_part
from milimo_tui.tui.timeline.inspector.inspector_part import InspectorPart
from milimo_tui.tui.timeline.inspector.keyframes import Keyframes
from milimo_tui.tui.timeline.inspector.listed_items import ListedItems
from milimo_tui.tui.timeline.inspector.pending_edits import PendingEdits
from milimo_tui.tui.timeline.inspector.value_keys import ValueKeys
from milimo_tui.tui.timeline.live.live_modes import LiveModes
from milimo_tui.tui.timeline.transport import source_viewer
from milimo_tui.tui.timeline.transport.find import TimelineSearch
from milimo_tui.tui.timeline.transport.motions import Motions
from milimo_tui.tui.timeline.transport.shuttle import Transport
from milimo_tui.tui.timeline.transport.source_keys import SourceKeys
from milimo_tui.tui.timeline.transport.source_viewer import SourceViewer
from milimo_tui.tui.timeline.values import targets
from milimo_tui.tui.timeline.widgets.effects_panel import AS_IS
from milimo_tui.tui.timeline.widgets.inspector_panel import Inspector
from milimo_tui.tui.timeline.widgets.timeline import Timeline
from milimo_tui.tui.timeline.widgets.timeline_content import TimelineContent, TrimEdge
from milimo_tui.tui.widgets.picture import Picture

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import Plan
    from milimo_tui.media.scopes.viewing import Viewing
    from milimo_tui.story.values.film import Story
    from milimo_tui.studio.registry.registry import Outcome
    from milimo_tui.studio.session.studio import Snapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.fields.curve_edit import CurveLane
    from milimo_tui.tui.timeline.values.edit_sides import EditSide
    from milimo_tui.tui.timeline.widgets.shares import Seen


class TimelineScreen(TimelineCore):
    """The Timeline screen: the core and its parts. Each part receives the earlier parts that it needs."""

    def __init__(self) -> None:
        super().__init__()
        self.clip_previews = ClipPreviews(self)
        self.motions = Motions(self)
        self.timeline_search = TimelineSearch(self)
        self.macros = Macros(self, "macros")
        self.key_queue: KeyQueue = KeyQueue(self, targets.WRITES, self.macros.record_key)
        self.visual_mode = VisualMode(self)
        self.repeat_edit = RepeatEdit(self, self.visual_mode)
        self.operators = Operators(self, self.repeat_edit, self.visual_mode)
        self.clip_shift = ClipShift(self, self.repeat_edit, self.visual_mode)
        self.marks = Marks(self)
        self.arrival_notice = ArrivalNotice(self)
        self.shot_takes = ShotTakes(self)
        self.trim_session = TrimSession(self)
        self.trim_mode = TrimMode(self, self.trim_session, self.repeat_edit, self.visual_mode)
        self.trim_keys = TrimKeys(self, self.trim_session)
        self.timeline_panes = TimelinePanes(self)
        self.mouse_drag = MouseDrag(self, self.trim_session, self.trim_mode)
        self.transport = Transport(self, self.trim_session, self.marks)
        self.pending_edits = PendingEdits(self)
        self.inspector_part = InspectorPart(self, self.pending_edits)
        self.listed_items = ListedItems(self, self.pending_edits, self.inspector_part)
        self.keyframes = Keyframes(self, self.pending_edits, self.inspector_part, self.listed_items)
        self.value_keys = ValueKeys(
            self, self.pending_edits, self.inspector_part, self.listed_items, self.keyframes
        )
        self.source = SourceViewer(self, self.trim_session)
        self.source_keys = SourceKeys(self, self.source, self.transport)
        self.viewing_keys: ViewingKeys[PlanFrame] = ViewingKeys(self, self)
        self.levels = Levels(self)
        self.live_modes = LiveModes(self, self.visual_mode, self.inspector_part)
        self._always_offered = (
            self.motions,
            self.visual_mode,
            self.repeat_edit,
            self.operators,
            self.clip_shift,
            self.marks,
            self.arrival_notice,
            self.shot_takes,
            self.trim_mode,
            self.transport,
            self.macros,
            self.keyframes,
            self.value_keys,
            self.source,
            self.levels,
            self.live_modes,
            self.viewing_keys,
        )

    # -- key contexts and acting parts ---------------------------------------------------------------

    @property
    def parts(self) -> tuple[object, ...]:
        """The parts that handle acts: parts with the keyboard focus first, then those that are always
        available.
        """
        first: list[object] = [self.viewing_keys.hand] if self.viewing_keys.in_hand else []
        if (live := self.live_modes.active) is not None:
            first.append(live)
        if self.source.in_hand is not None:
            first.append(self.source_keys)
        if self.inspector_part.on_take:
            first.append(self.listed_items)
        if self.trim_session.trim is not None:
            first.append(self.trim_keys)
        return (*first, *self._always_offered) if first else self._always_offered

    @property
    def contexts(self) -> tuple[str, ...]:
        found = super().contexts
        if found != self.CONTEXTS:
            return found
        if self.live_modes.active is not None:
            here = self.live_modes.contexts
            return (HAND, *here) if self.viewing_keys.in_hand else here
        here = self._contexts_here(found)
        return (HAND, *here) if self.viewing_keys.in_hand else here

    def _contexts_here(self, found: tuple[str, ...]) -> tuple[str, ...]:
        if self.visual is not None:
            return ("visual", *found)
        if self.trim_session.trim is not None:
            return ("trim", *found)
        if self.inspecting:
            return inspector_part.CONTEXTS
        return source_viewer.CONTEXTS if self.source.sourcing else found

    def mode_name(self) -> str:
        name = f"{super().mode_name()}{self.visual_mode.mode_suffix()}"
        name += f"{' · TAKE B' if self.shot_takes.looks_at_b else ''}{self.macros.mode_suffix()}"
        if self.viewing_keys.in_hand:
            name = name.replace("NORMAL", self.viewing_keys.in_hand.upper(), 1)
        if self.inspecting:
            name = name.replace("NORMAL", "INSPECT", 1)
        if self.live_modes.active is not None and not self.is_asking:
            name = self.submode
        return name.replace("NORMAL", "SOURCE", 1) if self.source.sourcing else name

    @property
    def inspecting(self) -> bool:
        return self.inspector_part.inspecting

    @property
    def undoes(self) -> str:
        """The history that undo uses: `project` on a line of the shot (its takes, its next spec), else
        `cut`.
        """
        return "project" if self.inspector_part.on_shot else super().undoes

    def played_words(self) -> tuple[str, ...]:
        """Return the arguments that play the marked range if there is one, else the cut."""
        cut = self.film.cut if self.film else None
        if cut is None:
            return ()
        marked = self.cutting.marked
        return (f"{marked[0]}..{marked[1]}", "--cut", cut.id) if marked else (cut.id,)

    # -- leaving modes, innermost first ------------------------------------------------------------

    async def act_cancel(self, key_command: KeyCommand) -> None:
        """End a running macro (ctrl+c), else a trim or live mode, else the selection."""
        if self.macros.running:
            self.macros.stop()
        elif self.trim_session.trim is not None:
            await self.trim_mode.let_go()
        elif self.live_modes.active is not None:
            await self.live_modes.let_go()
        elif self.visual is not None:
            self.visual_mode.leave_visual()
        else:
            await self.studio_app.act_cancel(key_command)

    def act_out(self, key_command: KeyCommand) -> None:
        if self.mouse_drag.give_up():
            return
        if self.source.sourcing:
            self.source.leave_source()
        elif self.inspecting:
            self.inspector_part.leave_inspector()
        elif self.visual is not None:
            self.visual_mode.leave_visual()
            self.say("nothing is selected")
        else:
            super().act_out(key_command)

    def act_close(self, key_command: KeyCommand) -> None:
        if self.live_modes.active is not None:
            self.background(self.live_modes.let_go)
        elif self.source.sourcing:
            self.source.put_away()
        elif self.inspecting:
            self.inspector_part.leave_inspector()
        else:
            super().act_close(key_command)

    def act_next_pane(self, key_command: KeyCommand) -> None:
        """Go to the next pane (Tab): film, inspector, and the source if both viewers are visible."""
        if self.source.sourcing:
            self.source.leave_source()
        elif not self.inspecting:
            self.inspector_part.enter_inspector()
        else:
            self.inspector_part.leave_inspector()
            if self.is_wide and self.source.is_open:
                self.background(self.source.swap)

    act_previous_pane = act_next_pane

    # -- running key commands in order -------------------------------------------------------------------

    def writes(self, key_command: KeyCommand) -> bool:
        if key_command.binding.context == HAND:
            return False
        parts = (self.key_queue, self.trim_mode, self.pending_edits, self.keyframes)
        asked = (*parts, self.source, self.live_modes)
        return any(part.writes(key_command) for part in asked)

    async def do(self, key_command: KeyCommand) -> None:
        """Write a pending edit, then a trim; then run the key command."""
        binding = key_command.binding
        await self.pending_edits.finish_before(key_command)
        with self.macros.answers_for(key_command):
            if (
                self.trim_session.trim is not None
                and self.writes(key_command)
                and await self.trim_mode.ended_by(key_command)
            ):
                return
            if binding.is_ui:
                act = find_act(self.studio_app, binding.act)
                if act is None:
                    self.say(f"nothing to {binding.note} here", hint="{ui.help} lists the keys")
                elif inspect.isawaitable(result := act(key_command)):
                    await result
            elif not await self.repeat_edit.do_counted(key_command):
                args = self.args_for(binding.run, key_command)
                if args is None:
                    why = targets.missing_reason(binding.run, self.cutting, self.view)
                    self.say(why or f"nothing is selected to {binding.note}", "warn", targets.way_on(why))
                else:
                    await self.command(binding.run, **{**binding.args, **args})

    async def ask(self, label: str, value: str = "", **how: Any) -> str | None:
        """Ask for a line of text; a running macro gives the answer that was recorded."""
        return await self.macros.answer(partial(super().ask, label, value, **how))

    async def confirm(self, question: str) -> bool:
        return await self.macros.agreed(partial(super().confirm, question))

    def one_edit(self, name: str) -> AbstractContextManager[None]:
        """Combine all changes to the film within this context into one undo step."""
        return self.studio_app.studio.project().bundle(name)

    def args_for(self, command: str, key_command: KeyCommand) -> Mapping[str, Any] | None:
        return self.repeat_edit.args_for(command, key_command)

    async def run_typed(self, id: str, values: Mapping[str, Any], here: Mapping[str, Any]) -> Outcome | None:
        return await self.repeat_edit.run_typed(id, values, here)

    # -- the film ----------------------------------------------------------------------------------

    def show_film(self, film: Snapshot | None) -> None:
        """Draw a film, unless a trim continues over it; a pending edit is drawn over the film."""
        if not (self.trim_session.keeps(film) or self.live_modes.keeps(film) or self.mouse_drag.carries):
            self.shot_takes.film_arrives(film)
            self.draw_film(film)
        self.pending_edits.film_shown()
        self.source.film_shown(film)

    def story_shown(self, story: Story) -> Story:
        return self.shot_takes.story_shown(story)

    def work_changed(self) -> None:
        self.clip_previews.work_changed()

    def plan_changed(self, plan: Plan | None) -> None:
        self.shot_takes.plan_changed(plan, self.plan_key)
        self.clip_previews.plan_changed(plan)

    def on_timeline_dragged(self, event: Timeline.Dragged) -> None:
        self.mouse_drag.dragged(event)

    def on_timeline_dropped(self) -> None:
        self.mouse_drag.dropped()

    def on_picture_wheeled(self, event: Picture.Wheeled) -> None:
        self.viewing_keys.wheel(event)

    def on_picture_dragged(self, event: Picture.Dragged) -> None:
        self.viewing_keys.drag(event)

    @property
    def pane_layout(self) -> TimelinePanes:
        return self.timeline_panes

    def panes_changed(self) -> None:
        """Do nothing: the division of the screen redraws what it changes."""

    # -- picture and timeline contents ---------------------------------------------------------------

    def edit_sides(self) -> tuple[EditSide, ...]:
        return self.trim_session.sides

    def curve_lane(self) -> CurveLane | None:
        return self.live_modes.curve_mode.lane()

    @property
    def live_seen(self) -> Seen | None:
        return self.live_modes.seen

    def viewed_as(self) -> tuple[Viewing, PlanFrame | None]:
        return self.viewing_keys.viewing, self.viewing_keys.beside

    def picture_facts(self, facts: Mapping[str, Any]) -> None:
        self.viewing_keys.show_facts(facts)

    def viewed_raster(self) -> tuple[int, int] | None:
        return (self.plan.width, self.plan.height) if self.plan is not None else None

    def viewed_frame(self) -> PlanFrame | None:
        plan = self.plan
        return (
            PlanFrame(plan, self.plan_key, min(self.playhead, plan.frames - 1)) if plan is not None else None
        )

    def second_frame(self) -> PlanFrame | None:
        """Return this frame with the picked take, while another take is shown instead."""
        return self.shot_takes.picked_frame(self.playhead)

    def find_second(self) -> bool:
        """Explain how to get a picture to compare with, because the film alone is only one picture."""
        hint = "{ui.grab} grabs this frame, {ui.compare} looks at the other take"
        self.say("nothing is there to compare with", "warn", hint)
        return False

    def view_anew(self) -> None:
        """Resize the picture for the present viewing mode, then draw it."""
        before = self.query_one("#top").styles.height, self.query_one("#record").styles.width
        self.share_rows()
        if before == (self.query_one("#top").styles.height, self.query_one("#record").styles.width):
            self.ask_frame()
        else:  # The picture has its new size after the next refresh.
            self.call_after_refresh(self.ask_frame)

    @property
    def is_looking(self) -> bool:
        return bool(self.viewing_keys.words())

    def place_text(self) -> Text:
        """Return how the picture is viewed, else the place of the playhead as on other screens."""
        words = self.viewing_keys.words()
        return Text(words, self.ink.accent) if words else super().place_text()

    def content(self) -> TimelineContent:
        return self.clip_previews.with_previews(super().content())

    def trim_edge(self) -> TrimEdge | None:
        return self.trim_session.trim_edge()

    def next_place(self) -> Place:
        """Return the shot under the playhead as the place for the next step; no advice is given during an
        edit.
        """
        is_busy = self.trim_session.trim is not None or self.visual is not None or self.source.sourcing
        lane = self.cutting.lane(self.view.lane)
        found = lane.at(self.playhead) if lane is not None and not self.transport.playing else None
        is_shot = found is not None and found.clip.source.kind is SourceKind.SHOT
        shot = found.clip.source.ref if found is not None and is_shot else ""
        marked, is_gap = (
            self.cutting.marked is not None,
            found is None or found.clip.source.kind is SourceKind.GAP,
        )
        acts = (
            ("ui.loop", "ui.clear_marks", "ui.play") if marked else ("ui.play", "ui.insert") if is_gap else ()
        )
        return Place(self.MODE, shot=shot, is_quiet=is_busy, acts=acts)

    def heading(self) -> Text:
        return self.arrival_notice.add_to(super().heading())

    def playing_sign(self) -> str:
        return self.transport.sign()

    def draw_inspector(self) -> None:
        self.inspector_part.draw_inspector()

    def draw_captions(self) -> None:
        self.source.draw_captions()

    @property
    def shows_source(self) -> bool:
        return self.source.sourcing or (self.is_wide and self.source.is_open)

    @property
    def shows_scope(self) -> bool:
        return bool(self.viewing_keys.viewing.scope) and not self.inspecting

    def draw_pictures_anew(self, *, lost_alone: bool = False) -> None:
        super().draw_pictures_anew(lost_alone=lost_alone)
        self.clip_previews.draw_anew(lost_alone=lost_alone)
        self.redraw()

    def on_picture_resized(self, event: Picture.Resized) -> None:
        if event.picture.id == "picture":
            self.ask_frame_anew()
        elif event.picture.id == AS_IS:
            self.live_modes.effects_mode.ask_plain()
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
        self.live_modes.playhead_moved()

    def halt(self) -> None:
        self.transport.halt()

    def find(self, words: str, step: int) -> None:
        (self.inspector_part if self.inspecting else self.timeline_search).find(words, step)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        self.live_modes.title_mode.words_changed()

    def on_text_area_selection_changed(self, event: TextArea.SelectionChanged) -> None:
        self.live_modes.title_mode.caret_moved()

    def on_inspector_chosen(self, event: Inspector.Chosen) -> None:
        self.set_focus(self.query_one(Inspector))

    def on_inspector_dragged(self, event: Inspector.Dragged) -> None:
        self.set_focus(self.query_one(Inspector))
        self.value_keys.drag(event.steps)

    # -- leaving -----------------------------------------------------------------------------------

    def on_screen_suspend(self) -> None:
        """End unfinished edits in order of dependence, because another screen covers this one.

        The list of keys is an exception: it is opened during an edit, which continues afterwards.
        """
        if isinstance(self.app.screen, KeySheet):
            self.halt()
            return
        self.pending_edits.finish()
        self.macros.finish()
        self.live_modes.finish()
        self.trim_mode.finish()
        self.halt()
        self.keep_place()

    def on_unmount(self) -> None:
        """Store the place and write unfinished edits at once, because nothing runs after this."""
        self.keep_place_now()
        self.trim_mode.write_now()
        self.live_modes.write_now()
        self.transport.close()
        self.pending_edits.write_now()
