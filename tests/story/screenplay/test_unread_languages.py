"""Test scripts in languages that the format does not know: no line is lost, and the program reports what it
cannot read.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.screenplay import ScriptElementKind
from milimo_tui.story.shots.script_check import find_unread_parts
from milimo_tui.story.shots.shots import break_down_script, find_script_language

SCRIPTS = {
    "Finnish": "INT. KEITTIÖ - YÖ\n\nAINO (70) istuu pöydän ääressä ja kuorii perunoita. VEIKKO seisoo ovella.\n\n"
    "VEIKKO\nJärvi on jäätynyt.\n\nAINO (V.O.)\nMinä tiesin sen jo eilen.\n\nVeikko ottaa kirveen ja lähtee.\n",
    "Greek": "ΕΣΩΤ. ΚΟΥΖΙΝΑ - ΝΥΧΤΑ\n\nΗ ΜΑΡΙΑ (40) πλένει τα πιάτα.\n\nΜΑΡΙΑ\nΆργησες.\n\nΗ Μαρία κάθεται.\n",
    "Turkish": "İÇ. MUTFAK - GECE\n\nİREM (30) bulaşık yıkıyor. ILGIN, sırılsıklam, içeri girer.\n\n"
    "İREM\nGeç kaldın.\n\nILGIN\nOtobüsü kaçırdım.\n\nİrem ona bir havlu uzatır. Ilgın gülümser.\n",
    "Japanese": "○台所・夜\n\n花子（三十歳）が窓のそばに立っている。雨が降っている。\n\n花子「もう遅いわ」\n\n@太郎\nごめん。\n",
    "Russian": "ИНТ. КУХНЯ - НОЧЬ\n\nАННА моет посуду. Входит ПЁТР.\n\nАННА\nПоздно.\n\nПЁТР\nПрости.\n",
    "Norwegian": "INT. KJØKKEN - NATT\n\nODA (70) sitter ved bordet og skreller poteter. Sønnen hennes, TOR, "
    "står i døra med våte støvler.\n\nTOR\nFjorden er frosset.\n\nHan tar øksa fra veggen og går ut.\n",
}


@pytest.mark.parametrize("language", SCRIPTS)
def test_unknown_language_loses_no_line_and_is_reported(language: str) -> None:
    screenplay = fountain.parse(SCRIPTS[language].encode())
    shots = [shot for scene in break_down_script(screenplay, Fraction(25)) for shot in scene.shots]
    filmed = "".join(
        "".join(text.split())
        for shot in shots
        for text in (shot.action, *(line.text for line in shot.dialogue))
    )
    for element in screenplay.elements:
        if element.kind in (ScriptElementKind.ACTION, ScriptElementKind.DIALOGUE):
            assert "".join(element.text.split()) in filmed
    assert find_script_language(screenplay) == ""
    assert list(find_unread_parts(screenplay))


@pytest.mark.parametrize(
    ("language", "name", "action"), [("Greek", "Μαρια", "Μαρία"), ("Turkish", "Ilgin", "Ilgın gülümser")]
)
def test_names_are_found_without_their_accents(language: str, name: str, action: str) -> None:
    scenes = break_down_script(fountain.parse(SCRIPTS[language].encode()), Fraction(25))
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
