"""Intake of finished work into a film: rename files into `media/`, then write rows. Each step can safely be
repeated.

Runs in the supervisor, so results are stored even if no screen is open. No media file is decoded here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from milimo_tui.core.errors import Damaged, Failed, NotFound, Unavailable
from milimo_tui.core.host import HOST
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.core.time import parse_ratio
from milimo_tui.engines.contract.engine import Output, Result
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.control_specs import CompareTake, MakeControl
from milimo_tui.engines.specs.file_specs import Probe, RenderFilm
from milimo_tui.engines.specs.mask_specs import DrawMask, Segment, Track
from milimo_tui.engines.specs.music_specs import MakeSound
from milimo_tui.engines.specs.picture_specs import Inpaint, InpaintClip, MakePicture, Upscale
from milimo_tui.engines.specs.sound_specs import MakeSpeech
from milimo_tui.engines.specs.specs import SPEC, Spec
from milimo_tui.engines.specs.text_specs import TellLength, Write
from milimo_tui.engines.specs.video_specs import MakeVideo, Piece
from milimo_tui.engines.specs.word_specs import FindSpeakers, Transcribe
from milimo_tui.jobs.queue.killpoint import pass_kill_point
from milimo_tui.jobs.values.intake import IntakeResult
from milimo_tui.jobs.values.views import DetailedJob
from milimo_tui.store.project.opening import find_film_problem
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.store.rows.stored_values import BOX, Render
from milimo_tui.story.values import picked_takes
from milimo_tui.story.values.film import Asset, AssetKind, Take
from milimo_tui.story.values.picked_takes import PIECE
from milimo_tui.studio.intake import (
    control_intake,
    mask_intake,
    picture_intake,
    sound_intake,
    speech_intake,
)
from milimo_tui.studio.intake.media_store import move_into_media
from milimo_tui.studio.intake.transcript_intake import save_speakers, save_transcript
from milimo_tui.studio.media import provenance
from milimo_tui.studio.takes.shot_spec import find_live_shot_state
from milimo_tui.studio.takes.signatures import get_signature
from milimo_tui.studio.writing import (
    film_prompts,
    film_questions,
    predicted_lengths,
    reading_prompts,
    scenarios,
    script_readings,
    suggestions,
)

ONE_GO = "of a scene in one go, untested"
# The note on a take whose spoken lines were added to the pictures of an earlier take.
SCRATCH = "a scratch voice"


class FilmIntake:
    """The part of publishing a job's result that depends on films. The supervisor calls it for each finished
    job.
    """

    def file_result(self, job: DetailedJob, result: Result) -> IntakeResult:
        """Import a job's outputs into its film. Return the current path of each output by its role, such as
        `take` or `board`.

        Raises a MilimoError if that fails. The job then stays `publishing`, with the error's message, until a
        later try succeeds.
        """
        spec: Spec = SPEC.validate_python(job.spec)
        outputs = {output.role: output.path for output in result.outputs}
        if not job.project:
            return IntakeResult(outputs=outputs)
        paths = ProjectPaths(Path(job.project))
        with _open_intact_film(paths) as project:
            if isinstance(spec, MakeVideo) and job.shot:
                outputs |= self._add_takes(project, job, spec, result)
                outputs |= picture_intake.import_pictures(project, job, spec, result)
            elif isinstance(spec, MakePicture | Inpaint | InpaintClip | Upscale):
                outputs |= picture_intake.import_pictures(project, job, spec, result)
            elif isinstance(spec, Segment | Track | DrawMask):
                outputs |= mask_intake.import_masks(project, job, spec, result)
            elif isinstance(spec, MakeControl):
                outputs |= control_intake.import_control_map(project, spec, result)
            elif isinstance(spec, MakeSound):
                outputs |= sound_intake.import_sounds(project, job, spec, result)
            elif isinstance(spec, MakeSpeech):
                outputs |= speech_intake.import_speech(project, job, spec, result)
            elif isinstance(spec, CompareTake):
                project.facts.note_likeness(
                    spec.take_job, json.dumps(result.facts["likeness"], sort_keys=True)
                )
            elif isinstance(spec, Write) and suggestions.is_shot_writing_job(job, spec):
                suggestions.save_suggestion_answer(project, job, spec, result)
                if spec.accepts:
                    film_prompts.accept_film_prompts(project, job.id)
                # The answer's text is stored in the film. Its file is not reported because it is deleted with
                # the job's workspace.
                outputs = {}
            elif isinstance(spec, Write) and spec.task in film_questions.TALK_TASKS:
                film_questions.save_talk_answer(project, job, spec, result)
                outputs = {}
            elif isinstance(spec, Write) and spec.task == script_readings.TASK:
                # The reading is stored in the film until the user has decided about it.
                script_readings.save_reading(project, job, spec, result)
                outputs = reading_prompts.save_reading_order(project, job, result)
            elif isinstance(spec, Write) and spec.reading_job:
                reading_prompts.save_reading_prompts(project, spec, result)
                outputs = {}
            elif isinstance(spec, Write) and spec.task == scenarios.TASK:
                scenarios.save_scenario_answer(project, result)
                # The scenario is stored with the film until the user has reviewed it, so no file is reported.
                outputs = {}
            elif isinstance(spec, TellLength):
                predicted_lengths.save_predicted_length(project, job, spec, result)
            elif isinstance(spec, Probe):
                # A probe only reads the properties and the hash of a media file, so there is no output to
                # report.
                outputs = {}
                if spec.asset:
                    project.facts.note_hash(spec.asset, _require_job_output(result, "facts").digest)
            elif isinstance(spec, Transcribe):
                save_transcript(project, job, spec, result)
                outputs = {}
            elif isinstance(spec, FindSpeakers):
                save_speakers(project, job, spec, result)
                outputs = {}
            elif isinstance(spec, RenderFilm):
                self._add_render(project, job, spec, result)
            provenance.record_provenance(project, job.id, result)
        return IntakeResult(outputs=outputs)

    def _add_takes(
        self, project: ProjectFile, job: DetailedJob, spec: MakeVideo, result: Result
    ) -> dict[str, str]:
        """Add the takes that a job made to their shots, and return the current paths of the files, by
        role.
        """
        output = _require_job_output(result, "take")
        below = _find_dubbed_take(project, spec)
        frames = int(output.facts.get("frames") or spec.all_frames)
        if spec.doubled is not None:
            # The frame rate of this take was doubled, so that its file has more frames for the same duration.
            # The take's length is stored in frames at the film's rate.
            frames = spec.all_frames
        head, tail = (
            (below.head, below.tail) if below else (spec.head, max(0, frames - spec.head - spec.frames))
        )
        path, asset = move_into_media(project.paths, output, AssetKind.VIDEO)
        pass_kill_point("publishing:moved")
        if spec.pieces:
            head, tail = 0, max(0, frames - spec.pieces[0].frames)
        note = ONE_GO if spec.pieces else ""
        if below is not None and engine_registry.row(spec.engine).previs:
            note = SCRATCH
        take = Take(
            id=new_id("take"),
            shot=spec.pieces[0].shot if spec.pieces else job.shot,
            asset=asset.id,
            job=job.id,
            engine=below.engine if below else spec.engine,
            seed=spec.seed,
            frames=frames,
            head=head,
            tail=tail,
            spec=json.dumps(spec.model_dump(mode="json"), sort_keys=True),
            signature=spec.pieces[0].signature if spec.pieces else get_signature(spec),
            previs=(
                below.previs
                if below
                else engine_registry.row(spec.engine).previs
                or provenance.is_made_by_tiny_weights(result, output.digest)
            ),
            created=HOST.now(),
            note=note,
        )
        if spec.pieces:
            self._add_take_or_clip(project, job, take, asset, 1)
        else:
            project.facts.add_take(take, asset)
        pass_kill_point("publishing:inserted")
        self._pick_over_stale(project, take)
        places = {"take": str(path)}
        for at, piece in enumerate(spec.pieces[1:], 2):
            role = f"take-{at}"
            places |= {
                role: self._add_piece_take(project, job, take, piece, at, _require_job_output(result, role))
            }
        return places

    def _add_piece_take(
        self, project: ProjectFile, job: DetailedJob, first: Take, piece: Piece, at: int, output: Output
    ) -> str:
        """Add the take of a piece of a one-go scene to its shot, and return the path of its file. A one-go
        scene is several shots generated as one take with cuts; a piece is the take of one of these shots.

        `first` is the take of the first piece, which was added before. `at` is the index of this piece. If
        this function is called again for the same piece, no second take is added.
        """
        path, asset = move_into_media(project.paths, output, AssetKind.VIDEO)
        frames = int(output.facts.get("frames") or piece.frames)
        take = replace(
            first,
            id=new_id("take"),
            shot=piece.shot,
            asset=asset.id,
            job=f"{first.job}{PIECE}{at}",
            frames=frames,
            tail=max(0, frames - piece.frames),
            signature=piece.signature,
        )
        self._add_take_or_clip(project, job, take, asset, at)
        self._pick_over_stale(project, take)
        return str(path)

    def _add_take_or_clip(
        self, project: ProjectFile, job: DetailedJob, take: Take, asset: Asset, at: int
    ) -> None:
        """Add the take of one shot of a one-go scene (several shots generated as one take) to that shot, even
        if the shot is in the bin.

        If the shot is no longer in the film, the file is added to the film's media instead. The work is then
        not lost, and no other shot gets the take.
        """
        try:
            project.facts.add_take(take, asset)
        except NotFound:
            project.facts.add_asset(replace(asset, name=f"{job.label or 'one go'}, piece {at}.mov"))

    def _pick_over_stale(self, project: ProjectFile, take: Take) -> None:
        """Pick a new take automatically if it is fresh and the shot shows a stale take that the user did not
        pick. Makes one edit.
        """
        state = find_live_shot_state(project.load_story(), take.shot)
        if state is None or not state.picked or not state.stale or not state.is_fresh(take):
            return
        drawn = state.shot.engine == take.engine
        if not picked_takes.can_replace_take(state.shot, state.picked, take, stale=True, drawn=drawn):
            return
        picked = picked_takes.set_automatic_pick(state.shot, take)
        label = f"pick the new take of {state.number}"
        project.write_edit(label, scope="project", actor=BOX, before=[state.shot], after=[picked])

    def _add_render(self, project: ProjectFile, job: DetailedJob, spec: RenderFilm, result: Result) -> None:
        output = _require_job_output(result, "film")
        if not Path(spec.output).exists():
            raise Damaged(
                f"the rendered film {spec.output} was removed before it was recorded",
                "Milimo renders it again automatically",
            )
        plan = json.loads(Path(spec.plan).read_text())
        frames = int(output.facts.get("frames") or plan["plan"]["frames"])
        film = Path(spec.output)
        inside = film.is_relative_to(project.paths.root)
        render = Render(
            id=new_id("render"),
            job=job.id,
            path=str(film.relative_to(project.paths.root)) if inside else spec.output,
            cut=plan["plan"]["cut"],
            name=plan["plan"]["name"],
            signature=plan["signature"],
            preset=spec.delivery.preset,
            settings=spec.delivery.model_dump_json(exclude_defaults=True),
            frames=frames,
            seconds=frames / parse_ratio(plan["plan"]["rate"]),
            bytes=output.bytes,
            previs=plan["plan"].get("previs", False),
            created=HOST.now(),
            report=json.dumps(result.facts.get("report") or {}),
        )
        project.facts.add_render(render)


@contextmanager
def _open_intact_film(paths: ProjectPaths) -> Iterator[ProjectFile]:
    """Open a film to store the finished work of a job. Raises Unavailable if the film is damaged, so that the
    work waits until the film is repaired.

    Damaged is not raised, because it would mean that the job's own files are damaged, and the job would be
    run again.
    """
    try:
        with ProjectFile.open(paths) as project:
            yield project
    except Damaged as error:
        if problem := find_film_problem(paths):
            raise Unavailable(problem, error.hint) from error
        raise


def _find_dubbed_take(project: ProjectFile, spec: MakeVideo) -> Take | None:
    """Return the take whose pictures the new take was made over, for example with new speech; None if there
    is none.
    """
    if spec.over is None:
        return None
    story = project.load_story()
    name = Path(str(spec.over.input)).name
    assets = {asset.id for asset in story.assets if asset.managed and Path(asset.path).name == name}
    return next((take for take in reversed(story.takes) if take.asset in assets), None)


def _require_job_output(result: Result, role: str) -> Output:
    for output in result.outputs:
        if output.role == role:
            return output
    raise Failed(f"the job made no {role}", "read its log: milimo job log")
