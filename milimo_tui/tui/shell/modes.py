"""The modes of a screen: states in which keys do something else, such as TRIM, VISUAL or RATING.

To add a mode, write a subclass of `Mode` and put an instance into the screen's `modes`, where the innermost
mode comes first. The keys of the mode are a table of keymap.toml, named in `CONTEXTS`. The screen passes each
request to the first active mode in `modes`. If that mode does not override the method, the next active mode
is asked. The normal mode is the last and always active. For a state that changes no key except Esc, use
`EscapeStep`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from textual.screen import Screen

    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand


class Mode:
    """The base class of all modes. A subclass overrides the methods for the requests that it handles; all
    other requests are passed to the next active mode.

    A method that returns a Boolean returns True if the mode has handled the request.
    """

    # The tables of the keymap with the keys of this mode. A key is searched in them in this order.
    CONTEXTS: ClassVar[tuple[str, ...]] = ()
    # True if keys of the other modes and of the screen must do nothing in this mode.
    HIDES_KEYS: ClassVar[bool] = False
    NAME: ClassVar[str] = ""
    # True if the status line shows this mode's name even if a mode that is asked earlier has a name too.
    NAME_STAYS: ClassVar[bool] = False
    IS_QUIET: ClassVar[bool] = False  # True if no next step is suggested to the user in this mode.
    # True if the play key plays the seconds around an edit instead of the film.
    PLAYS_AROUND_EDIT: ClassVar[bool] = False

    @property
    def is_on(self) -> bool:
        """True while the screen is in this mode."""
        raise NotImplementedError

    @property
    def mode_name(self) -> str:
        """The mode's name for the status line. If it is empty, the name of the next active mode is shown."""
        return self.NAME

    @property
    def name_suffix(self) -> str:
        """A text that the status line shows after the mode's name. It is shown even if the name itself comes
        from another mode.
        """
        return ""

    @property
    def first_parts(self) -> tuple[object, ...]:
        """Objects whose actions take precedence over those of the screen's own parts."""
        return ()

    @property
    def mode_undo_history(self) -> str:
        """The undo history that the undo key uses in this mode: `project` or `cut`. If it is empty, the
        history of the next active mode is used.
        """
        return ""

    def extend_contexts(self, below: tuple[str, ...]) -> tuple[str, ...]:
        """Return the keymap contexts that are active in this mode, in the order in which a key is searched in
        them. `below` has the contexts of the other active modes and of the screen; the result ends with them.
        """
        return self.CONTEXTS if self.HIDES_KEYS else (*self.CONTEXTS, *below)

    def leave_by_escape(self, key_command: KeyCommand) -> bool:
        """Leave the mode, or a state inside it, because the user pressed Esc."""
        return False

    def leave_by_close(self) -> bool:
        """Leave the mode, because the user pressed the key that closes a screen (`q`)."""
        return False

    async def cancel_work(self) -> bool:
        """Cancel the current work of the mode (ctrl+c)."""
        return False

    async def accept_work(self) -> bool:
        """Accept the current work of the mode (Enter), on screens that use Enter for this."""
        return False

    def finish_work(self) -> None:
        """Write the unfinished edit of the mode, because another screen now covers this one."""

    def write_work_while_closing(self) -> None:
        """Write the unfinished edit of the mode, because the screen is closing. A background task of the
        screen would not run any more.
        """

    def queues_keys_after(self, key_command: KeyCommand) -> bool | None:
        """Return True if keys typed after a key command must wait for it, False if not. Return None to let
        the next active mode decide.
        """
        return None

    async def end_before(self, key_command: KeyCommand) -> bool:
        """End the mode before a key command that changes the film is performed. Return True if the key
        command must not be performed any more, because ending the mode was its purpose.
        """
        return False

    def change_pane(self) -> bool:
        """Move to another pane (Tab)."""
        return False

    def search_words(self, words: str, step: int) -> bool:
        """Search for words in the content that the mode shows. `step` is 1 for forwards, -1 for backwards."""
        return False

    def continues_over(self, film: FilmSnapshot | None) -> bool:
        """Return True if the unfinished edit of the mode can continue after the film was read again as
        `film`. The mode then draws this snapshot itself, together with its edit. If the result is False, the
        screen draws the snapshot.
        """
        return False

    def seek_frame(self, frame: int) -> bool:
        """Move to a frame of the film. Return False if the mode does not handle this, so that the next active
        mode does.
        """
        return False

    def follow_playhead(self) -> None:
        """Adapt the mode to a new position of the playhead, which the user has moved."""


class EscapeStep(Mode):
    """A mode for a state that Esc ends, such as an active filter. It changes no other key."""

    def __init__(self, is_on: Callable[[], bool], leave: Callable[[KeyCommand], object]) -> None:
        """Create the mode. `is_on` returns True while the screen is in the state; `leave` ends the state."""
        self._is_on, self._leave = is_on, leave

    @property
    def is_on(self) -> bool:
        return self._is_on()

    def leave_by_escape(self, key_command: KeyCommand) -> bool:
        self._leave(key_command)
        return True


class ModeStack:
    """The modes of a screen. Iteration yields the active modes, in the order in which they are asked to
    handle a request.
    """

    def __init__(self, screen: Screen[Any], normal: Mode, *modes: Mode) -> None:
        """Create a stack of `modes` in the order in which they are asked to handle a request. The normal mode
        of the screen is asked last.
        """
        self._screen, self._modes, self._normal = screen, modes, normal

    def __iter__(self) -> Iterator[Mode]:
        # Before the screen is mounted only the normal mode is active, because other modes may need widgets
        # that don't exist yet.
        active = [mode for mode in self._modes if mode.is_on] if self._screen.is_mounted else []
        return iter((*active, self._normal))

    @property
    def name(self) -> str:
        """The name of the mode for the status line."""
        named = [mode for mode in self if mode.mode_name]
        return next((mode for mode in named if mode.NAME_STAYS), named[0]).mode_name

    @property
    def name_suffix(self) -> str:
        """The texts of all active modes that follow the name on the status line."""
        return "".join(mode.name_suffix for mode in self)

    @property
    def contexts(self) -> tuple[str, ...]:
        """The active keymap contexts, in the order in which a key is searched in them."""
        found: tuple[str, ...] = ()
        for mode in reversed(list(self)):
            found = mode.extend_contexts(found)
        return found

    async def accept_work(self) -> bool:
        """Let the nearest active mode that has work accept it. Return True if there was one."""
        for mode in self:
            if await mode.accept_work():
                return True
        return False

    async def cancel_work(self) -> bool:
        """Let the nearest active mode that has work cancel it. Return True if there was one."""
        for mode in self:
            if await mode.cancel_work():
                return True
        return False

    @property
    def first_parts(self) -> tuple[object, ...]:
        """The objects of all active modes whose actions take precedence over those of the screen's own
        parts.
        """
        return tuple(part for mode in self for part in mode.first_parts)
