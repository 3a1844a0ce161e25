"""The choice of single facts of a scene's breakdown: its places and times, the changes of looks, and the
paragraphs with their beats. Pure functions.

The id of a fact has the number of the scene, the kind of fact, its line in the scene, and the name of the
person whose look changes: `3:place:0`, `3:look:4:Oda`, `3:beat:6`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TypeVar

from milimo_tui.story.breakdown.scenes import Circumstances, LookChange, SceneBeat, SceneBreakdown
from milimo_tui.story.breakdown.states import compute_end_states

T = TypeVar("T", Circumstances, LookChange, SceneBeat)


def make_fact_id(number: str, fact: Circumstances | LookChange | SceneBeat) -> str:
    """Return the id of a fact of the scene with a number. The beats of one paragraph have the same id."""
    match fact:
        case Circumstances():
            return f"{number}:place:{fact.line}"
        case LookChange():
            return f"{number}:look:{fact.line}:{fact.name}"
        case SceneBeat():
            return f"{number}:beat:{fact.line}"


def list_fact_ids(number: str, breakdown: SceneBreakdown) -> list[str]:
    """Return the ids of the facts of a scene, each once."""
    facts: tuple[Circumstances | LookChange | SceneBeat, ...] = (
        *breakdown.circumstances,
        *breakdown.changes,
        *breakdown.beats,
    )
    return list(dict.fromkeys(make_fact_id(number, fact) for fact in facts))


def choose_facts(
    number: str, read: SceneBreakdown, known: SceneBreakdown | None, chosen: Collection[str] | None
) -> SceneBreakdown:
    """Return the breakdown of a scene with the chosen facts of a reading. None chooses all facts.

    In place of a fact that is not chosen, the fact with the same id in `known` stays; `known` is the
    breakdown that the film has.
    """
    if chosen is None or all(id in chosen for id in list_fact_ids(number, read)):
        return read
    known = known or SceneBreakdown()
    wanted = frozenset(chosen)

    def choose(new: Iterable[T], old: Iterable[T]) -> tuple[T, ...]:
        facts = [fact for fact in new if make_fact_id(number, fact) in wanted]
        taken = {make_fact_id(number, fact) for fact in facts}
        facts += [fact for fact in old if make_fact_id(number, fact) not in taken]
        return tuple(sorted(facts, key=lambda fact: fact.line))

    done = replace(
        read,
        circumstances=choose(read.circumstances, known.circumstances),
        changes=choose(read.changes, known.changes),
        beats=choose(read.beats, known.beats),
    )
    return replace(done, ends=compute_end_states(done, done.begins))
