"""Asking for a layer of a place, as Elements, the inspector and a plan do: which one, then its words."""

from __future__ import annotations

from collections.abc import Mapping

from milimo_tui.story.values.place_layers import LAYERS
from milimo_tui.tui.shell.screen import StudioScreen

TAKE_BACK = "-"


async def ask_layer(screen: StudioScreen, whose: str, known: Mapping[str, str], name: str = "") -> str:
    """Ask for a layer's words; return them as commands take them, empty where nothing is to change."""
    if not name:
        words = tuple(LAYERS)
        asked = await screen.ask(f"{whose}, which layer?", words[0], name="LAYER", suggestions=words)
        name = (asked or "").strip().lower()
    if name not in LAYERS:
        if name:
            screen.say(f"a place has no layer “{name}”", "warn", ", ".join(LAYERS))
        return ""
    old = known.get(name, "")
    text = await screen.ask(f"{whose} {name} ({LAYERS[name]}; - takes it back):", old, name="LAYER")
    if text is None or text.strip() == old:
        return ""
    return name if text.strip() == TAKE_BACK else f"{name}={text.strip()}"
