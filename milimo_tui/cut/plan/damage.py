"""Handle damaged files in a plan: find the damage that the plan shows or plays, choose a replacement, and
describe both. Pure functions.

`media.read.damaged_places` finds the damage in a file. It is stored in the stream facts of the file, as
ranges of seconds in the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

from milimo_tui.core.errors import Failed, MilimoError, Refused
from milimo_tui.core.time import format_timecode
from milimo_tui.cut.plan.parts import get_layer_second
from milimo_tui.cut.plan.plan import Media, PlanLayer, PlanStretch, PlanTransition, RenderPlan, SoundClip
from milimo_tui.cut.values.effects import OnDamage
from milimo_tui.cut.values.streams import Spans, StreamFacts

MOST_LISTED_PLACES = 2  # Maximum number of damaged places that a message lists. The others are only counted.
_REPLACEMENT_NOTES = {
    OnDamage.HOLD: "the last good picture is shown there",
    OnDamage.BLACK: "black is shown there",
}
DAMAGE_HINT = "milimo render --damaged hold or black, or milimo cut effect CLIP damaged hold"


class UnhandledDamage(Failed):
    """A file that is damaged in a part that is shown or heard, although no replacement for damage was
    chosen.
    """

    def __init__(self, message: str, hint: str = DAMAGE_HINT) -> None:
        super().__init__(message, hint)


def add_place_to_error(error: MilimoError, place: str) -> Failed:
    """Return the error with `place` and a colon before its message. `place` is text that says where in the
    film the error occurred.
    """
    message = f"{place}: {error.message}"
    return UnhandledDamage(message) if isinstance(error, UnhandledDamage) else Failed(message, error.hint)


What = TypeVar("What", PlanLayer, SoundClip)
ItemChange = Callable[[PlanLayer | SoundClip, Fraction, Fraction], PlanLayer | SoundClip]
"""A function that returns the layer or sound clip to use where the damage is in seconds [low, high] of its
file.
"""


def select_spans_between(spans: Spans, low: Fraction, high: Fraction) -> Spans:
    """Return the spans of damage that overlap the range from second `low` to second `high` of a file. A span
    that begins exactly at `high` is included.
    """
    return tuple(each for each in spans if each[0] <= high and low < each[1])


def find_item_damage(what: PlanLayer | SoundClip, low: Fraction, high: Fraction) -> Spans:
    """Return the damaged spans of a file that overlap its seconds `low` to `high`. For a layer these are
    spans of damaged pictures, for a sound spans of damaged sound.
    """
    facts = what.media.facts
    return select_spans_between(
        facts.damaged if isinstance(what, PlanLayer) else facts.damaged_sound, low, high
    )


def describe_file_damage(facts: StreamFacts) -> str:
    """Return a sentence about the known damage of a file, without the file's name. Empty if no damage is
    known.
    """
    rate = facts.picture.rate if facts.picture else None
    sentences = [f"damaged at {format_damaged_places(facts.damaged, rate)}"] if facts.damaged else []
    if facts.damaged_sound:
        sentences.append(f"its sound is damaged at {format_damaged_places(facts.damaged_sound, rate)}")
    return ", ".join(sentences)


def record_file_damage(facts: StreamFacts, pictures: Spans, sounds: Spans, *, looked: bool) -> StreamFacts:
    """Return stream facts with newly found damage in place of the damage that was known before. The
    description of the damage at the end of the message `trouble` is replaced, too.

    `pictures` and `sounds` are the damaged spans. `looked` is True if the entire file was checked.
    """
    own = facts.trouble.removesuffix(describe_file_damage(facts)).removesuffix(", ")
    now = facts.model_copy(update={"looked": looked, "damaged": pictures, "damaged_sound": sounds})
    return now.with_trouble(own, describe_file_damage(now))


def format_damaged_places(spans: Spans, rate: Fraction | None) -> str:
    """Return damaged spans as text: timecodes of the file, each with first and last picture, or seconds if
    `rate` is None. There must be at least one span.
    """
    sentences = [_format_damaged_place(each, rate) for each in spans[:MOST_LISTED_PLACES]]
    more = len(spans) - len(sentences)
    if more:
        sentences.append("1 more place" if more == 1 else f"{more} more places")
    return ", ".join(sentences[:-1]) + " and " + sentences[-1] if len(sentences) > 1 else sentences[0]


def _format_damaged_place(span: tuple[Fraction, Fraction], rate: Fraction | None) -> str:
    if rate is None:
        return f"{float(span[0]):.2f}–{float(span[1]):.2f} s"
    first = int(span[0] * rate + Fraction(1, 100))
    last = max(first, -int(-(span[1] * rate - Fraction(1, 100)) // 1) - 1)
    return format_timecode(first, rate) + (f"–{format_timecode(last, rate)}" if last > first else "")


def apply_damage_choice(plan: RenderPlan, policy: OnDamage = OnDamage.REFUSE) -> RenderPlan:
    """Return the plan with the replacement for damaged parts set in each clip. A clip's own choice is used if
    it has one, else `policy`.

    A clip whose file is known to be intact gets no replacement, so that it can be copied and rendered as
    usual.
    """

    def decide(what: PlanLayer | SoundClip, low: Fraction, high: Fraction) -> PlanLayer | SoundClip:
        facts = what.media.facts
        own = what.effects.damaged
        chosen = policy if own is OnDamage.REFUSE else own
        if not _can_be_damaged(what.media) or (facts.looked and not find_item_damage(what, low, high)):
            chosen = OnDamage.REFUSE
        if chosen is own:
            return what
        return what.model_copy(update={"effects": replace(what.effects, damaged=chosen)})

    return change_plan_items(plan, decide)


def refuse_damage(plan: RenderPlan) -> None:
    """Raise Refused if the plan shows or plays a part of a file that is known to be damaged, and no
    replacement was chosen for the clip.
    """

    def look(what: PlanLayer | SoundClip, low: Fraction, high: Fraction) -> PlanLayer | SoundClip:
        damage = find_item_damage(what, low, high)
        if damage and what.effects.damaged is OnDamage.REFUSE:
            raise Refused(_describe_item_damage(what, damage), DAMAGE_HINT)
        return what

    change_plan_items(plan, look)


def describe_replaced_damage(plan: RenderPlan) -> tuple[str, ...]:
    """Return a sentence for each damaged place of a file for which the plan shows or plays a replacement."""
    sentences: dict[str, None] = {}

    def look(what: PlanLayer | SoundClip, low: Fraction, high: Fraction) -> PlanLayer | SoundClip:
        damage = find_item_damage(what, low, high)
        if damage and what.effects.damaged is not OnDamage.REFUSE:
            stands = (
                _REPLACEMENT_NOTES[what.effects.damaged]
                if isinstance(what, PlanLayer)
                else "it is silent there"
            )
            sentences[f"{_describe_item_damage(what, damage)}: {stands}"] = None
        return what

    change_plan_items(plan, look)
    return tuple(sentences)


def list_unchecked_files(plan: RenderPlan, *, all: bool = False) -> tuple[Media, ...]:
    """Return the files that must be checked for damage before rendering: a replacement was chosen, but the
    file has not been checked yet.

    With `all`, return all unchecked files, whether or not a replacement was chosen.
    """
    found: dict[str, Media] = {}

    def look(what: PlanLayer | SoundClip, low: Fraction, high: Fraction) -> PlanLayer | SoundClip:
        chosen = all or what.effects.damaged is not OnDamage.REFUSE
        if chosen and _can_be_damaged(what.media) and not what.media.facts.looked:
            found.setdefault(what.media.path, what.media)
        return what

    change_plan_items(plan, look)
    return tuple(found.values())


def add_known_damage(plan: RenderPlan, found: Mapping[str, tuple[Spans, Spans]]) -> RenderPlan:
    """Return the plan with newly found damage added to the facts of its files. `found` maps the path of a
    file to the damaged spans of its pictures and of its sound.
    """

    def tell(what: PlanLayer | SoundClip, low: Fraction, high: Fraction) -> PlanLayer | SoundClip:
        if what.media.path not in found:
            return what
        damaged, sound = found[what.media.path]
        known = {"looked": True, "damaged": damaged, "damaged_sound": sound}
        facts = what.media.facts.model_copy(update=known)
        return what.model_copy(update={"media": what.media.model_copy(update={"facts": facts})})

    return change_plan_items(plan, tell)


def change_plan_items(
    plan: RenderPlan, change: ItemChange, first: Fraction = Fraction(0), last: Fraction | None = None
) -> RenderPlan:
    """Return the plan with `change` applied to each layer and sound that is shown or heard between its
    seconds `first` and `last`.

    Compound clips are searched, too. `change` gets the layer or sound, and the first and last second of its
    file that are used. It returns the changed layer or sound.
    """
    end = plan.frames / plan.rate if last is None else last
    stretches = tuple(
        each if (shown := _find_frames_between(each.start, each.frames, plan.rate, first, end)) is None
        else _change_stretch(each, plan.rate, change, *shown)
        for each in plan.stretches
    )  # fmt: skip
    sounds = tuple(
        each if (used := _find_frames_between(each.start, each.source_frames, plan.rate, first, end)) is None
        else _change_item(each, plan.rate, change, *used)
        for each in plan.sounds
    )  # fmt: skip
    return plan.model_copy(update={"stretches": stretches, "sounds": sounds})


def _change_stretch(
    stretch: PlanStretch, rate: Fraction, change: ItemChange, first: int, last: int
) -> PlanStretch:
    layers: list[PlanLayer | PlanTransition] = []
    for each in stretch.layers:
        if isinstance(each, PlanLayer):
            layers.append(_change_item(each, rate, change, first, last))
        else:
            sides = {"left": each.left, "right": each.right}
            done = {
                name: side and _change_item(side, rate, change, first, last) for name, side in sides.items()
            }
            layers.append(each.model_copy(update=done))
    return stretch.model_copy(update={"layers": tuple(layers)})


def _change_item(what: What, rate: Fraction, change: ItemChange, first: int, last: int) -> What:
    """Return a layer or sound changed by the function `change`. [first, last) are the frames in use, counted
    from the first frame of the layer or sound. `change` gets the first and last second of the file that these
    frames use. For a compound clip, `change` is applied to the layers and sounds of its inner plan.
    """
    ends = [get_layer_second(what, frame, rate) for frame in (first, last - 1)]
    if isinstance(what, SoundClip):
        ends[1] += abs(get_layer_second(what, last, rate) - get_layer_second(what, last - 1, rate))
    low, high = max(Fraction(0), min(ends)), max(ends)
    inner = what.media.plan
    if inner is not None:
        media = what.media.model_copy(update={"plan": change_plan_items(inner, change, low, high)})
        return what.model_copy(update={"media": media})
    return change(what, low, high)  # type: ignore[return-value]  # a change preserves the type


def _find_frames_between(
    start: int, frames: int, rate: Fraction, low: Fraction, high: Fraction
) -> tuple[int, int] | None:
    """Return the frames of a layer or sound that are between the seconds `low` and `high` of the plan, as a
    range counted from its first frame. None if there are no such frames. `start` is the frame of the plan at
    which the layer or sound begins, and `frames` its length.
    """
    first, last = max(0, int(low * rate) - start), min(frames, int(high * rate) + 1 - start)
    return (first, last) if first < last else None


def _can_be_damaged(media: Media) -> bool:
    return media.kind in ("video", "sound", "sequence") and bool(media.path)


def _describe_item_damage(
    what: PlanLayer | SoundClip, damaged_ranges: Iterable[tuple[Fraction, Fraction]]
) -> str:
    facts = what.media.facts
    rate = facts.picture.rate if facts.picture else None
    name = what.media.title or what.media.path.rpartition("/")[2]
    owner = name if isinstance(what, PlanLayer) else f"the sound of {name}"
    return f"{owner} is damaged at {format_damaged_places(tuple(damaged_ranges), rate)}"
