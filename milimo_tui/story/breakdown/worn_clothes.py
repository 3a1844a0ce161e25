"""The clothes that a person wears after a change of looks. A garment that is put on is added to what the
person wears: a cap to a dress, a coat to a suit. Pure functions.
"""

from __future__ import annotations

import re

from milimo_tui.story.breakdown.facts import Fact
from milimo_tui.story.values.text import split_words

_OUTER = "outer"
# Kinds of garments that are worn in addition to others. The first words of a kind end a noun phrase (“a
# leather jacket”, “Wintermantel”), and the second ones begin it (“veste en cuir”).
_KINDS = {
    "head": (
        "cap hat helmet hood beanie beret bonnet crown tiara veil headscarf turban wig mask balaclava"
        " mütze hut helm kapuze kopftuch perücke maske",
        "casquette chapeau casque béret bonnet capuche perruque masque voile gorra sombrero casco boina"
        " máscara peluca velo berretto cappello maschera parrucca boné chapéu capacete gorro peruca",
    ),
    "eyes": (
        "glasses sunglasses spectacles goggles monocle brille",
        "lunettes gafas anteojos lentes occhiali óculos",
    ),
    "neck": (
        "scarf shawl tie necktie bowtie cravat necklace pendant schal krawatte kette halstuch",
        "écharpe foulard châle cravate collier bufanda corbata collar chal sciarpa scialle cravatta collana"
        " cachecol gravata colar",
    ),
    "hands": (
        "glove gloves mittens gauntlets ring bracelet watch handschuh handschuhe armband",
        "gant gants bague bracelet guante guantes anillo guanti anello luvas anel",
    ),
    "feet": (
        "boots shoes sandals slippers sneakers trainers socks clogs wellingtons stiefel schuhe sandalen",
        "bottes chaussures sandales pantoufles botas zapatos sandalias stivali scarpe sandali sapatos",
    ),
    "waist": (
        "apron belt sash schürze gürtel", "tablier ceinture delantal cinturón grembiule cintura avental cinto"
    ),
    _OUTER: (
        "coat jacket cloak cape parka anorak poncho vest waistcoat cardigan sweater jumper pullover"
        " mantel jacke umhang weste",
        "manteau veste blouson imperméable gilet pull abrigo chaqueta chaleco capa cappotto giacca mantello"
        " maglione casaco jaqueta colete",
    ),
}  # fmt: skip
_LAST = {word: kind for kind, (words, _) in _KINDS.items() for word in words.split()}
_FIRST = {word: kind for kind, (_, words) in _KINDS.items() for word in words.split()}
_SHORTEST_ENDING = 4  # Letters of a noun that may end a longer one: Wintermantel, raincoat.
_PIECES = re.compile(r",\s*(?:(?:and|und|et|y|e)\s+)?|\s+(?:and|und|et|y|e)\s+", re.IGNORECASE)
# Matches the words after a noun that describe it: “a coat with a hood”.
_AFTER_NOUN = re.compile(r"\s(?:with|of|from|over|under|mit|aus|von|über|avec|à|con|com)\s.*", re.IGNORECASE)
_ARTICLE = re.compile(
    r"(?:in\s+)?(?:an?|the|his|her|their|my|ein\w*|der|die|das|den|sein\w*|ihr\w*|une?|les?|la|son|sa|ses|des"
    r"|el|los|las|su|sus|il|lo|gli|uno?|sua?|uma?|os?|as|seus?|suas?)\s+",
    re.IGNORECASE,
)
_TAKEN_OFF = re.compile(
    r"\b(?:takes?|took|taking|pulls?|slips?|strips?|tears?|shrugs?|throws?)\b[^.;,]{0,40}?\boff\b"
    r"|\b(?:zieht|setzt|nimmt|legt)\b[^.;,]*\b(?:aus|ab)\b",
    re.IGNORECASE,
)
_PUT_ON = re.compile(
    r"\b(?:puts?|putting|pulls?|pulling|slips?|slipping|throws?|throwing|shrugs?|shrugging|draws?|tugs?)\b"
    r"[^.;]*\b(?:on|over|around|into)\b"
    r"|\b(?:dons?|donning|donned|wraps?|wrapping|drapes?|ties|tying|buttons?|buckles?|straps?|adds?|takes?|lends?"
    r"|borrows?|gives?)\b"
    r"|\b(?:zieht|setzt|wirft|streift|legt|hängt)\b[^.;]*\b(?:an|auf|über|um)\b|\b(?:nimmt|bindet|leiht|gibt)\b"
    r"|\b(?:met|enfile|passe|noue|prend)\b|\bse (?:pone|echa)\b|\b(?:coge|toma)\b"
    r"|\bsi (?:mette|infila|allaccia)\b|\b(?:indossa|prende)\b|\b(?:põe|coloca|enfia|pega)\b",
    re.IGNORECASE,
)  # fmt: skip


def change_clothes(worn: str, change: Fact) -> str:
    """Return the clothes of a person after a change. Garments for the head, the eyes, the neck, the hands,
    the feet or the waist are added to the clothes that the person wears. A coat or a jacket is added if its
    quotation says that it is put on. Everything else replaces the clothes.

    An added garment replaces one of its own kind, such as a hat a helmet.
    """
    if not change or not worn:
        return change.text or worn
    added = {_find_garment_kind(piece) for piece in _PIECES.split(change.text)}
    is_put_on = _PUT_ON.search(_TAKEN_OFF.sub("", change.quote)) is not None
    if "" in added or (_OUTER in added and not is_put_on):
        return change.text
    pieces = _PIECES.split(worn)
    left = [piece for piece in pieces if _find_garment_kind(piece) not in added]
    return ", ".join((worn, change.text) if left == pieces else (*left, change.text))


def _find_garment_kind(piece: str) -> str:
    """Return the kind of one garment; empty for clothes that replace others, such as a dress."""
    words = split_words(_ARTICLE.sub("", _AFTER_NOUN.sub("", piece), count=1).casefold())
    if not words:
        return ""
    longer = (word for word in _LAST if len(word) >= _SHORTEST_ENDING and words[-1].endswith(word))
    last = words[-1] if words[-1] in _LAST else next(longer, "")
    return _LAST.get(last, "") or _FIRST.get(words[0], "")
