"""Make a take with a given recipe, although no recipe ladder would choose it for the tiny weights."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from milimo_tui.engines.contract.engine import Output
from milimo_tui.engines.ltx2.plan import installed_parts
from milimo_tui.engines.ltx2.plan.plan import plan_ltx2_take
from milimo_tui.engines.ltx2.take.chunk_making import ChunkMaker
from milimo_tui.engines.ltx2.take.loras import ActiveLora, set_take_loras
from milimo_tui.engines.ltx2.take.reading import list_take_texts
from milimo_tui.engines.ltx2.take.session import open_session
from milimo_tui.engines.ltx2.take.take import TakeMaker
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.runtime.active_loras import Adapter
from milimo_tui.engines.specs.video_specs import MakeVideo
from tests.engines.recording_context import JobRecorder


def recipe(precision: str = "bfloat16", offload: str = "none", text: str = "") -> Recipe:
    return Recipe("ltx2", f"{precision} {offload} {text}", precision, offload, "none", text=text)  # type: ignore[arg-type]


def make_by(
    recipe: Recipe, spec: MakeVideo, folder: Path, loras: Sequence[Path] = ()
) -> tuple[Output, JobRecorder]:
    """Make the take in `folder`, and return it with the context that recorded the messages."""
    store = installed_parts.model_store()
    found = store.resolve("ltx2", model=spec.model)
    known = installed_parts.weights(store, found)
    way = plan_ltx2_take(spec, known)
    context = JobRecorder(folder)
    session = open_session(
        found, recipe, context, follows_control=False, upsamplers={}, texts=list_take_texts(way)
    )
    digests = [f"{number:064d}" for number in range(len(loras))]
    active = [
        ActiveLora(Adapter(path.stem, path, digest)) for path, digest in zip(loras, digests, strict=True)
    ]
    set_take_loras(active, session.pipeline, context)
    making = TakeMaker(ChunkMaker(spec, way, session, [], active, 1, "by-recipe", context), {})
    (output,) = making.make(folder / "take.mov")
    return output, context
