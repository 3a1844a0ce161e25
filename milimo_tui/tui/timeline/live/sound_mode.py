"""The mode SOUND EFFECTS (`Z E`), in which the sound effects of a clip are edited and heard at once, also in
comparison with the sound without effects (A/B).
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.cut.edit import edits
from milimo_tui.cut.sound.sound_chains import bypass_in_chain
from milimo_tui.cut.values.cut import Cut, SourceKind
from milimo_tui.cut.values.sound_effects import SOUND_EFFECTS, SoundChain, make_sound_effect
from milimo_tui.cut.values.sound_effects_text import chain_to_json
from milimo_tui.cut.values.sound_presets import SOUND_PRESETS
from milimo_tui.tui.fields.form_field import FieldChoice, FieldKind, FormField
from milimo_tui.tui.keys.actions import action, action_with_names
from milimo_tui.tui.timeline.fields.sound_edit import SoundEdit
from milimo_tui.tui.timeline.live.live_mode import LiveMode
from milimo_tui.tui.timeline.widgets.shares import TopView
from milimo_tui.tui.timeline.widgets.sound_panel import SoundPanel

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore
    from milimo_tui.tui.timeline.live.live_edit import LiveEdit
    from milimo_tui.tui.timeline.transport.shuttle import Transport

HINT = "{ui.add} adds, {ui.less} {ui.more} change, {ui.compare} compares without, Enter applies"
# The time in seconds between two looks whether the changed film can be played.
_TICK = 0.02


class SoundMode(LiveMode):
    """The mode SOUND EFFECTS. `clip` is the clip's id, or empty outside the mode."""

    CONTEXTS = ("sound_effects", "list", "viewing", "global")
    HIDES_KEYS = True
    TOP_VIEW = TopView.TITLE

    def __init__(self, core: TimelineCore, live_edit: LiveEdit, transport: Transport) -> None:
        super().__init__(core, live_edit)
        self.clip = ""
        self.edit = SoundEdit(())
        self.is_without = False  # True while the clip is heard without its effects.
        self._transport = transport
        self._first: SoundChain = ()
        self._before: list[SoundEdit] = []

    @property
    def is_on(self) -> bool:
        return bool(self.clip)

    @property
    def panel(self) -> SoundPanel:
        return self._core.query_one(SoundPanel)

    @action
    def act_sound_effects(self, key_command: KeyCommand) -> None:
        """Edit the sound effects of the clip under the playhead."""
        core, span = self._core, self.find_editable_clip()
        if span is None:
            return
        if span.clip.source.kind is SourceKind.TITLE:
            core.show_message("a title has no sound", "warn", "{ui.lane_down} goes a track down")
            return
        if not self._live.begin_mode("SOUND EFFECTS"):
            return
        self.clip, self.is_without, self._before = span.clip.id, False, []
        self._first = span.clip.effects.chain
        self.edit = SoundEdit(self._first)
        self.panel.display = True
        core.divide_screen()
        self.panel.show_effects(self.edit, without=False)
        core.show_message(f"{len(self._first) or 'no'} sound effects", hint=HINT)

    def get_live_command(self) -> tuple[str, dict[str, Any]] | None:
        """Return the command that writes the effects, or None if they are unchanged."""
        if not self.clip or self.edit.chain == self._first:
            return None
        return "mix.effect_chain", {"clip": self.clip, "chain": json.dumps(chain_to_json(self.edit.chain))}

    @property
    def discard_message(self) -> str:
        return "the sound effects are unchanged"

    def forget_change(self) -> None:
        self.clip, self._before, self.is_without = "", [], False
        self.panel.display = False

    @action
    async def act_enter(self, key_command: KeyCommand) -> None:
        """Write the effects as one edit and leave the mode."""
        await self.write_live_change()

    @action
    def act_down(self, key_command: KeyCommand) -> None:
        self._move_cursor(key_command.times)

    @action
    def act_up(self, key_command: KeyCommand) -> None:
        self._move_cursor(-key_command.times)

    @action
    def act_first(self, key_command: KeyCommand) -> None:
        self._move_cursor(-len(self.edit.list_rows()))

    @action
    def act_last(self, key_command: KeyCommand) -> None:
        self._move_cursor(len(self.edit.list_rows()))

    @action
    def act_page_down(self, key_command: KeyCommand) -> None:
        self._move_cursor(max(1, self.panel.size.height // 2))

    @action
    def act_page_up(self, key_command: KeyCommand) -> None:
        self._move_cursor(-max(1, self.panel.size.height // 2))

    def _move_cursor(self, count: int) -> None:
        self.edit = self.edit.move_cursor(count)
        self.panel.show_effects(self.edit, without=self.is_without)

    @action
    def act_more(self, key_command: KeyCommand) -> None:
        self._step_number(key_command.times, big=bool(key_command.binding.args.get("big")))

    @action
    def act_less(self, key_command: KeyCommand) -> None:
        self._step_number(-key_command.times, big=bool(key_command.binding.args.get("big")))

    def _step_number(self, count: int, *, big: bool) -> None:
        row = self.edit.current_row
        if row is None or row.number is None:
            self._core.show_message("no number is under the cursor", hint="{ui.down} goes to the numbers")
            return
        self._apply_edit(self.edit.step_number(count, big=big))

    @action
    async def act_edit(self, key_command: KeyCommand) -> None:
        """Ask for a value of the number under the cursor."""
        row = self.edit.current_row
        if row is None or row.number is None:
            self._core.show_message("no number is under the cursor", hint="{ui.down} goes to the numbers")
            return
        number, edit = row.number, self.edit
        field = FormField(
            key=number.name,
            label=number.title,
            kind=FieldKind.NUMBER,
            text=f"{row.effect.get_number(number.name):g}",
            least=number.low,
            most=number.high,
            unit=number.unit,
            begins_anew=True,
        )
        typed = await self._core.ask_field(field, name="NUMBER")
        if typed is not None and self.clip and self.edit == edit:
            try:
                self._apply_edit(edit.set_number(float(typed)))
            except (Refused, ValueError) as error:
                self._core.show_message(str(error), "warn")

    @action
    async def act_add(self, key_command: KeyCommand) -> None:
        """Ask for an effect or a preset. An effect is added, and a preset replaces all effects."""
        choices = (
            *(FieldChoice(kind.name, kind.title) for kind in SOUND_EFFECTS.values()),
            *(FieldChoice(f"preset {each.name}", each.description) for each in SOUND_PRESETS.values()),
        )
        field = FormField(key="effect", label="sound effect", kind=FieldKind.CHOICE, choices=choices)
        typed = await self._core.ask_field(field, name="ADD")
        if not typed or not self.clip:
            return
        try:
            if typed.startswith("preset "):
                self._apply_edit(SoundEdit(SOUND_PRESETS[typed.removeprefix("preset ")].chain))
            else:
                self._apply_edit(self.edit.add_effect(make_sound_effect(typed)))
        except (Refused, BadInput) as error:
            self._core.show_message(error.message, "warn", error.hint)

    @action
    def act_take_off(self, key_command: KeyCommand) -> None:
        """Remove the effect under the cursor."""
        if self.edit.chain:
            self._apply_edit(self.edit.remove_effect())

    @action
    def act_toggle(self, key_command: KeyCommand) -> None:
        """Switch the effect under the cursor off, or on again (bypass)."""
        if self.edit.chain:
            self._apply_edit(self.edit.toggle_bypass())

    @action
    def act_compare(self, key_command: KeyCommand) -> None:
        """Switch between the sound with the effects (A) and without them (B), also during playback."""
        self.is_without = not self.is_without
        self._show_edit()
        self._core.show_message(
            "B: without sound effects" if self.is_without else "A: with sound effects",
            hint="{ui.compare} switches, {ui.play} plays",
        )

    @action_with_names("redo")
    def act_undo(self, key_command: KeyCommand) -> None:
        """Undo the last step made in this mode."""
        if not self._before:
            self._core.show_message("nothing was changed here yet", hint="Esc leaves, then {ui.undo} undoes")
            return
        self.edit = self._before.pop()
        self._show_edit()

    def _apply_edit(self, edit: SoundEdit) -> None:
        if edit.chain != self.edit.chain:
            self._before.append(self.edit)
            self.is_without = False
        self.edit = edit
        self._show_edit()

    def _show_edit(self) -> None:
        """Draw the list, and plan the film with the changed effects. Playback continues with them."""
        self.panel.show_effects(self.edit, without=self.is_without)
        if self._live.base is None:
            return
        was_playing = self._transport.playing
        self._live.show_changed_cut(self._make_changed_cut(self._live.base.cut))
        if was_playing:
            self._core.run_in_background(self._play_on, "sound-effects", exclusive=True)

    def _make_changed_cut(self, cut: Cut) -> Cut:
        chain = bypass_in_chain(self.edit.chain, None, bypassed=True) if self.is_without else self.edit.chain
        return edits.set_sound_chain(cut, self.clip, chain)

    async def _play_on(self) -> None:
        """Play from the playhead as soon as the changed film is planned."""
        while self._core.is_plan_due:
            await asyncio.sleep(_TICK)
        if self.clip and not self._transport.playing:
            self._transport.play_on()
