"""Access to gated weights. The user is asked for a token, which the hub's own library stores. Milimo itself
stores no token.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from milimo_tui.core.errors import Unavailable
from milimo_tui.engines.catalog import hub_token
from milimo_tui.engines.catalog.model_catalog import TOKENS_PAGE
from milimo_tui.engines.catalog.rows.model_row import ModelRow
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.weights import hub

OFFLINE_VARIABLES = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
TRUE_VALUES = ("1", "ON", "YES", "TRUE")  # as huggingface_hub reads its variables


def require_online(environ: Mapping[str, str]) -> None:
    """Raise Unavailable if the user's environment forbids downloads. The environment of the workers, which
    download, may differ, because the supervisor may have been started in another shell.
    """
    for name in OFFLINE_VARIABLES:
        if environ.get(name, "").upper() in TRUE_VALUES:
            raise Unavailable(f"{name} is set: nothing is downloaded", f"unset {name} to download weights")


def require_hub_access(studio: Studio, rows: Iterable[ModelRow]) -> str:
    """Make sure that a token is set if one of the weights is gated, by asking the user for one if necessary.
    Return the account of a token that the user just entered; otherwise return an empty text.

    Raises Unavailable if no token is set, with the page and the steps to get one, or if the hub does not
    accept the token.
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
    """Ask the user for a token and store it. Return the account that it belongs to. Return an empty text if
    the user enters nothing.

    Raises Unavailable if the hub does not accept the token.
    """
    typed = studio.asks.ask_for_secret(question, f"tokens are made at {TOKENS_PAGE}")
    return str(hub.ask_hub("keep_token", token=typed)["name"]) if typed else ""
