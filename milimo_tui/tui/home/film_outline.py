"""A film of Home as lines beside its poster: what it has, and its scenes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from milimo_tui.core.format import plural
from milimo_tui.tui.widgets.facts import Fact


def outline_facts(film: Mapping[str, Any]) -> list[Fact]:
    """Return the name of a film, what it has, and its scenes with their shots and length."""
    if film.get("problem"):
        return [Fact("", film["name"], strong=True), Fact("", ""), Fact("", film["problem"], "failed")]
    facts = [Fact("", film["name"], strong=True)]
    facts.append(Fact("", f"{film['width']} × {film['height']}   {film['length']}", "muted"))
    for scene in film["outline"]:
        words = f"{plural(scene['shots'], 'shot'):>9}   {scene['length']}"
        facts += [Fact("", ""), Fact(scene["number"], scene["heading"]), Fact(" ", words, "muted")]
    return facts
