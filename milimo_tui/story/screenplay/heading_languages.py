"""Words of scene headings in other languages than English: INNEN, NUIT, AMANECER, TRE GIORNI DOPO.

Times are translated to English, because prompts, light and the order of scenes use the English words. “A
SECOND LATER” and its kind get a common form. The tables have French, German, Spanish, Italian and Portuguese.
"""

from __future__ import annotations

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.values.shot_words import Setting
from milimo_tui.story.values.text import fold_accents

# Times without accents, in small letters.
_TIMES = {
    "DAY": "jour tag dia giorno",
    "NIGHT": "nuit nacht noche notte noite madrugada",
    "MORNING": "matin matinee morgen vormittag manana mattina mattino manha",
    "AFTERNOON": "apres-midi nachmittag tarde pomeriggio",
    "EVENING": "soir soiree abend sera",
    "NOON": "midi mittag mediodia mezzogiorno meio-dia",
    "MIDNIGHT": "minuit mitternacht medianoche mezzanotte meia-noite",
    "DAWN": "aube l'aube dammerung morgendammerung morgengrauen amanecer alba alvorada amanhecer",
    "DUSK": "crepuscule abenddammerung atardecer anochecer crepusculo crepuscolo entardecer anoitecer",
    "SUNRISE": "lever_de_soleil lever_du_soleil lever_du_jour sonnenaufgang salida_del_sol nascer_do_sol",
    "SUNSET": "coucher_de_soleil coucher_du_soleil sonnenuntergang puesta_de_sol tramonto por_do_sol",
    "CONTINUOUS": "suite continu en_continu fortlaufend durchgehend kontinuierlich continuo continua",
    "LATER": "plus_tard spater mas_tarde piu_tardi mais_tarde dopo depois despues",
    "SAME": "meme_moment au_meme_moment au_meme_instant gleichzeitig zur_gleichen_zeit al_mismo_tiempo "
    "mismo_momento contemporaneamente stesso_momento nello_stesso_momento ao_mesmo_tempo mesmo_momento",
}
_ENGLISH = {word.replace("_", " "): time for time, words in _TIMES.items() for word in words.split()}
_UNITS = {
    "MOMENTS": r"moments?|seconds?|instants?|secondes?|augenblicke?|sekunden?|momentos?|segundos?|moment[io]"
    r"|istant[ei]|second[io]|instantes?",
    "MINUTES": r"minutes?|minuten?|minutos?|minut[io]",
    "HOURS": r"hours?|heures?|stunden?|horas?|or[ae]",
}
_LONG_UNITS = (
    r"days?|weeks?|months?|years?|jours?|semaines?|mois|ans?|annees?|tage?|wochen?|monate?|jahre?|dias?"
    r"|semanas?|mes|meses|anos?|giorn[io]|settiman[ae]|mes[ei]|ann[io]"
)
_SHORT = "|".join(rf"(?P<{unit}>{words})" for unit, words in _UNITS.items())
_LATER = r"later|plus tard|apres|spater|danach|despues|mas tarde|dopo|piu tardi|depois|mais tarde"
_AFTER = r"after|apres|nach|despues de|dopo|depois de"
# “A SECOND LATER”, “QUELQUES MINUTES PLUS TARD”, “AFTER SOME HOURS”
_SOON = compile_lazily(rf"(?:\w+ ){{0,2}}(?:{_SHORT}) (?:{_LATER})")
_AFTER_SOME = compile_lazily(rf"(?:{_AFTER}) (?:\w+ ){{1,2}}(?:{_SHORT})")
# “THREE DAYS LATER”, “ZWEI WOCHEN SPÄTER”. The number or another word has to be there.
_MUCH_LATER = compile_lazily(
    rf"(?:\w+ ){{1,2}}(?:{_LONG_UNITS}) (?:{_LATER})|(?:{_AFTER}) (?:\w+ ){{1,2}}(?:{_LONG_UNITS})"
)
# Words for inside and outside, which must be in capitals. “EST” is Italian.
PREFIX_WORDS = (
    r"innen/au(?:ss|ß)en|au(?:ss|ß)en/innen|innen|au(?:ss|ß)en|int[eé]rieure?|ext[eé]rieure?|interior|exterior"
    r"|interno|esterno"
)
_INSIDE = ("innen", "int")


def translate_time(text: str) -> str:
    """Return the time of a heading in English. A text that is no time stays as it is."""
    folded = _fold_time(text)
    if folded in _ENGLISH:
        return _ENGLISH[folded]
    found = _SOON.fullmatch(folded) or _AFTER_SOME.fullmatch(folded)
    return f"{found.lastgroup} LATER" if found else text


def is_much_later(text: str) -> bool:
    """Return True if a part of a heading says that days or years have passed, so that the time of day is not
    that of the scene before.
    """
    return _MUCH_LATER.fullmatch(_fold_time(text)) is not None


def _fold_time(text: str) -> str:
    return fold_accents(text.strip(" .")).replace("’", "'")


def get_prefix_setting(word: str) -> Setting:
    """Return the setting that a word of `PREFIX_WORDS` means."""
    lower = word.casefold()
    if "/" in lower:
        return Setting.BOTH
    return Setting.INTERIOR if lower.startswith(_INSIDE) else Setting.EXTERIOR
