"""Define the attributes of a place (`layers`). Each attribute is a text: function, constraints, culture,
reputation, detail, light, sound or weather.

A sub-location inherits the attributes of the outer place, unless it has its own. Scenes and shots can have
their own attributes too.
"""

from __future__ import annotations

from collections.abc import Mapping

from milimo_tui.core.errors import BadInput

Layers = tuple[tuple[str, str], ...]

WORD_LAYERS: Mapping[str, str] = {
    "function": "what it is used for",
    "constraints": "what it has to live with: surroundings, want, danger",
    "culture": "whose it is and how that shows",
    "reputation": "what people say of it",
    "detail": "what catches the eye there",
}
LAYERS: Mapping[str, str] = {
    **WORD_LAYERS,
    "light": "its light",
    "sound": "what is heard there",
    "weather": "its weather",
}
OF_LAYER = "layer "  # Prefix of an attribute's name in the `own` field of a scene.
# Maximum number of characters of one attribute. A longer text from the user is refused; a longer text from
# the script is cut off.
MAX_LAYER_LENGTH = 300
HELP = "attribute of the place: culture=WORDS sets it, culture= omits, culture resets"


def parse_layer_option(words: str) -> tuple[str, str | None]:
    """Parse the option `NAME=WORDS` into a tuple of the name of an attribute and its words. Raises BadInput.

    Without `=`, the second item is None, which means that the attribute follows the script again.
    """
    name, equals, text = words.partition("=")
    name, text = name.strip().lower(), " ".join(text.split())
    if name not in LAYERS:
        raise BadInput(f"a place has no layer “{name}”", f"layers: {', '.join(LAYERS)}")
    if len(text) > MAX_LAYER_LENGTH:
        raise BadInput(f"{name} is too long: {len(text)} letters", f"the limit is {MAX_LAYER_LENGTH}")
    return name, text if equals else None


def replace_layer(layers: Layers, name: str, text: str | None) -> Layers:
    """Return the attributes in their standard order, with the attribute `name` set to `text`, or removed if
    `text` is None.
    """
    known = {each: words for each, words in layers if each != name}
    if text is not None:
        known[name] = text
    order = list(LAYERS)
    return tuple(sorted(known.items(), key=lambda pair: order.index(pair[0]) if pair[0] in order else 99))


def set_user_layer(
    layers: Layers, own: tuple[tuple[str, str], ...], name: str, text: str | None, *, key: str
) -> tuple[Layers, tuple[tuple[str, str], ...]]:
    """Return the attributes with the attribute `name` set by the user, and the saved values of the script.

    `own` holds the script's values of everything that the user has set, and `key` is the attribute's key in
    it. None as `text` restores the script's value.
    """
    saved, known = dict(own), dict(layers)
    if text is not None:
        saved.setdefault(key, known.get(name, ""))
    elif key in saved:
        text = saved.pop(key) or None
    else:
        return layers, own
    return replace_layer(layers, name, text), tuple(saved.items())
