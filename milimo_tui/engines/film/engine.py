"""The film engine renders a frozen plan in the job's workspace, then moves the film to its final name in one
step.

A retry after a kill finds the finished segments in the cache; if the render was complete, the retry only
publishes the film again. The engine uses no database: the plan file and the delivery contain everything.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from milimo_tui.core.errors import BadInput, Damaged, Failed, NotFound
from milimo_tui.core.host import explain, write_atomic
from milimo_tui.core.time import timecode
from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.delivery.losses import lost
from milimo_tui.cut.plan.damage import MetDamage
from milimo_tui.cut.plan.plan import Plan
from milimo_tui.cut.plan.report import Finding
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.film.damaged_sources import require_undamaged, with_damage_found
from milimo_tui.engines.film.film_check import CHECKING, checked
from milimo_tui.engines.film.publication import bytes_at, publish
from milimo_tui.engines.specs.file_specs import RenderFilm
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.media.encode import hardware
from milimo_tui.media.files.facts import digest
from milimo_tui.media.picture.glimpse import glimpse
from milimo_tui.media.read.integrity import check_intact
from milimo_tui.media.read.probe import probe
from milimo_tui.media.render.deliver import beside, check_place, deliver, stages_of
from milimo_tui.media.render.film import STAGE, Rendered

SEGMENTS = "segments"  # a folder in the project's cache, or in the workspace if there is no cache
PUBLISHING = "publishing"


class Film:
    """The engine that renders films."""

    name = "film"

    def load(self) -> None:
        """Do nothing: the encoders are part of PyAV."""

    def unload(self) -> None:
        """Do nothing: the engine holds nothing between jobs."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Render `spec.plan` to `spec.output`. Raises as `media.render.film.render`, and Damaged for an
        invalid plan file.
        """
        if not isinstance(spec, RenderFilm):
            raise BadInput(f"the film engine can't do {spec.kind}")
        plan = with_damage_found(read_plan(Path(spec.plan)), context)
        target = Path(spec.output)
        check_place(target, spec.delivery)
        delivery, downgraded = hardware.chosen(spec.delivery)
        spec = spec.model_copy(update={"delivery": delivery})
        for sentence in downgraded:
            context.log(sentence)
        whole = context.workspace / (
            "film" if spec.delivery.in_folder else f"film{target.suffix or spec.delivery.suffix}"
        )
        context.plan({**stages_of(spec.delivery), CHECKING: 9.0, PUBLISHING: 1.0})
        done = _finished(whole, plan, spec.delivery)
        if done is None:
            try:
                done = _rendered(plan, whole, spec, context)
            except MetDamage as error:
                # raises an error that lists every damaged place
                require_undamaged(plan, context, error.message)
                raise
            note = {"made": _key(plan, spec.delivery), **asdict(done)}
            write_atomic(_note(whole), json.dumps(note).encode())
            # remaining files are removed with the job
            shutil.rmtree(context.workspace / SEGMENTS, ignore_errors=True)
        else:
            context.log("the film was rendered whole before; it only gets its name now")
        try:
            if not spec.delivery.in_folder:
                check_intact(whole, {})
            report = checked(plan, spec.delivery, whole, context, Path(spec.cache) if spec.cache else None)
        except (Damaged, Failed):
            # A retry must render again, instead of publishing the same file or joining the same segments.
            _note(whole).unlink(missing_ok=True)
            shutil.rmtree(_segments(spec, context), ignore_errors=True)
            raise
        report = report.model_copy(
            update={"findings": (*report.findings, *_render_findings(done, plan, delivery))}
        )
        result = _published(plan, spec.delivery, whole, target, done, context)
        notes = (*downgraded, *lost(plan, delivery), *done.notes, *result.notes)
        return result.model_copy(
            update={"notes": notes, "facts": {**result.facts, "report": report.model_dump(mode="json")}}
        )


def _rendered(plan: Plan, whole: Path, spec: RenderFilm, context: Context) -> Rendered:
    """Render and report every frame. The cache holds the segments of an earlier attempt."""
    key = _key(plan, spec.delivery)

    def progress(stage: str, done: int, total: int) -> None:
        context.progress(stage, done, total, frames=(done, total))

    def show(picture: Any) -> None:
        context.preview(partial(glimpse, picture))

    def kept(frames: int) -> None:
        if context.checkpoints.due():
            context.checkpoints.save(STAGE, key, frames, partial(_write_state, b"in the cache"))

    context.checkpoints.newest(STAGE, key)  # this call logs the progress of an earlier attempt
    done = deliver(plan, whole, spec.delivery, progress, show, _segments(spec, context), kept)
    for note in done.notes:
        context.log(note)
    if done.kept:
        context.log(f"{done.kept} of {done.frames} frames were encoded before and are as they were")
    return done


def _render_findings(done: Rendered, plan: Plan, delivery: Delivery) -> Iterator[Finding]:
    """Yield the render's own notes as findings for the report of the check."""
    for note in (*lost(plan, delivery), *done.notes):
        at = timecode(plan.start, plan.rate)
        yield Finding(kind="stream", level="note", start=0, end=0, timecode=at, text=note)


def _segments(spec: RenderFilm, context: Context) -> Path:
    return (Path(spec.cache) if spec.cache else context.workspace) / SEGMENTS


def _write_state(state: bytes, path: Path) -> None:
    path.write_bytes(state)


def _brought(value: Any, before: str, now: str) -> Any:
    """Return a JSON value in which every path below folder `before` is below folder `now`."""
    if isinstance(value, dict):
        return {key: _brought(one, before, now) for key, one in value.items()}
    if isinstance(value, list):
        return [_brought(one, before, now) for one in value]
    return now + value[len(before) :] if isinstance(value, str) and value.startswith(before) else value


def read_plan(path: Path) -> Plan:
    """Return the plan of a frozen plan file, with the film's own media at the film's present folder.

    Raises NotFound, or Damaged for a file that is no plan.
    """
    try:
        body = json.loads(path.read_bytes())
        if not isinstance(body, dict) or "plan" not in body:
            return Plan.model_validate(body)
        # the file is in `cache/plans/` of the film's folder
        film, here = str(body.get("film", "")), str(path.parents[2])
        plan = body["plan"]
        return Plan.model_validate(_brought(plan, f"{film}/", f"{here}/") if film not in ("", here) else plan)
    except FileNotFoundError as error:
        raise NotFound(f"the frozen plan {path.name} is gone", "render again") from error
    except OSError as error:
        raise explain(error, path, "read") from error
    except (ValueError, TypeError, ValidationError) as error:
        raise Damaged(f"the frozen plan {path.name} can't be read", "render again") from error


def _published(
    plan: Plan, delivery: Delivery, whole: Path, target: Path, done: Rendered, context: Context
) -> Result:
    facts = _facts(plan, delivery, whole)
    context.progress(PUBLISHING, 0, 1)
    for extra in beside(whole, delivery):
        publish(extra, target.with_name(extra.name.replace(whole.stem, target.stem, 1)))
    publish(whole, target)
    size = bytes_at(target)
    output = Output(
        role="film",
        path=str(target),
        digest="" if target.is_dir() else digest(target),
        bytes=size,
        facts=facts,
    )
    counts = {name: value for name, value in asdict(done).items() if name != "notes"}
    numbers = {**counts, "seconds": float(plan.frames / plan.rate)}
    return Result(outputs=(output,), notes=_offline(plan), facts=numbers)


def _facts(plan: Plan, delivery: Delivery, whole: Path) -> dict[str, Any]:
    """Return the properties of the file. A file that no player decodes is described by the counts of its
    check.
    """
    if delivery.in_folder or delivery.container == "webp":
        return {"kind": "video" if delivery.picture else "sound", "frames": plan.frames}
    return probe(whole).as_json()


def _offline(plan: Plan) -> tuple[str, ...]:
    """Return a sentence for every clip that shows a slate because its media is offline."""
    paths = dict.fromkeys(
        layer.media.path or layer.media.text or layer.clip
        for stretch in plan.stretches
        for layer in stretch.pictures()
        if layer.media.kind == "offline"
    )
    return tuple(f"{what} is offline: the film shows a slate for it" for what in paths)


def _key(plan: Plan, delivery: Delivery) -> str:
    return f"{plan.signature()} {delivery.model_dump_json(exclude_defaults=True)}"


def _note(whole: Path) -> Path:
    return whole.with_suffix(".json")


def _finished(whole: Path, plan: Plan, delivery: Delivery) -> Rendered | None:
    """Return the complete render of an earlier attempt, if its plan and delivery are the same. None
    otherwise.
    """
    if not whole.exists() or not _note(whole).is_file():
        return None
    note = json.loads(_note(whole).read_bytes())
    if note.pop("made") != _key(plan, delivery):
        return None
    return Rendered(**{**note, "notes": tuple(note.get("notes", ()))})
