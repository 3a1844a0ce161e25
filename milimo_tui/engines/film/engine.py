"""The film engine: it renders a frozen plan in the job's workspace, then moves the film to its final name in
one step.

A retry after the worker was killed finds the finished segments in the cache. If the render was already
complete, the retry only repeats the last step. The engine uses no database, because the plan file and the
delivery contain everything that a render needs.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from milimo_tui.core.errors import BadInput, Damaged, Failed, NotFound
from milimo_tui.core.host import explain_os_error, retain_allocator_memory, write_file_atomically
from milimo_tui.core.time import format_timecode
from milimo_tui.cut.delivery.delivery import Container, Delivery
from milimo_tui.cut.delivery.losses import describe_losses
from milimo_tui.cut.plan.damage import UnhandledDamage
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.cut.plan.report import CheckFinding
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.film.damaged_sources import raise_for_damage, search_for_damage
from milimo_tui.engines.film.film_check import CHECKING, check_delivered_film
from milimo_tui.engines.film.publication import measure_size, publish_film_file
from milimo_tui.engines.specs.file_specs import RenderFilm
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.media.encode import hardware
from milimo_tui.media.files.facts import digest
from milimo_tui.media.picture.glimpse import encode_glimpse
from milimo_tui.media.read.integrity import check_file_intact
from milimo_tui.media.read.probe import probe
from milimo_tui.media.render.deliver import (
    check_delivery_target,
    deliver_plan,
    list_delivered_files,
    weigh_stages,
)
from milimo_tui.media.render.film import STAGE, RenderResult
from milimo_tui.media.sound.once_rendered import RENDERED_SOUNDS

# Name of the folder of rendered segments in the film's cache, or in the job's workspace if there is no cache
SEGMENTS = "segments"
PUBLISHING = "publishing"


class Film:
    """The engine that renders films."""

    name = "film"

    def load(self) -> None:
        """Prepare the process for many short-lived blocks of sound. The encoders are part of PyAV."""
        retain_allocator_memory()

    def unload(self) -> None:
        """Do nothing: the engine has no state between jobs."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Render the plan file `spec.plan` to the file `spec.output`. Raises the errors of
        `media.render.film.render`, and Damaged for a plan file that cannot be read.
        """
        if not isinstance(spec, RenderFilm):
            raise BadInput(f"the film engine can't do {spec.kind}")
        plan = search_for_damage(read_frozen_plan(Path(spec.plan)), context)
        target = Path(spec.output)
        check_delivery_target(target, spec.delivery)
        delivery, downgraded = hardware.choose_encoder(spec.delivery)
        spec = spec.model_copy(update={"delivery": delivery})
        for sentence in downgraded:
            context.log(sentence)
        RENDERED_SOUNDS.folder = Path(spec.cache) if spec.cache else None
        whole = context.workspace / (
            "film" if spec.delivery.is_file_folder else f"film{target.suffix or spec.delivery.suffix}"
        )
        context.plan({**weigh_stages(spec.delivery), CHECKING: 9.0, PUBLISHING: 1.0})
        done = _read_finished_render(whole, plan, spec.delivery)
        if done is None:
            try:
                done = _render_with_progress(plan, whole, spec, context)
            except UnhandledDamage as error:
                # Search the sources and raise an error that lists every damaged place. If none is found,
                # raise the original error.
                raise_for_damage(plan, context, error.message)
                raise
            note = {"made": _make_render_key(plan, spec.delivery), **asdict(done)}
            write_file_atomically(_get_render_note_path(whole), json.dumps(note).encode())
            # Errors are ignored: the job's workspace, with any remaining segment, is deleted with the job.
            shutil.rmtree(context.workspace / SEGMENTS, ignore_errors=True)
        else:
            context.log("the film is already rendered; it is only renamed now")
        try:
            if not spec.delivery.is_file_folder:
                check_file_intact(whole, {})
            report = check_delivered_film(
                plan, spec.delivery, whole, context, Path(spec.cache) if spec.cache else None
            )
        except (Damaged, Failed):
            # The check failed. Delete the note and the segments, so that a retry renders the film again
            # instead of publishing the faulty file or joining the faulty segments.
            _get_render_note_path(whole).unlink(missing_ok=True)
            shutil.rmtree(_get_segments_folder(spec, context), ignore_errors=True)
            raise
        report = report.model_copy(
            update={"findings": (*report.findings, *_iterate_render_findings(done, plan, delivery))}
        )
        result = _publish_film(plan, spec.delivery, whole, target, done, context)
        notes = (*downgraded, *describe_losses(plan, delivery), *done.notes, *result.notes)
        return result.model_copy(
            update={"notes": notes, "facts": {**result.facts, "report": report.model_dump(mode="json")}}
        )


def _render_with_progress(plan: RenderPlan, whole: Path, spec: RenderFilm, context: Context) -> RenderResult:
    """Render the plan to the file `whole` and report the progress after every frame. Segments that an earlier
    attempt finished are taken from the cache.
    """
    key = _make_render_key(plan, spec.delivery)

    def progress(stage: str, done: int, total: int) -> None:
        context.progress(stage, done, total, frames=(done, total))

    def show(picture: Any) -> None:
        context.preview(partial(encode_glimpse, picture))

    def kept(frames: int) -> None:
        if context.checkpoints.due():
            context.checkpoints.save(STAGE, key, frames, partial(_write_state, b"in the cache"))

    context.checkpoints.newest(STAGE, key)  # called only because it logs the progress of an earlier attempt
    done = deliver_plan(plan, whole, spec.delivery, progress, show, _get_segments_folder(spec, context), kept)
    for note in done.notes:
        context.log(note)
    if done.kept:
        context.log(f"{done.kept} of {done.frames} frames were encoded before and are reused")
    return done


def _iterate_render_findings(
    done: RenderResult, plan: RenderPlan, delivery: Delivery
) -> Iterator[CheckFinding]:
    """Yield the notes of the render in the form of findings, so that the report of the film check can include
    them. Tracks that are not heard are a warning.
    """
    for note in (*describe_losses(plan, delivery), *done.notes):
        level: Literal["warning", "note"] = "warning" if note in plan.unheard else "note"
        at = format_timecode(plan.start, plan.rate)
        yield CheckFinding(kind="stream", level=level, start=0, end=0, timecode=at, text=note)


def _get_segments_folder(spec: RenderFilm, context: Context) -> Path:
    return (Path(spec.cache) if spec.cache else context.workspace) / SEGMENTS


def _write_state(state: bytes, path: Path) -> None:
    path.write_bytes(state)


def _relocate_paths(value: Any, before: str, now: str) -> Any:
    """Return a JSON value in which every path inside folder `before` is changed to the same path inside
    folder `now`.
    """
    if isinstance(value, dict):
        return {key: _relocate_paths(one, before, now) for key, one in value.items()}
    if isinstance(value, list):
        return [_relocate_paths(one, before, now) for one in value]
    return now + value[len(before) :] if isinstance(value, str) and value.startswith(before) else value


def read_frozen_plan(path: Path) -> RenderPlan:
    """Read a frozen render plan. If the film's folder was moved, paths of its own media are changed to the
    present folder.

    Raises NotFound, or Damaged for a file that is no plan.
    """
    try:
        body = json.loads(path.read_bytes())
        if not isinstance(body, dict) or "plan" not in body:
            return RenderPlan.model_validate(body)
        # The plan is in `cache/plans/` of the film's folder, so its third parent is the present folder of the
        # film.
        film, here = str(body.get("film", "")), str(path.parents[2])
        plan = body["plan"]
        return RenderPlan.model_validate(
            _relocate_paths(plan, f"{film}/", f"{here}/") if film not in ("", here) else plan
        )
    except FileNotFoundError as error:
        raise NotFound(f"the saved render plan {path.name} is missing", "render again") from error
    except OSError as error:
        raise explain_os_error(error, path, "read") from error
    except (ValueError, TypeError, ValidationError) as error:
        raise Damaged(f"the saved render plan {path.name} can't be read", "render again") from error


def _publish_film(
    plan: RenderPlan, delivery: Delivery, whole: Path, target: Path, done: RenderResult, context: Context
) -> Result:
    facts = _describe_film_file(plan, delivery, whole)
    context.progress(PUBLISHING, 0, 1)
    for extra in list_delivered_files(whole, delivery):
        publish_film_file(extra, target.with_name(extra.name.replace(whole.stem, target.stem, 1)))
    publish_film_file(whole, target)
    size = measure_size(target)
    output = Output(
        role="film",
        path=str(target),
        digest="" if target.is_dir() else digest(target),
        bytes=size,
        facts=facts,
    )
    counts = {name: value for name, value in asdict(done).items() if name != "notes"}
    numbers = {**counts, "seconds": float(plan.frames / plan.rate)}
    return Result(outputs=(output,), notes=_describe_offline_media(plan), facts=numbers)


def _describe_film_file(plan: RenderPlan, delivery: Delivery, whole: Path) -> dict[str, Any]:
    """Return the properties of the rendered file `whole` for the job's output. If the file's format cannot be
    decoded here, the properties come from the plan and the delivery.
    """
    if delivery.is_file_folder or delivery.container is Container.WEBP:
        return {"kind": "video" if delivery.picture else "sound", "frames": plan.frames}
    return probe(whole).as_json()


def _describe_offline_media(plan: RenderPlan) -> tuple[str, ...]:
    """Return a sentence for every clip that shows a placeholder picture because its media is offline."""
    paths = dict.fromkeys(
        layer.media.path or layer.media.text or layer.clip
        for stretch in plan.stretches
        for layer in stretch.list_pictures()
        if layer.media.kind == "offline"
    )
    return tuple(f"{what} is offline: the film shows a slate for it" for what in paths)


def _make_render_key(plan: RenderPlan, delivery: Delivery) -> str:
    return f"{plan.compute_signature()} {delivery.model_dump_json(exclude_defaults=True)}"


def _get_render_note_path(whole: Path) -> Path:
    return whole.with_suffix(".json")


def _read_finished_render(whole: Path, plan: RenderPlan, delivery: Delivery) -> RenderResult | None:
    """Return the result of an earlier attempt of this job, if that attempt rendered the complete film with
    the same plan and delivery. Otherwise return None.
    """
    if not whole.exists() or not _get_render_note_path(whole).is_file():
        return None
    note = json.loads(_get_render_note_path(whole).read_bytes())
    if note.pop("made") != _make_render_key(plan, delivery):
        return None
    return RenderResult(**{**note, "notes": tuple(note.get("notes", ()))})
