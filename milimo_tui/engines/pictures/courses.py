"""Plan the sampling of a picture: steps, guidance and negative prompt, given the request and the variant of
the weights.

Pure functions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from milimo_tui.engines.contract import predicted_steps
from milimo_tui.engines.specs.spec_values import Cache


@dataclass(frozen=True, slots=True)
class WeightsVariant:
    """A variant of a family's weights, with its sampling defaults.

    - `steps` and `guidance` are the values that the authors recommend.
    - `guided` is True if the weights can run a second pass, with the negative prompt, in each step.
    - `off` is the value at which guidance has no effect. The second pass runs only for a higher value.
    - `has_guidance_input` is True if guidance is an input of the model and needs no second pass.
    - `looks` is the largest number of input pictures. If it is not 0, the weights need at least one picture.
    """

    name: str
    steps: int
    guidance: float
    guided: bool
    off: float = 1.0
    looks: int = 0
    has_guidance_input: bool = False

    @property
    def no_negative(self) -> str:
        """A phrase that explains why weights without a second pass use no negative prompt."""
        how = "with guidance as an input of the model" if self.has_guidance_input else "without guidance"
        return f"{self.name} weights make one pass a step, {how}"


@dataclass(frozen=True, slots=True)
class SamplingCourse:
    """The sampling settings of one picture.

    `negative` is the negative prompt; empty if there is no second pass. `notes` describe changes of the
    request. `off` is the value at which guidance has no effect; for a higher `guidance`, each step runs a
    second pass. `has_guidance_input` is True if guidance is an input of the model, which needs no second
    pass. `cache` is the step cache.
    """

    steps: int
    guidance: float
    negative: str = ""
    notes: tuple[str, ...] = ()
    off: float = 1.0
    cache: Cache = "off"
    has_guidance_input: bool = False

    @property
    def has_second_pass(self) -> bool:
        """True if each step runs a second pass with the negative prompt."""
        return not self.has_guidance_input and self.guidance > self.off

    @property
    def guidance_text(self) -> str:
        """The guidance as text: a number, or `off`."""
        return f"{self.guidance:g}" if self.has_guidance_input or self.has_second_pass else "off"


def plan_course(
    variant: WeightsVariant, steps: int | None, guidance: float | None, negative: str
) -> SamplingCourse:
    """Return the sampling settings for a request. The authors' values replace settings that are None.

    Settings that the weights do not support are left out, with a note.
    """
    steps, off = steps or variant.steps, variant.off
    notes = []
    if not variant.guided:
        if guidance is not None and guidance > off and not variant.has_guidance_input:
            notes.append(f"guidance {guidance:g} is left out: {variant.name} weights take none")
        if negative:
            notes.append(f"the negative prompt is left out: {variant.no_negative}")
        scale = guidance if variant.has_guidance_input and guidance is not None else variant.guidance
        return SamplingCourse(
            steps, scale, "", tuple(notes), off, has_guidance_input=variant.has_guidance_input
        )
    scale = variant.guidance if guidance is None else guidance
    if negative and scale <= off:
        notes.append(f"the negative prompt is left out: guidance {scale:g} makes no second pass")
        negative = ""
    return SamplingCourse(steps, scale, negative, tuple(notes), off)


def add_step_cache(run: SamplingCourse, cache: Cache, title: str = "") -> SamplingCourse:
    """Return the sampling settings `run` with the requested step cache added. The cache is left out, and a
    note says so, if it would skip no step or if the model family supports no step cache. `title` is the name
    of such a family, for the note; empty for a family that supports step caches.
    """
    if title and cache != "off":
        notes: tuple[str, ...] = (f"the cache is left out: {title} knows none",)
        return replace(run, notes=(*run.notes, *notes))
    notes = predicted_steps.notes(cache, [run.steps])
    return replace(
        run,
        cache=cache if predicted_steps.can_skip_steps(cache, run.steps) else "off",
        notes=(*run.notes, *notes),
    )
