"""Define values that several specs contain: an input, LoRAs, facts of a shot.

Paths in specs are absolute. An input may instead name a job and an output role, `{job, output}`, which is
replaced by the path of that output when the job starts.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
)


class SpecValue(BaseModel):
    """The base class of all specs and of the values in them. Instances are immutable, and unknown fields are
    refused.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class JobOutput(SpecValue):
    """An input that another job `job` will make: its output file with the role `output`. When the job that
    needs this input starts, the path of the file replaces this value.
    """

    job: str
    output: str = "take"


Input = str | JobOutput

# The cache with which a model skips computing similar steps: none, TaylorSeer or MagCache.
Cache = Literal["off", "taylorseer", "mag"]


class DescribedPerson(SpecValue):
    """A character as described to engines that draw or compose a prompt."""

    name: str
    description: str = ""
    gender: str = ""  # The pronoun: he, she or it; empty: unknown.
    kind: str = ""  # `animal` for an animal; empty for a person.

    @model_serializer(mode="wrap")
    def _omit_unknown_values(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # An empty gender and an empty kind are left out, so that specs without them have the same JSON and
        # signature as before the fields existed.
        return {
            name: value for name, value in serialize(self).items() if value or name not in ("gender", "kind")
        }


class SpokenLine(SpecValue):
    """A line of dialogue. `voice` describes the character's voice."""

    character: str
    text: str
    extension: str = ""
    voice: str = ""

    @model_serializer(mode="wrap")
    def _omit_empty_voice(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # An empty voice is left out, so that specs without one have the same JSON and signature as before the
        # field existed.
        return {name: value for name, value in serialize(self).items() if value or name != "voice"}


class ShotFacts(SpecValue):
    """The facts of a shot, such as its size, angle and action, as separate values. Some engines draw from
    them instead of from a prompt.
    """

    number: str = ""
    scene_number: str = ""
    heading: str = ""
    setting: str = ""
    location: str = ""
    time_of_day: str = ""
    action: str = ""
    size: str = "MS"
    angle: str = "eye"
    movement: str = "static"
    function: str = "single"
    rig: str = "tripod"
    characters: tuple[DescribedPerson, ...] = ()
    lines: tuple[SpokenLine, ...] = ()
    title: str = ""  # The name of the film.
    # Pairs of a person's name and the person's position in the frame: left, centre or right.
    stands: tuple[tuple[str, str], ...] = ()
    # The code of the language in which an engine speaks the lines; empty for English.
    language: str = ""

    @model_serializer(mode="wrap")
    def _omit_empty_fields(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # Empty positions and an empty language are left out, so that specs without them have the same JSON
        # and signature as before the fields existed.
        return {
            name: value
            for name, value in serialize(self).items()
            if value or name not in ("stands", "language")
        }


class Lora(SpecValue):
    """A LoRA to apply. `id` is the id of a known LoRA, or the absolute path of a .safetensors file.

    `digest` is the SHA-256 of the file if known. It distinguishes files that had the same name at different
    times.
    """

    id: str
    strength: float = Field(default=1.0, ge=-4.0, le=4.0)
    digest: str = ""


def _upgrade_lora_names(value: Any) -> Any:
    """Convert LoRAs of old specs, which are only names, to values with a strength."""
    if isinstance(value, tuple | list):
        return tuple({"id": one} if isinstance(one, str) else one for one in value)
    return value


Loras = Annotated[tuple[Lora, ...], BeforeValidator(_upgrade_lora_names)]
