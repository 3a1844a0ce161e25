"""What a click on a key that is written somewhere asks for."""

from __future__ import annotations

from textual.message import Message


class KeysClicked(Message):
    """Keys were clicked on: they are to be pressed."""

    def __init__(self, chord: tuple[str, ...]) -> None:
        super().__init__()
        self.chord = chord
