"""How a picture's steps are run: what kinds of weights there are, and what becomes of a wish. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from milimo_tui.engines.contract import foretold_steps
from milimo_tui.engines.specs.spec_values import Cache


@dataclass(frozen=True, slots=True)
class Variant:
    """`steps` and `guidance` are the makers' own. `guided`: a second pass runs against a negative prompt
    where guidance is more than `off`; `told`: guidance is one more number that the model is handed, in one
    pass. `looks` is how many pictures they look at, of which they need one.
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
        """Why they take no negative prompt, where they are not guided by a second pass."""
        how = "which is told how strictly it follows the words" if self.told else "without guidance"
        return f"{self.name} weights make one pass a step, {how}"


@dataclass(frozen=True, slots=True)
class Course:
    """How the steps are run. `negative` is empty where no second pass is; `notes` say what was changed;
    `cache` is what spares some of them; `told`: the guidance is handed to the model, in one pass.
    """

    steps: int
    guidance: float
    negative: str = ""
    notes: tuple[str, ...] = ()
    off: float = 1.0
    cache: Cache = "off"
    told: bool = False

    @property
    def guided(self) -> bool:
        """Whether a second pass is made."""
        return not self.told and self.guidance > self.off

    @property
    def shown(self) -> str:
        """The guidance as it is shown."""
        return f"{self.guidance:g}" if self.told or self.guided else "off"


def course(variant: Variant, steps: int | None, guidance: float | None, negative: str) -> Course:
    """What the weights make of a wish: the makers' figures where it says nothing, what they can't do left out
    with a sentence.
    """
    steps, off = steps or variant.steps, variant.off
    notes = []
    if not variant.guided:
        if guidance is not None and guidance > off and not variant.told:
            notes.append(f"guidance {guidance:g} is left out: {variant.name} weights take none")
        if negative:
            notes.append(f"the negative prompt is left out: {variant.no_negative}")
        scale = guidance if variant.told and guidance is not None else variant.guidance
        return Course(steps, scale, "", tuple(notes), off, told=variant.told)
    scale = variant.guidance if guidance is None else guidance
    if negative and scale <= off:
        notes.append(f"the negative prompt is left out: guidance {scale:g} makes no second pass")
        negative = ""
    return Course(steps, scale, negative, tuple(notes), off)


def spared(run: Course, cache: Cache, title: str = "") -> Course:
    """The same by a cache; `title` is that of a family that knows none, which says so."""
    if title and cache != "off":
        notes: tuple[str, ...] = (f"the cache is left out: {title} knows none",)
        return replace(run, notes=(*run.notes, *notes))
    notes = foretold_steps.notes(cache, [run.steps])
    return replace(
        run, cache=cache if foretold_steps.is_spared(cache, run.steps) else "off", notes=(*run.notes, *notes)
    )
