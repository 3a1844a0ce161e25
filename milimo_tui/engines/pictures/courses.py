"""The course of a picture: how its steps run. The variants of weights, and the effect of a request on them.

Pure functions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from milimo_tui.engines.contract import foretold_steps
from milimo_tui.engines.specs.spec_values import Cache


@dataclass(frozen=True, slots=True)
class WeightsVariant:
    """A variant of weights.

    `steps` and `guidance` are the authors' recommended values. `guided`: a second pass runs against a
    negative prompt if guidance is above `off`. `told`: guidance is an input of the model, in one pass.
    `looks` is the number of pictures that the weights take; such weights need at least one.
    """

    name: str
    steps: int
    guidance: float
    guided: bool
    off: float = 1.0
    looks: int = 0
    told: bool = False

    @property
    def no_negative(self) -> str:
        """The reason why weights without a second pass take no negative prompt."""
        how = "which is told how strictly it follows the words" if self.told else "without guidance"
        return f"{self.name} weights make one pass a step, {how}"


@dataclass(frozen=True, slots=True)
class SamplingCourse:
    """The settings by which the steps of a picture run.

    `negative` is empty without a second pass; `notes` describe changes of the request; `cache` is the step
    cache; `told`: guidance is an input of the model, in one pass.
    """

    steps: int
    guidance: float
    negative: str = ""
    notes: tuple[str, ...] = ()
    off: float = 1.0
    cache: Cache = "off"
    told: bool = False

    @property
    def has_second_pass(self) -> bool:
        """True if a second pass runs."""
        return not self.told and self.guidance > self.off

    @property
    def guidance_text(self) -> str:
        """The guidance in a readable form."""
        return f"{self.guidance:g}" if self.told or self.has_second_pass else "off"


def plan_course(
    variant: WeightsVariant, steps: int | None, guidance: float | None, negative: str
) -> SamplingCourse:
    """Return the course of a request: the authors' values where the request sets none.

    Settings that the weights do not support are left out, with a note.
    """
    steps, off = steps or variant.steps, variant.off
    notes = []
    if not variant.guided:
        if guidance is not None and guidance > off and not variant.told:
            notes.append(f"guidance {guidance:g} is left out: {variant.name} weights take none")
        if negative:
            notes.append(f"the negative prompt is left out: {variant.no_negative}")
        scale = guidance if variant.told and guidance is not None else variant.guidance
        return SamplingCourse(steps, scale, "", tuple(notes), off, told=variant.told)
    scale = variant.guidance if guidance is None else guidance
    if negative and scale <= off:
        notes.append(f"the negative prompt is left out: guidance {scale:g} makes no second pass")
        negative = ""
    return SamplingCourse(steps, scale, negative, tuple(notes), off)


def add_step_cache(run: SamplingCourse, cache: Cache, title: str = "") -> SamplingCourse:
    """Return the course with a step cache. `title` names a family without caches, for which a note is added
    instead.
    """
    if title and cache != "off":
        notes: tuple[str, ...] = (f"the cache is left out: {title} knows none",)
        return replace(run, notes=(*run.notes, *notes))
    notes = foretold_steps.notes(cache, [run.steps])
    return replace(
        run,
        cache=cache if foretold_steps.can_skip_steps(cache, run.steps) else "off",
        notes=(*run.notes, *notes),
    )
