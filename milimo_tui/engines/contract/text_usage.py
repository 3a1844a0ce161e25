"""What asking language models takes: tokens of every answer, kept for good in the studio home by film, and
what they cost by the person's own prices. A line an answer, written at once, so that a job that fails after
three answers has used three.
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
from milimo_tui.core.untrusted_json import read_json

MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """One answer. `film` is the folder of its project; empty for what was asked for no film."""

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
class Sum:
    """The answers of a film by one model. `cost` is None where the person gave no price for it; `untold`
    answers came without a count of their tokens.
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


def ledger(home: Home) -> Path:
    return home.root / "usage.jsonl"


def note(
    workspace: Path, *, engine: str, model: str, task: str, tokens: tuple[int | None, int | None], kept: bool
) -> None:
    """Add a line for an answer of the job in that workspace, which lies in its film's folder. `tokens` are
    those that were asked and answered. Whoever can't write it loses the line and no more.
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
        handle = os.open(ledger(home), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line)  # one call: lines of two workers never mix
        finally:
            os.close(handle)


def read(home: Home) -> tuple[Used, ...]:
    """Every line, oldest first; those that can't be read are left out."""
    try:
        lines = ledger(home).read_text(errors="replace").splitlines()
    except OSError:
        return ()
    found = []
    for line in lines:
        with suppress(ValueError, TypeError):
            found.append(Used(**read_json(line)))
    return tuple(found)


def sums(rows: Iterable[Used], prices: str) -> tuple[Sum, ...]:
    """Sums by film, engine and model, in the order of the first answer. Raises BadInput for prices."""
    table = prices_of(prices)
    found: dict[tuple[str, str, str], Sum] = {}
    for one in rows:
        key = (one.film, one.engine, one.model)
        before = found.get(key) or Sum(film=one.film, engine=one.engine, model=one.model)
        found[key] = replace(
            before,
            answers=before.answers + 1,
            kept=before.kept + one.kept,
            asked=before.asked + (one.asked or 0),
            answered=before.answered + (one.answered or 0),
            untold=before.untold + (one.asked is None or one.answered is None),
        )
    return tuple(replace(one, cost=_cost(one, table)) for one in found.values())


def prices_of(text: str) -> Mapping[str, tuple[float, float]]:
    """Prices by model, `NAME=IN/OUT, …`: of a million tokens that are asked, and answered. `*` stands for
    anything in a name. Raises BadInput.
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
                f"text_prices: “{piece}” is no price", "NAME=IN/OUT of a million tokens: gpt-*=2.5/10"
            )
        found[name.strip()] = price
    return found


def _cost(one: Sum, table: Mapping[str, tuple[float, float]]) -> float | None:
    price = next((price for name, price in table.items() if fnmatchcase(one.model, name)), None)
    if price is None or one.untold:
        return None
    return (one.asked * price[0] + one.answered * price[1]) / MILLION
