"""The modes of a screen: states in which keys do something else, such as TRIM, VISUAL or RATING.

To add a mode, write one class derived from `Mode` and put it into the screen's `modes`, nearest first. Its
keys are a table of keymap.toml, named in `CONTEXTS`. A question that the class does not answer is passed to
the next mode that is on; the normal mode is the last and always on. A state that changes no key but Esc is
an `EscapeStep`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from textual.screen import Screen

    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand


class Mode:
    """A mode that passes every question on; a subclass answers those in which it differs.

    A method that returns a Boolean returns True if the mode has dealt with the request.
    """

    CONTEXTS: ClassVar[tuple[str, ...]] = ()  # The keymap contexts of the mode, nearest first.
    HIDES_KEYS: ClassVar[bool] = False  # The keys of the modes below and of the screen do nothing.
    NAME: ClassVar[str] = ""
    NAME_STAYS: ClassVar[bool] = False  # Its name is shown even while a tool above it has the keys.
    IS_QUIET: ClassVar[bool] = False  # No next step is proposed.
    PLAYS_AROUND_EDIT: ClassVar[bool] = False  # Play shows the seconds around an edit, not the film.

    @property
    def is_on(self) -> bool:
        """True while the screen is in this mode."""
        raise NotImplementedError

    @property
    def mode_name(self) -> str:
        """The name on the status line; empty for the name of the mode below."""
        return self.NAME

    @property
    def name_suffix(self) -> str:
        """The text after the name on the status line, whichever mode gives the name."""
        return ""

    @property
    def first_parts(self) -> tuple[object, ...]:
        """The objects whose acts come before those of the screen's own parts."""
        return ()

    @property
    def mode_undo_history(self) -> str:
        """The history that undo uses, `project` or `cut`; empty for that of the mode below."""
        return ""

    def extend_contexts(self, below: tuple[str, ...]) -> tuple[str, ...]:
        """Return the keymap contexts in this mode, nearest first, from those of the modes below."""
        return self.CONTEXTS if self.HIDES_KEYS else (*self.CONTEXTS, *below)

    # -- leaving ---------------------------------------------------------------------------------------

    def leave_by_escape(self, key_command: KeyCommand) -> bool:
        """Go one level out (Esc)."""
        return False

    def leave_by_close(self) -> bool:
        """Leave the mode by the key that closes a screen (`q`)."""
        return False

    async def cancel_work(self) -> bool:
        """Cancel what the mode is doing (ctrl+c)."""
        return False

    async def accept_work(self) -> bool:
        """Accept what the mode is doing (Enter), on screens that ask for it."""
        return False

    def finish_work(self) -> None:
        """Write the unfinished edit, because another screen covers this one."""

    def write_work_now(self) -> None:
        """Write the unfinished edit on this thread, because the screen closes and nothing runs after it."""

    # -- keys, film and playhead -------------------------------------------------------------------------

    def queues_keys_after(self, key_command: KeyCommand) -> bool | None:
        """Return True if keys typed after a key command must wait for it; None to ask the mode below."""
        return None

    async def end_before(self, key_command: KeyCommand) -> bool:
        """End the mode before a key command that writes; return True if the key command does nothing more."""
        return False

    def change_pane(self) -> bool:
        """Go to another pane (Tab)."""
        return False

    def search_words(self, words: str, step: int) -> bool:
        """Search in what the mode shows."""
        return False

    def continues_over(self, film: FilmSnapshot | None) -> bool:
        """Return True if the mode draws a new snapshot of the film itself, over its unfinished edit."""
        return False

    def seek_frame(self, frame: int) -> bool:
        """Go to a frame."""
        return False

    def follow_playhead(self) -> None:
        """React to a playhead that the user moved."""


class EscapeStep(Mode):
    """A state that Esc ends, such as a filter; it changes no other key."""

    def __init__(self, is_on: Callable[[], bool], leave: Callable[[KeyCommand], object]) -> None:
        """Create the step. `is_on` returns True while the screen is in the state, `leave` ends the state."""
        self._is_on, self._leave = is_on, leave

    @property
    def is_on(self) -> bool:
        return self._is_on()

    def leave_by_escape(self, key_command: KeyCommand) -> bool:
        self._leave(key_command)
        return True


class ModeStack:
    """The modes of a screen; iterating gives those that are on, nearest first."""

    def __init__(self, screen: Screen[Any], normal: Mode, *modes: Mode) -> None:
        """Create a stack of modes, nearest first, over the normal mode of a screen."""
        self._screen, self._modes, self._normal = screen, modes, normal

    def __iter__(self) -> Iterator[Mode]:
        # Modes may depend on widgets, which exist only when the screen is mounted.
        active = [mode for mode in self._modes if mode.is_on] if self._screen.is_mounted else []
        return iter((*active, self._normal))

    @property
    def name(self) -> str:
        """The name for the status line."""
        named = [mode for mode in self if mode.mode_name]
        return next((mode for mode in named if mode.NAME_STAYS), named[0]).mode_name

    @property
    def name_suffix(self) -> str:
        """The texts after the name on the status line."""
        return "".join(mode.name_suffix for mode in self)

    @property
    def contexts(self) -> tuple[str, ...]:
        """The keymap contexts in force, nearest first."""
        found: tuple[str, ...] = ()
        for mode in reversed(list(self)):
            found = mode.extend_contexts(found)
        return found

    async def accept_work(self) -> bool:
        """Accept the work of the nearest mode that has some; return True if a mode has."""
        for mode in self:
            if await mode.accept_work():
                return True
        return False

    async def cancel_work(self) -> bool:
        """Cancel the work of the nearest mode that has some; return True if a mode has."""
        for mode in self:
            if await mode.cancel_work():
                return True
        return False

    @property
    def first_parts(self) -> tuple[object, ...]:
        """The objects whose acts come before those of the screen's own parts."""
        return tuple(part for mode in self for part in mode.first_parts)
