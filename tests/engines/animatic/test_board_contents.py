"""Test the information that a board shows at a glance: number and height of people, lying or standing, the
object of a close-up, and unknown places.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.engines.animatic.engine import Animatic
from milimo_tui.engines.animatic.figures import stature
from milimo_tui.engines.animatic.figures.cast import describe_appearance
from milimo_tui.engines.animatic.stage import crowds
from milimo_tui.engines.animatic.stage.staging import StagedShot, stage_shot
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.spec_values import DescribedPerson, ShotFacts
from tests.engines.animatic.shots import JUN, MARA, Workplace, facts, picture, run, video
from tests.engines.animatic.test_pictures import figures, panel

TOM = DescribedPerson(name="TOM", description="a boy of ten")
OGMAR = DescribedPerson(name="OGMAR", description="a giant with a beard")


def staged(shot: ShotFacts) -> StagedShot:
    return stage_shot(shot, 1.5, 7)


def _apart(shot: ShotFacts, other: ShotFacts) -> float:
    one, two = picture(shot).astype(int), picture(other).astype(int)
    return float((np.abs(one - two).max(axis=2) > 24).mean())


# Crowds


@pytest.mark.parametrize(
    ("action", "least", "most"),
    [
        ("A crowd fills the square.", 20, 40),
        ("Six soldiers wait.", 6, 6),
        ("Two armed guards wait.", 2, 2),
        ("A dozen dancers spin.", 12, 12),
        ("People hurry by.", 10, 14),
        ("Mara waits. The square is empty of people.", 0, 0),
        ("There is no crowd.", 0, 0),
        ("Mara waits.", 0, 0),
    ],
)
def test_number_of_people_follows_the_words(action: str, least: int, most: int) -> None:
    extras = staged(facts("EXT. TOWN SQUARE - DAY", action=action, size="LS")).extras
    assert least <= len(extras) <= most


def test_crowd_is_drawn_as_a_crowd() -> None:
    crowd = facts(
        "EXT. FIELD - DAY", DescribedPerson(name="CROWD"), say="Boo!", action="The crowd roars.", size="LS"
    )
    assert figures(crowd) == []
    assert len(staged(crowd).extras) > 20
    # People fill much of the picture, compared with the same empty field.
    assert _apart(crowd, facts("EXT. FIELD - DAY", action="Nobody.", size="LS")) > 0.15


def test_named_people_are_counted_among_the_group() -> None:
    shot = facts(
        "EXT. FIELD - DAY", MARA, JUN, action="Three soldiers wait: Mara, Jun and one more.", size="LS"
    )
    assert len(staged(shot).extras) == 1


def test_same_people_stand_in_the_next_shot_of_the_scene() -> None:
    near, wide = (
        staged(facts("EXT. FIELD - DAY", MARA, action="A crowd around Mara.", size=size)).extras
        for size in ("MS", "LS")
    )
    assert {one.appearance.name for one in near[-4:]} <= {one.appearance.name for one in wide}


@given(st.text(max_size=80), st.integers(0, 6))
def test_any_words_give_a_number_of_people(text: str, named: int) -> None:
    count, _ = crowds.count_crowd(text, named)
    assert 0 <= count <= crowds.MANY


# Heights


@pytest.mark.parametrize(
    ("words", "years"),
    [
        ("MARA (61)", 61),
        ("YOUNG MARA (10)", 10),
        ("a boy of ten", 10),
        ("a six-year-old girl", 6),
        ("aged 43", 43),
        ("in her late sixties", 65),
        ("in his 30s", 35),
        ("Mara, 61, in a grey coat", 61),
        ("a teenager", 15),
        ("a baby", 1),
        ("about seven feet tall", None),
        ("a tired courier", None),
    ],
)
def test_age_is_read_in_years(words: str, years: int | None) -> None:
    assert stature.read_years(words) == years


def test_ages_and_giants_have_their_heights() -> None:
    def tall(words: str) -> float:
        return describe_appearance(DescribedPerson(name="SOMEBODY", description=words)).height

    baby, small, boy, lad, man = map(
        tall, ("a baby", "a boy of four", "a boy of ten", "a boy of 14", "a man")
    )
    assert baby < small < boy < lad < man
    assert tall("a giant") > 1.7 * man
    assert 2.3 < tall("a man eight feet tall") < 2.6
    assert abs(tall("a man with a giant umbrella") - man) < 0.01
    assert describe_appearance(DescribedPerson(name="YOUNG MARA (10)")).age == "child"
    assert describe_appearance(DescribedPerson(name="MARA (61)")).age == "old"
    assert (
        describe_appearance(DescribedPerson(name="ANN", description="a girl in her twenties")).age == "adult"
    )


@given(st.text(max_size=60))
def test_any_words_give_a_height(text: str) -> None:
    assert 0.3 < describe_appearance(DescribedPerson(name="A", description=text)).height < 13


@pytest.mark.parametrize("size", ["MS", "FS", "LS"])
def test_child_and_giant_have_their_size_next_to_an_adult(size: str) -> None:
    def seen(one: DescribedPerson) -> tuple[int, int]:
        shot = facts("EXT. FIELD - DAY", one, JUN, function="two-shot", size=size, action="They wait.")
        layers = {layer.actor: layer.box for layer in panel(shot).layers if layer.actor is not None}
        first, second = staged(shot).actors
        own, other = (layers[0], layers[1]) if first.appearance.name == one.name else (layers[1], layers[0])
        assert second.appearance.name in (one.name, "JUN")
        return round(own.top * 1000), round(other.top * 1000)

    child, grown = seen(TOM)
    assert child > grown + 60  # rows count from the top, so the child's head is lower in the frame
    giant, grown = seen(OGMAR)
    assert giant < grown - 100


def test_giant_fits_into_the_frame() -> None:
    for size in ("FS", "LS", "WS"):
        staging = staged(facts("EXT. FIELD - DAY", OGMAR, JUN, size=size, action="They wait."))
        giant = next(actor for actor in staging.actors if actor.appearance.name == "OGMAR")
        assert staging.lens.project_point((giant.x, giant.top, giant.z))[1] > -0.5
        assert staging.lens.project_point((giant.x, 0.0, giant.z))[1] < 0.5


def test_two_people_stand_where_the_plan_has_them() -> None:
    def across(*stands: tuple[str, str]) -> list[str]:
        shot = facts("EXT. FIELD - DAY", MARA, JUN, function="two-shot", action="They wait.")
        placed = shot.model_copy(update={"stands": stands})
        return [one.appearance.name for one in sorted(staged(placed).actors, key=lambda one: one.x)]

    assert across() == ["JUN", "MARA"]
    assert across(("Mara", "left"), ("Jun", "right")) == ["MARA", "JUN"]
    assert across(("Jun", "left"), ("Mara", "right")) == ["JUN", "MARA"]
    assert across(("Mara", "left")) == ["JUN", "MARA"], "not all of them are placed"


def test_over_the_shoulder_shot_places_the_other_by_the_plan() -> None:
    shot = facts("EXT. FIELD - DAY", MARA, JUN, function="OTS", say="No.", size="MS")
    for mine, other in (("left", "right"), ("right", "left")):
        staging = staged(shot.model_copy(update={"stands": (("Mara", mine), ("Jun", other))}))
        main, shoulder = staging.actors
        assert main.appearance.name == "MARA"
        assert (main.facing > 0) == (mine == "left")
        assert (shoulder.x > main.x) == (mine == "left")


# Lying and leaning people


def _size(action: str, heading: str = "INT. KITCHEN - DAY", size: str = "FS") -> tuple[int, int]:
    ((wide, tall),) = figures(facts(heading, MARA, action=action, size=size))
    return wide, tall


@pytest.mark.parametrize("where", ["in bed", "on the floor", "on the sofa"])
def test_lying_person_is_wider_than_tall(where: str) -> None:
    wide, tall = _size(f"Mara lies {where}.")
    assert wide > 1.5 * tall
    up_wide, up_tall = _size("Mara waits.")
    assert up_tall > 1.5 * up_wide


def test_surfaces_to_lie_on_are_distinguished() -> None:
    rests = {
        where: staged(facts(heading, MARA, action=action)).actors[0].rest
        for where, heading, action in (
            ("ward", "INT. HOSPITAL - DAY", "Mara lies still."),
            ("street", "EXT. STREET - DAY", "Mara lies still."),
            ("floor", "INT. BEDROOM - DAY", "Mara lies on the floor."),
            ("sofa", "INT. OFFICE - DAY", "Mara lies on the couch."),
        )
    }
    assert rests == {"ward": "bed", "street": "floor", "floor": "floor", "sofa": "couch"}


@pytest.mark.parametrize("size", ["CU", "MCU", "MS"])
def test_close_shot_of_a_lying_person_shows_the_head(size: str) -> None:
    staging = staged(facts("INT. BEDROOM - DAY", MARA, action="Mara lies asleep in bed.", size=size))
    who = staging.actors[0]
    assert (who.pose, who.asleep) == ("lie", True)
    x, y = staging.lens.project_point((*who.head, who.z))
    assert abs(x) < 0.6
    assert abs(y) < 0.3


def test_person_at_a_bedside_is_above_the_one_in_bed() -> None:
    shot = facts(
        "INT. BEDROOM - DAY", MARA, JUN, action="Mara lies in bed. Jun sits at the bedside.", size="MS"
    )
    by_name = {actor.appearance.name: actor for actor in staged(shot).actors}
    assert by_name["MARA"].pose == "lie"
    assert by_name["JUN"].z > by_name["MARA"].z
    assert by_name["JUN"].head[1] > by_name["MARA"].head[1] + 0.3
    assert len(figures(shot)) == 2


def test_leaning_person_has_something_to_lean_on() -> None:
    def pose(action: str) -> tuple[str, str]:
        who = staged(facts("EXT. BRIDGE - DAY", MARA, action=action, size="FS")).actors[0]
        return who.pose, who.rest

    assert pose("Mara leans against a post.") == ("lean", "wall")
    assert pose("Mara leans on the railing.") == ("lean", "rail")
    assert pose("Mara leans closer.") == ("bend", "")
    assert _size("Mara leans against the wall.")[0] > _size("Mara waits.")[0] + 8


@pytest.mark.parametrize(
    ("action", "bodies"),
    [
        ("A body lies on the ground. Mara kneels beside it.", 1),
        # One sentence with two people does not show which of them is lying
        ("Mara looks at the corpse that lies there.", 0),
        ("The body of water glitters. Mara waits.", 0),
        ("Mara lies there, the body at rest.", 0),
        ("Her body aches. Mara waits.", 0),
    ],
)
def test_unnamed_body_is_drawn(action: str, bodies: int) -> None:
    staging = staged(facts("EXT. ROAD - DAY", MARA, action=action, size="FS"))
    nameless = [actor for actor in staging.actors if actor.appearance.name != "MARA"]
    assert [actor.pose for actor in nameless] == ["lie"] * bodies


def test_unnamed_group_has_the_number_in_the_words() -> None:
    staging = staged(facts("EXT. ROAD - DAY", function="group", action="Six soldiers wait.", size="LS"))
    assert (len(staging.actors), len(staging.extras)) == (0, 6)


# Close-ups of things


@pytest.mark.parametrize(
    ("action", "thing"),
    [
        ("CLOSE ON Mara's hand.", "hand"),
        ("CLOSE ON: her hands, shaking.", "hands"),
        ("Close-up of a letter in her hand.", "letter"),
        ("TIGHT ON her fist.", "hand"),
        ("CLOSE ON Mara's feet in the mud.", "feet"),
        ("CLOSE ON Mara as she gets to her feet.", ""),
        ("CLOSE ON Mara's face, her hand at her lips.", ""),
        ("Mara takes his hand.", ""),
    ],
)
def test_close_shot_of_a_hand_shows_the_hand(action: str, thing: str) -> None:
    shot = facts("INT. KITCHEN - DAY", MARA, action=action, size="CU")
    assert staged(shot).thing == thing
    assert len(figures(shot)) == (0 if thing else 1)


def test_one_hand_and_two_hands_differ() -> None:
    one, two = (facts(MARA.name, MARA, function="insert", action=f"Her {w}.") for w in ("hand", "hands"))
    assert _apart(one, two) > 0.02


# Places


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("INT. BIG TOP - NIGHT", "circus"),
        ("EXT. CIRCUS - DAY", "circus"),
        ("INT. PLANE - DAY", "plane"),
        ("INT. AIRLINER - CABIN - NIGHT", "plane"),
        ("EXT. UNDERWATER - DAY", "underwater"),
        ("EXT. SEABED - DAY", "underwater"),
        ("INT. SUBWAY CAR - DAY", "train"),
        ("INT. POLICE CAR - NIGHT", "car"),
        ("INT. THEATRE - STAGE - NIGHT", "stage"),
        ("INT. ROOM - DAY", "room"),
        ("INT. MARA'S ROOM - DAY", "room"),
        ("INT. LAMP ROOM - NIGHT", "neutral"),
        ("EXT. THE VOID - DAY", "neutral"),
    ],
)
def test_sets_belong_to_the_place(heading: str, kind: str) -> None:
    assert staged(facts(heading, MARA, size="MS")).kind == kind


def test_people_swim_under_water_and_sit_in_a_plane() -> None:
    swims = staged(facts("EXT. LAKE - DAY", MARA, rig="underwater", action="Mara looks round.", size="FS"))
    assert (swims.kind, swims.actors[0].pose) == ("underwater", "swim")
    wide, tall = figures(facts("EXT. UNDERWATER - DAY", MARA, action="Mara swims.", size="FS"))[0]
    assert wide > tall
    sits = staged(facts("INT. PLANE - DAY", MARA, action="Mara reads.", size="MS")).actors[0]
    assert (sits.pose, sits.seat) == ("sit", False)


def test_unknown_place_is_neutral_and_labelled(tmp_path: Path) -> None:
    shot = facts("INT. LAMP ROOM - NIGHT", MARA, action="Mara enters.", size="FS")
    assert staged(shot).unknown == "LAMP ROOM"
    # The unknown place's name is written on the picture. The same set with another name differs only there.
    bare = picture(shot.model_copy(update={"location": "LAMP RXXM"})).astype(int)
    plate = np.abs(picture(shot).astype(int) - bare).max(axis=2) > 40
    assert plate[14:34, :100].any()
    result = run(video(shot), tmp_path / "take")
    assert result.facts == {"previs": True, "neutral": "LAMP ROOM"}
    assert "“LAMP ROOM”" in result.notes[-1]
    board = Animatic().run(MakePicture(width=192, height=128, facts=shot), Workplace(tmp_path / "board"))
    assert board.facts["neutral"] == "LAMP ROOM"


def test_unknown_prop_is_covered_and_named() -> None:
    staging = staged(facts("INT. BAR - DAY", function="insert", action="INSERT - the brass orrery, turning."))
    assert (staging.thing, staging.unknown) == ("unknown", "the brass orrery")


def test_shots_without_a_place_are_drawn() -> None:
    assert staged(ShotFacts(action="Mara waits.")).unknown == ""
    assert staged(ShotFacts(heading="EXT. GLIMMERWICK - DAY", setting="EXT")).unknown == "GLIMMERWICK"
