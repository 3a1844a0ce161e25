"""What the cards of this machine have shown, in the home's `cards.json`: which recipe ran, which had too
little memory. The next job starts where the last one ended.

No torch: the ladder is asked without it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from milimo_tui.core.host import explain, locked, write_atomic
from milimo_tui.engines.recipes.values import Card, Known

KEPT = 200  # of each card, the newest
VERSION = 1


def name(card: Card) -> str:
    """The card's name with its memory: two of the same name may differ in that."""
    return f"{card.name}, {card.memory_gb:.0f} GB"


class Shown:
    """The file. One that cannot be understood counts as empty and is written anew: it is but a memory."""

    def __init__(self, home: Path) -> None:
        self.path = home / "cards.json"

    def of(self, card: Card) -> tuple[Known, ...]:
        """What that card has shown, the oldest first."""
        rows = [row for key, rows in self._read().items() if _is(key, card) for row in rows]
        return tuple(known for row in rows if (known := _known(row)))

    def remember(self, card: Card, known: Known) -> None:
        """Add it; what was known of the same work in the same way goes, and the oldest beyond `KEPT`."""
        with locked(self.path.with_suffix(".lock"), wait=True):
            cards = {key: rows for key, rows in self._read().items() if not _is(key, card)}
            same = _work(known)
            older = [row for row in self.of(card) if _work(row) != same]
            cards[name(card)] = [asdict(row) for row in (*older, known)][-KEPT:]
            write_atomic(self.path, json.dumps({"version": VERSION, "cards": cards}, indent=1).encode())

    def _read(self) -> Mapping[str, list[Any]]:
        try:
            whole = json.loads(self.path.read_bytes())
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise explain(error, self.path, "read") from error
        except ValueError:
            return {}
        cards = whole.get("cards") if isinstance(whole, dict) and whole.get("version") == VERSION else None
        return {key: rows for key, rows in (cards or {}).items() if isinstance(rows, list)}


def _is(key: str, card: Card) -> bool:
    """Whether that is the card: drivers and libraries count its memory a little differently."""
    title, _, memory = key.removesuffix(" GB").rpartition(", ")
    gb = float(memory) if memory.isdigit() else 0.0
    return title == card.name and abs(gb - card.memory_gb) <= 1 + card.memory_gb * 0.03


def _work(known: Known) -> tuple[str, str, str, int]:
    return known.engine, known.model, known.recipe, known.units


def _known(row: Any) -> Known | None:
    """A row as read; None for one of another shape."""
    try:
        return Known(
            str(row["engine"]),
            str(row["model"]),
            str(row["recipe"]),
            int(row["units"]),
            float(row["free_gb"]),
            float(row["peak_gb"]),
            bool(row["ran"]),
        )
    except (KeyError, TypeError, ValueError):
        return None
