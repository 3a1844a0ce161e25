"""The keys that edit a chain of sound effects. The Timeline uses them for a clip, the mixer for a strip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.core.errors import BadInput, MilimoError, Refused
from milimo_tui.cut.sound.sound_chains import bypass_in_chain, list_chain_impulses
from milimo_tui.cut.values.sound_effects import SOUND_EFFECTS, SoundChain, make_sound_effect
from milimo_tui.cut.values.sound_presets import SOUND_PRESETS
from milimo_tui.tui.fields.form_field import FieldChoice, FieldKind, FormField
from milimo_tui.tui.keys.actions import action, action_with_names
from milimo_tui.tui.shell.modes import Mode
from milimo_tui.tui.timeline.fields.sound_edit import SoundEdit
from milimo_tui.tui.timeline.widgets.sound_panel import SoundPanel, SoundPanelView

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.shell.screen import StudioScreen

HINT = "{ui.add} adds, {ui.less} {ui.more} change, {ui.compare} compares without, Enter applies"
SOUND_SUFFIXES = (".wav", ".flac", ".aif", ".aiff", ".m4a", ".mp3", ".ogg", ".opus", ".w64")
_PRESET = "preset "


class ChainKeys(Mode):
    """The actions that edit a chain of sound effects. A mode derives from this class.

    `edit` is the changed chain, and `is_without` is True while the sound is heard without the effects.
    """

    def __init__(self, screen: StudioScreen) -> None:
        self._screen = screen
        self.edit = SoundEdit(())
        self.is_without = False
        self._first: SoundChain = ()
        self._before: list[SoundEdit] = []
        self._name = ""

    @property
    def panel(self) -> SoundPanel:
        """The panel that shows the chain."""
        return self._screen.query_one(SoundPanel)

    @property
    def key_frame(self) -> int:
        """The frame of the clip or the cut at which keys are set."""
        raise NotImplementedError

    def hear_changed_chain(self) -> None:
        """Let the changed chain be heard."""
        raise NotImplementedError

    def go_to_key_frame(self, frame: int) -> None:
        """Move the playhead to a frame of the clip or the cut."""
        raise NotImplementedError

    @property
    def heard_chain(self) -> SoundChain:
        """The chain that is heard at present."""
        return bypass_in_chain(self.edit.chain, None, bypassed=True) if self.is_without else self.edit.chain

    def begin_chain(self, name: str, chain: SoundChain) -> None:
        """Begin to edit the chain of a clip or a strip, and show it."""
        self._name, self._first, self.edit = name, chain, SoundEdit(chain)
        self.is_without, self._before = False, []
        self.panel.display = True
        self.draw_chain()
        self._screen.show_message(f"{len(chain) or 'no'} sound effects", hint=HINT)

    def end_chain(self) -> None:
        """Hide the panel and forget the steps."""
        self._before, self.is_without = [], False
        self.panel.display = False

    def draw_chain(self) -> None:
        """Draw the panel, for example after the playhead has moved."""
        self.panel.show_effects(
            SoundPanelView(self._name, self.edit, self.key_frame, self.is_without, self._find_missing_files())
        )

    def _find_missing_files(self) -> frozenset[str]:
        """Return the ids of impulse responses whose files are missing."""
        if not any(True for _ in list_chain_impulses(self.edit.chain)):
            return frozenset()
        from milimo_tui.studio.sounds.impulse_files import is_impulse_missing

        studio = self._screen.studio_app.studio
        impulses = list_chain_impulses(self.edit.chain)
        return frozenset(each.asset for each in impulses if is_impulse_missing(studio, each))

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
        self.draw_chain()

    @action
    def act_more(self, key_command: KeyCommand) -> None:
        self._step_number(key_command.times, big=bool(key_command.binding.args.get("big")))

    @action
    def act_less(self, key_command: KeyCommand) -> None:
        self._step_number(-key_command.times, big=bool(key_command.binding.args.get("big")))

    def _step_number(self, count: int, *, big: bool) -> None:
        if self._has_number():
            self.apply_edit(self.edit.step_number(count, self.key_frame, big=big))

    def _has_number(self) -> bool:
        """Return True if a number is under the cursor. Otherwise show a message."""
        row = self.edit.current_row
        if row is not None and row.is_impulse:
            self._screen.show_message("an impulse response is a file", hint="{ui.edit} chooses one")
            return False
        if row is None or row.number is None:
            self._screen.show_message("no number is under the cursor", hint="{ui.down} goes to the numbers")
            return False
        return True

    @action
    async def act_edit(self, key_command: KeyCommand) -> None:
        """Ask for a value of the number, or for the file of the impulse response, under the cursor."""
        row = self.edit.current_row
        if row is not None and row.is_impulse:
            await self._ask_impulse()
            return
        if not self._has_number() or row is None or row.number is None:
            return
        number, edit, frame = row.number, self.edit, self.key_frame
        field = FormField(
            key=number.name,
            label=number.title,
            kind=FieldKind.NUMBER,
            text=f"{row.get_value(frame):g}",
            least=number.low,
            most=number.high,
            unit=number.unit,
            begins_anew=True,
        )
        typed = await self._screen.ask_field(field, name="NUMBER")
        if typed is not None and self.is_on and self.edit == edit:
            try:
                self.apply_edit(edit.set_number(float(typed), frame))
            except (Refused, ValueError) as error:
                self._screen.show_message(str(error), "warn")

    async def _ask_impulse(self) -> None:
        """Ask for the file of an impulse response, and add it to the film. An empty path chooses a generated
        response.
        """
        from milimo_tui.studio.sounds.impulse_files import find_impulse_file

        edit = self.edit
        field = FormField(
            key="impulse",
            label="impulse response",
            kind=FieldKind.PATH,
            suffixes=SOUND_SUFFIXES,
            help="a sound file, a sound of the film by its name, or none for a generated response",
        )
        typed = await self._screen.ask_field(field, name="IMPULSE")
        if typed is None or not self.is_on or self.edit != edit:
            return
        studio = self._screen.studio_app.studio
        try:
            impulse = await self._screen.in_thread(lambda: find_impulse_file(studio, typed))
        except MilimoError as error:
            self._screen.show_message(error.message, "warn", error.hint)
            return
        if self.is_on and self.edit == edit:
            self.apply_edit(edit.set_impulse(impulse))

    @action
    async def act_add(self, key_command: KeyCommand) -> None:
        """Ask for an effect or a preset. An effect is added, and a preset replaces all effects."""
        choices = (
            *(FieldChoice(kind.name, kind.purpose) for kind in SOUND_EFFECTS.values()),
            *(
                FieldChoice(f"{_PRESET}{each.name}", f"{each.role}: {each.description}")
                for each in SOUND_PRESETS.values()
            ),
        )
        field = FormField(key="effect", label="sound effect", kind=FieldKind.CHOICE, choices=choices)
        typed = await self._screen.ask_field(field, name="ADD")
        if not typed or not self.is_on:
            return
        try:
            if typed.startswith(_PRESET):
                self.apply_edit(SoundEdit(SOUND_PRESETS[typed.removeprefix(_PRESET)].chain))
            else:
                self.apply_edit(self.edit.add_effect(make_sound_effect(typed)))
        except (Refused, BadInput) as error:
            self._screen.show_message(error.message, "warn", error.hint)

    @action
    def act_take_off(self, key_command: KeyCommand) -> None:
        """Remove the effect under the cursor."""
        if self.edit.chain:
            self.apply_edit(self.edit.remove_effect())

    @action
    def act_toggle(self, key_command: KeyCommand) -> None:
        """Switch the effect under the cursor off, or on again (bypass)."""
        if self.edit.chain:
            self.apply_edit(self.edit.toggle_bypass())

    @action
    def act_compare(self, key_command: KeyCommand) -> None:
        """Switch between the sound with the effects (A) and without them (B), also during playback."""
        self.is_without = not self.is_without
        self.draw_chain()
        self.hear_changed_chain()
        self._screen.show_message(
            "B: without sound effects" if self.is_without else "A: with sound effects",
            hint="{ui.compare} switches, {ui.play} plays",
        )

    @action
    def act_key_set(self, key_command: KeyCommand) -> None:
        """Set a key of the number under the cursor at the playhead, with its present value."""
        if self._has_number():
            try:
                self.apply_edit(self.edit.set_key(self.key_frame))
            except Refused as error:
                self._screen.show_message(error.message, "warn", error.hint)

    @action
    def act_key_clear(self, key_command: KeyCommand) -> None:
        """Delete the key of the number under the cursor at the playhead."""
        if self._has_number():
            try:
                self.apply_edit(self.edit.remove_key(self.key_frame))
            except Refused as error:
                self._screen.show_message(error.message, "warn", error.hint)

    @action
    def act_key_next(self, key_command: KeyCommand) -> None:
        self._go_to_key(key_command.times)

    @action
    def act_key_previous(self, key_command: KeyCommand) -> None:
        self._go_to_key(-key_command.times)

    def _go_to_key(self, count: int) -> None:
        """Move the playhead to a later or an earlier key of the number under the cursor."""
        row, here = self.edit.current_row, self.key_frame
        frames = [key.frame for key in row.curve] if row is not None else []
        there = [f for f in frames if f > here] if count > 0 else [f for f in frames if f < here][::-1]
        if not there:
            side = "after" if count > 0 else "before"
            self._screen.show_message(f"there is no key {side} the playhead", hint="{ui.key_set} sets one")
            return
        self.go_to_key_frame(there[min(abs(count), len(there)) - 1])
        self.draw_chain()

    @action_with_names("redo")
    def act_undo(self, key_command: KeyCommand) -> None:
        """Undo the last step made in this mode."""
        if not self._before:
            self._screen.show_message("nothing was changed here", hint="Esc leaves, then {ui.undo} undoes")
            return
        self.edit = self._before.pop()
        self.draw_chain()
        self.hear_changed_chain()

    def apply_edit(self, edit: SoundEdit) -> None:
        """Show and hear a changed chain. It can be undone in this mode."""
        if edit.chain != self.edit.chain:
            self._before.append(self.edit)
            self.is_without = False
        self.edit = edit
        self.draw_chain()
        self.hear_changed_chain()
