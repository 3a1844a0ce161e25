"""Test who is in the picture without a language model: names, and pronouns that fit one person."""

from __future__ import annotations

from fractions import Fraction

import pytest

from milimo_tui.story.reading.moment import Moment
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.cast import build_cast
from milimo_tui.story.shots.shots import break_down_script
from milimo_tui.story.values.doubts import NOBODY, DoubtKind
from milimo_tui.story.values.shot_words import VoicePosition

BOTH = "INT. HALL - NIGHT\n\nTOM (40) sweeps. ANNA (30) reads.\n\n"
MEN = "INT. HALL - NIGHT\n\nTOM (40) and PETER (30) sweep.\n\n"
FRENCH = "INT. CUISINE - NUIT\n\nLUC (40) et ANNE (30) sont dans la cuisine avec le chat et les enfants.\n\n"
GERMAN = "INNEN. KÜCHE - NACHT\n\nOTTO (40) und ANNA (30) sind in der Küche und sehen sich nicht an.\n\n"
SPANISH = "INT. COCINA - NOCHE\n\nLUIS (40) y ANA (30) están en la cocina con los platos y las sillas.\n\n"
ITALIAN = (
    "INT. CUCINA - NOTTE\n\nLUCA (40) e ANNA (30) sono nella cucina con il gatto e le sedie della zia.\n\n"
)
PORTUGUESE = "INT. COZINHA - NOITE\n\nPEDRO (40) e ANA (30) não estão com os pratos da avó e as cadeiras.\n\n"


def last_moment(text: str) -> Moment:
    return break_down_script(fountain.parse(text.encode()), Fraction(25))[-1].as_read.moments[-1]


@pytest.mark.parametrize(
    ("action", "seen"),
    [
        ("Tom waits.", {"Tom"}),
        ("Anna hands the cup to Tom.", {"Anna", "Tom"}),
        ("Anna's coat hangs by the door.", set[str]()),
        ("Anna's hand comes round the door.", {"Anna"}),
        ("Anna's waiting.", {"Anna"}),
        ("A photograph of Tom.", set[str]()),
        ("Anna looks for Tom.", {"Anna"}),
        ("No Tom.", set[str]()),
        ("She hears Tom.", {"Anna"}),
        ("We hear the tired Tom.", {"Tom"}),
        ("A picture of a smiling Tom on the wall.", set[str]()),
        ("Framed photos of Tom and Anna.", set[str]()),
        ("A photo of Tom, and Anna smiles.", {"Anna"}),
        ("“Tom was here,” the sign says.", set[str]()),
    ],
)
def test_names_in_the_action_are_in_the_picture(action: str, seen: set[str]) -> None:
    assert set(last_moment(f"{BOTH}{action}\n").seen) == seen


@pytest.mark.parametrize(
    ("script", "seen"),
    [
        (f"{GERMAN}DIE JUNGE MIA (8) lacht.\n\nDie kleine Katze schläft.\n", set[str]()),
        (f"{GERMAN}DER ALTE EMIL (70) lacht.\n\nDer Hund bellt, der alte Ofen raucht.\n", set[str]()),
        (f"{GERMAN}DIE JUNGE MIA (8) lacht.\n\nMia schläft.\n", {"Die Junge Mia"}),
        (f"{FRENCH}LA MARQUISE (60) lit.\n\nLa porte s'ouvre.\n", set[str]()),
        (f"{FRENCH}LE PETIT PAUL (8) court.\n\nLe petit chien aboie.\n", set[str]()),
        (f"{SPANISH}LA VIEJA MARTA (70) lee.\n\nLa vieja casa cruje.\n", set[str]()),
        ("INT. TALLER - DÍA\n\nLUIS (40) está con los platos.\n\nEl perro ladra.\n", set[str]()),
        ("INT. TALLER - DÍA\n\nLUIS (40) está con los platos.\n\nÉl lee.\n", {"Luis"}),
        (f"{ITALIAN}IL VECCHIO ANSELMO (70) legge.\n\nIl vecchio cane dorme.\n", set[str]()),
        (f"{PORTUGUESE}OS VELHOS AMIGOS (70) leem.\n\nOs velhos livros caem.\n", set[str]()),
    ],
)
def test_article_is_no_person_and_no_pronoun(script: str, seen: set[str]) -> None:
    assert set(last_moment(script).seen) == seen


@pytest.mark.parametrize(
    ("action", "seen"),
    [
        ("She looks up.", {"Anna"}),
        ("He looks up.", {"Tom"}),
        ("A knock. He opens.", {"Tom"}),
        ("Anna hands him the cup.", {"Anna", "Tom"}),
        ("His hand shakes.", {"Tom"}),
        ("His coat is on the floor.", set[str]()),
        ("A man comes in from the rain. He stamps his feet.", set[str]()),
    ],
)
def test_pronoun_shows_the_only_person_who_fits(action: str, seen: set[str]) -> None:
    assert set(last_moment(f"{BOTH}{action}\n").seen) == seen


@pytest.mark.parametrize("action", ["He looks up.", "A knock. He opens.", "A mouse looks at him."])
def test_pronoun_that_fits_several_people_is_a_question(action: str) -> None:
    found = last_moment(f"{MEN}{action}\n")
    assert found.seen == ()
    [doubt] = found.doubts
    assert (doubt.kind, doubt.guess, set(doubt.others)) == (DoubtKind.CAST, NOBODY, {"Tom", "Peter"})


@pytest.mark.parametrize("action", ["Tom looks up. He nods.", "Tom puts down his broom."])
def test_pronoun_of_somebody_in_the_picture_is_no_question(action: str) -> None:
    found = last_moment(f"{MEN}{action}\n")
    assert (found.seen, found.doubts) == (("Tom",), ())


@pytest.mark.parametrize(
    ("scene", "action", "seen"),
    [
        (FRENCH, "Elle ouvre la porte.", {"Anne"}),
        (FRENCH, "Une photo de Luc.", set[str]()),
        (GERMAN, "Er öffnet die Tür.", {"Otto"}),
        (GERMAN, "Ein Brief von Anna liegt auf dem Tisch.", set[str]()),
        (SPANISH, "Ella abre la puerta.", {"Ana"}),
        (SPANISH, "Una foto de Luis.", set[str]()),
        (ITALIAN, "Lei apre la porta.", {"Anna"}),
        (ITALIAN, "Una foto di Luca.", set[str]()),
        (PORTUGUESE, "Ele abre a porta.", {"Pedro"}),
        (PORTUGUESE, "Uma foto do Pedro.", set[str]()),
    ],
)
def test_names_and_pronouns_of_other_languages(scene: str, action: str, seen: set[str]) -> None:
    assert set(last_moment(f"{scene}{action}\n").seen) == seen


def test_name_may_be_in_small_letters_after_an_article() -> None:
    text = "INT. WARD - DAY\n\nA NURSE and a GOOSE.\n\nNURSE\nOut.\n\nThe nurse points. The goose leaves.\n"
    assert set(last_moment(text).seen) == {"Nurse", "Goose"}


@pytest.mark.parametrize(
    ("cue", "place"),
    [("ANNA", "FLAT, BATH"), ("TOM", "TRAIN, CORRIDOR")],
)
@pytest.mark.parametrize("intercut", ["INTERCUT WITH: ", "INTERCUT WITH ", "INTERCUT - ", ""])
def test_each_side_of_an_intercut_keeps_its_place(intercut: str, cue: str, place: str) -> None:
    text = (
        f"INT. TRAIN, CORRIDOR - NIGHT\n\nTOM (40) telephones.\n\n{'' if intercut else 'INTERCUT WITH:'}\n\n"
        f"{intercut}INT. FLAT, BATH - SAME\n\nANNA (30) in the bath.\n\n"
        f"ANNA\nHello.\n\nTOM\nHello.\n\n{cue}\nYes.\n"
    )
    scene = break_down_script(fountain.parse(text.encode()), Fraction(25))[-1]
    found = scene.as_read.moments[-1]
    assert (found.location or scene.location, found.time_of_day or scene.time_of_day) == (place, "NIGHT")
    assert scene.setting.value == "INT"


@pytest.mark.parametrize(
    ("first", "second", "time"),
    [
        ("DUSK", "LATER", "NIGHT"),
        ("SUNRISE", "LATER", "MORNING"),
        ("AUBE", "PLUS TARD", "MORNING"),
        ("DUSK", "MOMENTS LATER", "DUSK"),
        ("DUSK", "CONTINUOUS", "DUSK"),
        ("NIGHT", "LATER", "NIGHT"),
    ],
)
def test_passing_time_of_day_is_over_later(first: str, second: str, time: str) -> None:
    text = f"EXT. FARM - {first}\n\nTOM (40) waits.\n\nEXT. FARM - {second}\n\nTom digs.\n"
    assert break_down_script(fountain.parse(text.encode()), Fraction(25))[-1].time_of_day == time


def test_later_alone_ends_a_passing_time_of_day() -> None:
    assert last_moment("EXT. FARM - DUSK\n\nTOM (40) waits.\n\nLATER\n\nTom digs.\n").time_of_day == "NIGHT"


def test_forced_heading_returns_to_its_own_place() -> None:
    text = ".WHITE VOID\n\nTOM (40) waits.\n\nINT. BAR - DAY\n\nTom drinks.\n\n.WHITE VOID\n\nTom waits.\n"
    assert break_down_script(fountain.parse(text.encode()), Fraction(25))[-1].location == "WHITE VOID"


def test_insert_of_a_screen_is_not_at_the_place_of_the_scene() -> None:
    text = f"{BOTH}INSERT - TOM'S PHONE\n\nA harbour.\n\nBACK TO SCENE\n\nTom nods.\n"
    moments = break_down_script(fountain.parse(text.encode()), Fraction(25))[-1].as_read.moments
    assert [each.location for each in moments] == ["", "TOM'S PHONE", ""]


@pytest.mark.parametrize(
    ("heading", "time"),
    [
        ("NIGHT [CONTINUOUS]", "NIGHT (CONTINUOUS)"),
        ("DAY [STORY VERSION]", "DAY (STORY VERSION)"),
    ],
)
def test_square_brackets_are_no_part_of_the_place(heading: str, time: str) -> None:
    text = f"INT. BLOOM HOUSE - {heading}\n\nTOM (40) waits.\n"
    scene = break_down_script(fountain.parse(text.encode()), Fraction(25))[-1]
    assert (scene.location, scene.time_of_day) == ("BLOOM HOUSE", time)


def test_heading_of_two_people_is_no_place() -> None:
    assert last_moment(f"{BOTH}ON TOM AND ANNA\n\nThey dance.\n").location == ""


@pytest.mark.parametrize(
    ("cue", "heard"),
    [
        ("TOM (ON PHONE)", VoicePosition.SEEN),  # The action shows him.
        ("TOM (V.O.)", VoicePosition.VOICE_OVER),
        ("PETER (ON PHONE)", VoicePosition.PHONE),
        ("PETER (V.O.)", VoicePosition.VOICE_OVER),  # Nothing says that Peter is the one who is called.
        ("PETER (V.O., ON PHONE)", VoicePosition.PHONE),
        ("PETER (FILTERED)", VoicePosition.OFF_SCREEN),
        ("PETER (ON RADIO)", VoicePosition.OFF_SCREEN),
        ("PETER (AM TELEFON)", VoicePosition.PHONE),
        ("PETER (VOIX OFF)", VoicePosition.VOICE_OVER),
        ("PETER (HORS CHAMP)", VoicePosition.OFF_SCREEN),
        ("PETER (FUORI CAMPO)", VoicePosition.OFF_SCREEN),
        ("PETER (EN LA TELEVISIÓN)", VoicePosition.ON_A_SCREEN),
        ("PETER (INTO PHONE)", VoicePosition.SEEN),
        ("PETER (SUITE)", VoicePosition.SEEN),
    ],
)
def test_extension_says_how_a_voice_is_heard(cue: str, heard: VoicePosition) -> None:
    assert last_moment(f"{BOTH}TOM\n(into phone)\nHello?\n\n{cue}\nYes.\n").heard is heard


@pytest.mark.parametrize(
    ("cue", "people"),
    [
        ("MAX UND MORITZ", ("Max", "Moritz")),
        ("MAX AND MORITZ", ("Max", "Moritz")),
        ("MAX/MORITZ", ("Max", "Moritz")),
        ("MAX & MORITZ", ("Max", "Moritz")),
        ("MAX ET MORITZ", ("Max", "Moritz")),
        ("MARÍA Y JUAN", ("María", "Juan")),
        ("MARIA E GIOVANNI", ("Maria", "Giovanni")),
        ("MAN AND WOMAN", ("Man", "Woman")),
        ("MOM + DAD", ("Mom", "Dad")),
        ("TOM, ANNA", ("Tom", "Anna")),
        ("WALTER, JR.", ("Walter, Jr.",)),
        ("SALT AND PEPPER", ("Salt and Pepper",)),
        ("ORTEGA Y GASSET", ("Ortega Y Gasset",)),
    ],
)
def test_joint_cue_is_of_several_people(cue: str, people: tuple[str, ...]) -> None:
    found = last_moment(f"{BOTH}TOM\nWell?\n\nANNA\nNo.\n\n{cue}\nYes.\n")
    assert (found.beat.speakers, found.seen) == (people, people)


@pytest.mark.parametrize(
    ("action", "names"),
    [
        ("BEN, LUCY, and old MR. TANG, all soaked, try to keep up.", {"Ben", "Lucy", "Mr. Tang"}),
        ("NURSE CLARA opens a window.", {"Nurse Clara"}),
        ("EMMA LAUGHS AND LAUGHS. LUCY RUNS away.", {"Emma", "Lucy"}),
        ("The car BRAKES. A sign reads ANCHORAGE, ALASKA - 200 MILES.", set[str]()),
        ("MARS fills the frame. The KNEE, dropping the big guy, cracks.", set[str]()),
        ("Engines one and two REV UP. HOLY SMOKE, THE MAN IS IN THE ROOM!", set[str]()),
        ("BOY, 18, KILLS HIMSELF IN SPORTS CENTRE.", set[str]()),
        ("A giant triangle turns. The giant ship lands. A lion in wait, he sits.", set[str]()),
        ("He asks his Uncle. Government agents wait at Baker Street.", set[str]()),
        ("Two dozen BOYS (12-14) sing.", set[str]()),
    ],
)
def test_silent_person_is_in_the_cast_only_if_certain(action: str, names: set[str]) -> None:
    screenplay = fountain.parse(f"INT. HALL - DAY\n\n{action}\n".encode())
    assert set(build_cast(screenplay).names) == names


def test_piece_of_a_sentence_that_looks_like_a_cue_is_nobody_in_the_action() -> None:
    text = f"{BOTH}AT THE EDGE OF\nthe cliff.\n\nThe edge of the table. A knife.\n"
    assert last_moment(text).seen == ()
