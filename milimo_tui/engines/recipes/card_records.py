"""What the cards of this machine have shown, in the home's `cards.json`: which recipe ran, which had too
little memory; how fast the card is, where that was measured. The next job starts where the last one ended.

No torch: the ladder is asked without it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from milimo_tui.core.host import explain, locked, write_atomic
from milimo_tui.engines.recipes.values import Card, Known, Rates

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
            self._write(cards, self._rates())

    def rated(self, card: Card) -> Card:
        """The card with the rates that were measured of it; as it is where none were."""
        found = (rates for key, row in self._rates().items() if _is(key, card) and (rates := _rates_of(row)))
        return replace(card, rates=next(found, card.rates))

    def rate(self, card: Card, rates: Rates) -> None:
        """Keep how fast the card is; what was kept before goes."""
        with locked(self.path.with_suffix(".lock"), wait=True):
            kept = {key: row for key, row in self._rates().items() if not _is(key, card)}
            self._write(self._read(), {**kept, name(card): asdict(rates)})

    def _write(self, cards: Mapping[str, list[Any]], rates: Mapping[str, Any]) -> None:
        whole = {"version": VERSION, "cards": cards, "rates": rates}
        write_atomic(self.path, json.dumps(whole, indent=1).encode())

    def _read(self) -> Mapping[str, list[Any]]:
        """What each card has shown, by its name."""
        cards = self._whole().get("cards")
        return {key: rows for key, rows in (cards or {}).items() if isinstance(rows, list)}

    def _rates(self) -> Mapping[str, Any]:
        """How fast each card is, by its name."""
        rates = self._whole().get("rates")
        return rates if isinstance(rates, dict) else {}

    def _whole(self) -> Mapping[str, Any]:
        """The file; empty where there is none, or one of another version."""
        try:
            whole = json.loads(self.path.read_bytes())
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise explain(error, self.path, "read") from error
        except ValueError:
            return {}
        return whole if isinstance(whole, dict) and whole.get("version") == VERSION else {}


def _is(key: str, card: Card) -> bool:
    """Whether that is the card: drivers and libraries count its memory a little differently."""
    title, _, memory = key.removesuffix(" GB").rpartition(", ")
    gb = float(memory) if memory.isdigit() else 0.0
    return title == card.name and abs(gb - card.memory_gb) <= 1 + card.memory_gb * 0.03


def _work(known: Known) -> tuple[str, str, str, int]:
    return known.engine, known.model, known.recipe, known.units


def _rates_of(row: Any) -> Rates | None:
    """Rates as read; None for those of another shape, or that nothing can have."""
    try:
        rates = Rates(*(float(row[key]) for key in Rates.__dataclass_fields__))
    except (KeyError, TypeError, ValueError):
        return None
    return rates if all(0 < one < 1e9 for one in asdict(rates).values()) else None


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
