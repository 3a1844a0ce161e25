"""A film on Home as lines next to its poster: its facts and its scenes. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from milimo_tui.core.format import plural
from milimo_tui.core.time import parse_ratio
from milimo_tui.tui.home.film_cards import DRAFT
from milimo_tui.tui.widgets.facts import Fact
from milimo_tui.tui.widgets.text import wrapped

NUMBER = 3  # Width of a scene's number in cells; a longer number moves its heading.
PROBLEM_CELLS = 40


def outline_facts(film: Mapping[str, Any]) -> list[Fact]:
    """Return a film's name, its facts, and its scenes with their number of shots and length."""
    facts = [Fact("", film["name"], strong=True)]
    if film.get("problem"):
        return [
            *facts,
            Fact("", ""),
            *(Fact("", row, "failed") for row in wrapped(film["problem"], PROBLEM_CELLS)),
        ]
    rate = f"{float(parse_ratio(film['rate'])):.6g} fps"
    facts.append(Fact("", f"{film['width']} × {film['height']}   {rate}   {film['length']}", "muted"))
    status = [film["status"], *film["tags"]] if film["status"] != DRAFT or film["tags"] else []
    facts += [Fact("", row, "accent") for row in wrapped("  ".join(status), PROBLEM_CELLS)]
    facts += [Fact("", row) for row in wrapped(film["description"], PROBLEM_CELLS)]
    for sign, count, colour, words in (
        ("●", film["picked"] - film["stale"], "picked", "made"),
        ("◐", film["stale"], "stale", "stale"),
        ("○", film["shots"] - film["picked"], "muted", "missing"),
    ):
        if count:
            facts.append(Fact("", f"{sign} {plural(count, 'shot')} {words}", colour))
    for scene in film["outline"]:
        heading = f"{scene['number']:<{NUMBER}} {scene['heading']}"
        words = f"{'':<{NUMBER}} {plural(scene['shots'], 'shot')}   {scene['length']}"
        facts += [Fact("", ""), Fact("", heading), Fact("", words, "muted")]
    return facts
