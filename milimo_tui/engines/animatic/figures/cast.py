"""Choose each character's appearance from their description. Properties that the description does not mention
depend on the name.

The same name and description give the same appearance in every shot.
"""

from __future__ import annotations

import hashlib
import random
import re
from dataclasses import dataclass

from milimo_tui.engines.animatic.draw.colour import Colour, parse_colour
from milimo_tui.engines.animatic.figures import stature
from milimo_tui.engines.specs.spec_values import Person
from milimo_tui.story.screenplay.people_words import BIRDS

_SKINS = tuple(
    map(
        parse_colour, ("#f0c8a8", "#e3b08a", "#c98f66", "#a8704a", "#7d4f35", "#dba982", "#f2d2b6", "#8e5e40")
    )
)
_HAIRS = {
    "black": "#1d1a20",
    "dark": "#2c211d",
    "brown": "#553823",
    "blond": "#d0a659",
    "blonde": "#d0a659",
    "red": "#9c4527",
    "ginger": "#b5592a",
    "auburn": "#7a3a24",
    "grey": "#9b9a98",
    "gray": "#9b9a98",
    "silver": "#bcbcbc",
    "white": "#dedad2",
}
_CLOTH = {
    "red": "#b23a36",
    "crimson": "#96263a",
    "scarlet": "#c03a2c",
    "orange": "#cf7433",
    "yellow": "#d9ab3b",
    "mustard": "#c89a34",
    "gold": "#c79b3d",
    "green": "#3d7351",
    "olive": "#6d7440",
    "khaki": "#9a8a5c",
    "teal": "#2b7a78",
    "turquoise": "#3d9c98",
    "blue": "#37608f",
    "navy": "#2b3b63",
    "denim": "#47678c",
    "purple": "#654280",
    "violet": "#6b4a8c",
    "plum": "#6b3a5c",
    "pink": "#cc7890",
    "rose": "#b9606f",
    "brown": "#70503a",
    "tan": "#b08d62",
    "beige": "#c8b592",
    "camel": "#b98f5a",
    "cream": "#ddd0b4",
    "white": "#e6e3da",
    "ivory": "#e2dac4",
    "grey": "#7c8088",
    "gray": "#7c8088",
    "charcoal": "#3e424a",
    "black": "#25262c",
    "silver": "#a3a8ae",
}
_COATS = tuple(
    map(
        parse_colour,
        (
            "#c89a34",
            "#b04f38",
            "#2b7a78",
            "#37547f",
            "#6b3a5c",
            "#6d7440",
            "#d3c4a4",
            "#a55f2c",
            "#3d7351",
            "#b9606f",
            "#5f93b3",
            "#8a8f98",
        ),
    )
)
_GARMENTS = {
    "white coat": r"doctor|nurse|scientist|surgeon|lab coat|scrubs|pharmacist",
    "coat": r"coat|overcoat|trench ?coat|rain ?coat|cloak|robe|poncho|mac",
    "jacket": r"jacket|blazer|leather|parka|bomber|cardigan|anorak|uniform|vest|waistcoat",
    "suit": (
        r"suit|tuxedo|tie|businessman|lawyer|banker|executive|agent|detective|professor|"
        r"politician|inspector"
    ),
    "dress": r"dress|gown|skirt|sari|kimono",
    "hoodie": r"hoodie|hooded|hood|sweatshirt|tracksuit",
    "apron": (
        r"apron|cook|chef|vendor|baker|butcher|waitress|waiter|barman|bartender|noodle seller|"
        r"fishmonger"
    ),
    "shirt": r"shirt|t-shirt|sweater|jumper|pullover|blouse|overalls|dungarees|tee",
}
_HATS = {
    "fedora": r"hat|fedora|trilby|stetson|bowler|homburg|brim\w*",
    "cap": (
        r"cap|baseball cap|flat cap|beret|peaked cap|police officer|cop|driver|conductor|"
        r"captain|soldier|guard|officer"
    ),
    "beanie": r"beanie|knit(?:ted)? hat|wool(?:len|ly)? hat|toque|bobble hat",
    "helmet": r"helmet|fire ?fighter|astronaut|diver",
    "scarf": r"headscarf|hijab|shawl|veil|nun|bandana",
}
_WOMAN = (
    r"she|her|woman|women|girl|lady|mother|mom|mum|daughter|sister|wife|aunt|grandmother|"
    r"granny|queen|waitress|actress|nun|widow|girlfriend|mrs|ms|miss|madam|female|queen|"
    r"princess"
)
_MAN = (
    r"he|his|him|man|men|boy|gentleman|father|dad|son|brother|husband|uncle|grandfather|"
    r"grandpa|king|waiter|actor|monk|widower|boyfriend|mr|sir|male|guy|fisherman|"
    r"policeman|barman|businessman|priest|prince|bearded?"
)
_NAMES_OF_WOMEN = frozenset(
    re.findall(
        r"\w+",
        "ada mara anna ana maria mary elena sara sarah emma lena nora lucy eva eve iris ruth "
        "alice clara ida jane kate laura lily mei mia nina olga rosa rose sofia sophie vera yuki "
        "zoe amy beth carol diana ella grace hana helen irene ivy joan julia june kira leila lisa "
        "luna maya mina naomi nadia petra rachel rita sana tess tina una valentina wanda xena "
        "yasmin zara ines ingrid greta freya agnes martha judith edith esther hannah",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CastLook:
    """A person's appearance in every shot. Heights are in metres. Colours are as seen in white light."""

    name: str
    woman: bool
    age: str  # `child`, `adult` or `old`
    height: float
    build: float  # width of the body relative to an average person, which is 1.0
    skin: Colour
    hair: Colour
    style: str  # hairstyle: short, crop, side, curly, bob, long, bun, tail or bald
    beard: str = ""  # `full`, `moustache` or `stubble`; empty for no beard
    hat: str = ""
    garment: str = "coat"
    coat: Colour = (128, 128, 128)
    under: Colour = (200, 190, 170)
    trousers: Colour = (60, 64, 74)
    glasses: bool = False
    scarf: Colour | None = None
    voice: int = 0
    animal: str = ""  # `bird` or `beast`; empty for a person


def _has_words(words: str, text: str) -> bool:
    return re.search(rf"\b(?:{words})\b", text) is not None


def _find_colour(noun: str, table: dict[str, str], text: str) -> Colour | None:
    """Return the colour of the thing that `noun` names in a description, as in “a long grey coat”. The colour
    word must be shortly before the noun. `table` maps colour words to colours. None if the text names no
    colour.
    """
    match = re.search(rf"\b({'|'.join(table)})\b(?:[\s-]+\w+){{0,2}}?[\s-]+(?:{noun})\b", text)
    return parse_colour(table[match.group(1)]) if match else None


def describe_appearance(person: Person) -> CastLook:
    """Return a person's appearance. The description decides; the name decides everything that is not
    described.
    """
    name = re.sub(r"\s*\(.*?\)", "", person.name).strip().upper()
    chance = random.Random(int.from_bytes(hashlib.sha256(f"look:{name}".encode()).digest()[:8], "big"))
    text = f"{name} {person.description}".lower()
    # Draw the random numbers in a fixed order, so that a new word in the description changes only one
    # property.
    woman_chance, skin, hair_pick, style_pick = (
        chance.random(),
        chance.choice(_SKINS),
        chance.random(),
        chance.random(),
    )
    coat_pick, garment_pick, height_pick = chance.choice(_COATS), chance.random(), chance.random()
    beard_pick, build_pick, under_pick = chance.random(), chance.random(), chance.random()
    scarf_pick, glasses_pick, leg_pick, voice = (
        chance.random(),
        chance.random(),
        chance.random(),
        chance.randrange(64),
    )

    woman = _has_words(_WOMAN, text)
    if not woman and not _has_words(_MAN, text) and person.gender in ("he", "she"):
        woman = person.gender == "she"
    elif not woman and not _has_words(_MAN, text):
        first = name.split()[0].lower() if name.split() else ""
        woman = (
            first in _NAMES_OF_WOMEN
            or (first.endswith(("a", "ie", "elle")) and woman_chance < 0.8)
            or woman_chance < 0.32
        )
    years = stature.read_years(f"{person.name}, {person.description}")
    age = stature.choose_age(text, years)
    hair = _find_colour("hair(?:ed)?|beard|bun|braids?|curls|bob|locks|ponytail|blonde?", _HAIRS, text)
    if hair is None and _has_words("blonde?", text):
        hair = parse_colour(_HAIRS["blond"])
    if hair is None and _has_words("redhead", text):
        hair = parse_colour(_HAIRS["ginger"])
    if hair is None:
        young = ("#1d1a20", "#2c211d", "#553823", "#7a3a24", "#c2954d", "#3a2a20", "#1d1a20")
        hair = parse_colour("#c9c5bd" if age == "old" else young[int(hair_pick * len(young))])
    animal = _choose_animal(text) if person.kind == "animal" else ""
    height = stature.choose_height(text, years, age, woman=woman) + (height_pick - 0.5) * 0.1
    return CastLook(
        name=name,
        woman=woman,
        age=age,
        height=_choose_animal_height(text, animal) if animal else height,
        animal=animal,
        build=(
            1.16
            if _has_words("fat|heavy|stout|burly|large|big|broad|huge|plump", text)
            else 0.9
            if _has_words("thin|slim|gaunt|skinny|lean|slender|wiry|frail", text)
            else 0.95 + build_pick * 0.12
        ),
        skin=_find_skin(text) or skin,
        hair=hair,
        style=_choose_hair_style(text, woman, age, style_pick),
        beard=_choose_beard(text, woman, age, beard_pick),
        hat=next((hat for hat, words in _HATS.items() if _has_words(words, text)), ""),
        garment=_choose_garment(text, woman, garment_pick),
        coat=(_find_animal_colour(text) if animal else _find_coat_colour(text)) or coat_pick,
        under=parse_colour(("#e3dccb", "#39414f", "#8a3f38", "#cfd6d6", "#7d8a76")[int(under_pick * 5)]),
        trousers=parse_colour(("#2e3440", "#3d3a3c", "#4b4a44", "#2d3a4a", "#554a3f")[int(leg_pick * 5)]),
        glasses=_has_words("glasses|spectacles|bespectacled|sunglasses|goggles", text) or glasses_pick < 0.07,
        scarf=_find_colour("scarf|neckerchief", _CLOTH, text)
        or (parse_colour("#a83c3a") if _has_words("scarf", text) else None)
        or (parse_colour("#c7a24a") if scarf_pick < 0.08 else None),
        voice=voice,
    )


def _choose_animal(text: str) -> str:
    return "bird" if BIRDS & set(re.findall(r"[a-z]+", text)) else "beast"


def _choose_animal_height(text: str, animal: str) -> float:
    """Return the height of an animal in metres: that of a horse, a cat, a bird, or otherwise a dog."""
    if _has_words("horse|mare|stallion|cow|bull|ox|camel|elephant|giraffe|bear|moose|elk|bison", text):
        return 1.5
    if _has_words("ostrich|stork|crane|heron|goose|swan|turkey|flamingo", text):
        return 0.8
    small = animal == "bird" or _has_words("cat|kitten|rat|mouse|rabbit|hare|ferret|hamster|puppy", text)
    return 0.35 if small else 0.65


def _find_animal_colour(text: str) -> Colour | None:
    match = re.search(rf"\b({'|'.join(_CLOTH)})\b", text)
    return parse_colour(_CLOTH[match[1]]) if match else None


def _find_skin(text: str) -> Colour | None:
    if _has_words("black (?:man|woman)|dark-skinned|african", text):
        return _SKINS[4]
    return _SKINS[0] if _has_words("pale|fair-skinned|freckled|pallid", text) else None


def _choose_hair_style(text: str, woman: bool, age: str, pick: float) -> str:
    for style, words in (
        ("bald", "bald|shaven|shaved head|hairless"),
        ("bun", "bun|chignon|hair (?:tied|pinned|up)"),
        ("tail", "ponytail|pigtails?|braids?|plaits?"),
        ("bob", "bob|bobbed|short black hair|chin-length"),
        ("curly", "curly|curls|afro|frizzy|wild hair|tousled"),
        ("long", "long (?:\\w+ )?hair|flowing"),
        ("crop", "crew cut|buzz ?cut|cropped|crop"),
        ("side", "slick\\w*|combed|parting"),
    ):
        if _has_words(words, text):
            return style
    styles: tuple[str, ...]
    if woman:
        styles = ("bun", "bob", "curly") if age == "old" else ("bob", "long", "tail", "bun", "curly", "long")
    elif age == "old":
        styles = ("bald", "side", "side", "crop")
    else:
        styles = ("short", "side", "crop", "curly", "short", "side")
    return styles[int(pick * len(styles))]


def _choose_beard(text: str, woman: bool, age: str, pick: float) -> str:
    if _has_words("moustache|mustache", text):
        return "moustache"
    if _has_words("beard|bearded", text):
        return "full"
    if _has_words("stubble|unshaven", text):
        return "stubble"
    if woman or age == "child" or _has_words("clean-shaven|smooth", text):
        return ""
    return "full" if pick < 0.2 else "stubble" if pick < 0.38 else "moustache" if pick < 0.46 else ""


def _choose_garment(text: str, woman: bool, pick: float) -> str:
    for garment, words in _GARMENTS.items():
        if _has_words(words, text):
            return garment
    options = (
        ("coat", "jacket", "dress", "jacket", "shirt")
        if woman
        else ("coat", "jacket", "suit", "shirt", "hoodie")
    )
    return options[int(pick * len(options))]


def _find_coat_colour(text: str) -> Colour | None:
    for words in (*_GARMENTS.values(), "scarf|hat"):
        found = _find_colour(words, _CLOTH, text)
        if found is not None and words != "scarf|hat":
            return found
    match = re.search(rf"\b(?:in|wears?|wearing|dressed in)\s+(?:\w+\s+)?({'|'.join(_CLOTH)})\b", text)
    if match:
        return parse_colour(_CLOTH[match.group(1)])
    return parse_colour("#e4e6e4") if _has_words(_GARMENTS["white coat"], text) else None
