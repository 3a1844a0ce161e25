"""What several specs hold: an input, LoRAs, what a shot is about.

Pure values. Paths in specs are absolute; an input may instead name `{job, output}`, resolved
when the job starts.
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
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class JobOutput(SpecValue):
    """A late-bound input: the file with that role which another job made."""

    job: str
    output: str = "take"


Input = str | JobOutput

Cache = Literal["off", "taylorseer", "mag"]  # what spares steps of a pass


class Person(SpecValue):
    """A character as a panel or a prompt needs them."""

    name: str
    description: str = ""
    gender: str = ""  # he, she or it, where the film knows

    @model_serializer(mode="wrap")
    def _told(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # Where nobody knows, an order is what it was before it was told.
        return {name: value for name, value in serialize(self).items() if value or name != "gender"}


class SpokenLine(SpecValue):
    """A line of dialogue. `voice` is that of its character, for engines that draw from facts."""

    character: str
    text: str
    extension: str = ""
    voice: str = ""

    @model_serializer(mode="wrap")
    def _told(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # Without a voice the order of a take, and its signature, are what they were before there was one.
        return {name: value for name, value in serialize(self).items() if value or name != "voice"}


class ShotFacts(SpecValue):
    """What a shot is about, for engines that draw from facts rather than from the prompt."""

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
    stands: tuple[tuple[str, str], ...] = ()  # who stands left, centre or right on the screen

    @model_serializer(mode="wrap")
    def _told(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # Where nobody is placed an order is what it was before anybody was.
        return {name: value for name, value in serialize(self).items() if value or name != "stands"}


class Lora(SpecValue):
    """Adapter weights: `id` is a registered one, or the absolute path of a .safetensors file.

    `digest` is the file's SHA-256 where it is known: another file under the same name is another LoRA.
    """

    id: str
    strength: float = Field(default=1.0, ge=-4.0, le=4.0)
    digest: str = ""


def _loras(value: Any) -> Any:
    """Specs of before there were strengths name LoRAs alone."""
    if isinstance(value, tuple | list):
        return tuple({"id": one} if isinstance(one, str) else one for one in value)
    return value


Loras = Annotated[tuple[Lora, ...], BeforeValidator(_loras)]
