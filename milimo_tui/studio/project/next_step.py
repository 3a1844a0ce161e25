"""The one best next act: the first of a fixed row of questions that has an answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.format import plural
from milimo_tui.cut.follow import reconcile
from milimo_tui.cut.notes.note_list import NOTE
from milimo_tui.studio.project import inbox
from milimo_tui.studio.registry import registry
from milimo_tui.studio.render import deliveries, render_plan
from milimo_tui.studio.script import screenplays
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import rebuild, shot_spec, staleness, take_queue
from milimo_tui.studio.takes.shot_spec import ShotState


@dataclass(frozen=True, slots=True)
class Advice:
    """A command line, the registry id behind it, and why it is the best next act."""

    command: str
    id: str
    why: str


def next_act(studio: Studio) -> Advice:
    """What to do now. Never nothing: a finished film is played."""
    for question in _QUESTIONS:
        advice = question(studio)
        if advice is not None:
            return advice
    return Advice("milimo play", "film.play", "the film is rendered: watch it")


def _project(studio: Studio) -> Advice | None:
    if studio.project_or_none() is not None:
        return None
    if studio.films():
        return Advice("milimo project list", "project.list", "there are films here, none is current")
    return Advice("milimo demo", "film.demo", "nothing is here yet; the sample shows everything")


def _results(studio: Studio) -> Advice | None:
    came_in = inbox.read_inbox(studio).sentence()
    if not came_in:
        return None
    return Advice("milimo review", "review.list", f"{came_in}: g v in the studio shows it")


def _script(studio: Studio) -> Advice | None:
    story = studio.snapshot().story
    if not story.project.script:
        return Advice("milimo script import FILE", "script.import", "the film has no screenplay yet")
    if not story.shots:
        return Advice("milimo storyboard commit", "storyboard.commit", "the screenplay is not boarded yet")
    if screenplays.is_changed(studio):
        why = "the screenplay has changed since it was boarded"
        return Advice("milimo storyboard commit", "storyboard.commit", why)
    return None


def _takes(studio: Studio) -> Advice | None:
    """Shots without a take, then stale ones; those that are being made are waited for."""
    states = shot_spec.states(studio.snapshot().story)
    missing = [state for state in states if state.lacks_take]
    stale = [state for state in states if state.due]
    waiting = [state for state in states if state.waiting]
    if waiting and not (missing or stale):
        why = f"{plural(len(waiting), 'fresh take')} beside takes that you chose: pick or reject"
        return Advice("milimo review list --all", "review.list", why)
    if not (missing or stale):
        return None
    coming = _being_made(studio, [*missing, *stale])
    without = [state for state in missing if state.shot.id not in coming]
    old = [state for state in stale if state.shot.id not in coming]
    if without:
        have = "shot has" if len(without) == 1 else "shots have"
        why = f"{len(without)} {have} no take"
        return _stopped(studio, without, why) or Advice("milimo shot make --missing", "shot.make", why)
    if old:
        wanted = [rebuild.maker(state.story, state) for state in old]
        with_engine = [
            shot_spec.with_engine(state, engine) for state, engine in zip(old, wanted, strict=True)
        ]
        why = _stale_text(old)
        return _stopped(studio, with_engine, why) or Advice("milimo build", "app.build", why)
    return Advice("milimo job watch", "job.watch", f"{plural(len(coming), 'take')} under way")


def _being_made(studio: Studio, states: Sequence[ShotState]) -> set[str]:
    """The shots that a job is making a take of."""
    ids = {state.shot.id for state in states}
    try:
        return {take.shot for take in take_queue.open_takes(studio, studio.client_or_none(), ids)}
    except MilimoError:
        return set()  # a queue that does not answer says so when it is asked to make something


def _stopped(studio: Studio, states: Sequence[ShotState], why: str) -> Advice | None:
    """What is in the way of all of them, where its hint is a command; None where one can be made."""
    try:
        take_queue.ready_ones(studio, states, take_queue.film_specs(studio))
    except MilimoError as error:
        why = f"{why}, and none can be made here: {error.message}"
        return Advice(*(_command_in(error.hint) or ("milimo doctor", "app.doctor")), why)
    return None


def _command_in(hint: str) -> tuple[str, str] | None:
    """The command line that a hint begins with, and its id; None for one that begins with words."""
    line = re.split(r"[,;:(]", hint, maxsplit=1)[0].strip()
    words = line.removeprefix("milimo ")
    found = [entry for entry in registry.commands().values() if f"{words} ".startswith(f"{entry.cli} ")]
    named = [entry for entry in found if entry.cli]
    if words == line or not named:
        return None
    return line, max(named, key=lambda entry: len(entry.cli)).id


def _stale_text(states: Sequence[ShotState]) -> str:
    """`2 takes are older than their shots: 1 picture, 2 voices`."""
    counts = Counter(part for state in states for part in staleness.of(state).parts)
    parts = [plural(counts[part], part.value) for part in staleness.Part if counts[part]]
    one = len(states) == 1
    takes = "1 take is older than its shot" if one else f"{len(states)} takes are older than their shots"
    return f"{takes}: {', '.join(parts)}"


def _cut(studio: Studio) -> Advice | None:
    """What the screenplay changed behind a cut that was edited by hand, and what notes ask for in it."""
    snapshot = studio.snapshot()
    cut = snapshot.cut
    if cut is None or cut.frozen:
        return None
    live = {shot.id for shot in snapshot.story.live_shots()}
    for found, act, what, told in (
        (reconcile.waiting(cut), "place", "shot", "to be placed"),
        (reconcile.marked(cut), "take_up", "clip", "of another length than the shot now"),
        (reconcile.gone(cut, live), "gone", "clip", "without a shot"),
    ):
        if found:
            why = f"“{cut.name}” has {plural(len(found), what)} {told}"
            return Advice(f"milimo cut {act.replace('_', '-')}", f"cut.{act}", why)
    open_notes = [each for each in cut.markers if each.kind == NOTE and not (each.done or each.parent)]
    if open_notes:
        why = f"“{cut.name}” has {plural(len(open_notes), 'open note')}"
        return Advice("milimo cut notes --open", "cut.notes", why)
    return None


def _film(studio: Studio) -> Advice | None:
    """A film that is not rendered, or not as the cut is now."""
    snapshot, project = studio.snapshot(), studio.project()
    there = [one for one in project.facts.renders() if render_plan.render_path(project.paths, one).exists()]
    target = deliveries.default_output(snapshot, project.paths.renders)
    if not there and not target.is_file():
        return Advice("milimo render", "film.render", "every shot has a take, the film is not rendered")
    plan = render_plan.plan_now(snapshot, project)
    if there and plan.signature() not in {one.signature for one in there}:
        return Advice("milimo render", "film.render", "the cut has changed since the film was rendered")
    return None


_QUESTIONS: tuple[Callable[[Studio], Advice | None], ...] = (
    _project, _results, _script, _takes, _cut, _film,
)  # fmt: skip
