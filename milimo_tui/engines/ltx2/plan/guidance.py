"""The guidance of LTX-2 by eight strengths: four for the picture and four for the sound. All functions are
pure.

All eight values are always passed to the pipelines, because a pipeline replaces a sound value that is missing
or 0 by the picture's value.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.specs.video_specs import GuidanceParts

NEARLY_NONE = 1e-6  # passed instead of 0, because the pipeline would replace 0 by the picture's value


@dataclass(frozen=True, slots=True)
class Guidance:
    """The eight guidance strengths, first for the picture, then for the sound. The values that switch them
    off are: text 1, spatio-temporal 0, modality 1, rescale 0.
    """

    text: float = 1.0
    spatiotemporal: float = 0.0
    modality: float = 1.0
    rescale: float = 0.0
    audio_text: float = 1.0
    audio_spatiotemporal: float = 0.0
    audio_modality: float = 1.0
    audio_rescale: float = 0.0

    @property
    def passes(self) -> int:
        """Number of times that the transformer runs in each step: once, and once more for each of text,
        spatio-temporal and modality guidance that is on.
        """
        spatiotemporal = max(self.spatiotemporal, self.audio_spatiotemporal) > 0
        modality = max(self.modality, self.audio_modality) > 1
        return (2 if self.uses_negative_prompt else 1) + spatiotemporal + modality

    @property
    def uses_negative_prompt(self) -> bool:
        """True if text guidance is on, so that the negative prompt has an effect."""
        return max(self.text, self.audio_text) > 1

    def without_sound_guidance(self) -> Guidance:
        """Return the same guidance with the four strengths for the sound switched off."""
        off = Guidance()
        return replace(
            self,
            audio_text=off.audio_text,
            audio_spatiotemporal=off.audio_spatiotemporal,
            audio_modality=off.audio_modality,
            audio_rescale=off.audio_rescale,
        )

    def build_pipeline_arguments(self) -> dict[str, float]:
        """Return the eight values by the argument names of the pipelines."""
        return {
            "guidance_scale": self.text,
            "stg_scale": self.spatiotemporal,
            "modality_scale": self.modality,
            "guidance_rescale": self.rescale,
            "audio_guidance_scale": self.audio_text,
            "audio_stg_scale": _replace_zero_sound_value(self.audio_spatiotemporal, self.spatiotemporal),
            "audio_modality_scale": self.audio_modality,
            "audio_guidance_rescale": _replace_zero_sound_value(self.audio_rescale, self.rescale),
        }

    def as_json(self) -> dict[str, float]:
        """Return the eight strengths by field name."""
        return asdict(self)


OFF = Guidance()
FULL = Guidance(3.0, 1.0, 3.0, 0.7, 7.0, 1.0, 3.0, 0.7)  # Lightricks' values for full schedules


def guidance(base: Guidance, text: float | None, parts: GuidanceParts) -> Guidance:
    """Return the guidance that a take uses: the schedule's guidance `base`, changed by the user's values.
    `text` is the user's text guidance for the picture. It also applies to the sound, unless `base` has text
    guidance for the sound. `parts` are the user's values for the other strengths. Raises BadInput for a value
    out of range.
    """
    values = base.as_json()
    if text is not None:
        values["text"] = text
        if parts.audio_text is None and base.audio_text == 1.0:
            values["audio_text"] = text
    for name, value in parts.model_dump().items():
        if value is not None:
            values[name] = value
    for name, value in values.items():
        low, high = _REACH[name.removeprefix("audio_")]
        if not low <= value <= high:
            raise BadInput(
                f"{name.replace('_', ' ')} guidance of {value:g} is out of range",
                f"use a value between {low:g} and {high:g}; {low:g} turns this guidance off",
            )
    return Guidance(**values)


# The range of each kind of guidance. Its lowest value turns it off.
_REACH = {"text": (1.0, 30.0), "spatiotemporal": (0.0, 10.0), "modality": (1.0, 30.0), "rescale": (0.0, 1.0)}


def _replace_zero_sound_value(sound: float, picture: float) -> float:
    return NEARLY_NONE if sound == 0 and picture != 0 else sound
