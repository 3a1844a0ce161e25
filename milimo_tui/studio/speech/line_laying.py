"""Choose the recordings of lines that the cut should have, and report the lines that do not fit their
shots.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from milimo_tui.core.untrusted_json import read_stored_object
from milimo_tui.cut.sound.laid_lines import LineSounds, SpokenClip
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import Shot, Story
from milimo_tui.studio.speech.line_states import FilmLines, LineState


@dataclass(frozen=True, slots=True)
class LayingPlan:
    """The sounds that the cut should have, and sentences about lines that are left out or do not fit."""

    sounds: LineSounds
    laid: tuple[LineState, ...]
    notes: tuple[str, ...]


def plan_line_laying(story: Story, film: FilmLines, states: Sequence[LineState]) -> LayingPlan:
    """Return the recordings to lay for these lines.

    A shot whose take follows the recording of its lines speaks them itself, so that none are laid. The sound
    of another take is muted if all lines of its shot are laid, because it would speak them too.
    """
    performances = FilmPerformances(story)
    names = {take.asset: state.name for state in film.states for take in state.takes}
    wanted = {state.name for state in states}
    shots: dict[str, tuple[SpokenClip, ...]] = {}
    silenced, laid, notes = set(), [], []
    for shot in story.live_shots():
        own = film.list_shot(shot.id)
        chosen = [state for state in own if state.name in wanted]
        if not chosen:
            continue
        if speaks_present_lines(performances, shot, film):
            notes.append(f"{chosen[0].number} speaks its lines itself, because its take follows them")
            shots[shot.id] = ()
            continue
        heard = [state for state in own if state.shown is not None]
        notes += [f"{state.name} has no take" for state in chosen if state.shown is None]
        notes += [f"{state.name} is stale: {state.stale}" for state in chosen if state.stale]
        shots[shot.id] = tuple(_make_spoken_clip(state) for state in heard)
        laid += heard
        if len(heard) == len(own):
            silenced.add(performances.find_take_maker(shot).id)
            silenced.add(shot.id)
        notes += describe_line_fit(heard, film.over.get(shot.id))
    return LayingPlan(LineSounds(shots, names, silenced), tuple(laid), tuple(notes))


def describe_line_fit(states: Sequence[LineState], over: Fraction | None) -> list[str]:
    """Return a sentence about the lines of a shot if they are spoken faster or do not fit."""
    if not states:
        return []
    number, speed = states[0].number, states[0].time.speed
    if over:
        return [
            f"{number}: the lines are {float(over):.2f} s longer than the shot, spoken "
            f"{float(speed - 1):.0%} faster; shorten them or lengthen the shot"
        ]
    return [f"{number}: the lines are spoken {float(speed - 1):.1%} faster to fit"] if speed != 1 else []


def speaks_present_lines(performances: FilmPerformances, shot: Shot, film: FilmLines) -> bool:
    """Return True if the take that a shot shows follows the recording of the lines that are heard now."""
    take = performances.find_shown_take(shot)
    sound = read_stored_object(take.spec).get("sound") if take else None
    recorded = sound.get("lines") if isinstance(sound, dict) else None
    heard = [state.shown.id for state in film.list_shot(shot.id) if state.shown is not None]
    return isinstance(recorded, list) and bool(heard) and set(heard) <= set(map(str, recorded))


def _make_spoken_clip(state: LineState) -> SpokenClip:
    assert state.shown is not None
    time = state.time
    return SpokenClip(state.name, state.shown.asset, time.start, time.seconds, time.speed, state.effect.value)
