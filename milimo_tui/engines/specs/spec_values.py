"""Values that several specs contain: an input, LoRAs, facts of a shot.

Pure values. Paths in specs are absolute; an input may instead name `{job, output}`, which is resolved when
the job starts.
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
    """The base class of all specs and their parts: frozen, without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class JobOutput(SpecValue):
    """An input that is bound when the job starts: the output file of another job with the role `output`."""

    job: str
    output: str = "take"


Input = str | JobOutput

Cache = Literal["off", "taylorseer", "mag"]  # methods that skip steps of a pass


class Person(SpecValue):
    """A character, with what a panel or a prompt needs."""

    name: str
    description: str = ""
    gender: str = ""  # he, she or it; empty: unknown

    @model_serializer(mode="wrap")
    def _omit_unknown_gender(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # Specs without a gender keep the same JSON, and so the same signature, as before the field existed.
        return {name: value for name, value in serialize(self).items() if value or name != "gender"}


class SpokenLine(SpecValue):
    """A line of dialogue. `voice` is the character's voice, for engines that draw from facts."""

    character: str
    text: str
    extension: str = ""
    voice: str = ""

    @model_serializer(mode="wrap")
    def _omit_empty_voice(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # Specs without a voice keep the same JSON, and so the same signature, as before the field existed.
        return {name: value for name, value in serialize(self).items() if value or name != "voice"}


class ShotFacts(SpecValue):
    """The facts of a shot, for engines that draw from facts instead of from the prompt."""

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
    characters: tuple[Person, ...] = ()
    lines: tuple[SpokenLine, ...] = ()
    title: str = ""  # the film's name
    # people with their position on the screen: left, centre or right
    stands: tuple[tuple[str, str], ...] = ()

    @model_serializer(mode="wrap")
    def _omit_empty_positions(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # Specs without positions keep the same JSON, and so the same signature, as before the field existed.
        return {name: value for name, value in serialize(self).items() if value or name != "stands"}


class Lora(SpecValue):
    """A LoRA: `id` is a registered id, or the absolute path of a .safetensors file.

    `digest` is the file's SHA-256 if known: another file under the same name is another LoRA.
    """

    id: str
    strength: float = Field(default=1.0, ge=-4.0, le=4.0)
    digest: str = ""


def _upgrade_lora_names(value: Any) -> Any:
    """Accept specs from before LoRAs had strengths, which list only LoRA names."""
    if isinstance(value, tuple | list):
        return tuple({"id": one} if isinstance(one, str) else one for one in value)
    return value


Loras = Annotated[tuple[Lora, ...], BeforeValidator(_upgrade_lora_names)]
