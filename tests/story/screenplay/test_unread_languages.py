"""Test scripts in languages that the format does not know: no line is lost, and the program reports what it
cannot read.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.screenplay import ScriptElementKind
from milimo_tui.story.screenplay.script_language import find_script_language
from milimo_tui.story.shots.script_check import find_unread_parts
from milimo_tui.story.shots.shots import break_down_script

FINNISH = """INT. KEITTIÖ - YÖ

AINO (70) istuu pöydän ääressä ja kuorii perunoita. VEIKKO seisoo ovella.

VEIKKO
Järvi on jäätynyt.

AINO (V.O.)
Minä tiesin sen jo eilen.

Veikko ottaa kirveen ja lähtee.
"""
GREEK = """ΕΣΩΤ. ΚΟΥΖΙΝΑ - ΝΥΧΤΑ

Η ΜΑΡΙΑ (40) πλένει τα πιάτα.

ΜΑΡΙΑ
Άργησες.

Η Μαρία κάθεται.
"""
TURKISH = """İÇ. MUTFAK - GECE

İREM (30) bulaşık yıkıyor. ILGIN, sırılsıklam, içeri girer.

İREM
Geç kaldın.

ILGIN
Otobüsü kaçırdım.

İrem ona bir havlu uzatır. Ilgın gülümser.
"""
JAPANESE = """○台所・夜

花子（三十歳）が窓のそばに立っている。雨が降っている。

花子「もう遅いわ」

@太郎
ごめん。
"""
NORWEGIAN = """INT. KJØKKEN - NATT

ODA (70) sitter ved bordet og skreller poteter. Sønnen hennes, TOR, står i døra med våte støvler.

TOR
Fjorden er frosset.

Han tar øksa fra veggen og går ut.
"""


@pytest.mark.parametrize("text", [FINNISH, GREEK, TURKISH, JAPANESE, NORWEGIAN])
def test_unknown_language_loses_no_line_and_is_reported(text: str) -> None:
    screenplay = fountain.parse(text.encode())
    shots = [shot for scene in break_down_script(screenplay, Fraction(25)) for shot in scene.shots]
    filmed = "".join(
        "".join(text.split())
        for shot in shots
        for words in (shot.action, *(line.text for line in shot.dialogue))
    )
    for element in screenplay.elements:
        if element.kind in (ScriptElementKind.ACTION, ScriptElementKind.DIALOGUE):
            assert "".join(element.text.split()) in filmed
    assert find_script_language(screenplay) == ""
    assert list(find_unread_parts(screenplay))


@pytest.mark.parametrize(
    ("text", "name", "action"), [(GREEK, "Μαρια", "Μαρία"), (TURKISH, "Ilgin", "Ilgın gülümser")]
)
def test_names_are_found_without_their_accents(text: str, name: str, action: str) -> None:
    scenes = break_down_script(fountain.parse(text.encode()), Fraction(25))
    moments = [each for scene in scenes for each in scene.as_read.moments if action in each.text]
    assert name in moments[-1].seen


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The door opens and she looks at the clock. He is late, and the soup is cold on the table."),
        (
            "fr",
            "La porte s'ouvre et elle regarde la pendule. Il est en retard, et la soupe est froide.",
        ),
        (
            "de",
            "Die Tür geht auf, und sie sieht auf die Uhr. Er ist zu spät, und die Suppe ist kalt am Herd.",
        ),
        ("es", "La puerta se abre y ella mira el reloj. Él llega tarde, y la sopa está fría en la mesa."),
        (
            "it",
            "La porta si apre e lei guarda l'orologio. È in ritardo, e la zuppa è fredda sul tavolo.",
        ),
        ("pt", "A porta se abre e ela olha o relógio. Ele está atrasado, e a sopa está fria na mesa."),
    ],
)
def test_known_language_has_no_report(language: str, text: str) -> None:
    screenplay = fountain.parse(f"INT. ROOM - DAY\n\n{text}\n".encode())
    assert find_script_language(screenplay) == language
    assert list(find_unread_parts(screenplay)) == []


def test_english_script_of_short_sentences_is_english() -> None:
    text = "".join(
        f"INT. GREENHOUSE - DAY\n\nIDA, fifty, waters fern {number}. OLAF watches.\n\nIDA\nFern.\n\n"
        for number in range(20)
    )
    screenplay = fountain.parse(text.encode())
    assert find_script_language(screenplay) == "en"
    assert list(find_unread_parts(screenplay)) == []
