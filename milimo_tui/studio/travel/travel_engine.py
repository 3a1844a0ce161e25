"""The engine that runs pushes and pulls as jobs. A job needs no open terminal, and resumes after an
interruption.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

from milimo_tui.core.errors import BadInput, Conflict, Failed, Refused, Unavailable
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.travel_specs import TravelFilm
from milimo_tui.store.rows.stored_values import BOX
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.travel import pulling, pushing
from milimo_tui.studio.travel.box import parse_box
from milimo_tui.studio.travel.travel_messages import (
    format_pull_result,
    format_push_result,
    format_weights_result,
)

_TRANSFER_TRIES = 5
_PAUSE_SECONDS = 3.0


class _JobProgress:
    """An adapter that reports a count as the progress of a job. It has the interface of `Studio.counted`, so
    that a transfer runs in a job as it runs in a terminal.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self.has_moved = False

    @contextmanager
    def __call__(self, title: str, total: int) -> Iterator[Callable[[int, str], None]]:
        """Yield a function that reports progress. Its arguments are the number of items that are done, and
        the name of the current item. The function raises Cancelled if the job is cancelled.
        """
        whole = max(1, total)

        def report_count(done: int, name: str) -> None:
            self.has_moved = True
            self._context.progress(title, min(done, whole), whole, name)

        self._context.progress(title, 0, whole)
        yield report_count


class Travel:
    """The engine for jobs that push or pull a film over ssh. It holds no data between jobs."""

    name = "travel"

    def load(self) -> None:
        """Do nothing: an unusable ssh is reported when a transfer starts it."""

    def unload(self) -> None:
        """Do nothing: no data is kept between jobs."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Push or pull a film, as the spec says. If the connection ends after data was transferred, try
        again.

        Raises the errors of `push_film` and `pull_film`, with Refused in place of Conflict: the user must
        resolve a conflict, so the job must not be retried.
        """
        if not isinstance(spec, TravelFilm):
            raise BadInput(f"the engine travel can't do {spec.kind}")
        for left in reversed(range(_TRANSFER_TRIES)):
            count = _JobProgress(context)
            try:
                return _run_transfer(spec, count)
            except Conflict as error:
                raise Refused(error.message, error.hint) from error
            except (Failed, Unavailable) as error:
                if not (left and count.has_moved):
                    raise
                context.log(f"{error.message}; it continues where it stopped")
                time.sleep(_PAUSE_SECONDS)
        raise AssertionError("the last try raises")


def _run_transfer(spec: TravelFilm, count: _JobProgress) -> Result:
    studio = Studio.open(home=os.environ["MILIMO_HOME"], project=spec.project, actor=BOX)
    studio.counted = count
    try:
        return _run_push(studio, spec) if spec.act == "push" else _run_pull(studio, spec)
    finally:
        studio.close()


def _run_push(studio: Studio, spec: TravelFilm) -> Result:
    box = parse_box(spec.box, studio.settings.ssh, studio.settings.far_program)
    notes, facts = [], {}
    if spec.weights:
        new, sent = pushing.push_weights(studio, box, spec.weights)
        notes.append(format_weights_result(new, len(spec.weights), sent))
    if spec.project:
        settled, sent = pushing.push_film(
            studio, box, studio.require_project(), folder=spec.folder, keep=spec.keep
        )
        notes.append(format_push_result(settled, sent, box, spec.box))
        facts = {**asdict(settled), "bytes": sent}
    return Result(notes=tuple(notes), facts=facts)


def _run_pull(studio: Studio, spec: TravelFilm) -> Result:
    box = parse_box(spec.box, studio.settings.ssh, studio.settings.far_program)
    paths, settled, received = pulling.pull_film(
        studio, box, film=spec.film, folder=spec.folder, keep=spec.keep
    )
    return Result(
        notes=(format_pull_result(settled, received, str(paths.root), spec.box),),
        facts={**asdict(settled), "bytes": received},
    )
