"""Make a film from a screenplay with one command. The steps are: import, commit, make missing and stale
takes, render.

Each step is also a separate command. This module runs them one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, Refused, Unavailable
from milimo_tui.core.format import format_count
from milimo_tui.core.host import HOST, require_free_space
from milimo_tui.core.time import format_ratio
from milimo_tui.cut.delivery.caption_tracks import find_delivered_tracks
from milimo_tui.cut.delivery.containers import CONTAINERS, CONTAINERS_BY_SUFFIX
from milimo_tui.cut.delivery.requests import (
    CaptionChoice,
    DeliveryRequest,
    build_delivery,
    parse_caption_choice,
)
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.cut.values.captions import CaptionTrack
from milimo_tui.story.lines.dialogue_language import find_dialogue_language
from milimo_tui.story.screenplay.screenplay import ScreenplayMode
from milimo_tui.story.values import picked_takes
from milimo_tui.studio.queue.waiting import Job, describe_job_problem, wait_with_progress
from milimo_tui.studio.render import deliveries, render_jobs
from milimo_tui.studio.render.film_delivery import save_film_delivery
from milimo_tui.studio.render.script_captions import DEFAULT_TRACK
from milimo_tui.studio.script import film_sound, reading_files, screenplays
from milimo_tui.studio.script.film_sound import AddedSound, WantedSound
from milimo_tui.studio.script.script_source import ImportedScript, save_original_script
from milimo_tui.studio.session.studio import FilmSnapshot, Studio
from milimo_tui.studio.takes import rebuild, shot_spec, take_queue
from milimo_tui.studio.takes.shot_spec import FilmSpecs, ShotState

NO_SOUND = WantedSound()
NO_WISHES = DeliveryRequest()
CONTINUE_HINT = "the same command continues from there; milimo job watch follows the jobs"


@dataclass(frozen=True, slots=True)
class FilmResult:
    """The result of `milimo film`. It has the data for `--json`. `previs` is True if the film contains
    drawings. `noise` is True if the film contains takes of a tiny test model with random weights.
    `opened` is the name of the film if another film was open before; otherwise it is empty.
    """

    data: dict[str, Any]
    previs: bool
    noise: bool = False
    opened: str = ""


def make_film_from_script(
    studio: Studio,
    source: ImportedScript,
    *,
    project: str = "",
    output: Path | None = None,
    engine: str = "",
    reading: bytes = b"",
    sound: WantedSound = NO_SOUND,
    request: DeliveryRequest = NO_WISHES,
) -> FilmResult:
    """Make a rendered film from a screenplay. `output` is the target path, and `engine` makes all takes;
    without it, each shot uses its own engine. `reading` is a file with a reading of the screenplay, which is
    accepted if the film has none. `sound` adds spoken lines, music with ambience, and captions. `request` has
    the subtitles and burn-ins of the film.

    Raises BadInput before anything is made if the text has no scenes and no dialogue, and NotFound before
    the takes are made if the film has no such captions.
    """
    screenplay = screenplays.parse_script(source.data)
    if screenplay.mode is ScreenplayMode.FREEFORM:
        raise BadInput(
            "this text has no scenes and no dialogue",
            "give a screenplay; milimo script transform FILE reads a story in prose",
        )
    subtitles = request.subtitles or (_choose_subtitles(output) if sound.captions else "")
    delivery = replace(request, loudness=sound.loudness, subtitles=subtitles)
    checked = build_delivery(delivery, output.suffix if output else "", 2, 2)
    wanted_captions = parse_caption_choice(delivery)
    if output is not None:
        deliveries.check_output(output, checked)
    if engine:
        shot_spec.check_engine(engine, "make_video")
    require_free_space(studio.home.root, 0, "make a film")
    before = studio.project_or_none()
    open_before = before.paths.root if before is not None else None
    screenplays.open_project_for_script(studio, screenplay, name=source.name, project=project)
    unedited = film_sound.has_unedited_captions(studio)
    screenplays.import_script(studio, source.data.decode(), source.name)
    if reading:
        reading_files.accept_first_reading(studio, reading)
    save_original_script(studio, source)
    _require_captions(studio.take_snapshot(), wanted_captions, sound)
    job_ids: list[str] = []
    specs = take_queue.make_film_specs(studio, engine)
    wanted, left_out = _choose_shots_to_make(studio, specs)
    if wanted:
        order = take_queue.TakeOrder(
            specs=specs, due=wanted, label=_make_batch_label(wanted, studio.take_snapshot())
        )
        client = studio.require_client()
        job_ids = take_queue.submit_takes(client, take_queue.prepare_takes(studio, order, client))
    jobs = wait_with_progress(studio, "takes", job_ids, come_back=CONTINUE_HINT) if job_ids else {}
    problems = [*left_out, *(describe_job_problem(job) for job in jobs.values() if job.state != "done")]
    if engine:
        _pick_engine_takes(studio, engine)
    problems += [shot_spec.format_waiting_message(each) for each in _list_user_picked_shots(studio, engine)]
    heard = _add_sound(studio, sound, unedited_captions=unedited)
    jobs |= heard.jobs
    problems += heard.problems
    save_film_delivery(studio.require_project(), delivery)
    [render_order] = deliveries.make_render_orders(studio, delivery, str(output or ""))
    [render_id] = render_jobs.queue_render(studio, [render_order])
    if render_id:
        jobs[render_id] = render_jobs.wait_for_render(studio, render_id, come_back=CONTINUE_HINT)
        problems += render_jobs.get_last_result(studio, render_id).notes
    report = _build_film_report(studio, render_order.target, render_order.plan, jobs, problems)
    if sound != NO_SOUND:
        report["sound"] = {
            "notes": list(heard.notes),
            "loudness": sound.loudness or None,
            "subtitles": delivery.subtitles or None,
            "music": heard.music or None,
            "ambience": list(heard.ambience),
        }
    now = studio.require_project()
    is_other = open_before not in (None, now.paths.root)
    return FilmResult(
        report,
        render_order.plan.previs,
        report["noise"],
        now.load_story().project.name if is_other else "",
    )


def _choose_subtitles(output: Path | None) -> str:
    """Return the form of the captions: a stream in the film if its container can hold one, else a file."""
    if output is None:
        return "embedded"  # The default file can hold subtitles.
    container = CONTAINERS_BY_SUFFIX.get(output.suffix.casefold())
    return "embedded" if container is not None and CONTAINERS[container].subtitle_codec else "srt"


def _require_captions(snapshot: FilmSnapshot, wanted: CaptionChoice, sound: WantedSound) -> None:
    """Raise NotFound if the film has no captions that are to be burned in or written as subtitles. Captions
    that will be made from the script count.
    """
    cut = snapshot.cut
    if cut is None:
        return
    if sound.captions and not cut.caption_tracks:
        language = find_dialogue_language(snapshot.story)
        made = CaptionTrack(id="", cut=cut.id, name=DEFAULT_TRACK, order="", language=language)
        cut = replace(cut, caption_tracks=(made,))
    find_delivered_tracks(cut, wanted.names)


def _add_sound(studio: Studio, sound: WantedSound, *, unedited_captions: bool) -> AddedSound:
    parts = []
    if sound.voices:
        parts.append(film_sound.add_film_voices(studio, CONTINUE_HINT))
    if sound.music:
        parts.append(film_sound.add_film_music(studio, CONTINUE_HINT))
    if sound.captions:
        parts.append(film_sound.add_film_captions(studio, unedited=unedited_captions))
    return film_sound.join_film_sounds(parts)


def _choose_shots_to_make(studio: Studio, specs: FilmSpecs) -> tuple[list[ShotState], list[str]]:
    """Return the shots that need a take, and sentences on shots whose take can't be made.

    A shot needs a take if it has none, if its take is stale, or if the user named an engine and the shot has
    no fresh take of that engine. If some shots have no take and no take can be made for any of them, the
    reason is raised. If a stale take can't be made again on this machine, it stays, because a drawing never
    replaces a take from a model.
    """
    states = [state for state in shot_spec.list_shot_states(specs.story) if not state.is_shared]
    if specs.engine:
        named = [each for each in states if not _has_fresh_take(each, specs.engine)]
        return take_queue.split_ready_takes(studio, named, specs)
    ready, waiting = take_queue.split_ready_takes(studio, [each for each in states if each.lacks_take], specs)
    stale = [rebuild.apply_remake_engine(specs.story, each) for each in states if each.is_due]
    try:
        again, left = take_queue.split_ready_takes(studio, stale, specs)
    except (BadInput, Refused, Unavailable) as error:
        again, left = [], [f"stale takes stay as they are: {error.message}: {error.hint}".removesuffix(": ")]
    return [*ready, *again], [*waiting, *left]


def _list_user_picked_shots(studio: Studio, engine: str) -> list[ShotState]:
    """Return the shots that still show a take chosen by the user although a newer take is available: a fresh
    take, or a take of `engine`.
    """
    states = [
        state for state in shot_spec.list_shot_states(studio.take_snapshot().story) if not state.is_shared
    ]
    if engine:
        return [
            each
            for each in states
            if each.picked and each.picked.engine != engine and _has_fresh_take(each, engine)
        ]
    return [each for each in states if each.waiting_take]


def _has_fresh_take(state: ShotState, engine: str) -> bool:
    """Return True if the shot shows a fresh take of the engine `engine`. Also return True if the shot has
    such a take but shows another take that the user chose.
    """
    if state.picked is not None and state.picked.engine == engine and not state.stale:
        return True
    takes = (take for take in state.takes if take.engine == engine and not take.rejected)
    return state.is_chosen_by_user and any(state.is_fresh(take) for take in takes)


def _pick_engine_takes(studio: Studio, engine: str) -> None:
    """Pick the newest fresh take of the engine for each shot, as one edit.

    This is needed for noise: automatic picking prefers a model's take to a drawing, but never picks noise.
    Takes that the user picked or rated stay.
    """
    before, after = [], []
    for state in shot_spec.list_shot_states(studio.take_snapshot().story):
        if state.is_shared:
            continue
        takes = [take for take in state.takes if take.engine == engine and not take.rejected]
        shown = state.picked is not None and state.picked.engine == engine
        if not takes or shown or not state.is_fresh(takes[-1]):
            continue
        if not state.is_chosen_by_user:
            before.append(state.shot)
            after.append(picked_takes.set_automatic_pick(state.shot, takes[-1]))
    if after:
        label = f"show the takes of {engine}"
        studio.require_project().write_edit(
            label, scope="project", actor=studio.actor, before=before, after=after
        )


def _make_batch_label(wanted: Sequence[ShotState], snapshot: FilmSnapshot) -> str:
    """Return the name of the batch of takes: `“Rain Market”, 40 takes`."""
    return f"“{snapshot.story.project.name[:100]}”, {format_count(len(wanted), 'take')}"


def _build_film_report(
    studio: Studio, target: Path, plan: RenderPlan, jobs: dict[str, Job], problems: list[str]
) -> dict[str, Any]:
    story = studio.take_snapshot().story
    return {
        "film": str(target),
        "frames": plan.frames,
        "fps": format_ratio(plan.rate),
        "seconds": float(plan.frames / plan.rate),
        "project": studio.require_project().paths.root.name,
        "previs": plan.previs,
        "noise": plan.has_noise,
        "shots": [
            {
                "id": state.shot.id,
                "number": state.number,
                "scene": state.shot.scene,
                "frames": state.shot.frames,
                "engine": state.picked.engine if state.picked else shot_spec.choose_engine(story, state.shot),
                "take": state.picked.id if state.picked else None,
            }
            for state in shot_spec.list_shot_states(story)
        ],
        "jobs": [{"id": job.id, "kind": job.kind, "state": job.state} for job in jobs.values()],
        "problems": problems,
        "made": HOST.now(),
    }
