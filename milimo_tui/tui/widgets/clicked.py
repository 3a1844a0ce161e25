"""The message that a widget posts when the user clicks the name of a key, such as `Esc`, in its text."""

from __future__ import annotations

from textual.message import Message


class KeysClicked(Message):
    """The user clicked on keys that are written on the screen. The app handles them as if they were typed."""

    def __init__(self, chord: tuple[str, ...]) -> None:
        super().__init__()
        self.chord = chord
