"""Choose the next step for the user. Questions about the film are asked in a fixed order, and the first
question that leads to a step is used.

`milimo next` and every screen of the studio show the next step. A screen shows problems and the selected item
first (see `screen_next_step`). While jobs run, a screen shows the jobs and `milimo next` the advice to wait.
The data for the questions is read by `film_now`.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.format import format_count
from milimo_tui.core.screens import ListName, ScreenName
from milimo_tui.cut.follow import reconcile
from milimo_tui.cut.notes.note_list import NOTE
from milimo_tui.cut.values.cut import TrackKind
from milimo_tui.story.values.film import Asset, AssetKind
from milimo_tui.studio.project.film_now import FilmState
from milimo_tui.studio.project.screen_next_step import FILM, SCREEN_BY_COMMAND_GROUP, FilmToDo, NextStep
from milimo_tui.studio.queue.waiting import RESTING
from milimo_tui.studio.registry import registry
from milimo_tui.studio.script import boarded_script
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import rebuild, shot_spec, staleness, take_queue
from milimo_tui.studio.takes.shot_spec import ShotState
from milimo_tui.studio.takes.written_prompts import get_family_title
from milimo_tui.studio.writing import script_readings


def choose_next_step(studio: Studio) -> NextStep:
    """Return the next step for the user. There always is a step: if a film is finished, the step is to play
    it.
    """
    film = FilmState(studio)
    step = choose_film_step(film)
    if step is not None and step.id == "shot.make":
        step = replace(step, why="; ".join((step.why, *_list_reading_problems(film))))
    return step or NextStep("milimo play", "film.play", "the film is rendered, watch it")


def _list_reading_problems(film: FilmState) -> Iterator[str]:
    """Yield what the user should know of the readings of the screenplay before takes are made."""
    if unread := film.describe_unread_scenes():
        yield f"not read by the language model: {unread}"
    job = film.failed_reading_job
    if job is not None:
        yield f"the last reading of the script failed: milimo job log {job.id} shows why"


def choose_film_step(film: FilmState) -> NextStep | None:
    """Return the next step in the film, or None if nothing is left to do."""
    return next((step for question in _QUESTIONS if (step := question(film)) is not None), None)


def read_film_to_do(film: FilmState) -> FilmToDo:
    """Return the next steps of the film and its shots. Raises the errors of reading the film."""
    step = choose_film_step(film)
    if not film.is_open:
        return FilmToDo(step=step)
    found = {state.shot.id: choose_shot_step(film, state) for state in film.states}
    steps = {shot: own for shot, own in found.items() if own is not None}
    # A shot that shows another shot's take, such as a closer crop, gets the next step of that other shot.
    for state in film.states:
        if state.is_shared and state.maker.id in steps:
            steps[state.shot.id] = steps[state.maker.id]
    story = film.snapshot.story
    return FilmToDo(film.folder, step, steps, frozenset(state.shot.id for state in film.states), story.seen)


def _ask_for_open_film(film: FilmState) -> NextStep | None:
    if film.is_open:
        return None
    if film.studio.list_films():
        why = "no film is open"
        return NextStep(
            "milimo project list",
            "project.list",
            why,
            words="no film is open",
            does="opens this film",
            screen=ScreenName.HOME,
            act="ui.enter",
        )
    why = "there are no films yet; the sample film shows everything"
    return NextStep(
        "milimo demo",
        "film.demo",
        why,
        words="no film yet",
        does="starts a film",
        screen=ScreenName.HOME,
        act="ui.start_film",
    )


def _ask_for_unseen_results(film: FilmState) -> NextStep | None:
    if not film.unseen_results:
        return None
    why = f"{film.unseen_results}: g v in the studio shows it"
    return NextStep("milimo review", "review.list", why, words=film.unseen_results, screen=ScreenName.REVIEW)


def _ask_for_script(film: FilmState) -> NextStep | None:
    story = film.snapshot.story
    if not story.project.script and story.shots:
        return None  # The film has shots but no screenplay, so it was made without one and needs none.
    if not story.project.script:
        media = [each for each in story.assets if not each.binned and each.kind is not AssetKind.LUT]
        if media:  # A film begins with its pictures.
            return _make_media_step(film, min(media, key=lambda each: each.kind is AssetKind.SOUND))
        why = "the film has no screenplay yet; milimo asset add FILE begins with media"
        return NextStep(
            "milimo script import FILE",
            "script.import",
            why,
            words="the film has no screenplay yet",
            does="writes a screenplay",
            screen=ScreenName.SCRIPT,
            act="ui.write",
        )
    if not story.shots:
        why, words, does = (
            "the screenplay is not committed yet",
            "the screenplay has no shots yet",
            "makes them",
        )
    elif boarded_script.is_script_uncommitted(film.snapshot.story.project):
        why = "the screenplay has changed since it was committed"
        words, does = "the script has changed", "commits it"
    else:
        return None
    return NextStep(
        "milimo storyboard commit",
        "storyboard.commit",
        why,
        words=words,
        does=does,
        screen=ScreenName.SCRIPT,
        act="ui.commit",
    )


def _make_media_step(film: FilmState, medium: Asset) -> NextStep | None:
    """Return the step for a film without a screenplay that has media. None if its cut has clips already."""
    cut = film.snapshot.cut
    script = "for a screenplay: milimo script import FILE"
    if cut is None:
        return NextStep(
            "milimo cut new main",
            "cut.new",
            f"the film has media and no cut; {script}",
            words="the film has media and no cut",
            does="makes an empty cut",
            values={"name": "main"},
        )
    if cut.clips:
        return None
    names = [each.name for each in film.snapshot.story.assets if not each.binned]
    name = medium.name if names.count(medium.name) == 1 else medium.id
    audio = next((track.name for track in cut.tracks if track.kind is TrackKind.AUDIO), "")
    track = audio if medium.kind is AssetKind.SOUND else ""
    return NextStep(
        shlex.join(["milimo", "cut", "append", "--asset", name, *(["--track", track] if track else [])]),
        "cut.append",
        f"the cut “{cut.name}” is empty; {script}",
        words=f"the cut “{cut.name}” is empty",
        does=f"appends {medium.name}",
        values={"asset": medium.id, **({"track": track} if track else {})},
    )


def _ask_for_reading(film: FilmState) -> NextStep | None:
    """Return the step that reviews a reading of the screenplay, or else the step that makes the first one if
    no shot has a take yet and a language model is ready.
    """
    job = film.reading_job
    if job is not None and not film.is_followed:  # Screens show the running jobs themselves.
        if job.state in RESTING:
            command = f"milimo job {RESTING[job.state]} {job.id}"
            return NextStep(command, f"job.{RESTING[job.state]}", f"the reading of the script is {job.state}")
        return NextStep("milimo job watch", "job.watch", "a language model is reading the script")
    if film.open_reading is not None:
        unread = film.describe_unread_scenes()
        why = f"{film.open_reading.reader} has read the script{f' except {unread}' if unread else ''}"
        return NextStep(
            "milimo script accept --dry-run",
            "script.reading",
            f"{why}: accept or decline what it found",
            words=why,
            does="reviews it",
            act="ui.reading",
        )
    if film.outdated_scenes:
        return _make_second_reading_step(film.outdated_scenes)
    reader = film.ready_reader
    if reader is None:
        return None
    time = reader.describe_time(film.snapshot.story.project.script)
    words = f"read the script with {reader.name}{f': {time}' if time else ''}"
    return NextStep(
        "milimo script read",
        "script.read",
        f"no language model has read the script: {words}",
        words=words,
        does="starts it",
        act="ui.read_script",
    )


def _make_second_reading_step(scenes: Sequence[str]) -> NextStep:
    """Return the step that reads scenes again whose text has changed."""
    why = script_readings.describe_outdated_scenes(scenes)
    return NextStep(
        f"milimo script read --scenes {','.join(scenes)}",
        "script.read",
        why,
        words=why,
        does="reads it again" if len(scenes) == 1 else "reads them again",
        act="ui.read_script",
    )


def _ask_for_prompts(film: FilmState) -> NextStep | None:
    """Return the step that lets a language model write the prompts of an accepted reading for the film's
    engine, before the first take is made with it.
    """
    family = film.unwritten_family
    if not family:
        return None
    title = get_family_title(family)
    return NextStep(
        f"milimo script prompts --family {family}",
        "script.prompts",
        f"no model has written prompts for {title} yet; until then takes get composed prompts",
        words=f"no prompts for {title} yet",
        does="lets a model write them",
        values={"family": family, "detach": True},
    )


def _ask_for_takes(film: FilmState) -> NextStep | None:
    """Return the step for shots without a take, or else for shots with a stale take; None if there are none.

    Shots whose takes are being made are left out.
    """
    missing = [state for state in film.states if state.lacks_take]
    stale = [state for state in film.states if state.is_due]
    waiting = [state for state in film.states if film.has_waiting_take(state)]
    if waiting and not (missing or stale):
        fresh, one = format_count(len(waiting), "fresh take"), len(waiting) == 1
        why = f"{fresh} next to takes that you chose: pick or reject"
        words = f"{fresh} {'waits' if one else 'wait'} next to your {'pick' if one else 'picks'}"
        return NextStep("milimo review list --all", "review.list", why, words=words, screen=ScreenName.REVIEW)
    if not (missing or stale):
        return None
    without = [state for state in missing if state.shot.id not in film.shots_in_progress]
    old = [state for state in stale if state.shot.id not in film.shots_in_progress]
    if without:
        have = "shot has" if len(without) == 1 else "shots have"
        why = f"{len(without)} {have} no take"
        return _make_blocked_takes_step(film, without, why) or _make_takes_step(
            film, without, NextStep("milimo shot make --missing", "shot.make", why, values={"missing": True})
        )
    if old:
        wanted = [rebuild.apply_remake_engine(state.story, state) for state in old]
        why = _describe_stale_takes(film, old)
        words = f"{len(old)} shots are stale" if len(old) > 1 else ""
        build = NextStep("milimo build", "app.build", why, words=words, values={"yes": True})
        return _make_blocked_takes_step(film, wanted, why) or _make_takes_step(film, old, build)
    if film.is_followed:
        return None  # Screens show the running jobs themselves.
    return NextStep(
        "milimo job watch", "job.watch", f"{format_count(len(film.shots_in_progress), 'take')} under way"
    )


def _make_takes_step(film: FilmState, states: Sequence[ShotState], step: NextStep) -> NextStep:
    """Return a copy of `step` with the shots to make, the time estimate and the texts for the screen. If
    there is only one shot, the texts contain its number.
    """
    makes = frozenset(state.shot.id for state in states)
    only = choose_shot_step(film, states[0]) if len(states) == 1 else None
    words, does = (only.reason_text, only.does) if only is not None else (step.reason_text, "makes them")
    seconds = film.estimate_takes_seconds(states)
    return NextStep(
        step.command,
        step.id,
        step.why,
        words=words,
        does=does,
        values={**step.values, "detach": True},
        makes=makes,
        seconds=seconds,
    )


def choose_shot_step(film: FilmState, state: ShotState) -> NextStep | None:
    """Return the next step for a shot. Return None if its take is fresh, or if it shows the take of another
    shot.
    """
    number, shot = state.number, state.shot
    order = {"ids": (shot.id,), "detach": True}
    makes = frozenset((shot.id,))
    command = f"milimo shot make {number}"
    if state.lacks_take:
        why = f"{number} has no take"
        seconds = film.estimate_takes_seconds([state])
        return NextStep(
            command, "shot.make", why, does="makes a take", values=order, makes=makes, seconds=seconds
        )
    if state.is_due:
        why = f"{number} is stale"
        again = {**order, "engine": rebuild.choose_remake_engine(state.story, state)}
        return NextStep(
            command,
            "shot.make",
            why,
            words=f"{why}, {_describe_stale_part(film, state)}".removesuffix(", "),
            does="makes the take again",
            values=again,
            makes=makes,
            seconds=film.estimate_takes_seconds([state]),
        )
    take = state.waiting_take
    if take is not None and film.has_waiting_take(state):
        place = [each.id for each in state.takes].index(take.id) + 1
        why = f"{number}: take {place} is up to date and not picked"
        pick = f"milimo shot pick {number} {take.id}"
        return NextStep(
            pick, "shot.pick", why, does="picks the take", values={"id": shot.id, "take": take.id}
        )
    return None


def _describe_stale_part(film: FilmState, state: ShotState) -> str:
    """Return the reason why the shot's take is stale, such as `its line changed`. Return an empty string if
    so many shots are stale that the reasons are not computed.
    """
    why = film.get_stale_reasons(state).why
    if not why:
        return ""
    if any(each.startswith("“") for each in why):
        return "its line changed"
    is_whole = any(sign in why[0] for sign in (":", " has ", " known "))
    return why[0] if is_whole else f"{why[0]} changed"


def _make_blocked_takes_step(film: FilmState, states: Sequence[ShotState], why: str) -> NextStep | None:
    """Return the step that solves the problem which prevents all of these takes from being made. Return None
    if at least one take can be made.

    `why` is the reason for making the takes.
    """
    specs = take_queue.make_film_specs(film.studio)
    first_of = {shot_spec.choose_engine(state.story, state.shot): state for state in reversed(states)}
    try:
        for state in (
            first_of.values()
        ):  # Check one shot per engine first: usually one can be made, so no more checks are needed.
            try:
                take_queue.check_takes_ready(film.studio, [state], specs)
            except MilimoError:
                continue
            return None
        take_queue.split_ready_takes(film.studio, states, specs)
    except MilimoError as error:
        command, id = _parse_hint_command(error.hint) or ("milimo doctor", "app.doctor")
        screen = SCREEN_BY_COMMAND_GROUP.get(id.split(".")[0], ScreenName.HOME)
        why = f"{why}, and none can be made here: {error.message}"
        return NextStep(command, id, why, words=error.message, screen=screen, is_wrong=True)
    return None


def _parse_hint_command(hint: str) -> tuple[str, str] | None:
    """Return the command line at the beginning of a hint, and the id of the command. Return None if the hint
    begins with other words.
    """
    line = re.split(r"[,;:(]", hint, maxsplit=1)[0].strip()
    words = line.removeprefix("milimo ")
    found = [entry for entry in registry.list_commands().values() if f"{words} ".startswith(f"{entry.cli} ")]
    named = [entry for entry in found if entry.cli]
    if words == line or not named:
        return None
    entry = max(named, key=lambda entry: len(entry.cli))
    # A verb ends the command line, as in “milimo model download ltx-2 downloads it”.
    arguments = re.split(r" [a-z]+s(?: |$)", words[len(entry.cli) :], maxsplit=1)[0]
    return f"milimo {entry.cli}{arguments}", entry.id


def _describe_stale_takes(film: FilmState, states: Sequence[ShotState]) -> str:
    """Return a text such as `2 takes are older than their shots: 1 picture, 2 voices`."""
    one = len(states) == 1
    takes = "1 take is older than its shot" if one else f"{len(states)} takes are older than their shots"
    if film.is_followed:
        # Screens show only the text without details, because finding the details of thousands of takes would
        # take seconds.
        return takes
    counts = Counter(part for state in states for part in film.get_stale_reasons(state).parts)
    parts = [format_count(counts[part], part.value) for part in staleness.TakePart if counts[part]]
    return f"{takes}: {', '.join(parts)}"


def _ask_for_cut_changes(film: FilmState) -> NextStep | None:
    """Return the next step for the current cut: to place changed shots in a cut that was edited manually, or
    else to deal with open notes. Return None if there is nothing to do or the cut is frozen.
    """
    cut = film.snapshot.cut
    if cut is None or cut.frozen:
        return None
    live = {shot.id for shot in film.snapshot.story.live_shots()}
    for found, act, what, description in (
        (reconcile.list_waiting_shots(cut), "place", "shot", "to be placed"),
        (reconcile.list_marked_clips(cut), "take_up", "clip", "whose shot has a new length"),
        (reconcile.list_clips_without_shot(cut, live), "gone", "clip", "without a shot"),
    ):
        if found:
            many = format_count(len(found), what)
            why = f"“{cut.name}” has {many} {description}"
            id, words = f"cut.{act}", f"{many} {description}"
            return NextStep(
                f"milimo cut {act.replace('_', '-')}",
                id,
                why,
                words=words,
                screen=ListName.ARRIVALS,
                values={"id": found[0]},
            )
    open_notes = [each for each in cut.markers if each.kind == NOTE and not (each.done or each.parent)]
    if open_notes:
        words = format_count(len(open_notes), "open note")
        why = f"“{cut.name}” has {words}"
        return NextStep("milimo cut notes --open", "cut.notes", why, words=words, screen=ListName.NOTES)
    return None


def _ask_for_render(film: FilmState) -> NextStep | None:
    """Return the step that renders the film if it was never rendered or its cut changed since; None
    otherwise.
    """
    cut = film.snapshot.cut
    if film.is_followed and film.shots_in_progress:
        return None  # A render would soon be outdated, because takes are being made.
    if cut is None or not cut.clips:
        return _make_new_cut_step(film, cut.name if cut is not None else "") if film.states else None
    why = film.render_reason
    if not why:
        return None
    words = "the film is not rendered" if why == film.NOT_RENDERED else "the cut has changed since the render"
    why = why if film.states else words
    return NextStep(
        "milimo render",
        "film.render",
        why,
        words=words,
        does="renders the film",
        values={"detach": True},
        makes=frozenset((FILM,)),
        seconds=film.render_seconds,
    )


def _make_new_cut_step(film: FilmState, cut: str) -> NextStep:
    """Return the step that makes a cut from the storyboard. Used if the film has no cut or its cut, named
    `cut`, is empty.
    """
    names = {each.name for each in film.snapshot.cuts}
    name = next(name for number in count(2) if (name := f"{cut or 'main'} {number}") not in names)
    return NextStep(
        f"milimo cut new {shlex.quote(name)}",
        "cut.new",
        f"the cut “{cut}” is empty" if cut else "the film has no cut",
        does="makes a cut from the storyboard",
        values={"name": name},
    )


_QUESTIONS: tuple[Callable[[FilmState], NextStep | None], ...] = (
    _ask_for_open_film,
    _ask_for_unseen_results,
    _ask_for_script,
    _ask_for_reading,
    _ask_for_prompts,
    _ask_for_takes,
    _ask_for_cut_changes,
    _ask_for_render,
)
