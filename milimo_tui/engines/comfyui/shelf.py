"""Store workflows in the models folder of a studio home.

`models/NAME/` holds the original workflow file and its bindings. The name `comfyui:NAME` can then be used as
an engine, like `diffusers:NAME`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from milimo_tui.core.errors import Damaged, MilimoError
from milimo_tui.core.host import make_folders, write_file_atomically
from milimo_tui.core.reasons import reason
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.engines.catalog.installed_weights import InstalledWeights, ResolvedWeights
from milimo_tui.engines.catalog.model_lookup import check_model_id
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.comfyui import workflow
from milimo_tui.engines.comfyui.bindings import Bindings, parse_bindings
from milimo_tui.engines.comfyui.workflow import Workflow

FAMILY = "comfyui"
WORKFLOW, BINDINGS = "workflow.json", "bindings.json"
# Values of the manifest's `generation` for a workflow: the kind of result that it makes
CLIPS, PICTURES = "clips", "pictures"


@dataclass(frozen=True, slots=True)
class SavedWorkflow:
    """A workflow saved in the models folder, with its bindings."""

    name: str
    workflow: Workflow
    bindings: Bindings
    makes_clips: bool


def save_workflow(store: ModelStore, saved: SavedWorkflow, data: bytes) -> InstalledWeights:
    """Save a workflow atomically and select it. Raises BadInput for an invalid name."""
    folder = store.folder / check_model_id(saved.name)
    make_folders(folder)
    write_file_atomically(folder / WORKFLOW, data)
    write_file_atomically(folder / BINDINGS, json.dumps(saved.bindings.as_json(), indent=1).encode())
    made = CLIPS if saved.makes_clips else PICTURES
    row = InstalledWeights(id=saved.name, family=FAMILY, generation=made, title=saved.name)
    whole = store.register(row)
    store.select(FAMILY, saved.name)
    return whole


def read_saved_workflow(found: ResolvedWeights) -> SavedWorkflow:
    """Return a saved workflow. Raises Damaged if its files can't be read."""
    hint = f"milimo workflow add FILE --name {found.id} adds it again"
    try:
        flow = workflow.read_workflow((found.path / WORKFLOW).read_bytes(), found.id)
        bound = parse_bindings(parse_untrusted_json((found.path / BINDINGS).read_text()))
    except (OSError, ValueError, MilimoError) as error:
        raise Damaged(f"the workflow {found.id} can't be read: {reason(error)}", hint) from error
    return SavedWorkflow(found.id, flow, bound, found.generation == CLIPS)


def read_workflow_file(store: ModelStore, name: str) -> bytes:
    """Return the bytes of the original workflow file."""
    return (Path(store.folder) / check_model_id(name) / WORKFLOW).read_bytes()
