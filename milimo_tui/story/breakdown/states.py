"""The state of each person at the start and the end of a scene: clothes, hair, condition, posture, and what
the person holds.

The end state follows from the start state, the changes of looks and the beats, so it cannot contradict them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from milimo_tui.story.breakdown.facts import UNKNOWN, Fact
from milimo_tui.story.breakdown.people import Person, PersonKind
from milimo_tui.story.breakdown.scenes import PersonState, SceneBreakdown
from milimo_tui.story.breakdown.worn_clothes import change_clothes


def make_first_state(person: Person) -> PersonState:
    """Return the state in which a person first appears."""
    return PersonState(name=person.name, clothes=person.clothes, features=person.features)


def compute_start_states(people: Sequence[Person], before: Sequence[PersonState]) -> tuple[PersonState, ...]:
    """Return the state of everybody at the start of a scene: as at the end of the scene before it in story
    time, or as at the first appearance. Posture and held things are not carried into another scene.
    """
    known = {state.name: state for state in before}
    return tuple(
        replace(known.get(person.name, make_first_state(person)), posture=UNKNOWN, holds=UNKNOWN)
        for person in people
        if person.kind is not PersonKind.VOICE
    )


def compute_end_states(breakdown: SceneBreakdown, begins: Sequence[PersonState]) -> tuple[PersonState, ...]:
    """Return the state of everybody at the end of a scene."""
    states = {state.name: state for state in begins}
    for change in breakdown.changes:
        state = states.get(change.name, PersonState(name=change.name))
        states[change.name] = replace(
            state,
            clothes=_change_clothes(state.clothes, change.clothes),
            features=change.features or state.features,
            condition=change.condition or state.condition,
        )
    for beat in breakdown.beats:
        for person in beat.visible:
            state = states.get(person.name, PersonState(name=person.name))
            states[person.name] = replace(
                state, posture=person.posture or state.posture, holds=person.holds or state.holds
            )
    return tuple(states.values())


def _change_clothes(worn: Fact, change: Fact) -> Fact:
    return replace(change, text=change_clothes(worn.text, change)) if change else worn


def add_states(breakdown: SceneBreakdown, begins: Sequence[PersonState]) -> SceneBreakdown:
    """Return a scene's breakdown with the states at its start and its end."""
    return replace(breakdown, begins=tuple(begins), ends=compute_end_states(breakdown, begins))
