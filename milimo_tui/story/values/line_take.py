"""Define the takes of spoken lines: recordings of one line of dialogue."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTake:
    """A recording of one line of dialogue, made by an engine or imported from a file.

    `shot`, `character`, `text`, `occurrence` and `place` identify the line as it was when the take was made:
    `occurrence` is the number of lines with the same character and words before it in the shot, and `place`
    its index in the shot. `job` is the id of the job that made the take; for a recording, an id of its own.
    """

    id: str
    shot: str
    character: str
    text: str
    asset: str
    job: str
    occurrence: int = 0
    place: int = 0
    engine: str = ""  # Empty for a recording of a person.
    spec: str = "{}"
    # Hash of the voice settings of the character with which the take was made. It is empty for a recording,
    # and for a take whose engine or voice the user chose.
    signature: str = ""
    seconds: Fraction | None = None
    seed: int = 0
    picked: bool = False  # True if the user picked the take.
    rating: int = 0
    rejected: bool = False
    scratch: bool = False  # True for a provisional voice, and for the noise of tiny random weights.
    words: str = "[]"  # JSON list of the words with their start and end in seconds, if the engine has them.
    note: str = ""
    created: float = 0.0

    @property
    def is_recording(self) -> bool:
        """True if the take was recorded or imported, not made by an engine."""
        return not self.engine
