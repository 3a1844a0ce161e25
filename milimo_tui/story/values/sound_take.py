"""Define the stored value of a take of sound: music, effects or ambience that were made for a scene or the
film.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class SoundTakeRole(StrEnum):
    """The use of a take of sound in a film."""

    MUSIC = "music"
    EFFECT = "effect"
    AMBIENCE = "ambience"


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundTake:
    """A version of the music, the effects or the ambience of a scene. If `scene` is empty, the sound belongs
    to the complete film. `spec` is the request as JSON. `job` is the id of the job that made the take; if the
    job made several takes, an index follows the id.

    - `frames` is the length at the film's frame rate.
    - `signature` is a hash of everything that decided the prompt and the length. The take is stale if the
      present facts of the scene have another hash.
    - `placeholder` says why the take is not a finished sound, for example that tiny weights made noise. It is
      empty for a finished sound.
    """

    id: str
    asset: str
    job: str
    engine: str
    role: SoundTakeRole
    frames: int
    scene: str = ""
    seed: int = 0
    prompt: str = ""
    spec: str = "{}"
    signature: str = ""
    rating: int = 0
    rejected: bool = False
    picked: bool = False
    placeholder: str = ""
    created: float = 0.0


def list_sound_takes_of(takes: Sequence[SoundTake], role: SoundTakeRole, scene: str) -> tuple[SoundTake, ...]:
    """Return the takes of a role for a scene (an id), or for the film if `scene` is empty, oldest first."""
    return tuple(take for take in takes if take.role is role and take.scene == scene)


def find_picked_sound(takes: Sequence[SoundTake], role: SoundTakeRole, scene: str) -> SoundTake | None:
    """Return the picked take of a role for a scene, or None if there is none."""
    return next((take for take in list_sound_takes_of(takes, role, scene) if take.picked), None)


def pick_sound_take(takes: Sequence[SoundTake], chosen: SoundTake) -> list[SoundTake]:
    """Return the takes of the same role and scene, with only `chosen` picked."""
    group = list_sound_takes_of(takes, chosen.role, chosen.scene)
    return [replace(take, picked=take.id == chosen.id) for take in group]
