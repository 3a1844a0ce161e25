"""Find unused weights. These are weights that no engine has selected and no film uses, and that no weights in
use depend on.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.jobs.values.views import JobView
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.studio.weights import inventory
from milimo_tui.studio.weights.inventory import WeightsLine

# Weights of these roles are selected one by one. All other roles are companions that an engine loads
# automatically.
SELECTABLE_ROLES = ("model", "lora")


def list_unused_weights(
    store: ModelStore, films: Iterable[ProjectPaths], jobs: Iterable[JobView]
) -> list[WeightsLine]:
    """Return the weights of this home that can be deleted, largest first. Weights stored outside the home are
    left out, because they use no space in it.

    Return an empty list if a film can't be read, because that film may use any weights.
    """
    lines = [line for line in inventory.list_weights(store, list(jobs)) if line.installed is not None]
    try:
        texts = [text for paths in films for text in _list_film_texts(paths)]
    except (MilimoError, sqlite3.Error):
        return []
    used = {line.id for line in lines if line.selected or any(json.dumps(line.id) in text for text in texts)}
    families = {line.installed.family for line in lines if line.installed}
    used |= {id for family in families if (id := _find_running_id(store, family))}
    running = {line.installed.family for line in lines if line.installed and line.id in used}
    # Companions such as upsamplers are in use if a model of their family is, because the engine loads them
    # automatically.
    for line in lines:
        if (
            line.installed
            and line.installed.role not in SELECTABLE_ROLES
            and line.installed.family in running
        ):
            used.add(line.id)
    while more := {need for line in lines if line.id in used for need in _list_needed_ids(line)} - used:
        used |= more
    found = [
        line
        for line in lines
        if line.id not in used
        and line.job is None
        and line.installed
        and not Path(line.installed.path).is_absolute()
    ]
    return sorted(found, key=lambda line: -(line.installed.bytes if line.installed else 0))


def _find_running_id(store: ModelStore, family: str) -> str:
    """Return the id of the weights that the engine of `family` would load now. Return an empty text if it can
    load none.
    """
    try:
        return inventory.find_running_weights(store, family).id
    except MilimoError:
        return ""


def _list_needed_ids(line: WeightsLine) -> Iterator[str]:
    yield from line.known.needs if line.known else ()
    if line.installed and line.installed.base:
        yield line.installed.base


def _list_film_texts(paths: ProjectPaths) -> Iterator[str]:
    """Yield the texts of a film that may contain ids of weights: the specs of takes, and the LoRAs and models
    of shots and elements.
    """
    with ProjectFile.open(paths) as project:
        story, _ = project.load_film()
    yield from (take.spec for take in story.takes)
    loras = [story.project.loras, *(shot.loras for shot in story.shots)]
    loras += [element.loras for element in story.elements]
    yield json.dumps([use.id for uses in loras for use in uses])
    yield json.dumps([name for shot in story.shots for name in (shot.camera_lora, shot.model)])
