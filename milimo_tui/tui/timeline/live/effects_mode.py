"""The effects browser (`Z e`). Each effect in the list is tried on the current frame, next to the same frame
without the effect.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit import edits
from milimo_tui.cut.values.cut import SourceKind, TrackKind
from milimo_tui.cut.values.effect_catalog import CATALOG, CatalogEffect, has_catalog_effect
from milimo_tui.tui.keys.actions import action, action_with_names
from milimo_tui.tui.keys.completion import complete_to_words
from milimo_tui.tui.play.monitor import Monitor
from milimo_tui.tui.timeline.live.live_mode import LiveMode
from milimo_tui.tui.timeline.widgets.effects_panel import EffectsPanel
from milimo_tui.tui.timeline.widgets.shares import TopView
from milimo_tui.tui.timeline.widgets.viewer import Viewer
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import RenderPlan
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore
    from milimo_tui.tui.timeline.live.live_edit import LiveEdit

STEP, BIG = 0.05, 0.25


class EffectsMode(LiveMode):
    """The mode EFFECTS, in which the user tries effects on a clip and applies one of them. `clip` is the
    clip's id, or empty outside the mode.
    """

    CONTEXTS = ("effects", "list", "viewing", "global")
    HIDES_KEYS = True
    TOP_VIEW = TopView.TRY

    def __init__(self, core: TimelineCore, live_edit: LiveEdit) -> None:
        super().__init__(core, live_edit)
        self.clip = ""
        self.words = ""
        self._at = 0
        self._amounts: dict[str, float] = {}
        # The render plan of the unchanged cut, and the key of that plan.
        self._plain: tuple[RenderPlan, str] | None = None
        # The picture without the effect that is shown at present: plan key, frame, width and height. The same
        # picture is not drawn again.
        self._asked: tuple[str, int, int, int] | None = None

    @property
    def is_on(self) -> bool:
        return bool(self.clip)

    def finish_work(self) -> None:
        """Leave the mode without applying the effect, because the user has only tried it."""
        self._core.run_in_background(self.discard_live_change)

    def write_work_while_closing(self) -> None:
        """Write nothing, because an effect that is only being tried is not applied."""

    def follow_playhead(self) -> None:
        """Update the picture of the frame without the effect, because the playhead has moved."""
        self.request_plain_frame()

    @property
    def panel(self) -> EffectsPanel:
        return self._core.query_one(EffectsPanel)

    @property
    def matching_effects(self) -> tuple[CatalogEffect, ...]:
        """The effects that match the search words."""
        return tuple(each for each in CATALOG if each.matches_words(self.words))

    @property
    def current_effect(self) -> CatalogEffect | None:
        """The effect under the cursor, or None."""
        found = self.matching_effects
        return found[min(self._at, len(found) - 1)] if found else None

    def get_amount(self, effect: CatalogEffect) -> float:
        return self._amounts.get(effect.name, effect.amount)

    @action
    def act_effects(self, key_command: KeyCommand) -> None:
        """Browse effects for the clip under the playhead."""
        core, span = self._core, self._core.span
        lane = core.cutting.get_lane(core.view.lane)
        if span is None or lane is None or span.clip.source.kind is SourceKind.GAP:
            core.show_message(
                "no clip is under the playhead", "warn", "{ui.move next_edit} goes to the next one"
            )
            return
        if lane.track.kind is TrackKind.AUDIO:
            core.show_message("a sound can't have a picture effect", "warn", "{ui.level} sets its level")
            return
        if lane.track.locked:
            core.show_message(
                f"track {lane.track.name} is locked", "error", "{ui.track_flag locked} unlocks it"
            )
            return
        plan = core.plan
        if not self._live.begin_mode("EFFECTS"):
            return
        self.clip, self._asked = span.clip.id, None
        self._plain = (plan, core.plan_key) if plan is not None else None
        self.words, self._at = "", 0
        self.panel.display = True
        core.divide_screen()
        self._draw_effects()
        core.show_message(
            "each effect is shown on this frame",
            hint="{ui.search} filters, {ui.play} plays the clip with it, Enter adds it",
        )

    @action
    async def act_enter(self, key_command: KeyCommand) -> None:
        """Apply the effect under the cursor to the clip."""
        if self.current_effect is None:
            self._core.show_message("no effect matches these words", "warn", "{ui.search} looks for others")
            return
        await self.write_live_change()

    def get_live_command(self) -> tuple[str, dict[str, Any]] | None:
        """Return the command that applies the effect under the cursor, or None if there is no effect."""
        effect = self.current_effect
        if effect is None or not self.clip:
            return None
        amount = f"{self.get_amount(effect):.4g}"
        return "cut.put_on", {"clip": self.clip, "effect": effect.name, "amount": amount}

    @property
    def discard_message(self) -> str:
        return "no effect was added"

    def forget_change(self) -> None:
        self.clip, self._plain = "", None
        self.panel.display = False
        self._core.query_one("#record", Viewer).show_head(None)

    @action
    def act_down(self, key_command: KeyCommand) -> None:
        self._move_cursor(key_command.times)

    @action
    def act_up(self, key_command: KeyCommand) -> None:
        self._move_cursor(-key_command.times)

    @action
    def act_first(self, key_command: KeyCommand) -> None:
        self._move_cursor(-len(CATALOG))

    @action
    def act_last(self, key_command: KeyCommand) -> None:
        self._move_cursor(len(CATALOG))

    @action
    def act_page_down(self, key_command: KeyCommand) -> None:
        self._move_cursor(max(1, self.panel.size.height // 2))

    @action
    def act_page_up(self, key_command: KeyCommand) -> None:
        self._move_cursor(-max(1, self.panel.size.height // 2))

    def _move_cursor(self, count: int) -> None:
        self._at = max(0, min(self._at + count, len(self.matching_effects) - 1))
        self._draw_effects()

    @action
    async def act_search(self, key_command: KeyCommand) -> None:
        """Ask for words, and list only the effects that match them. An empty text lists all effects."""
        before = self.words
        names = complete_to_words(tuple(each.name for each in CATALOG))
        typed = await self._core.ask_text("/", "", name="SEARCH", changed=self._filter_effects, lines=names)
        self._filter_effects(before if typed is None else typed)

    def _filter_effects(self, words: str) -> None:
        if self.clip and words != self.words:
            self.words, self._at = words, 0
            self._draw_effects()

    @action
    def act_more(self, key_command: KeyCommand) -> None:
        self._change_amount(key_command.times, big=bool(key_command.binding.args.get("big")))

    @action
    def act_less(self, key_command: KeyCommand) -> None:
        self._change_amount(-key_command.times, big=bool(key_command.binding.args.get("big")))

    def _change_amount(self, count: int, *, big: bool) -> None:
        effect = self.current_effect
        if effect is None:
            return
        if not effect.has_amount:
            self._core.show_message(f"{effect.name} has no value: it is on or off", hint="Enter adds it")
            return
        amount = min(1.0, max(0.0, round(self.get_amount(effect) + count * (BIG if big else STEP), 4)))
        self._amounts[effect.name] = amount
        self._draw_effects()

    @action
    async def act_take_off(self, key_command: KeyCommand) -> None:
        """Remove the effect under the cursor from the clip."""
        effect, base = self.current_effect, self._live.base
        if effect is None or base is None:
            return
        if not has_catalog_effect(base.get_placed(self.clip).clip.effects, effect):
            self._core.show_message(f"{effect.name} is not on this clip", hint="Enter adds it")
            return
        clip = self.clip
        self.forget_change()
        self._live.leave_mode()
        await self._core.run_and_wait("cut.put_on", clip=clip, effect=effect.name, off=True)

    @action_with_names("redo")
    def act_undo(self, key_command: KeyCommand) -> None:
        self._core.show_message("no effect was added yet", hint="Esc leaves, then {ui.undo} undoes")

    def _draw_effects(self) -> None:
        """Show the list of effects at once, then the frame with the effect under the cursor."""
        base, effect = self._live.base, self.current_effect
        if base is None:
            return
        clip = base.get_placed(self.clip).clip
        amounts = {each.name: self.get_amount(each) for each in CATALOG}
        on = frozenset(each.name for each in CATALOG if has_catalog_effect(clip.effects, each))
        self.panel.show_effects(
            self.matching_effects,
            self.matching_effects.index(effect) if effect else -1,
            self.words,
            amounts,
            on,
        )
        ink, after = self._core.ink, base.cut
        words = f"{effect.name}  {self.get_amount(effect):.0%}" if effect and effect.has_amount else ""
        name = words or (effect.name if effect else "as is")
        self._core.query_one("#record", Viewer).show_head(join_line((name, ink.accent)))
        if effect is not None:
            try:
                after = edits.apply_effect_by_name(base.cut, self.clip, effect.name, self.get_amount(effect))
            except Refused as error:
                self._core.show_message(f"✕ {error.message}", "warn", error.hint)
        self._live.show_changed_cut(after)
        self.request_plain_frame()

    def request_plain_frame(self) -> None:
        """Request the frame without the effect, for the picture between the list and the viewer."""
        if self.clip and self._plain is not None:
            self._core.run_in_background(partial(self._draw_plain_frame), "plain-frame", exclusive=True)

    async def _draw_plain_frame(self) -> None:
        picture, plain = self.panel.picture, self._plain
        if plain is None or picture.size.width < 2:
            return
        plan, key = plain
        frame = min(max(0, self._core.playhead), plan.frames - 1)
        wanted = (key, frame, *picture.wanted_pixels)
        if wanted == self._asked:
            return
        monitor = Monitor(self._core.studio_app.pictures, "timeline-plain")
        drawing = await monitor.draw_plan_frame(plan, frame, *picture.wanted_pixels)
        if picture.is_attached and self.clip:
            self._asked = wanted
            picture.show_own_drawing(drawing, monitor.problem or "no picture here")
