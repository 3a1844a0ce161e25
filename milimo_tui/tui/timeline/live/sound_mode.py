"""The mode SOUND EFFECTS (`Z E`), in which the sound effects of a clip are edited and heard at once, also in
comparison with the sound without effects (A/B).
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from milimo_tui.cut.edit import edits
from milimo_tui.cut.values.cut import SourceKind
from milimo_tui.cut.values.sound_effects_text import chain_to_json
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.timeline.live.chain_keys import ChainKeys
from milimo_tui.tui.timeline.live.live_mode import LiveMode
from milimo_tui.tui.timeline.widgets.shares import TopView

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore
    from milimo_tui.tui.timeline.live.live_edit import LiveEdit
    from milimo_tui.tui.timeline.transport.shuttle import Transport

# The time in seconds between two looks whether the changed film can be played.
_TICK = 0.02


class SoundMode(LiveMode, ChainKeys):
    """The mode SOUND EFFECTS. `clip` is the clip's id, or empty outside the mode."""

    CONTEXTS = ("sound_effects", "list", "viewing", "global")
    HIDES_KEYS = True
    IS_QUIET = True
    TOP_VIEW = TopView.TITLE

    def __init__(self, core: TimelineCore, live_edit: LiveEdit, transport: Transport) -> None:
        LiveMode.__init__(self, core, live_edit)
        ChainKeys.__init__(self, core)
        self.clip = ""
        self._start = 0  # The first frame of the clip in the cut.
        self._transport = transport

    @property
    def is_on(self) -> bool:
        return bool(self.clip)

    @property
    def key_frame(self) -> int:
        return self._core.playhead - self._start

    def go_to_key_frame(self, frame: int) -> None:
        self._core.halt_playback()
        self._core.go_to(self._start + frame)

    def follow_playhead(self) -> None:
        """Show the numbers at the new position of the playhead."""
        self.draw_chain()

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
        self.clip, self._start = span.clip.id, span.start
        name = core.clip_styles.find_clip_style(span.clip).name
        self.begin_chain(name, span.clip.effects.chain)
        core.divide_screen()

    def get_live_command(self) -> tuple[str, dict[str, Any]] | None:
        """Return the command that writes the effects, or None if they are unchanged."""
        if not self.clip or self.edit.chain == self._first:
            return None
        return "mix.effect_chain", {"clip": self.clip, "chain": json.dumps(chain_to_json(self.edit.chain))}

    @property
    def discard_message(self) -> str:
        return "the sound effects are unchanged"

    def forget_change(self) -> None:
        self.clip = ""
        self.end_chain()

    @action
    async def act_enter(self, key_command: KeyCommand) -> None:
        """Write the effects as one edit and leave the mode."""
        await self.write_live_change()

    def hear_changed_chain(self) -> None:
        """Plan the film with the changed effects. Playback continues with them."""
        if self._live.base is None:
            return
        was_playing = self._transport.playing
        self._live.show_changed_cut(edits.set_sound_chain(self._live.base.cut, self.clip, self.heard_chain))
        if was_playing:
            self._core.run_in_background(self._play_on, "sound-effects", exclusive=True)

    async def _play_on(self) -> None:
        """Play from the playhead as soon as the changed film is planned."""
        while self._core.is_plan_due:
            await asyncio.sleep(_TICK)
        if self.clip and not self._transport.playing:
            self._transport.play_on()
