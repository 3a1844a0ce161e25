"""Access to gated weights: a token is requested from the user and stored by the hub's own library.

Milimo stores the token nowhere itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from milimo_tui.core.errors import Unavailable
from milimo_tui.engines.catalog import hub_token
from milimo_tui.engines.catalog.model_catalog import TOKENS_PAGE
from milimo_tui.engines.catalog.rows.model_row import ModelRow
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.weights import hub


def require_hub_access(studio: Studio, rows: Iterable[ModelRow]) -> str:
    """Make sure that there is a token before gated weights are requested. Return the account of a newly
    entered token.

    Raises Unavailable with the page and the steps if there is no token, or if the hub does not accept it.
    """
    gated = next((row for row in rows if row.gate), None)
    if gated is None or hub_token.describe_token_source(os.environ):
        return ""
    if account := ask_for_token(studio, f"a token that may read {gated.hub}"):
        return account
    act = "ask its authors for access" if gated.gate == "approval" else "accept its terms"
    raise Unavailable(
        f"{gated.title} is gated: its authors give access only to registered accounts, and no token is set",
        f"1. open {gated.page} and {act}   2. create a token with read access at {TOKENS_PAGE}   "
        "3. milimo model token asks for it without showing it; or set HF_TOKEN",
    )


def ask_for_token(studio: Studio, question: str) -> str:
    """Ask the user for a token and store it. Return its account, empty without an answer.

    Raises Unavailable for a token that the hub does not accept.
    """
    typed = studio.asks.ask_for_secret(question, f"tokens are made at {TOKENS_PAGE}")
    return str(hub.ask_hub("keep_token", token=typed)["name"]) if typed else ""
