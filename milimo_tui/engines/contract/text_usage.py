"""The usage record of language models: the token counts of every answer and their cost at prices set by the
user. The record is stored permanently in the studio home and names the film of each answer.

Each answer is one line, written at once. If a job fails after three answers, all three are recorded.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import HOST
from milimo_tui.core.paths import Home
from milimo_tui.core.untrusted_json import parse_untrusted_json

MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerUsage:
    """The token usage of one answer of a language model. `film` is the film's folder; empty if the answer
    belongs to no film.
    """

    at: float
    film: str
    job: str
    engine: str
    model: str
    task: str
    asked: int | None
    answered: int | None
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageSum:
    """The total usage of one language model by one film.

    `answers` is the number of answers, and `kept` the number of them that came from the cache. `asked` and
    `answered` are the numbers of tokens of the prompts and of the answers. `untold` is the number of answers
    for which the service reported no token count. `cost` is None if the user set no price for the model.
    """

    film: str
    engine: str
    model: str
    answers: int = 0
    kept: int = 0
    asked: int = 0
    answered: int = 0
    untold: int = 0
    cost: float | None = None


def get_usage_ledger_path(home: Home) -> Path:
    """Return the path of the usage record in the studio home."""
    return home.root / "usage.jsonl"


def record_answer_usage(
    workspace: Path, *, engine: str, model: str, task: str, tokens: tuple[int | None, int | None], kept: bool
) -> None:
    """Add a line for one answer of a job to the usage record. The job's film is found from `workspace`, which
    is inside the film's folder.

    `tokens` are the counts of the prompt and of the answer, None if unknown. `kept` means that the answer
    came from the cache; it is then recorded with 0 tokens. If the line cannot be written, the job continues
    without it.
    """
    root = os.environ.get("MILIMO_HOME", "")
    if not root:
        return
    home, folder = Home(Path(root)), workspace.parent.parent
    film = folder.name if folder.resolve() != home.root.resolve() else ""
    row = {
        "at": HOST.now(), "film": film, "job": workspace.name, "engine": engine, "model": model, "task": task,
        "asked": 0 if kept else tokens[0], "answered": 0 if kept else tokens[1],
        "kept": kept,
    }  # fmt: skip
    line = json.dumps(row, ensure_ascii=False).encode() + b"\n"
    with suppress(OSError):
        handle = os.open(get_usage_ledger_path(home), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line)  # One system call, so that lines written by two workers are never mixed.
        finally:
            os.close(handle)


def read_text_usage(home: Home) -> tuple[AnswerUsage, ...]:
    """Return the usage of every recorded answer, oldest first; unreadable lines are skipped."""
    try:
        lines = get_usage_ledger_path(home).read_text(errors="replace").splitlines()
    except OSError:
        return ()
    found = []
    for line in lines:
        with suppress(ValueError, TypeError):
            found.append(AnswerUsage(**parse_untrusted_json(line)))
    return tuple(found)


def sum_answer_usage(rows: Iterable[AnswerUsage], prices: str) -> tuple[UsageSum, ...]:
    """Return the total usage for each film, engine and model, in the order of the first answer. `prices` is a
    text for `parse_token_prices`. Raises BadInput if it cannot be parsed.
    """
    table = parse_token_prices(prices)
    found: dict[tuple[str, str, str], UsageSum] = {}
    for one in rows:
        key = (one.film, one.engine, one.model)
        before = found.get(key) or UsageSum(film=one.film, engine=one.engine, model=one.model)
        found[key] = replace(
            before,
            answers=before.answers + 1,
            kept=before.kept + one.kept,
            asked=before.asked + (one.asked or 0),
            answered=before.answered + (one.answered or 0),
            untold=before.untold + (one.asked is None or one.answered is None),
        )
    return tuple(replace(one, cost=_compute_usage_cost(one, table)) for one in found.values())


def parse_token_prices(text: str) -> Mapping[str, tuple[float, float]]:
    """Parse prices such as `NAME=IN/OUT, …`. Return by model name the price of a million prompt tokens and of
    a million answer tokens. `*` in a name matches any text. Raises BadInput.
    """
    found = {}
    for piece in (one.strip() for one in text.split(",") if one.strip()):
        name, _, given = piece.rpartition("=")
        into, _, out = given.partition("/")
        try:
            price = (float(into), float(out))
        except ValueError:
            price = (-1.0, -1.0)
        if not name or min(price) < 0:
            raise BadInput(
                f"text_prices: “{piece}” is not a price",
                "write NAME=INPUT/OUTPUT, the prices per million tokens: gpt-*=2.5/10",
            )
        found[name.strip()] = price
    return found


def _compute_usage_cost(one: UsageSum, table: Mapping[str, tuple[float, float]]) -> float | None:
    price = next((price for name, price in table.items() if fnmatchcase(one.model, name)), None)
    if price is None or one.untold:
        return None
    return (one.asked * price[0] + one.answered * price[1]) / MILLION
