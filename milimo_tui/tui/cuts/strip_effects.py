"""The mode SOUND EFFECTS of the mixer, in which the sound effects of a track, a bus or the master are edited
and heard at once.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from milimo_tui.cut.sound.mixing import set_strip
from milimo_tui.cut.values.sound_effects_text import chain_to_json
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.timeline.live.chain_keys import ChainKeys

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.cuts.mixer import MixerScreen
    from milimo_tui.tui.keys.key_parser import KeyCommand


class StripEffects(ChainKeys):
    """The mode SOUND EFFECTS. `strip` is the strip's id, or empty outside the mode."""

    CONTEXTS = ("sound_effects", "list", "global")
    HIDES_KEYS = True
    IS_QUIET = True
    NAME = "SOUND EFFECTS"

    def __init__(self, mixer: MixerScreen) -> None:
        super().__init__(mixer)
        self._mixer = mixer
        self.strip = ""

    @property
    def is_on(self) -> bool:
        return bool(self.strip)

    @property
    def first_parts(self) -> tuple[object, ...]:
        return (self,)

    @property
    def key_frame(self) -> int:
        return self._mixer.frame

    def go_to_key_frame(self, frame: int) -> None:
        self._mixer.move_mixer_playhead(frame)

    def begin_strip(self) -> None:
        """Edit the effects of the strip under the cursor."""
        strip = self._mixer.here
        if strip is not None:
            self.strip = strip.id
            self._mixer.show_strip_list(visible=False)
            self.begin_chain(strip.name, strip.chain)

    @action
    async def act_enter(self, key_command: KeyCommand) -> None:
        """Write the effects as one edit and leave the mode."""
        strip, chain = self.strip, self.edit.chain
        is_changed = chain != self._first
        self._leave_mode()
        if is_changed:
            await self._mixer.run_and_wait(
                "mix.effect_chain", clip=strip, chain=json.dumps(chain_to_json(chain))
            )

    @action
    def act_out(self, key_command: KeyCommand) -> None:
        """Discard the changes (Esc)."""
        self._discard_chain()

    def leave_by_close(self) -> bool:
        self._discard_chain()
        return True

    async def cancel_work(self) -> bool:
        self._discard_chain()
        return True

    def _discard_chain(self) -> None:
        self._leave_mode()
        self._mixer.show_message("the sound effects are unchanged")
        self._mixer.plan_again()

    def _leave_mode(self) -> None:
        self.strip = ""
        self.end_chain()
        self._mixer.show_strip_list(visible=True)

    @action
    def act_move(self, key_command: KeyCommand) -> None:
        """Move the playhead by a second."""
        self._mixer.move_by_seconds(key_command)
        self.draw_chain()

    def hear_changed_chain(self) -> None:
        """Plan the film with the changed effects. Playback continues with them."""
        self._mixer.plan_again()

    def change_film(self, film: FilmSnapshot) -> FilmSnapshot:
        """Return the film with the effects that are heard at present."""
        if not self.strip or film.cut is None:
            return film
        return replace(film, cut=set_strip(film.cut, self.strip, chain=self.heard_chain))

    def continues_over(self, film: FilmSnapshot | None) -> bool:
        """Leave the mode if the strip was deleted or its effects were changed elsewhere."""
        strips = self._mixer.list_film_strips(film)
        if any(each.id == self.strip and each.chain == self._first for each in strips):
            return False
        self._leave_mode()
        self._mixer.show_message("the effects were changed elsewhere; SOUND EFFECTS ended", "warn")
        return False
