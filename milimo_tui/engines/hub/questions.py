"""Short requests to the hub, each in a separate process: `python -m milimo_tui.engines.hub.questions`.

The process reads a JSON question from standard input and writes a JSON answer to standard output. With
separate processes, neither the studio nor a screen imports huggingface_hub, waits for the network, or holds a
token.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

import httpx2
from huggingface_hub import HfApi, constants, errors, get_session, get_token, login
from huggingface_hub.utils._headers import build_hf_headers
from huggingface_hub.utils._http import hf_raise_for_status

from milimo_tui import __version__
from milimo_tui.core.errors import BadInput, MilimoError, Unavailable
from milimo_tui.engines.catalog.model_catalog import TOKENS_PAGE
from milimo_tui.engines.hub.file_transfer import fetch_files
from milimo_tui.engines.hub.listing import ASK_SECONDS, fetch_listing, select_listed_files
from milimo_tui.engines.hub.refusals import GIVE, LATER, make_hub_error

ASK = "ask"
KEEP = "keep_token"
# Fields of a repository that a search requests from the hub
SEARCH_FIELDS = ("downloads", "gated", "lastModified")


def search_repositories(
    words: str = "", authors: tuple[str, ...] = (), limit: int = 20, **_: Any
) -> list[dict[str, Any]]:
    """Return at most `limit` repositories of the owners `authors` whose names contain `words`, the most
    downloaded first.
    """
    found = [one for author in authors for one in _fetch_search_page(words, author, limit)]
    found.sort(key=lambda one: -int(one.get("downloads") or 0))
    return [
        {
            "hub": str(one["id"]),
            "downloads": int(one.get("downloads") or 0),
            "gated": bool(one.get("gated")),
            "changed": one.get("lastModified"),
        }
        for one in found[:limit]
    ]


def _fetch_search_page(words: str, author: str, limit: int) -> list[dict[str, Any]]:
    """Return the first page of `GET /api/models`.

    `HfApi.list_models` is not used: without a network it retries for half a minute, and it returns access
    restrictions and times only on request.
    """
    parameters: dict[str, str | int | tuple[str, ...]] = {
        "sort": "downloads",
        "limit": limit,
        "expand": SEARCH_FIELDS,
    }
    parameters |= {name: value for name, value in (("search", words), ("author", author)) if value}
    response = get_session().get(
        f"{constants.ENDPOINT}/api/models",
        params=parameters,
        headers=build_hf_headers(library_name="milimo", library_version=__version__),
        timeout=ASK_SECONDS,
    )
    hf_raise_for_status(response)
    return [dict(one) for one in response.json()]


def fetch_newest_commits(hubs: tuple[str, ...] = (), **_: Any) -> dict[str, dict[str, Any]]:
    """Return the commit id and time of the newest commit of each repository, by the repository's name. For a
    repository that cannot be queried, return the reason instead.
    """
    api = HfApi()
    found: dict[str, dict[str, Any]] = {}
    for hub in hubs:
        try:
            info = api.model_info(hub, timeout=ASK_SECONDS)
            changed = info.last_modified.isoformat() if info.last_modified else None
            found[hub] = {"commit": info.sha or "", "changed": changed}
        except (errors.HfHubHTTPError, httpx2.HTTPError, OSError) as error:
            found[hub] = {"error": make_hub_error(error, hub).message}
    return found


def fetch_listings(hubs: tuple[str, ...] = (), **_: Any) -> dict[str, dict[str, Any]]:
    """Return the current listing of each repository: its commit, and the names, sizes and hashes of its
    files. For a repository that cannot be queried, return the reason instead.

    The SHA-256 of a small file is empty, because the hub has only a git hash of it.
    """
    found: dict[str, dict[str, Any]] = {}
    for hub in hubs:
        try:
            listed = select_listed_files(fetch_listing(hub, "", ""), (), ())
            files = {file.name: [file.bytes, file.sha256] for file in listed.files}
            found[hub] = {"commit": listed.commit, "files": files}
        except (errors.HfHubHTTPError, httpx2.HTTPError, OSError, ValueError, MilimoError) as error:
            found[hub] = {"error": make_hub_error(error, hub, LATER).message}
    return found


def fetch_token_owner(**_: Any) -> dict[str, Any]:
    """Return the account that owns the saved token. Raises Unavailable if there is no token or the hub
    rejects it.
    """
    if not get_token():
        raise Unavailable("no token of Hugging Face is set", f"create one at {TOKENS_PAGE}; {GIVE}")
    return {"name": _fetch_account_name(None)}


def save_token(token: str = "", **_: Any) -> dict[str, Any]:
    """Check that the hub accepts a token, and store it in huggingface_hub's token file."""
    if not token:
        raise BadInput("the token of Hugging Face is empty", f"make one at {TOKENS_PAGE}")
    name = _fetch_account_name(token)
    os.environ.pop("HF_TOKEN", None)  # The environment variable would take precedence over the new token.
    login(token=token, add_to_git_credential=False, skip_if_logged_in=False)
    return {"name": name}


def _fetch_account_name(token: str | None) -> str:
    try:
        return str(HfApi().whoami(token=token)["name"])
    except (errors.HfHubHTTPError, errors.LocalTokenNotFoundError) as error:
        status = error.response.status_code if isinstance(error, errors.HfHubHTTPError) else 401
        if status in (401, 403):
            raise Unavailable(
                f"the hub does not accept the token ({status})", f"make a new one at {TOKENS_PAGE}; {GIVE}"
            ) from error
        raise


QUESTIONS: Mapping[str, Callable[..., Any]] = {
    "search": search_repositories,
    "newest": fetch_newest_commits,
    "listings": fetch_listings,
    "who": fetch_token_owner,
    KEEP: save_token,
    "transfer": fetch_files,
}


def answer_question(question: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON to print for a question: `{"answer": …}`, or the error in the JSON form of the command
    line.
    """
    try:
        function = QUESTIONS[question.pop(ASK)]
        return {"answer": function(**question)}
    except MilimoError as error:
        return error.as_json()
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError, KeyError, TypeError) as error:
        return make_hub_error(error, "this question", LATER).as_json()


def main() -> None:
    """Read one question from standard input and print its answer."""
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    found = answer_question(json.loads(sys.stdin.read()))
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
