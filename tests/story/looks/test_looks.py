"""Test which look applies to a shot, its description, and the looks found in a screenplay without a person's
help.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.story.looks.look_draft import (
    BY_PRONOUN,
    HANDED_OVER,
    LISTED,
    SURE_ENOUGH,
    LookDraft,
)
from milimo_tui.story.looks.looks import (
    describe_visible_look,
    find_look_at_shot,
    is_look_placed,
    list_shots_with_look,
)
from milimo_tui.story.looks.looks_found import find_looks, read_looks
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.shots.shots import break_down_script
from milimo_tui.story.values.film import Element, ElementKind, Look, Project, Scene, Shot, Story
from milimo_tui.story.values.shot_words import Era

MARA = Element(id="mara", kind=ElementKind.CHARACTER, name="Mara", trigger="@Mara", description="tall")
SCENES = tuple(
    Scene(id=f"s{n}", order=str(n), number=str(n), heading="", era=Era.FLASHBACK if n == 2 else Era.PRESENT)
    for n in range(4)
)
SHOTS = tuple(Shot(id=f"{n}{at}", scene=f"s{n}", order=str(at)) for n in range(4) for at in range(3))


def look(id: str, begins: str = "", ends: str = "", era: Era = Era.PRESENT, order: str = "a") -> Look:
    return Look(id=id, element="mara", order=order, text=id, begins=begins, ends=ends, era=era)


def story(*looks: Look) -> Story:
    return Story(project=Project(id="p", name="F"), scenes=SCENES, shots=SHOTS, elements=(MARA,), looks=looks)


def at(film: Story, id: str) -> str:
    found = find_look_at_shot(film, next(shot for shot in film.shots if shot.id == id), MARA)
    return found.id if found else ""


def test_narrowest_look_applies_and_an_era_is_separate() -> None:
    film = story(look("coat"), look("soaked", "11", "12"), look("child", era=Era.FLASHBACK))
    assert [at(film, id) for id in ("00", "11", "12", "20", "30")] == [
        "coat",
        "soaked",
        "soaked",
        "child",
        "coat",
    ]


def test_later_of_two_equal_looks_applies() -> None:
    assert at(story(look("one"), look("two", order="b")), "10") == "two"


def test_look_set_by_user_for_a_shot_comes_first() -> None:
    film = story(look("coat"), look("soaked", "30"))
    film = replace(film, shots=(replace(SHOTS[0], looks=(("mara", "soaked"),)), *SHOTS[1:]))
    assert at(film, "00") == "soaked"
    assert at(film, "01") == "coat"


def test_look_of_a_removed_shot_applies_nowhere_and_stays() -> None:
    film = story(look("coat", "gone"))
    assert not is_look_placed(film, film.looks[0])
    assert list_shots_with_look(film, film.looks[0]) == ()
    assert describe_visible_look(MARA, find_look_at_shot(film, SHOTS[0], MARA)) == "tall"


places = st.sampled_from(["", *(shot.id for shot in SHOTS), "gone"])
some = st.builds(
    look, st.sampled_from("abcdef"), places, places, st.sampled_from([Era.PRESENT, Era.FLASHBACK])
)


@given(st.lists(some, max_size=4, unique_by=lambda each: each.id), places, places)
def test_edit_of_a_look_changes_no_other_shot(looks: list[Look], begins: str, ends: str) -> None:
    changed = look("changed", begins, ends)
    before, after = story(*looks), story(*looks, changed)
    index = {shot.id: place for place, shot in enumerate(SHOTS)}
    first, last = index.get(begins, 0 if not begins else 99), index.get(ends, 99 if not ends else -1)
    for shot in SHOTS:
        if not first <= index[shot.id] <= last or shot.scene == "s2":
            assert at(before, shot.id) == at(after, shot.id)


def drafts(*actions: str) -> list[LookDraft]:
    said = "".join(f"\n{name}\nYes.\n" for name in ("ANNA", "JOSÉ-ÉLAN", "TOM"))
    text = "INT. WARD - DAY\n\n" + "\n\n".join(actions) + "\n" + said
    scenes = break_down_script(fountain.parse(text.encode()), Fraction(25))
    return list(find_looks([scene.as_read for scene in scenes]))


@pytest.mark.parametrize(
    "action",
    [
        "Anna is the one who turns to look.",
        "ANNA, who turns to look, nods.",
        "ANNA waits, overwhelmed.",
        "ANNA takes Tom's wet hands.",
        "ANNA, looking at the door, nods.",
    ],
)
def test_other_sentence_is_no_description(action: str) -> None:
    assert drafts(action) == []


def test_fields_of_an_introduction_are_found() -> None:
    (found,) = drafts("ANNA PRYCE (38), blue nurse's scrubs, hair pinned up with a pencil, scours a pan.")
    assert (found.age, found.wardrobe, found.hair) == (
        "38",
        "blue nurse's scrubs",
        "hair pinned up with a pencil",
    )
    assert found.text == "38, blue nurse's scrubs, hair pinned up with a pencil"


def test_names_with_accents_and_hyphens_are_found() -> None:
    (found,) = drafts("JOSÉ-ÉLAN (40), grey coat, waits.")
    assert (found.name, found.text) == ("José-Élan", "40, grey coat")


def test_clothes_are_taken_off_and_put_on_and_people_get_wet() -> None:
    found = drafts("ANNA (38), yellow raincoat, waits.", "She takes off the raincoat.", "Anna is soaked.")
    assert [each.wardrobe for each in found] == ["yellow raincoat", "", ""]
    assert found[-1].condition == "soaked"
    assert found[1].quote == "She takes off the raincoat."


def last_look(*actions: str) -> str:
    """Return the description of Anna's look after the given actions."""
    return [each.text for each in drafts(*actions) if each.name == "Anna"][-1]


DRESSED = "ANNA (38), grey coat, red hat, hair pinned up with a pencil, sits with TOM (50), her brother."


@pytest.mark.parametrize(
    ("action", "then"),
    [
        ("She pulls the pencil out of her hair.", "38, grey coat, red hat, hair loose"),
        ("She takes off her hat, her coat.", "38, hair pinned up with a pencil"),
        ("Anna, no hat, nods.", "38, grey coat, hair pinned up with a pencil"),
        ("Anna has the coat over her head.", "38, red hat, hair pinned up with a pencil"),
        ("The hat stays behind on her chair.", "38, grey coat, hair pinned up with a pencil"),
        ("Anna, a blanket round her shoulders, nods.",
         "38, grey coat, red hat, blanket round her shoulders, hair pinned up with a pencil"),
        ("In her coat, she writes.", "38, grey coat, red hat, hair pinned up with a pencil"),
        ("The sister stands up, soaked.", "38, grey coat, red hat, hair pinned up with a pencil, soaked"),
        ("Anna is bareheaded.", "38, grey coat, hair pinned up with a pencil, bareheaded"),
        ("In shirtsleeves, she writes.", "38, red hat, shirtsleeves, hair pinned up with a pencil"),
        ("She takes a blue scarf, a fur cap.",
         "38, grey coat, blue scarf, fur cap, hair pinned up with a pencil"),
        ("She works soap into her hair till it is grey.", "38, grey coat, red hat, grey hair"),
        ("She flings her coat aside.", "38, red hat, hair pinned up with a pencil"),
        ("She hangs her coat on a hook.", "38, red hat, hair pinned up with a pencil"),
        ("She whips the hat off her head.", "38, grey coat, hair pinned up with a pencil"),
        ("Tom snatches her hat.", "38, grey coat, hair pinned up with a pencil"),
        ("He pulls the hat off her head.", "38, grey coat, hair pinned up with a pencil"),
        ("The hat sails off.", "38, grey coat, hair pinned up with a pencil"),
        ("Her coat's gone.", "38, red hat, hair pinned up with a pencil"),
        ("Anna, hatless, nods.", "38, grey coat, hair pinned up with a pencil"),
        ("She isn't wearing the coat.", "38, red hat, hair pinned up with a pencil"),
        ("She puts her coat round Tom's shoulders.", "38, red hat, hair pinned up with a pencil"),
        ("She changes into a black dress.", "38, red hat, black dress, hair pinned up with a pencil"),
        ("She unhooks her coat. Under it: a sailor's jacket.",
         "38, red hat, sailor's jacket, hair pinned up with a pencil"),
        ("She grabs a waiter's jacket from a hook and puts it on.",
         "38, grey coat, red hat, waiter's jacket, hair pinned up with a pencil"),
        ("She is covered in mud.", "38, grey coat, red hat, hair pinned up with a pencil, covered in mud"),
        ("Her lip is split.", "38, grey coat, red hat, hair pinned up with a pencil, lip is split"),
        ("Blood runs down her face.",
         "38, grey coat, red hat, hair pinned up with a pencil, blood down her face"),
        ("She walks off barefoot into the light.",
         "38, grey coat, red hat, hair pinned up with a pencil, barefoot"),
        ("Behind her two MEN in grey suits.", "38, grey coat, red hat, hair pinned up with a pencil"),
        ("She ties her hair back.", "38, grey coat, red hat, hair tied back"),
        ("She pins her hair into a bun.", "38, grey coat, red hat, hair pinned in a bun"),
        ("She cuts her hair.", "38, grey coat, red hat, hair cut short"),
        ("Her red hair streams in the wind.", "38, grey coat, red hat, red hair"),
        ("Her hair is short and white.", "38, grey coat, red hat, short and white hair"),
        ("Her coat rips on the fence.", "38, torn grey coat, red hat, hair pinned up with a pencil"),
        ("Anna's hat flies off.", "38, grey coat, hair pinned up with a pencil"),
        ("She puts on her glasses. She takes them off again.",
         "38, grey coat, red hat, hair pinned up with a pencil"),
        ("She clips on earrings.", "38, grey coat, red hat, earrings, hair pinned up with a pencil"),
        ("She drops into the river.", "38, grey coat, red hat, hair pinned up with a pencil, wet"),
        ("She falls into the river.", "38, grey coat, red hat, hair pinned up with a pencil, wet"),
        ("Coat, hat: onto a chair.", "38, hair pinned up with a pencil"),
        ("Her coat is blue now.", "38, blue coat, red hat, hair pinned up with a pencil"),
        ("Anna, the coat hanging open, nods.",
         "38, red hat, grey coat hanging open, hair pinned up with a pencil"),
        ("Anna, bald, watches.", "38, grey coat, red hat, bald"),
        ("Anna at the sink, felt slippers, watches.",
         "38, grey coat, red hat, felt slippers, hair pinned up with a pencil"),
        ("From a bag come a pair of silver shoes; she buckles herself into them.",
         "38, grey coat, red hat, silver shoes, hair pinned up with a pencil"),
        ("Anna nods, and there is a black armband above her elbow.",
         "38, grey coat, red hat, black armband above her elbow, hair pinned up with a pencil"),
        ("She unhooks the coat and hangs it on the back of a chair.",
         "38, red hat, hair pinned up with a pencil"),
        ("She unwinds the hat, round and round.", "38, grey coat, hair pinned up with a pencil"),
        ("She takes off the coat and puts it on Tom.", "38, red hat, hair pinned up with a pencil"),
    ],
)  # fmt: skip
def test_action_changes_a_look(action: str, then: str) -> None:
    assert last_look(DRESSED, action) == then


@pytest.mark.parametrize(
    "action",
    [
        "She lies there as if she were soaked.",
        "Her brother, a scarf round his neck, nods.",
        "He takes off his hat.",
        "She kisses the white line where the collar was.",
        "She is the last to look: a boy of nineteen, a bandage on his arm.",
        "His arms round her neck, he cries.",
        "She sets the straw hat on his head.",
        "She buttons up her coat.",
        "She feels in her coat for a key.",
        "Anna drags a case held shut with a man's belt.",
        "Anna counts. Forty-one, forty-two, forty-three.",
        "Shoes, below.",
        "Under it, a key.",
    ],
)
def test_action_without_a_change_keeps_the_look(action: str) -> None:
    assert last_look(DRESSED, action) == "38, grey coat, red hat, hair pinned up with a pencil"


@pytest.mark.parametrize(
    ("told", "then"),
    [
        ("in a grey shirt hanging open, waits. Anna buttons her shirt.", "38, in a grey shirt"),
        ("in an open shirt, waits. Anna buttons her shirt.", "38, in an open shirt"),
        ("in a coat buttoned to the throat, waits. Anna laces up her coat.", "38, in a coat"),
        ("in an open coat, waits. The coat hanging open, she nods.", "38, in an open coat hanging open"),
        ("in a grey coat, waits. The coat unlaced, she nods.", "38, in a grey coat unlaced"),
    ],
)
def test_fastening_of_a_garment_is_found_after_it(told: str, then: str) -> None:
    assert [each.text for each in drafts(f"ANNA (38), {told}")][-1] == then


def test_person_seen_on_a_screen_is_dressed_again_in_the_room() -> None:
    found = drafts(
        "On the screen, TOM (50), navy suit, flag pin, waves.", "Tom comes in, raincoat, dripping."
    )
    assert [each.text for each in found] == ["50, flag pin, navy suit", "50, raincoat, dripping"]


def test_stranger_named_next_keeps_the_description() -> None:
    (found,) = drafts("A woman in a red coat crosses the ward. ANNA (38).")
    assert (found.name, found.text) == ("Anna", "38, in a red coat")


@pytest.mark.parametrize(
    ("action", "then"),
    [
        ("ANNA. Sixty-one. Brown suit, a tie with trout on it.",
         "Sixty-one, Brown suit, tie with trout on it"),
        ("Anna -- 50, unshaven, gumboots, earth to the elbow -- comes in.",
         "50, earth to the elbow, gumboots, unshaven"),
        ("ANNA eats an egg. She is a big soft woman in evening dress.", "big soft woman, in evening dress"),
        ("ANNA comes in. She's big and slow and sixty-eight, in a pink nylon overall.",
         "sixty-eight, big and slow, in a pink nylon overall"),
        ("On a sack sits an old woman, eyes closed, her white hair in a net: ANNA.",
         "old woman, eyes closed, white hair in a net"),
        ("ANNA (82), braces, grey flat cap, waits.", "82, braces, grey flat cap"),
        ("ANNA (82), in a striped jersey and a red cap, waits. She has lost the cap.",
         "82, in a striped jersey"),
        ("ANNA (82), grey coat, waits. Her coat is torn at the shoulder.",
         "82, grey coat is torn at the shoulder"),
        ("ANNA (82), grey coat, waits. Behind her a woman in scrubs coughs.", "82, grey coat"),
        ("ANNA. She is thirty and has come by bus; the helmet's on the table in front of her.", "thirty"),
        ("ANNA from the second floor, young, braces, looks on.", "young, braces"),
        ("An old man sits on a bench, cardigan buttoned wrong. This is ANNA.",
         "old man, cardigan buttoned wrong"),
        ("Muddy boots. A torn dress. ANNA stumbles out of the trees.", "Muddy boots, torn dress"),
        ("ANNA (82), caked in mud, comes in. She washes the mud off.", "82"),
        ("ANNA (82), a white helmet, waits. She rides off, hair flying.", "82, hair flying"),
        ("ANNA (82), flat cap, takes off the cap, looks at it, puts it on again.", "82, flat cap"),
        ("ANNA, who has been sixty for some years, in a camel coat with a fox collar, waits. She hangs the "
         "coat on a peg. Under it is a black dress.", "sixty, black dress"),
        ("ANNA, her apprentice, is nineteen, and has borrowed a black suit from a friend.",
         "nineteen, apprentice, black suit"),
        ("ANNA, bald, grey beard, waits.", "bald, grey beard"),
        ("ANNA (82) waits. Silver hair, cropped like a boy's.", "82, Silver hair, cropped like a boy's"),
        ("ANNA (82) waits. Black jacket; a peaked cap that rests on her ears.",
         "82, Black jacket, peaked cap that rests on her ears"),
        ("ANNA (82), dressing gown, waits. Underneath she is all white: white singlet.", "82, white singlet"),
        ("A thumb. The thumb is ANNA's. Clerk of works, 55, black bowler.",
         "55, Clerk of works, black bowler"),
        ("ANNA, seventy, parks department anorak.", "seventy, parks department anorak"),
        ("ANNA (27, denim jacket over the company polo) smiles. She slips off the jacket.",
         "27, company polo"),
        ("Shoes, below. A black suit. A Panama hat. ANNA, 55.", "55, black suit, Panama hat"),
        ("ANNA (82), white parka, fur hood up, waits. She pushes down the hood.", "82, white parka"),
    ],
)  # fmt: skip
def test_describing_sentences_are_found(action: str, then: str) -> None:
    assert last_look(action) == then


@pytest.mark.parametrize(
    ("action", "state"),
    [
        ("They are soaked.", "soaked"),
        ("Straw in their hair.", "straw in the hair"),
        ("They fall into the river.", "wet"),
        ("They look at a girl who is soaked.", ""),
        ("They find a wet coat.", ""),
    ],
)
def test_state_of_all_present_people_is_found(action: str, state: str) -> None:
    last = {each.name: each.condition for each in drafts("ANNA (38) and TOM (50) run.", action)}
    assert last == {"Anna": state, "Tom": state}


def test_friends_in_a_list_of_names_are_dressed_alike() -> None:
    found = drafts("Three friends in wetsuits: ANNA (38), TOM (50), JOSÉ-ÉLAN (40).")
    assert {each.name: each.wardrobe for each in found} == dict.fromkeys(
        ("Anna", "Tom", "José-Élan"), "in a wetsuit"
    )


def test_another_age_starts_a_new_look() -> None:
    text = (
        "INT. HALL - DAY - FLASHBACK\n\nANNA, now 19, black beehive, yellow dress, dances.\n\nANNA\nYes.\n\n"
        "INT. KITCHEN - DAY - FLASHBACK\n\nAnna, 26, pregnant, apron, stands at the stove.\n"
    )
    scenes = break_down_script(fountain.parse(text.encode()), Fraction(25))
    found = [each.text for each in find_looks([scene.as_read for scene in scenes])]
    assert found == ["19, yellow dress, black beehive", "26, apron, pregnant"]


def test_group_is_dressed_alike_where_each_is_named_after_it() -> None:
    found = drafts(
        "Two grown-up children in black, far apart:", "ANNA, 44, pearls.", "TOM, 41, in a grey suit."
    )
    assert [each.text for each in found] == ["44, pearls, in black", "41, in a grey suit"]


def test_numbered_group_is_dressed_alike_until_all_are_named() -> None:
    found = drafts(
        "Two members of a band in matching blue jackets.", "ANNA (44) nods.", "TOM (41) nods.",
        "JOSÉ-ÉLAN (40) comes in.",
    )  # fmt: skip
    assert [each.text for each in found] == ["44, in a blue jacket", "41, in a blue jacket", "40"]


def test_garment_given_to_another_keeps_its_words() -> None:
    found = drafts(
        "ANNA (38), in a cardigan and a straw hat with a veil, waits.", "TOM (50) waits, a wet anorak.",
        "She takes off the hat and puts it on Tom.",
    )  # fmt: skip
    last = {each.name: each.text for each in found}
    assert last == {"Anna": "38, in a cardigan", "Tom": "50, wet anorak, straw hat with a veil"}


def test_each_item_of_a_montage_is_on_another_day() -> None:
    found = drafts(
        "ANNA (38), plaid bathrobe, waits.", "BEGIN MONTAGE -- with a banjo in it:",
        "-- PIER, MARCH. Anna, in a hunting coat, waits.",
        "-- BEACH, JULY. Anna: straw boater, star-spangled vest.",
    )  # fmt: skip
    assert [each.wardrobe for each in found if each.name == "Anna"] == [
        "plaid bathrobe", "in a hunting coat", "straw boater, star-spangled vest",
    ]  # fmt: skip


def scenes_of_anna(*scenes: str) -> str:
    text = "\n\n".join(
        f"EXT. PIER - {time}\n\n{action}" for time, _, action in (s.partition(": ") for s in scenes)
    )
    drafted = break_down_script(fountain.parse(f"{text}\n\nANNA\nYes.\n".encode()), Fraction(25))
    return [each.text for each in find_looks([scene.as_read for scene in drafted])][-1]


@pytest.mark.parametrize(
    ("scenes", "then"),
    [
        (("DAY: ANNA (38), red hat, soaked, a cut over one eye, waits.", "NIGHT: Anna waits."),
         "38, red hat, cut over one eye"),
        (("DAY: Rain.\n\nANNA (38), red hat, runs up in a yellow raincoat.", "EVENING: Sun.\n\nAnna waits."),
         "38, red hat"),
        (("DAY: Rain.\n\nANNA (38), red hat, runs up in a yellow raincoat.", "NIGHT: Rain.\n\nAnna waits."),
         "38, red hat, in a yellow raincoat"),
    ],
)  # fmt: skip
def test_temporary_look_ends_with_time(scenes: tuple[str, ...], then: str) -> None:
    assert scenes_of_anna(*scenes) == then


def test_outfit_replaces_another_and_a_coat_does_not() -> None:
    assert last_look("ANNA (38), in a grey suit, waits.", "Anna, in a dinner jacket, nods.").endswith(
        "38, in a dinner jacket"
    )
    assert "in a grey suit" in last_look("ANNA (38), in a grey suit, waits.", "Anna, in a raincoat, nods.")


sentences_of_anna = st.lists(
    st.sampled_from(
        ["She takes off her hat.", "Anna is soaked.", "She puts on a blue scarf.", "Her hat flies off.",
         "Anna sneezes.", "She has lost her coat."]
    ),
    max_size=4,
)  # fmt: skip


@pytest.mark.long("pages")
@given(sentences_of_anna, sentences_of_anna)
def test_later_description_changes_no_earlier_look(before: list[str], after: list[str]) -> None:
    early = drafts(DRESSED, *before)
    assert drafts(DRESSED, *before, *after)[: len(early)] == early


@pytest.mark.long("pages")
@given(sentences_of_anna)
def test_description_of_one_changes_no_other(told: list[str]) -> None:
    others = [each.text for each in drafts(DRESSED) if each.name != "Anna"]
    assert [each.text for each in drafts(DRESSED, *told) if each.name != "Anna"] == others


LATE = [
    # The person is named at the end of the description, or described in the following sentences.
    (
        "In the seat is a boy of about ten, hood up, holding a bag. This is TOM.",
        "Tom",
        "about ten, boy, hood up",
    ),
    (
        "A boot. A boiler suit, black to the elbows. TOM, 17, apprentice.",
        "Tom",
        "17, apprentice, black to the elbows, boot, boiler suit",
    ),
    ("TOM comes in. He is the best man, 30, in a bank uniform.", "Tom", "30, in a bank uniform"),
    (
        "ANNA waits. She wears a uniform: navy blazer, clip-on tie.",
        "Anna",
        "uniform, navy blazer, clip-on tie",
    ),
    ("ANNA, 60, has a tape measure round her neck.", "Anna", "60, tape measure round her neck"),
    ("ANNA.", "", ""),
]


@pytest.mark.parametrize(("action", "name", "text"), LATE)
def test_descriptions_around_a_name_are_found(action: str, name: str, text: str) -> None:
    found = drafts(action)
    assert (found[-1].name, found[-1].text) == (name, text) if found else not name


@pytest.mark.parametrize(
    ("later", "left"),
    [
        ("She climbs out of the coat.", "38"),  # The word “coat” means the overcoat.
        ("The overcoat lies on the chair.", "38"),
        ("Tom comes in, her overcoat over his arm.", "38"),
        ("Overcoat off, onto a hook.", "38"),
        ("She stands in the rain in her overcoat.", "38, overcoat"),
        ("A strip of light. She strips of paint a door.", "38, overcoat"),
    ],
)
def test_clothes_lying_elsewhere_are_worn_by_nobody(later: str, left: str) -> None:
    found = drafts("ANNA (38), overcoat, waits.", "TOM (40) waits.", later)
    assert [each.text for each in found if each.name == "Anna"][-1] == left


def test_coat_worn_somewhere_is_put_on() -> None:
    (found,) = drafts("ANNA (38) stands in her overcoat by the wall.")
    assert found.text.startswith("38, in her overcoat")


def test_held_thing_is_released_when_handled() -> None:
    found = drafts("ANNA (38), a parcel on her knees, a hat, sits.", "She gives the parcel to the porter.")
    assert [each.text for each in found] == ["38, parcel on her knees, hat", "38, hat"]


def test_stranger_who_speaks_next_is_the_described_one() -> None:
    found = drafts("A man gets out of a car. Fifty. Green fleece.", "\nTOM\nHello.")
    assert [(each.name, each.age, each.wardrobe) for each in found] == [("Tom", "Fifty", "Green fleece")]


def test_each_change_names_its_rule_and_certainty() -> None:
    text = """INT. HALL - DAY

MARA, 61, grey coat, red scarf, comes in with TOM, 63, in a brown jacket.

She takes off the scarf. Tom puts his jacket round Mara's shoulders. Tom takes off a hat.

A bowler lies on the bed.
"""
    drafted = break_down_script(fountain.parse(text.encode()), Fraction(25))
    read = read_looks([scene.as_read for scene in drafted])
    rules = {(draft.name.title(), draft.rule) for draft in read.drafts}
    assert ("Mara", LISTED) in rules
    assert ("Mara", BY_PRONOUN) in rules
    assert ("Mara", HANDED_OVER) in rules
    assert LISTED.sure >= SURE_ENOUGH > BY_PRONOUN.sure > HANDED_OVER.sure
    assert any("hat" in each.quote for each in read.unread)
