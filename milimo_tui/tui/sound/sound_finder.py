"""Find the sound device once for a screen and the screens over it, off the event loop; the device stays open
with the screen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from milimo_tui.tui.sound.sound import FoundSound, SoundOut
from milimo_tui.tui.sound.speaker import Speaker, find_sound


class SoundFinder:
    """Opens the sound device. `find` blocks while it opens the device at a sample rate; `reason` is why there
    is none.
    """

    def __init__(self, find: Callable[[int], FoundSound] = find_sound) -> None:
        self.find = find
        # Messages about the device that were already shown, so that each is shown only once.
        self.said: set[str] = set()
        self._found: FoundSound | None = None
        self._looking = asyncio.Lock()
        self._is_closed = False

    @property
    def is_known(self) -> bool:
        """True if the device was searched for."""
        return self._found is not None

    @property
    def out(self) -> SoundOut | None:
        """The device, if it is known."""
        return self._found.out if self._found is not None else None

    @property
    def reason(self) -> str:
        """The reason why there is no device."""
        return self._found.reason if self._found is not None else ""

    async def find_sound_device(self, sample_rate: int) -> SoundOut | None:
        """Return the device; open it again if its process has ended or the film has another sample rate."""
        async with self._looking:
            out = self.out
            if out is not None and (out.sample_rate != sample_rate or _has_ended(out)):
                out.close()
                self._found = None
            if self._found is None:
                # A separate thread: a server that does not answer must not delay other reads.
                found = await asyncio.to_thread(self.find, sample_rate)
                if self._is_closed and found.out is not None:
                    found.out.close()
                    found = FoundSound(None)
                self._found = found
            return self.out

    def close(self) -> None:
        """Close the device, including a device that is still being opened."""
        self._is_closed = True
        if self.out is not None:
            self.out.close()
        self._found = FoundSound(None)


def _has_ended(out: SoundOut) -> bool:
    return isinstance(out, Speaker) and out.ended
