"""Test words of the script that a caption must not have, and names that are ordinary nouns."""

from __future__ import annotations

import pytest

from milimo_tui.engines.contract.meaning import MeantLine, MeantSubject, ShotMeaning
from milimo_tui.engines.ltx2.paragraph import compose_paragraph
from milimo_tui.engines.prompting.action_words import describe_action
from milimo_tui.engines.prompting.composing import name_focus
from milimo_tui.engines.prompting.place_names import PlaceUsage, phrase_place_name
from milimo_tui.story.elements.prompt import ComposedPrompt
from milimo_tui.story.screenplay.word_usage import is_used_with_article, list_ordinary_words


def get_part(prompt: ComposedPrompt, role: str) -> str:
    return next(part.text for part in prompt.parts if part.role == role)


@pytest.mark.parametrize(
    ("written", "described"),
    [
        ("We pan across to the one figure at the back.", "The one figure at the back."),
        ("Camera moves slowly back to the man's hat.", "The man's hat."),
        ("Camera moves to his mouse and he is about to click.", "His mouse. He is about to click."),
        ("The camera switches to a clock on a wall.", "A clock on a wall."),
        ("TILT DOWN to a fat, round stone.", "A fat, round stone."),
        ("We open on a sign.", "A sign."),
        ("We hold on a door.", "A door."),
        ("SMASH IN ON: the face of a boy.", "The face of a boy."),
        ("We’re underwater, under the ice.", "Underwater, under the ice."),
        ("We see a man walk to the door.", "We see a man walk to the door."),
        ("... a nest of wires.", "A nest of wires."),
        ("The fuse burns. And then...", "The fuse burns."),
        ("The fuse burns, when suddenly--", "The fuse burns."),
        ("Until, suddenly: nothing.", "Until, suddenly: nothing."),
        ("We open on nothing.", ""),
    ],
)
def test_action_has_no_camera_words_and_no_loose_ends(written: str, described: str) -> None:
    assert describe_action(ShotMeaning(action=written)) == described


@pytest.mark.parametrize(
    ("focus", "phrase"),
    [("der Strohhut", "the Strohhut"), ("le chapeau", "the chapeau"), ("letter", "the letter")],
)
def test_focus_has_one_article(focus: str, phrase: str) -> None:
    assert name_focus(ShotMeaning(focus=focus, function="insert")) == phrase


def test_name_after_a_german_noun_stays_capitalized() -> None:
    meaning = ShotMeaning(action="Der Kater MOHR, schwarz und fett, liegt auf der alten BANK.")
    assert describe_action(meaning) == "Der Kater Mohr, schwarz und fett, liegt auf der alten Bank."


@pytest.mark.parametrize("movement", ["dolly in", "track", "arc"])
def test_movement_without_a_subject_names_none(movement: str) -> None:
    camera = get_part(compose_paragraph(ShotMeaning(action="Dust.", movement=movement)), "camera")
    assert "frame" not in camera
    assert "{" not in camera


SCRIPT = (
    "INT. CAB - DAY\n\nTHE DRIVER, 50, yawns. The driver turns.\n\nDRIVER\nWhere to?\n\nHank waves at the"
    " Daimler. An old 1970 Daimler with rust follows. A cow in a pasture.",
)


@pytest.mark.parametrize(("name", "described"), [("Driver", True), ("Hank", False), ("Daimler", True)])
def test_name_with_article_is_a_description(name: str, described: bool) -> None:
    assert is_used_with_article(name, SCRIPT) is described


def test_described_person_has_an_article_in_every_sentence() -> None:
    meaning = ShotMeaning(
        action="Driver speaks.",
        movement="dolly in",
        people=(MeantSubject(name="Driver", stands="left"), MeantSubject(name="Hank", stands="right")),
        lines=(MeantLine(name="Driver", text="Where to, Driver?"),),
        ordinary_words=list_ordinary_words(SCRIPT),
        described_names=frozenset(["Driver"]),
    )
    text = compose_paragraph(meaning).text
    assert "“Where to, Driver?”" in text
    assert "Driver" not in text.replace("“Where to, Driver?”", "")
    assert text.count("he driver") == 4


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("Cow Pasture", "the cow pasture"),
        ("Daimler", "the Daimler"),
        ("Hank's Kitchen", "Hank's kitchen"),
        ("comedy theater stage", "the comedy theater stage"),
        ("Macarthur Park", "Macarthur Park"),
        ("Driver's Seat", "the driver's seat"),
        ("no place", "no place"),
    ],
)
def test_place_has_an_article_unless_it_is_a_proper_name(name: str, phrase: str) -> None:
    usage = PlaceUsage(list_ordinary_words(SCRIPT), frozenset(["Daimler"]))
    assert phrase_place_name(name, usage) == phrase


@pytest.mark.parametrize(
    ("speaker", "begins"), [("Max und Moritz", "Max und Moritz say:"), ("Song", "Somebody sings:")]
)
def test_speech_of_several_people_and_of_a_song(speaker: str, begins: str) -> None:
    speech = get_part(compose_paragraph(ShotMeaning(lines=(MeantLine(name=speaker, text="La."),))), "speech")
    assert speech == f"{begins} “La.”"


@pytest.mark.parametrize(
    ("tone", "begins"),
    [
        ("Sadly", "Tom says, sadly:"),
        ("Ben watches his father", "Tom says (Ben watches his father):"),
        ("beat", "Tom says:"),
    ],
)
def test_manner_follows_a_comma_and_a_clause_is_in_brackets(tone: str, begins: str) -> None:
    line = MeantLine(name="Tom", text="La.", tone=tone)
    assert get_part(compose_paragraph(ShotMeaning(lines=(line,))), "speech") == f"{begins} “La.”"
