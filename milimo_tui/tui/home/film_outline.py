"""A film on Home as lines next to the cards: its facts and its scenes. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from milimo_tui.core.format import format_count
from milimo_tui.core.time import parse_ratio
from milimo_tui.tui.home.film_cards import DRAFT
from milimo_tui.tui.widgets.facts import FactLine
from milimo_tui.tui.widgets.text import wrap_words

NUMBER = 3  # Width of a scene's number in cells. A longer number shifts the heading after it.
PROBLEM_CELLS = 40


def build_outline_facts(film: Mapping[str, Any]) -> list[FactLine]:
    """Return lines about a film: its name, its facts, and its scenes. Each scene has its number of shots and
    its length. If the film can't be read, return lines with the reason instead.
    """
    facts = [FactLine("", film["name"], strong=True)]
    if film.get("problem"):
        return [
            *facts,
            FactLine("", ""),
            *(FactLine("", row, "failed") for row in wrap_words(film["problem"], PROBLEM_CELLS)),
        ]
    rate = f"{float(parse_ratio(film['rate'])):.6g} fps"
    facts.append(FactLine("", f"{film['width']} × {film['height']}   {rate}   {film['length']}", "muted"))
    status = [film["status"], *film["tags"]] if film["status"] != DRAFT or film["tags"] else []
    facts += [FactLine("", row, "accent") for row in wrap_words("  ".join(status), PROBLEM_CELLS)]
    facts += [FactLine("", row) for row in wrap_words(film["description"], PROBLEM_CELLS)]
    for sign, count, colour, words in (
        ("●", film["picked"] - film["stale"], "picked", "made"),
        ("◐", film["stale"], "stale", "stale"),
        ("○", film["shots"] - film["picked"], "muted", "missing"),
    ):
        if count:
            facts.append(FactLine("", f"{sign} {format_count(count, 'shot')} {words}", colour))
    for scene in film["outline"]:
        heading = f"{scene['number']:<{NUMBER}} {scene['heading']}"
        words = f"{'':<{NUMBER}} {format_count(scene['shots'], 'shot')}   {scene['length']}"
        facts += [FactLine("", ""), FactLine("", heading), FactLine("", words, "muted")]
    return facts
