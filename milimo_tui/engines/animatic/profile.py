"""The animatic engine's profile, which the studio reads: the version of its drawings and the available
voices.
"""

from __future__ import annotations

from milimo_tui.engines.animatic.drawing import DRAWING
from milimo_tui.engines.speech.program_profile import SpeechProgramProfile


class AnimaticProfile(SpeechProgramProfile):
    @property
    def drawing(self) -> int:
        """The version of the drawings."""
        return DRAWING
