"""Describe the engines that listen to speech. Imports no torch, because the studio uses this module."""

from __future__ import annotations

from milimo_tui.engines.contract.profile import Description, Profile

FAMILY = "transcription"
DIARIZATION = "diarization"


class TranscriptionProfile(Profile):
    """The profile of the engine that writes down words."""

    def describe(self) -> Description:
        return Description(
            name=self.row.name,
            title=self.row.title,
            kinds=self.row.kinds,
            family=FAMILY,
            usual_model="whisper-base",
        )


class DiarizationProfile(Profile):
    """The profile of the engine that finds speakers."""

    def describe(self) -> Description:
        return Description(
            name=self.row.name,
            title=self.row.title,
            kinds=self.row.kinds,
            family=DIARIZATION,
            usual_model="nemotron-3-diarization",
        )
