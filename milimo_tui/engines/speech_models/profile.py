"""Describe the engine of speech models. Imports no torch, because the studio uses this module."""

from __future__ import annotations

from milimo_tui.engines.contract.profile import Description, Profile


class SpeechModelsProfile(Profile):
    """The profile of the engine of speech models. Each installed model is an engine of its own, such as
    `speech:pocket-tts`.
    """

    def describe(self) -> Description:
        return Description(
            name=self.row.name, title=self.row.title, kinds=self.row.kinds, family=self.row.name
        )
