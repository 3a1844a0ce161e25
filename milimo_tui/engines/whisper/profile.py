"""Describe the engine Whisper. Imports no torch, because the studio uses this module."""

from __future__ import annotations

from milimo_tui.engines.contract.profile import Description, Profile

FAMILY = "whisper"
USUAL_MODEL = "whisper-base"


class WhisperProfile(Profile):
    """The profile of the Whisper engine."""

    def describe(self) -> Description:
        return Description(
            name=self.row.name,
            title=self.row.title,
            kinds=self.row.kinds,
            family=FAMILY,
            usual_model=USUAL_MODEL,
        )
