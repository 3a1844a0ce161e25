"""Describe the engines that make sound. Imports no torch, because the studio uses this module."""

from __future__ import annotations

from milimo_tui.engines.contract.profile import Description, Profile, SpecField
from milimo_tui.engines.music.families import FAMILIES
from milimo_tui.engines.specs.music_specs import MOST_VARIATIONS, MakeSound
from milimo_tui.engines.specs.spec_values import SpecValue


class MusicProfile(Profile):
    """The profile of an engine that makes sound. The name of the engine is the name of its family."""

    def describe(self) -> Description:
        return Description(
            name=self.row.name,
            title=self.row.title,
            kinds=self.row.kinds,
            family=self.row.name,
            fields=(SpecField("variations", 1, MOST_VARIATIONS), SpecField("guidance", least=0)),
            usual_model=FAMILIES[self.row.name].usual_model,
        )

    def check(self, spec: SpecValue) -> None:
        """Raise BadInput for a sound that the models can't make."""
        if isinstance(spec, MakeSound):
            FAMILIES[self.row.name].check_sound(spec)
