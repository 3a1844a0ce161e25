"""The Timeline screen: the tracks of the cut, the picture under the playhead, and the keys that edit and play
the cut.

This module assembles the screen from its core (`base.core`), which draws, and its parts, which handle keys.
It overrides the methods of the core that need these parts: each override calls one part, or several in a
fixed order.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.widgets import TextArea

from milimo_tui.cut.values.cut import SourceKind
from milimo_tui.studio.project.screen_next_step import ScreenPlace
from milimo_tui.tui.keys.actions import action_with_names
from milimo_tui.tui.play.monitor import PlanFrame
from milimo_tui.tui.play.viewing_keys import ViewingKeys
from milimo_tui.tui.shell.actions import find_action
from milimo_tui.tui.shell.key_queue import KeyQueue
from milimo_tui.tui.shell.key_sheet import KeySheet
from milimo_tui.tui.shell.macros import Macros
from milimo_tui.tui.timeline.base.arrival_notice import ArrivalNotice
from milimo_tui.tui.timeline.base.clip_previews import ClipPreviews
from milimo_tui.tui.timeline.base.core import TimelineCore
from milimo_tui.tui.timeline.base.panes import TimelinePanes
from milimo_tui.tui.timeline.edit.levels import LevelKeys
from milimo_tui.tui.timeline.edit.marks import TimelineMarks
from milimo_tui.tui.timeline.edit.mouse_drag import MouseDrag
from milimo_tui.tui.timeline.edit.operators import CutOperators
from milimo_tui.tui.timeline.edit.repeat import RepeatEdit
from milimo_tui.tui.timeline.edit.selection import VisualMode
from milimo_tui.tui.timeline.edit.shift import ClipShift
from milimo_tui.tui.timeline.edit.sound_orders import SoundOrderKeys
from milimo_tui.tui.timeline.edit.spoken_words import SpokenWords
from milimo_tui.tui.timeline.edit.takes import ShotTakes
from milimo_tui.tui.timeline.edit.trim import TrimMode
from milimo_tui.tui.timeline.edit.trim_session import TrimSession
from milimo_tui.tui.timeline.inspector.inspector_mode import InspectorMode
from milimo_tui.tui.timeline.inspector.inspector_part import InspectorPart
from milimo_tui.tui.timeline.inspector.keyframes import KeyframeKeys
from milimo_tui.tui.timeline.inspector.listed_items import ListedItems
from milimo_tui.tui.timeline.inspector.pending_edits import PendingEdits
from milimo_tui.tui.timeline.inspector.value_keys import ValueKeys
from milimo_tui.tui.timeline.live.live_modes import LiveModes
from milimo_tui.tui.timeline.transport.find import TimelineSearch
from milimo_tui.tui.timeline.transport.motions import TimelineMotions
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
    from milimo_tui.cut.plan.plan import RenderPlan
    from milimo_tui.media.scopes.viewing import Viewing
    from milimo_tui.story.values.film import Story
    from milimo_tui.studio.registry.registry import Outcome
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.fields.keyed_number import CurveLane
    from milimo_tui.tui.timeline.values.edit_sides import EditSide
    from milimo_tui.tui.timeline.values.spoken_lane import SpokenLane
    from milimo_tui.tui.timeline.widgets.shares import TopView


class TimelineScreen(TimelineCore):
    """The Timeline screen, assembled from the core and its parts. A part receives in its constructor the
    other parts that it uses.
    """

    def __init__(self) -> None:
        super().__init__()
        self.clip_previews = ClipPreviews(self)
        self.motions = TimelineMotions(self)
        self.timeline_search = TimelineSearch(self)
        self.macros = Macros(self, "macros")
        self.key_queue: KeyQueue = KeyQueue(self, targets.WRITES, self.macros.record_key)
        self.visual_mode = VisualMode(self)
        self.repeat_edit = RepeatEdit(self, self.visual_mode)
        self.operators = CutOperators(self, self.repeat_edit, self.visual_mode)
        self.clip_shift = ClipShift(self, self.repeat_edit, self.visual_mode)
        self.marks = TimelineMarks(self)
        self.arrival_notice = ArrivalNotice(self)
        self.shot_takes = ShotTakes(self)
        self.trim_session = TrimSession(self)
        self.trim_mode = TrimMode(self, self.trim_session, self.repeat_edit, self.visual_mode)
        self.timeline_panes = TimelinePanes(self)
        self.mouse_drag = MouseDrag(self, self.trim_session, self.trim_mode)
        self.transport = Transport(self, self.trim_session, self.marks)
        self.pending_edits = PendingEdits(self)
        self.inspector_part = InspectorPart(self, self.pending_edits)
        self.listed_items = ListedItems(self, self.pending_edits, self.inspector_part)
        self.keyframes = KeyframeKeys(self, self.pending_edits, self.inspector_part, self.listed_items)
        self.value_keys = ValueKeys(
            self, self.pending_edits, self.inspector_part, self.listed_items, self.keyframes
        )
        self.source = SourceViewer(self, self.trim_session)
        self.source_keys = SourceKeys(self, self.source, self.transport)
        self.viewing_keys: ViewingKeys[PlanFrame] = ViewingKeys(self, self)
        self.levels = LevelKeys(self)
        self.spoken_words = SpokenWords(self)
        self.sound_orders = SoundOrderKeys(self)
        self.live_modes = LiveModes(self, self.visual_mode, self.inspector_part, self.transport)
        self.inspector_mode = InspectorMode(self.inspector_part, self.listed_items)
        self.modes = self.stack_modes(
            self.shot_takes,
            self.macros,
            self.viewing_keys.hand,
            *self.live_modes.stack,
            self.mouse_drag,
            self.trim_mode,
            self.spoken_words,
            self.visual_mode,
            self.inspector_mode,
            self.source_keys,
        )
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
            self.spoken_words,
            self.transport,
            self.macros,
            self.keyframes,
            self.value_keys,
            self.source,
            self.levels,
            self.sound_orders,
            self.live_modes,
            self.viewing_keys,
        )

    @property
    def own_parts(self) -> tuple[object, ...]:
        return self._always_offered

    @property
    def is_inspecting(self) -> bool:
        return self.inspector_part.has_inspector_focus

    @property
    def undo_history(self) -> str:
        histories = (mode.mode_undo_history for mode in self.modes)
        return next((history for history in histories if history), super().undo_history)

    def get_play_arguments(self) -> tuple[str, ...]:
        """Return the arguments of the command that plays the marked range, or the entire cut if no range is
        marked.
        """
        cut = self.film.cut if self.film else None
        if cut is None:
            return ()
        marked = self.cutting.marked
        return (f"{marked[0]}..{marked[1]}", "--cut", cut.id) if marked else (cut.id,)

    @action_with_names("previous_pane")
    def act_next_pane(self, key_command: KeyCommand) -> None:
        """Move the keyboard focus to the next pane (Tab): the film or the inspector. If both viewers are
        visible, the source viewer is a third pane.
        """
        if self.is_inspecting:
            self.inspector_part.leave_inspector()
            if self.is_wide and self.source.is_open:
                self.run_in_background(self.source.enter_source)
        elif not any(mode.change_pane() for mode in self.modes):
            self.inspector_part.enter_inspector()

    def writes(self, key_command: KeyCommand) -> bool:
        answers = (mode.queues_keys_after(key_command) for mode in self.modes)
        answer = next((answer for answer in answers if answer is not None), None)
        if answer is not None:
            return answer
        return self.key_queue.writes(key_command) or self.pending_edits.writes(key_command)

    async def do(self, key_command: KeyCommand) -> None:
        """Run a key command. Before that, write the change in progress in the inspector, and let the active
        modes end their unfinished edits.
        """
        binding = key_command.binding
        await self.pending_edits.finish_before(key_command)
        with self.macros.assign_answers_to(key_command):
            if self.writes(key_command):
                for mode in self.modes:
                    if await mode.end_before(key_command):
                        return
            if binding.is_ui:
                action = find_action(self.studio_app, binding.act)
                if action is None:
                    self.show_message(f"nothing to {binding.note} here", hint="{ui.help} lists the keys")
                elif inspect.isawaitable(result := action(key_command)):
                    await result
            elif not await self.repeat_edit.run_counted(key_command):
                args = self.get_command_args(binding.run, key_command)
                if args is None:
                    why = targets.explain_missing_target(binding.run, self.cutting, self.view)
                    self.show_message(
                        why or f"nothing is selected to {binding.note}", "warn", targets.find_target_hint(why)
                    )
                else:
                    await self.run_and_wait(binding.run, **{**binding.args, **args})

    async def ask_text(self, label: str, value: str = "", **how: Any) -> str | None:
        """Ask the user for a line of text. While a macro is running, return the answer that was recorded with
        the macro.
        """
        return await self.macros.answer_or_ask(partial(super().ask_text, label, value, **how))

    async def confirm(self, question: str) -> bool:
        return await self.macros.confirm_or_ask(partial(super().confirm, question))

    def get_command_args(self, command: str, key_command: KeyCommand) -> Mapping[str, Any] | None:
        return self.repeat_edit.find_args_here(command, key_command)

    async def run_typed_command(
        self, id: str, values: Mapping[str, Any], here: Mapping[str, Any]
    ) -> Outcome | None:
        return await self.repeat_edit.run_typed_here(id, values, here)

    def show_film(self, film: FilmSnapshot | None) -> None:
        """Draw a newly read film. If a mode with an unfinished edit can continue, the screen still shows the
        cut with that edit. A change in progress in the inspector is drawn over the film.
        """
        if not any(mode.continues_over(film) for mode in self.modes):
            self.shot_takes.remember_replaced_picks(film)
            self.draw_film(film)
        self.spoken_words.follow_film(film)
        self.pending_edits.redraw_over_film()
        self.source.update_shown_take(film)

    def choose_story(self, story: Story) -> Story:
        return self.shot_takes.apply_take_b(story)

    def handle_job_progress(self) -> None:
        self.clip_previews.update_job_previews()

    def handle_plan_change(self, plan: RenderPlan | None) -> None:
        self.shot_takes.store_picked_plan(plan, self.plan_key)
        self.clip_previews.update_waveforms(plan)

    def on_timeline_dragged(self, event: Timeline.Dragged) -> None:
        self.mouse_drag.show_drag(event)

    def on_timeline_dropped(self) -> None:
        self.mouse_drag.finish_drag()

    def on_picture_wheeled(self, event: Picture.Wheeled) -> None:
        self.viewing_keys.zoom_by_wheel(event)

    def on_picture_dragged(self, event: Picture.Dragged) -> None:
        self.viewing_keys.pan_by_drag(event)

    @property
    def pane_layout(self) -> TimelinePanes:
        return self.timeline_panes

    def redraw_resized_panes(self) -> None:
        """Do nothing. `divide_screen` already redraws the panes that it resizes."""

    def get_edit_sides(self) -> tuple[EditSide, ...]:
        return self.trim_session.sides

    def get_curve_lane(self) -> CurveLane | None:
        return self.live_modes.make_curve_lane()

    def get_spoken_lane(self) -> SpokenLane | None:
        return self.spoken_words.lane

    @property
    def live_top_view(self) -> TopView | None:
        return self.live_modes.mode_top_view

    def choose_viewing(self) -> tuple[Viewing, PlanFrame | None]:
        return self.viewing_keys.viewing, self.viewing_keys.beside

    def handle_picture_facts(self, facts: Mapping[str, Any]) -> None:
        self.viewing_keys.show_facts(facts)

    def get_viewed_raster(self) -> tuple[int, int] | None:
        return (self.plan.width, self.plan.height) if self.plan is not None else None

    def get_viewed_frame(self) -> PlanFrame | None:
        plan = self.plan
        return (
            PlanFrame(plan, self.plan_key, min(self.playhead, plan.frames - 1)) if plan is not None else None
        )

    def get_compared_frame(self) -> PlanFrame | None:
        """Return the frame at the playhead as it looks with the picked take, for comparison with take B.
        Return None unless take B is on the screen.
        """
        return self.shot_takes.make_picked_frame(self.playhead)

    def find_compared_frame(self) -> bool:
        """Show a message that there is no second picture for a comparison, and which keys provide one. Return
        False, because the screen cannot find a second picture by itself.
        """
        hint = "{ui.grab} grabs this frame, {ui.compare} looks at the other take"
        self.show_message("there is nothing to compare with", "warn", hint)
        return False

    def redraw_viewed_picture(self) -> None:
        """Resize the picture for the present viewing mode, such as with a scope, and draw it again."""
        before = self.query_one("#top").styles.height, self.query_one("#record").styles.width
        self.divide_screen()
        if before == (self.query_one("#top").styles.height, self.query_one("#record").styles.width):
            self.request_frame()
        else:  # The picture changes its size with the next refresh, so request the frame only afterwards.
            self.call_after_refresh(self.request_frame)

    @property
    def prefers_place_text(self) -> bool:
        return bool(self.viewing_keys.describe_view())

    def format_place_text(self) -> Text:
        """Return the text at the right end of the message line. If the picture is viewed in a special way,
        such as zoomed, this is a description of it. Otherwise it is the name of the cut, the current track
        and the zoom of the timeline.
        """
        words = self.viewing_keys.describe_view()
        return Text(words, self.ink.accent) if words else super().format_place_text()

    def make_timeline_content(self) -> TimelineContent:
        return self.clip_previews.add_previews(super().make_timeline_content())

    def get_trim_edge(self) -> TrimEdge | None:
        return self.trim_session.find_trim_edge()

    def get_current_place(self) -> ScreenPlace:
        """Return the values on which the suggested next step depends: the shot under the playhead and useful
        actions there. While an edit is unfinished, they say so, and no next step is suggested.
        """
        is_busy = any(mode.IS_QUIET for mode in self.modes)
        lane = self.cutting.get_lane(self.view.lane)
        found = lane.clip_at(self.playhead) if lane is not None and not self.transport.playing else None
        is_shot = found is not None and found.clip.source.kind is SourceKind.SHOT
        shot = found.clip.source.ref if found is not None and is_shot else ""
        marked, is_gap = (
            self.cutting.marked is not None,
            found is None or found.clip.source.kind is SourceKind.GAP,
        )
        acts = (
            ("ui.loop", "ui.clear_marks", "ui.play") if marked else ("ui.play", "ui.insert") if is_gap else ()
        )
        return ScreenPlace(self.MODE, shot=shot, is_quiet=is_busy, acts=acts)

    def format_header_title(self) -> Text:
        return self.arrival_notice.add_arrival_count(super().format_header_title())

    def format_playing_sign(self) -> str:
        return self.transport.format_shuttle_sign()

    def draw_inspector(self) -> None:
        self.inspector_part.draw_inspector_lines()

    def draw_captions(self) -> None:
        self.source.draw_viewer_captions()

    @property
    def shows_source(self) -> bool:
        return self.source.sourcing or (self.is_wide and self.source.is_open)

    @property
    def shows_scope(self) -> bool:
        return bool(self.viewing_keys.viewing.scope) and not self.is_inspecting

    def redraw_pictures(self, *, lost_alone: bool = False) -> None:
        super().redraw_pictures(lost_alone=lost_alone)
        self.clip_previews.redraw_previews(lost_alone=lost_alone)
        self.redraw()

    def on_picture_resized(self, event: Picture.Resized) -> None:
        if event.picture.id == "picture":
            self.request_frame_again()
        elif event.picture.id == AS_IS:
            self.live_modes.effects_mode.request_plain_frame()
        else:
            self.source.request_source_again()

    def go_to_frame(self, frame: int) -> bool:
        return any(mode.seek_frame(frame) for mode in self.modes) or super().go_to_frame(frame)

    def handle_playhead_move(self) -> None:
        self.transport.scrub()
        for mode in self.modes:
            mode.follow_playhead()

    def halt_playback(self) -> None:
        self.transport.halt_shuttle()

    def search_pane(self, words: str, step: int) -> None:
        if any(mode.search_words(words, step) for mode in self.modes):
            return
        if not self.spoken_words.search_words(words, step):
            self.timeline_search.find(words, step)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        self.live_modes.title_mode.take_typed_text()

    def on_text_area_selection_changed(self, event: TextArea.SelectionChanged) -> None:
        self.live_modes.title_mode.show_caret()

    def on_inspector_chosen(self, event: Inspector.Chosen) -> None:
        self.set_focus(self.query_one(Inspector))

    def on_inspector_dragged(self, event: Inspector.Dragged) -> None:
        self.set_focus(self.query_one(Inspector))
        self.value_keys.step_by_drag(event.steps)

    def on_screen_suspend(self) -> None:
        """End unfinished edits when another screen covers this one: first the change in progress in the
        inspector, then the edits of the modes.

        The list of keys is an exception: the user opens it during an edit, which continues afterwards.
        """
        if isinstance(self.app.screen, KeySheet):
            self.halt_playback()
            return
        self.pending_edits.finish_change()
        for mode in self.modes:
            mode.finish_work()
        self.halt_playback()
        self.save_place()

    def on_unmount(self) -> None:
        """Store the playhead position and write unfinished edits, because the screen is closing."""
        self.save_place_while_closing()
        for mode in self.modes:
            mode.write_work_while_closing()
        self.transport.close()
        self.pending_edits.write_while_closing()
