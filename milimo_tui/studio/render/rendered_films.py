"""The films that were rendered: what each is, how it was delivered, what its check found, and is it there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from pydantic import ValidationError

from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.plan.report import Report
from milimo_tui.store.rows.stored_values import Render
from milimo_tui.studio.render import render_plan
from milimo_tui.studio.session.studio import Studio


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedFilm:
    """A film that was rendered: `id` is its job's, `cut` the id of the cut named `name`, `created` in seconds
    since 1970. `settings` and `report` are JSON as written with it; `delivery` and `check` read them, None
    where another version wrote them or there are none.
    """

    id: str
    path: Path
    cut: str
    name: str
    frames: int
    seconds: float
    preset: str
    bytes: int
    is_there: bool
    created: float
    settings: Mapping[str, Any] = field(default_factory=dict)
    report: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, render: Render, path: Path) -> Self:
        """Read a render that lies at `path`."""
        return cls(
            id=render.job,
            path=path,
            cut=render.cut,
            name=render.name,
            frames=render.frames,
            seconds=float(render.seconds),
            preset=render.preset,
            bytes=render.bytes,
            is_there=path.exists(),
            created=render.created,
            settings=json.loads(render.settings or "{}"),
            report=json.loads(render.report or "{}"),
        )

    @property
    def key(self) -> str:
        """What tells it apart from an earlier film at the same place."""
        return f"{self.id}:{self.path}:{self.created}"

    @property
    def delivery(self) -> Delivery | None:
        with suppress(ValidationError):
            return Delivery.model_validate(self.settings)
        return None

    @property
    def check(self) -> Report | None:
        with suppress(ValidationError):
            return Report.model_validate(self.report)
        return None

    def as_json(self) -> dict[str, Any]:
        """The film as `--json` gives it."""
        return {
            "id": self.id,
            "film": str(self.path),
            "cut": self.cut,
            "name": self.name,
            "frames": self.frames,
            "seconds": self.seconds,
            "preset": self.preset,
            "settings": self.settings,
            "report": self.report,
            "bytes": self.bytes,
            "there": self.is_there,
            "created": self.created,
        }


def rendered_films(studio: Studio) -> list[RenderedFilm]:
    """Return the films of the project, the oldest first."""
    project = studio.project()
    return [
        RenderedFilm.of(render, render_plan.render_path(project.paths, render))
        for render in project.facts.renders()
    ]
