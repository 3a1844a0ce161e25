"""Language tags (BCP 47) such as `en` or `pt-BR`, and the codes that media files have for languages."""

from __future__ import annotations

import re

from milimo_tui.core.errors import BadInput

# Each word is a code of two letters (ISO 639-1), followed by the code of three letters that media files have
# for the same language (ISO 639-2, terminological).
_CODE_PAIRS = """
aaaar ababk aeave afafr akaka amamh anarg arara asasm avava ayaym azaze babak bebel bgbul bhbih bibis
bmbam bnben bobod brbre bsbos cacat ceche chcha cocos crcre csces cuchu cvchv cycym dadan dedeu dvdiv
dzdzo eeewe elell eneng eoepo esspa etest eueus fafas ffful fifin fjfij fofao frfra fyfry gagle gdgla
glglg gngrn guguj gvglv hahau heheb hihin hohmo hrhrv hthat huhun hyhye hzher iaina idind ieile igibo
iiiii ikipk ioido isisl itita iuiku jajpn jvjav kakat kgkon kikik kjkua kkkaz klkal kmkhm knkan kokor
krkau kskas kukur kvkom kwcor kykir lalat lbltz lglug lilim lnlin lolao ltlit lulub lvlav mgmlg mhmah
mimri mkmkd mlmal mnmon mrmar msmsa mtmlt mymya nanau nbnob ndnde nenep ngndo nlnld nnnno nonor nrnbl
nvnav nynya ococi ojoji omorm orori ososs papan pipli plpol pspus ptpor quque rmroh rnrun roron rurus
rwkin sasan scsrd sdsnd sesme sgsag sisin skslk slslv smsmo snsna sosom sqsqi srsrp ssssw stsot susun
svswe swswa tatam tetel tgtgk ththa titir tktuk tltgl tntsn toton trtur tstso tttat twtwi tytah uguig
ukukr ururd uzuzb veven vivie vovol wawln wowol xhxho yiyid yoyor zazha zhzho zuzul
"""
_LANGUAGES = {pair[:2]: pair[2:] for pair in _CODE_PAIRS.split()}
# Language, script, region, variants and extensions. Languages of four and more letters are not in use.
_TAG = re.compile(
    r"([a-z]{2,3})(-[a-z]{3})*(-[a-z]{4})?(-(?:[a-z]{2}|\d{3}))?(-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*"
    r"(-[a-wy-z0-9](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?",
    re.IGNORECASE,
)


def parse_language_tag(text: str) -> str:
    """Return a language tag as it is stored; empty for an empty text. Raises BadInput for other texts."""
    if text and not is_language_tag(text):
        shown = "".join(letter if letter.isprintable() else "?" for letter in text)
        raise BadInput(f"“{shown}” is not a language tag", "for example en, de or pt-BR")
    return text


def is_language_tag(text: str) -> bool:
    """Return True for a well-formed language tag. A language of two letters must exist."""
    found = _TAG.fullmatch(text)
    return found is not None and (len(found[1]) == 3 or found[1].lower() in _LANGUAGES)


def make_stream_language(tag: str) -> str:
    """Return the code of three letters that streams of media files have for the language of a tag. Return
    `und` (undetermined) if the tag is empty.
    """
    language = tag.partition("-")[0].lower()
    return _LANGUAGES.get(language, language if len(language) == 3 else "und")
