"""Record the experience with this machine's GPUs in the home's file `cards.json`: recipes that succeeded,
recipes that ran out of memory, and the measured speeds. The next job starts from the recipe at which the last
job ended.

Does not import torch, because the studio process also chooses recipes from these records.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from milimo_tui.core.host import explain_os_error, hold_file_lock, write_file_atomically
from milimo_tui.engines.recipes.values import Card, Rates, RecipeOutcome

MOST_RECORDS = 200  # Only this number of the newest records is retained for each card.
VERSION = 1


def name(card: Card) -> str:
    """Return the key of a card in the records: its name and its memory size, because cards of the same name
    may have different memory.
    """
    return f"{card.name}, {card.memory_gb:.0f} GB"


class CardRecords:
    """The file `cards.json`. An unreadable file counts as empty and is rewritten, because losing the records
    only costs time.
    """

    def __init__(self, home: Path) -> None:
        self.path = home / "cards.json"

    def of(self, card: Card) -> tuple[RecipeOutcome, ...]:
        """Return the recorded outcomes of recipes on a card, oldest first."""
        rows = [
            row
            for key, rows in self._read_outcome_rows().items()
            if _is_key_of_card(key, card)
            for row in rows
        ]
        return tuple(known for row in rows if (known := _parse_outcome_row(row)))

    def add_outcome(self, card: Card, known: RecipeOutcome) -> None:
        """Add an outcome to a card's records. An earlier outcome of the same work with the same recipe is
        replaced, and only the newest `MOST_RECORDS` remain.
        """
        with hold_file_lock(self.path.with_suffix(".lock"), wait=True):
            cards = {
                key: rows for key, rows in self._read_outcome_rows().items() if not _is_key_of_card(key, card)
            }
            same = _get_outcome_key(known)
            older = [row for row in self.of(card) if _get_outcome_key(row) != same]
            cards[name(card)] = [asdict(row) for row in (*older, known)][-MOST_RECORDS:]
            self._write_card_records(cards, self._read_rate_rows())

    def add_measured_rates(self, card: Card) -> Card:
        """Return the card with the speeds that were measured on it and saved. Return the card unchanged if
        there are none.
        """
        found = (
            rates
            for key, row in self._read_rate_rows().items()
            if _is_key_of_card(key, card) and (rates := _parse_rate_row(row))
        )
        return replace(card, rates=next(found, card.rates))

    def rate(self, card: Card, rates: Rates) -> None:
        """Save the measured speeds of a card. They replace the speeds that were saved for it before."""
        with hold_file_lock(self.path.with_suffix(".lock"), wait=True):
            kept = {key: row for key, row in self._read_rate_rows().items() if not _is_key_of_card(key, card)}
            self._write_card_records(self._read_outcome_rows(), {**kept, name(card): asdict(rates)})

    def _write_card_records(self, cards: Mapping[str, list[Any]], rates: Mapping[str, Any]) -> None:
        whole = {"version": VERSION, "cards": cards, "rates": rates}
        write_file_atomically(self.path, json.dumps(whole, indent=1).encode())

    def _read_outcome_rows(self) -> Mapping[str, list[Any]]:
        """Return the recorded outcomes of all cards as unparsed rows, by the key of each card."""
        cards = self._read_records_file().get("cards")
        return {key: rows for key, rows in (cards or {}).items() if isinstance(rows, list)}

    def _read_rate_rows(self) -> Mapping[str, Any]:
        """Return the measured speeds of all cards as unparsed rows, by the key of each card."""
        rates = self._read_records_file().get("rates")
        return rates if isinstance(rates, dict) else {}

    def _read_records_file(self) -> Mapping[str, Any]:
        """Return the contents of the file; empty if it does not exist or has another version."""
        try:
            whole = json.loads(self.path.read_bytes())
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise explain_os_error(error, self.path, "read") from error
        except ValueError:
            return {}
        return whole if isinstance(whole, dict) and whole.get("version") == VERSION else {}


def _is_key_of_card(key: str, card: Card) -> bool:
    """Return True if a record's key belongs to the card. The memory sizes need not be equal, because drivers
    and libraries count memory slightly differently.
    """
    title, _, memory = key.removesuffix(" GB").rpartition(", ")
    gb = float(memory) if memory.isdigit() else 0.0
    return title == card.name and abs(gb - card.memory_gb) <= 1 + card.memory_gb * 0.03


def _get_outcome_key(known: RecipeOutcome) -> tuple[str, str, str, int]:
    return known.engine, known.model, known.recipe, known.units


def _parse_rate_row(row: Any) -> Rates | None:
    """Return the speeds in a row of the file; None if the row has another structure or an impossible
    value.
    """
    try:
        rates = Rates(*(float(row[key]) for key in Rates.__dataclass_fields__))
    except (KeyError, TypeError, ValueError):
        return None
    return rates if all(0 < one < 1e9 for one in asdict(rates).values()) else None


def _parse_outcome_row(row: Any) -> RecipeOutcome | None:
    """Return the outcome in a row of the file; None if the row has another structure."""
    try:
        return RecipeOutcome(
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
