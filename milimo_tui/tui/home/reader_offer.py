"""The offer on Home to install a language model that reads scripts, if no language model is ready."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.format import format_bytes

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import Studio
    from milimo_tui.tui.shell.screen import StudioScreen


@dataclass(frozen=True, slots=True)
class ReaderOffer:
    """A language model that can be installed on this machine. `size` is its download in words."""

    family: str
    model: str
    size: str
    licences: str


def find_reader_offer(studio: Studio) -> ReaderOffer | None:
    """Return the language model that suits this machine. Return None if one is ready already, or if none can
    run here.
    """
    # Imported lazily, because the first frame of Home does not need the models.
    from milimo_tui.studio.commands.model.setup import LANGUAGE_FAMILY
    from milimo_tui.studio.registry.registry import run_by_id
    from milimo_tui.studio.writing.text_engine_choice import find_ready_engine

    if find_ready_engine(studio) is not None:
        return None
    try:
        plan = run_by_id(studio, "model.setup", {"family": LANGUAGE_FAMILY, "dry_run": True}).data
    except MilimoError:
        return None
    if not plan["recipe"] or not plan["rows"]:
        return None
    licences = ", ".join(dict.fromkeys(row["licence"] for row in plan["rows"]))
    return ReaderOffer(LANGUAGE_FAMILY, plan["model"], format_bytes(plan["bytes"]), licences)


async def install_reader(screen: StudioScreen, offer: ReaderOffer | None) -> None:
    """Install the offered language model as a job, after the user has agreed to its size and licence."""
    if offer is None:
        message = "a language model is ready, or none can run here"
        screen.show_message(message, hint="{ui.mode models} lists all models")
        return
    question = f"Fetch {offer.model}, {offer.size}, under the licence {offer.licences}? It reads scripts."
    if await screen.confirm(question):
        await screen.run_and_wait(
            "model.setup", family=offer.family, model=offer.model, yes=True, anyway=True, detach=True
        )
