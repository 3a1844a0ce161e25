"""Error messages for failed requests to the hub: 401, 403, 404, 429, repositories with restricted access, and
no network. Each message has advice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import httpx2
from huggingface_hub import constants, errors, get_token

from milimo_tui.core.errors import BadInput, Failed, MilimoError, NotFound, Unavailable
from milimo_tui.core.format import format_bytes
from milimo_tui.engines.catalog.model_catalog import TOKENS_PAGE
from milimo_tui.engines.catalog.model_lookup import find_row_by_hub
from milimo_tui.engines.catalog.rows.model_row import HUB

T = TypeVar("T")

RETRY = "milimo job retry continues the download"
# Advice if a short request to the hub fails. Such a request is not a job, so `job retry` cannot repeat it.
LATER = "try again in a while"
GIVE = "milimo model token asks for it and does not show it"


def make_hub_error(error: Exception, repository: str, again: str = RETRY, kept: str = "") -> MilimoError:
    """Return the error to raise for a failed request about a repository. `again` is the advice for errors
    that a retry may solve. `kept` is the amount of data already received, such as `3.1 GB`; empty if nothing
    was received.
    """
    if isinstance(error, MilimoError):
        return error
    if isinstance(error, errors.HFValidationError):
        return NotFound(
            f"“{repository}” can't be a repository",
            "write OWNER/NAME; milimo model search WORDS finds repositories",
        )
    if isinstance(error, errors.HfHubHTTPError):
        return _make_status_error(error, error.response.status_code, repository, again)
    if isinstance(error, errors.OfflineModeIsEnabled):
        return Unavailable(
            "HF_HUB_OFFLINE is set: nothing is downloaded",
            "unset it, then run milimo supervisor stop; the next job starts it again",
        )
    if isinstance(error, httpx2.UnsupportedProtocol | httpx2.InvalidURL):
        return BadInput("HF_ENDPOINT is not the address of a hub", f"unset it, or name one: {HUB}")
    if isinstance(error, httpx2.TransportError | OSError):
        # Only the host name, because the complete address may contain a secret
        host = httpx2.URL(constants.ENDPOINT).host
        rest = f"; {kept} are saved" if kept else ""
        return Unavailable(f"no network connection: {host} does not answer about {repository}{rest}", again)
    return Failed(
        f"{repository}: the answer did not come from the hub and can't be read",
        "log in to your network first, or correct HF_ENDPOINT",
    )


def make_gated_error(repository: str) -> Unavailable:
    """Return the error for a repository with restricted access: the user must accept its terms or be granted
    access before a token is accepted.
    """
    row = find_row_by_hub(repository)
    page = f"{HUB}/{repository}"
    act = "ask its authors for access" if row is not None and row.gate == "approval" else "accept its terms"
    token = "your token is saved" if get_token() else f"make a token at {TOKENS_PAGE}; {GIVE}"
    return Unavailable(
        f"{repository} is gated: its authors must give your account access",
        f"1. open {page} and {act}   2. {token}   3. milimo job retry continues",
    )


def _make_status_error(error: errors.HfHubHTTPError, status: int, repository: str, again: str) -> MilimoError:
    row = find_row_by_hub(repository)
    is_known_gate = row is not None and bool(row.gate)
    if isinstance(error, errors.GatedRepoError):
        return make_gated_error(repository)
    if isinstance(error, errors.RevisionNotFoundError):
        return NotFound(f"{repository} has no such revision", "without --revision the newest is used")
    if isinstance(error, errors.EntryNotFoundError):
        return NotFound(
            f"{repository} no longer has a file of that name", "milimo model update gets the newest list"
        )
    if status == 401:
        if not get_token():
            return (
                make_gated_error(repository) if is_known_gate else _make_unknown_repository_error(repository)
            )
        return Unavailable(
            f"the hub does not accept the token (401), which {repository} asks for",
            f"make a new one at {TOKENS_PAGE}; {GIVE}",
        )
    if status == 403:
        return Unavailable(
            f"the token may not read {repository} (403)",
            f"give it the right to read gated repositories at {TOKENS_PAGE}, and open "
            f"{HUB}/{repository} once",
        )
    if status == 404 or isinstance(error, errors.RepositoryNotFoundError):
        return _make_unknown_repository_error(repository)
    if status == 429:
        return Unavailable(
            f"the hub accepts no more requests for now (429): {repository}",
            f"{again}; with a token the limit is higher",
        )
    return Failed(f"{repository}: the hub answered {status}", again)


def _make_unknown_repository_error(repository: str) -> NotFound:
    return NotFound(
        f"the hub shows no repository {repository} (404)",
        f"it may be renamed (milimo model search), or private and need a token ({TOKENS_PAGE})",
    )


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The pauses between repeated requests. `waits` are the seconds before each repetition of a request that
    received no new bytes. `most` is the longest pause in seconds that is accepted from a busy hub (status
    429).
    """

    waits: tuple[float, ...] = (0.2, 1.0, 2.0, 4.0, 8.0, 15.0)
    most: float = 60.0


USUAL = RetryPolicy()


def retry_request(
    act: Callable[[], T],
    repository: str,
    wait: Callable[[float, str], None],
    patience: RetryPolicy,
    count_bytes: Callable[[], int] = lambda: 0,
) -> T:
    """Call `act`, and repeat the call after a pause if the error may be temporary. `wait` receives the
    seconds of the pause and its reason.

    `count_bytes` returns the bytes received so far. A failed call that received new bytes resets the count of
    failures. Raises the error of `make_hub_error`.
    """
    fruitless, received_before = 0, count_bytes()
    while True:
        try:
            return act()
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError, KeyError, TypeError) as error:
            # ValueError, KeyError and TypeError mean that the response was not the hub's.
            received = count_bytes()
            fruitless, received_before = (0 if received > received_before else fruitless + 1), received
            seconds = get_hub_retry_delay(error, patience.most)
            if seconds is None or fruitless == len(patience.waits):
                raise make_hub_error(
                    error, repository, kept=format_bytes(received_before) if received_before else ""
                ) from error
            why = "the hub asks for patience" if seconds else "the hub does not answer"
            wait(max(seconds, patience.waits[fruitless - 1] if fruitless else 0.0), why)


def get_hub_retry_delay(error: Exception, most: float) -> float | None:
    """Return the seconds to wait before a retry. This is the pause that the hub asks for, at most `most`, and
    0 if the hub asks for no pause. Return None if a retry will not help.
    """
    if isinstance(error, errors.HfHubHTTPError):
        status = error.response.status_code
        if status == 429:
            header = error.response.headers.get("Retry-After", "")
            return min(most, float(header)) if header.isdigit() else most / 4
        return 0.0 if status in (408, 500, 502, 503, 504) else None
    is_address = isinstance(error, httpx2.UnsupportedProtocol)
    return 0.0 if isinstance(error, httpx2.TransportError) and not is_address else None
