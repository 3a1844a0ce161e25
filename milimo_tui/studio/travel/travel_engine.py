"""Pushes and pulls as jobs: they go on without a terminal, and again where they were cut."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.travel_specs import TravelFilm
from milimo_tui.store.rows.stored_values import BOX
from milimo_tui.studio.session.studio import Counted, Studio
from milimo_tui.studio.travel import pulling, pushing
from milimo_tui.studio.travel.box import parse_box
from milimo_tui.studio.travel.telling import pulled, pushed, weights_sent


class Travel:
    """Films by ssh. Holds nothing between jobs."""

    name = "travel"

    def load(self) -> None:
        """Nothing: whether ssh is there, and gets there, is told by who starts it."""

    def unload(self) -> None:
        """Nothing is held between jobs."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Push or pull. Raises what both do; what has come is kept for the next attempt."""
        if not isinstance(spec, TravelFilm):
            raise BadInput(f"the engine travel can't do {spec.kind}")
        studio = Studio.open(home=os.environ["MILIMO_HOME"], project=spec.project, actor=BOX)
        studio.counted = _counted(context)
        try:
            return _pushed(studio, spec) if spec.act == "push" else _pulled(studio, spec)
        finally:
            studio.close()


def _pushed(studio: Studio, spec: TravelFilm) -> Result:
    box = parse_box(spec.box, studio.settings.ssh, studio.settings.far_program)
    notes, facts = [], {}
    if spec.weights:
        new, sent = pushing.push_weights(studio, box, spec.weights)
        notes.append(weights_sent(new, len(spec.weights), sent))
    if spec.project:
        settled, sent = pushing.push(studio, box, studio.project(), folder=spec.folder, keep=spec.keep)
        notes.append(pushed(settled, sent, box, spec.box))
        facts = {**asdict(settled), "bytes": sent}
    return Result(notes=tuple(notes), facts=facts)


def _pulled(studio: Studio, spec: TravelFilm) -> Result:
    box = parse_box(spec.box, studio.settings.ssh, studio.settings.far_program)
    paths, settled, came = pulling.pull(studio, box, film=spec.film, folder=spec.folder, keep=spec.keep)
    return Result(
        notes=(pulled(settled, came, str(paths.root), spec.box),), facts={**asdict(settled), "bytes": came}
    )


def _counted(context: Context) -> Counted:
    @contextmanager
    def counted(title: str, total: int) -> Iterator[Callable[[int, str], None]]:
        whole = max(1, total)
        context.progress(title, 0, whole)
        yield lambda done, name: context.progress(title, min(done, whole), whole, name)

    return counted
