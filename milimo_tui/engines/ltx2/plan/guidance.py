"""The guidance of LTX-2 in its eight parts: four for the picture, four for the sound. Pure.

All eight are always sent, because pipelines replace a sound value that is missing or 0 by the picture's
value.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.specs.video_specs import GuidanceParts

NEARLY_NONE = 1e-6  # used instead of 0, which the pipeline would replace by the picture's value


@dataclass(frozen=True, slots=True)
class Guidance:
    """Guidance strengths: text (off: 1), spatio-temporal (off: 0), modality (off: 1), rescale (off: 0); for
    picture, then for sound.
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
        """Number of transformer runs per step; text guidance doubles the first."""
        spatiotemporal = max(self.spatiotemporal, self.audio_spatiotemporal) > 0
        modality = max(self.modality, self.audio_modality) > 1
        return (2 if self.uses_negative_prompt else 1) + spatiotemporal + modality

    @property
    def uses_negative_prompt(self) -> bool:
        """True if text guidance is on, so that the negative prompt has an effect."""
        return max(self.text, self.audio_text) > 1

    def without_sound_guidance(self) -> Guidance:
        """Return the same guidance without its parts for the sound."""
        off = Guidance()
        return replace(
            self,
            audio_text=off.audio_text,
            audio_spatiotemporal=off.audio_spatiotemporal,
            audio_modality=off.audio_modality,
            audio_rescale=off.audio_rescale,
        )

    def build_pipeline_arguments(self) -> dict[str, float]:
        """Return the values under the pipelines' argument names."""
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
        """Return the eight values by name."""
        return asdict(self)


OFF = Guidance()
FULL = Guidance(3.0, 1.0, 3.0, 0.7, 7.0, 1.0, 3.0, 0.7)  # Lightricks' values for full schedules


def guidance(base: Guidance, text: float | None, parts: GuidanceParts) -> Guidance:
    """Return the schedule's own guidance with the requested changes. Raises BadInput for a value out of
    range.

    Requested text guidance of the picture also applies to the sound if the schedule has none.
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
                f"between {low:g} and {high:g}; {_NONE[name.removeprefix('audio_')]:g} turns it off",
            )
    return Guidance(**values)


_REACH = {"text": (1.0, 30.0), "spatiotemporal": (0.0, 10.0), "modality": (1.0, 30.0), "rescale": (0.0, 1.0)}
_NONE = {"text": 1.0, "spatiotemporal": 0.0, "modality": 1.0, "rescale": 0.0}


def _replace_zero_sound_value(sound: float, picture: float) -> float:
    return NEARLY_NONE if sound == 0 and picture != 0 else sound
