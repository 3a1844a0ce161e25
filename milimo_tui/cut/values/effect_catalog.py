"""A catalogue of named effects. Each entry lists the numbers and choices that the effect sets on a clip, such
as `scale` or a blend mode. Pure functions.

`cut.values.effects` defines these numbers and choices. Applied at amount 0, an entry leaves the numbers at
their defaults. At amount 1 they get the values written here. After an effect is applied, the user can change
each number separately.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from milimo_tui.cut.values.effects import NO_EFFECTS, PARAMS, Blend, Effects
from milimo_tui.cut.values.keyframes import Keyframe


@dataclass(frozen=True, slots=True)
class CatalogEffect:
    """An effect of the catalogue: its name, its kind, search words, and the values that it sets at full
    amount.

    `moves` lists numbers that change from one value to another during the clip. `amount` is the amount, from
    0 to 1, that is proposed when a person applies the effect.
    """

    name: str
    kind: str
    words: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)
    moves: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    blend: Blend | None = None
    flip_h: bool = False
    flip_v: bool = False
    amount: float = 0.5

    @property
    def has_amount(self) -> bool:
        """True if the effect can be applied in different amounts."""
        return bool(self.numbers or self.moves)

    def matches_words(self, words: str) -> bool:
        """Return True if each word of the search text `words` occurs in the effect's name, kind or search
        words.
        """
        text = f"{self.name} {self.kind} {self.words}".casefold()
        return all(word in text for word in words.casefold().split())


def apply_catalog_effect(effects: Effects, effect: CatalogEffect, amount: float, frames: int) -> Effects:
    """Return a clip's `effects` with the catalogue effect `effect` applied at `amount`, from 0 to 1.

    Values that the catalogue effect does not set stay unchanged. `frames` is the length of the clip.
    """
    curves = dict(effects.curves)
    for name, full in effect.numbers.items():
        curves[name] = (Keyframe(0, _scale_effect_value(name, full, amount)),)
    for name, (first, last) in effect.moves.items():
        ends = (
            Keyframe(0, _scale_effect_value(name, first, amount)),
            Keyframe(max(1, frames - 1), _scale_effect_value(name, last, amount)),
        )
        curves[name] = ends
    return replace(
        effects,
        curves=tuple(sorted(curves.items())),
        blend=effects.blend if effect.blend is None else effect.blend,
        flip_h=effects.flip_h or effect.flip_h,
        flip_v=effects.flip_v or effect.flip_v,
    )


def has_catalog_effect(effects: Effects, effect: CatalogEffect) -> bool:
    """Return True if a clip has everything that a catalogue effect sets, at any amount."""
    names = (*effect.numbers, *effect.moves)
    return (
        all(effects.get_curve(name) for name in names)
        and effect.blend in (None, effects.blend)
        and effect.flip_h <= effects.flip_h
        and effect.flip_v <= effects.flip_v
    )


def remove_catalog_effect(effects: Effects, effect: CatalogEffect) -> Effects:
    """Return effects without the values that a catalogue effect sets."""
    names = {*effect.numbers, *effect.moves}
    return replace(
        effects,
        curves=tuple(each for each in effects.curves if each[0] not in names),
        blend=NO_EFFECTS.blend if effect.blend is not None else effects.blend,
        flip_h=effects.flip_h and not effect.flip_h,
        flip_v=effects.flip_v and not effect.flip_v,
    )


def _scale_effect_value(name: str, full: float, amount: float) -> float:
    """Return the value that the number `name` gets at `amount`. It is the number's default at amount 0 and
    `full` at amount 1, and never leaves the number's bounds.
    """
    param = PARAMS[name]
    value = param.default + (full - param.default) * amount
    return round(min(param.high, max(param.low, value)), 4)


LOOK, LIGHT, COLOUR, FOCUS, FRAME, MOVE, BLEND = "look", "light", "colour", "focus", "frame", "move", "blend"

CATALOG: tuple[CatalogEffect, ...] = (
    CatalogEffect("film grain", LOOK, "noise texture", {"grain": 1.0}, amount=0.3),
    CatalogEffect(
        "old film", LOOK, "sepia vintage silent memory",
        {"grain": 1.0, "vignette": 0.9, "saturation": 0.05, "gamma_r": 1.35, "gamma_b": 0.7, "lift": 0.12},
        amount=0.6,
    ),
    CatalogEffect("vignette", LOOK, "dark corners", {"vignette": 1.0}),
    CatalogEffect(
        "faded", LOOK, "washed out memory flashback", {"lift": 0.28, "saturation": 0.35, "gain": 0.92}
    ),
    CatalogEffect(
        "bleach bypass", LOOK, "hard silver war", {"saturation": 0.2, "gain": 1.25, "lift": -0.16}
    ),
    CatalogEffect(
        "neon night", LOOK, "teal magenta city",
        {"lift_b": 0.1, "lift_r": 0.03, "gamma_g": 0.9, "saturation": 1.7, "gain": 1.1},
    ),
    CatalogEffect(
        "teal and orange", LOOK, "blockbuster",
        {"lift_b": 0.1, "lift_g": 0.03, "lift_r": -0.05, "gain_r": 1.15, "gain_b": 0.85, "saturation": 1.2},
    ),
    CatalogEffect(
        "day for night", LIGHT, "moonlight dark blue",
        {"gain": 0.35, "gain_b": 1.6, "gain_r": 0.7, "saturation": 0.4}, amount=0.8,
    ),
    CatalogEffect("brighter", LIGHT, "exposure light", {"gain": 1.8, "gamma": 1.4}, amount=0.3),
    CatalogEffect("darker", LIGHT, "exposure underexposed", {"gain": 0.3, "gamma": 0.8}, amount=0.3),
    CatalogEffect("more contrast", LIGHT, "hard punch", {"gain": 1.4, "lift": -0.25}, amount=0.4),
    CatalogEffect("less contrast", LIGHT, "soft flat", {"gain": 0.75, "lift": 0.25}, amount=0.4),
    CatalogEffect("black and white", COLOUR, "monochrome grey", {"saturation": 0.0}, amount=1.0),
    CatalogEffect(
        "sepia", COLOUR, "brown old photo",
        {"saturation": 0.05, "gamma_r": 1.3, "gamma_g": 1.02, "gamma_b": 0.7}, amount=1.0,
    ),
    CatalogEffect("warmer", COLOUR, "orange sun white balance", {"gain_r": 1.3, "gain_b": 0.7}, amount=0.4),
    CatalogEffect("colder", COLOUR, "blue white balance", {"gain_r": 0.7, "gain_b": 1.3}, amount=0.4),
    CatalogEffect("more colour", COLOUR, "vivid saturation", {"saturation": 2.5}, amount=0.3),
    CatalogEffect("less colour", COLOUR, "pale saturation", {"saturation": 0.0}),
    CatalogEffect("blur", FOCUS, "out of focus", {"blur": 0.06}, amount=0.4),
    CatalogEffect("goes out of focus", FOCUS, "rack blur faint", moves={"blur": (0.0, 0.06)}, amount=0.5),
    CatalogEffect("comes into focus", FOCUS, "rack blur wakes", moves={"blur": (0.06, 0.0)}, amount=0.5),
    CatalogEffect("letterbox", FRAME, "bars wide scope crop", {"crop_top": 0.25, "crop_bottom": 0.25}),
    CatalogEffect("closer", FRAME, "punch in scale crop", {"scale": 2.0}, amount=0.2),
    CatalogEffect("tilted", FRAME, "dutch angle rotation", {"rotation": 20.0, "scale": 1.5}, amount=0.4),
    CatalogEffect("mirrored", FRAME, "flip left right", flip_h=True),
    CatalogEffect("upside down", FRAME, "flip", flip_v=True),
    CatalogEffect("slow push in", MOVE, "ken burns zoom closer", moves={"scale": (1.0, 1.5)}, amount=0.3),
    CatalogEffect("slow pull out", MOVE, "ken burns zoom away", moves={"scale": (1.5, 1.0)}, amount=0.3),
    CatalogEffect("drift left", MOVE, "ken burns pan", {"scale": 1.3}, {"x": (0.12, -0.12)}, amount=0.5),
    CatalogEffect("drift right", MOVE, "ken burns pan", {"scale": 1.3}, {"x": (-0.12, 0.12)}, amount=0.5),
    CatalogEffect("see-through", BLEND, "opacity ghost", {"opacity": 0.0}),
    CatalogEffect("screen", BLEND, "light over fire rain", blend=Blend.SCREEN),
    CatalogEffect("multiply", BLEND, "dark over paper", blend=Blend.MULTIPLY),
    CatalogEffect("overlay", BLEND, "texture over", blend=Blend.OVERLAY),
    CatalogEffect("add", BLEND, "light over glow", blend=Blend.ADD),
)  # fmt: skip

BY_NAME: Mapping[str, CatalogEffect] = MappingProxyType({effect.name: effect for effect in CATALOG})
