"""Opens the sound device once for a screen and the screens opened from it, without blocking the event loop.
The device stays open until the screen closes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from milimo_tui.tui.sound.sound import FoundSound, SoundOut
from milimo_tui.tui.sound.speaker import Speaker, find_sound


class SoundFinder:
    """The sound device of a screen, opened on first use. `find` is the function that opens a device at a
    sample rate; it blocks until the device is open. `reason` says why there is no device.
    """

    def __init__(self, find: Callable[[int], FoundSound] = find_sound) -> None:
        self.find = find
        # Messages about the device that the user has seen already; each is shown only once.
        self.said: set[str] = set()
        self._found: FoundSound | None = None
        self._looking = asyncio.Lock()
        self._is_closed = False

    @property
    def is_known(self) -> bool:
        """True once a search for the device has ended, with or without a device."""
        return self._found is not None

    @property
    def out(self) -> SoundOut | None:
        """The open device; None if there is none or it was not searched for yet."""
        return self._found.out if self._found is not None else None

    @property
    def reason(self) -> str:
        """The reason why there is no device; empty if there is one or it was not searched for yet."""
        return self._found.reason if self._found is not None else ""

    async def find_sound_device(self, sample_rate: int) -> SoundOut | None:
        """Return the sound device, or None if there is none. Open it (again) if it is not open, its process
        has ended, or the film has another sample rate.
        """
        async with self._looking:
            out = self.out
            if out is not None and (out.sample_rate != sample_rate or _has_ended(out)):
                out.close()
                self._found = None
            if self._found is None:
                # The search runs in a thread of its own, because a server that does not answer must not delay
                # other work.
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
