"""Check if the GPU of a cluster node can run a job, with the same recipes that a worker on the node would
try.
"""

from __future__ import annotations

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.profile import Machine
from milimo_tui.engines.recipes.choice import choose_recipe
from milimo_tui.engines.recipes.values import HEADROOM_GB, Card
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.specs import SPEC
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.jobs.cluster.nodes import Node

KEPT = 2000  # Maximum number of cached results. When it is reached, the cache is emptied.
_GB = 1000.0  # Number of MB in a GB.


class CardFit:
    """A check of jobs against the GPUs of nodes. Results are cached by spec and kind of GPU, because the
    queue is checked repeatedly.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._kept: dict[tuple[str, str, int], str] = {}

    def explain_misfit(self, spec: str, node: Node) -> str:
        """Return the reason why a node's GPU can't run a job, for the user. Return an empty text if it can,
        or if that is unknown.

        `spec` is the job's spec as JSON text.
        """
        if not node.memory_mb or not spec:
            return ""
        key = (spec, node.card, node.memory_mb)
        if key not in self._kept:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            self._kept[key] = self._compute_misfit(spec, node)
        return self._kept[key]

    def _compute_misfit(self, text: str, node: Node) -> str:
        try:
            spec = SPEC.validate_json(text)
            profile = engine_registry.profile(spec.engine)
            if profile.sizes() is None or not isinstance(spec, MakeVideo | MakePicture):
                return ""
            store = ModelStore(self._home.models)
            try:
                found = store.resolve(profile.describe().family or spec.engine, model=spec.model)
            except MilimoError:  # not installed here: the published sizes are used
                found = None
            if found and found.tiny:
                return ""
            request = profile.likely_request(spec, Machine(store, found, spec.model))
            memory = node.memory_mb / _GB
            choice = choose_recipe(Card(node.card, memory, max(0.0, memory - HEADROOM_GB)), request)
        except (MilimoError, ValueError):  # Such an error is reported where the job is created or run.
            return ""
        return "" if choice.fits else f"{node.name} ({node.card}): {choice.reason}"
