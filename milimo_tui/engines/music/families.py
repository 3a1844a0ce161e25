"""Describe the families of models that make sound. Pure: the studio uses this module."""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_count
from milimo_tui.engines.specs.music_specs import MakeSound, SoundSource

FADE = 1.0  # seconds by which the end of a loop is faded into its beginning
CROSSED = "the end is faded into the beginning"


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundFamily:
    """A family of models that make sound.

    - `pipeline` is the name of the pipeline class in diffusers.
    - `most_seconds` is the longest sound that the models make.
    - `roles` are the kinds of sound that the models were published for.
    - `steps` is the usual number of sampling steps and `guidance` the usual guidance scale.
    - `has_negative` is True if the models use a negative prompt, at a guidance scale above 1.
    - `has_tempo` is True if the models take the tempo as a number.
    - `takes_source` is True if the models make sound from an existing sound. Of such a sound, they also make
      only a range again.
    """

    name: str
    title: str
    pipeline: str
    most_seconds: float
    roles: tuple[str, ...]
    steps: int
    guidance: float
    has_negative: bool
    has_tempo: bool = False
    takes_source: bool = False
    usual_model: str = ""

    def check_sound(self, spec: MakeSound) -> None:
        """Raise BadInput if the models can't make the sound of a spec."""
        if spec.role not in self.roles:
            raise BadInput(
                f"{self.title} makes {', '.join(self.roles)}, not {spec.role}",
                "milimo engine list shows the other engines",
            )
        if (seconds := self.count_seconds(spec)) > self.most_seconds:
            raise BadInput(
                f"{self.title} makes at most {self.most_seconds:g} s of sound, not {seconds:.1f} s",
                "--seconds makes a shorter sound, and --loop lets it repeat",
            )
        if spec.source is not None:
            self._check_source(spec, spec.source)

    def _check_source(self, spec: MakeSound, source: SoundSource) -> None:
        if not self.takes_source:
            names = ", ".join(family.title for family in FAMILIES.values() if family.takes_source)
            raise BadInput(f"{self.title} can't use an existing sound", f"these engines can: {names}")
        if source.since is None or source.until is None:
            return
        if spec.loop:
            raise BadInput("a range of a loop can't be made again", "leave out --loop")
        if not 0 <= source.since < source.until <= spec.seconds:
            raise BadInput(
                f"the range {float(source.since):g}s-{float(source.until):g}s is not a range"
                f" of {float(spec.seconds):g} s of sound",
                "--repaint 2s-4.5s makes a range again",
            )

    def count_seconds(self, spec: MakeSound) -> float:
        """Return the number of seconds that the model makes for a spec, including the fade of a loop."""
        return float(spec.seconds) + (FADE if spec.loop else 0.0)

    def list_ignored_fields(self, spec: MakeSound) -> tuple[str, ...]:
        """Return a sentence for each field of a spec that the models ignore."""
        guidance = self.guidance if spec.guidance is None else spec.guidance
        ignored = []
        if spec.negative and (spec.source is not None or not (self.has_negative and guidance > 1)):
            where = "with a source" if spec.source is not None else f"at guidance {guidance:g}"
            ignored.append(f"{self.title} uses no negative prompt {where}")
        return tuple(ignored)

    def describe_variations(self, spec: MakeSound) -> str:
        """Return the number of sounds in words."""
        return format_count(spec.variations, spec.role if spec.role != "music" else "piece")


STABLE_AUDIO = SoundFamily(
    name="stable-audio",
    title="Stable Audio 3",
    pipeline="StableAudio3Pipeline",
    most_seconds=380.0,
    roles=("music", "effect", "ambience"),
    steps=8,
    guidance=1.0,
    has_negative=True,
    takes_source=True,
    usual_model="stable-audio-3-medium",
)
ACE_STEP = SoundFamily(
    name="ace-step",
    title="ACE-Step",
    pipeline="AceStepPipeline",
    most_seconds=600.0,
    roles=("music",),
    steps=8,
    guidance=7.0,
    has_negative=False,
    has_tempo=True,
    takes_source=True,
    usual_model="ace-step-1.5-xl-turbo",
)
LONGCAT_AUDIO = SoundFamily(
    name="longcat-audio",
    title="LongCat-AudioDiT",
    pipeline="LongCatAudioDiTPipeline",
    most_seconds=30.0,
    roles=("effect", "ambience"),
    steps=16,
    guidance=4.0,
    has_negative=True,
    usual_model="longcat-audiodit-1b",
)
FAMILIES = {family.name: family for family in (STABLE_AUDIO, ACE_STEP, LONGCAT_AUDIO)}
