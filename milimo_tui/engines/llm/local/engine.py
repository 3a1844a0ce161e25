"""The engine `local`. It imports torch and transformers only when a worker runs a job."""

from __future__ import annotations

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.catalog.model_store import open_worker_store
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.llm.chat_model import LETTERS_A_TOKEN
from milimo_tui.engines.llm.local.sizes import MOST_CONTEXT
from milimo_tui.engines.llm.local.weights_choice import find_local_weights
from milimo_tui.engines.llm.writing_tasks import run_writing_task
from milimo_tui.engines.runtime.model_stack import pause_garbage_collection
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.text_specs import Write


class LocalModel:
    """The engine that runs a language model on this machine. The weights are in the worker's model cache."""

    name = "local"

    def load(self) -> None:
        """Do nothing: each job loads the weights that its spec names."""

    def unload(self) -> None:
        """Do nothing: the weights belong to the worker's model cache, and other engines may use them."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Run a `write` spec. Raises Unavailable with the command that installs weights, OutOfMemory,
        Damaged.
        """
        if not isinstance(spec, Write):
            raise BadInput(f"the local engine can't do {spec.kind}")
        source = find_local_weights(open_worker_store().folder, spec.model)
        with pause_garbage_collection():
            from milimo_tui.engines.llm.local.loader import open_local_chat

        # Questions about shots and scenes are made to fit into the context.
        tokens = min(len(spec.text) // LETTERS_A_TOKEN + spec.tokens, MOST_CONTEXT)
        if spec.task == "prompts":
            tokens = MOST_CONTEXT
        with open_local_chat(source, tokens, context) as chat:
            return run_writing_task(spec, chat, context)
