"""The profile of the engine `local`: its description and its memory request.

The module does not import torch, because the studio process uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

from milimo_tui.core.errors import MilimoError, Unavailable
from milimo_tui.core.settings import Settings
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.profile import Description, InUse, Machine, Profile, ReadyModel, SingleFile
from milimo_tui.engines.llm.local.sizes import (
    SIZES,
    choose_work,
    estimate_seconds,
    make_text_request,
    weigh_language_model,
)
from milimo_tui.engines.llm.local.weights_choice import FAMILY, LocalWeights, find_local_weights
from milimo_tui.engines.recipes.card_rates import get_card_rates
from milimo_tui.engines.recipes.choice import choose_recipe
from milimo_tui.engines.recipes.model_sizes import Sizes
from milimo_tui.engines.recipes.values import Card, Request
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import MakeVideo

USUAL_MODEL = "gemma-3-12b"
TOKENS = 4096  # number of tokens, of prompt and answer together, that the memory estimate assumes
# Bytes of memory for each parameter of a GGUF file while it is unpacked.
GGUF_BYTES = 4
# Tokens of a usual page that a reading sends, and that a model chooses for its answers. The fixed words of
# the answers cost little time and are not counted.
PAGE_ASKED, PAGE_ANSWERED = 1500, 700
# GGUF files of language models name their tensors like this; those of picture models do not.
GGUF_FILE = SingleFile(marks=("token_embd.weight",), base="", generation="")


class LocalProfile(Profile):
    """The profile of the engine `local`."""

    def describe(self) -> Description:
        return Description(
            name=self.row.name,
            title=self.row.title,
            kinds=self.row.kinds,
            family=FAMILY,
            borrows=True,
            usual_model=USUAL_MODEL,
            single=GGUF_FILE,
        )

    def in_use(self, store: ModelStore, model: str = "") -> InUse:
        source = find_local_weights(store.folder, model)
        return InUse(source.id, source.found)

    def sizes(self) -> Sizes:
        return SIZES

    def request(self, spec: MakeVideo | MakePicture | None, machine: Machine, go: int = 0) -> Request:
        found, named = machine.found, machine.model or USUAL_MODEL
        weights = weigh_language_model(found) if found is not None else SIZES.of(named)
        return Request(FAMILY, weights, choose_work(weights), 1, 1, tokens=TOKENS)

    def iterate_ready_models(
        self, settings: Settings, store: ModelStore, processor: Callable[[], Card | None], model: str = ""
    ) -> Iterator[ReadyModel]:
        for name in [model] if model else _list_installed_models(store):
            with suppress(MilimoError):
                yield self.check_text_model(store, processor, name)

    def check_text_model(
        self, store: ModelStore, processor: Callable[[], Card | None], model: str
    ) -> ReadyModel:
        source = find_local_weights(store.folder, model)
        card = None if source.found.tiny else processor()
        return ReadyModel(model, _require_memory(source, card) if card is not None else 0.0)

    def get_text_model_name(self, settings: Settings, store: ModelStore, model: str) -> str:
        return find_local_weights(store.folder, model).id


def _list_installed_models(store: ModelStore) -> list[str]:
    """Return the names of the installed language models: the selected one, then the largest first. Tiny
    random weights come last. The empty name finds LTX-2's text encoder.
    """
    rows = [row for row in store.rows() if (row.family, row.role) == (FAMILY, "model")]
    rows.sort(key=lambda row: (row.tiny, -row.bytes))
    chosen = store.read_selection().get(FAMILY, "")
    return list(dict.fromkeys((*filter(None, (chosen,)), *(row.id for row in rows), "")))


def _require_memory(source: LocalWeights, card: Card) -> float:
    """Check that a machine without a GPU has the main memory for a language model. Return the expected
    seconds for a page. Raises Unavailable.
    """
    choice = choose_recipe(card, make_text_request(source, TOKENS))
    billions = choice.request.weights.billions
    is_unpacked = source.found.form == "file"
    needed = max(choice.estimate_gb, billions * GGUF_BYTES if is_unpacked else 0.0)
    if not choice.fits or needed > card.free_gb:
        raise Unavailable(
            f"{source.id} needs {needed:.1f} GB of main memory, and {card.free_gb:.1f} GB are free",
            "close other programs, or milimo model setup local installs a smaller model",
        )
    return estimate_seconds(billions, get_card_rates(card), PAGE_ASKED, PAGE_ANSWERED)
