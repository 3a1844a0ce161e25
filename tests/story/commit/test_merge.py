"""Test the commit of a changed screenplay: which shots keep their takes, which are new or parked, and in
which order they are.
"""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from milimo_tui.story.commit.merge import merge_drafts
from milimo_tui.story.plan.shot_length import count_shot_frames
from milimo_tui.story.plan.shot_length import estimate_shot_seconds as seconds_for
from milimo_tui.story.values.film import Scene, Shot
from milimo_tui.story.values.shot_words import Angle, Function, Movement, Size
from tests.story.feature import feature
from tests.story.films import RATE, Film, drafts, said

BAR = """INT. BAR - NIGHT

Steam on the windows of the narrow bar.

MARA
You are late again, and the soup is cold.

Jun sets down the bowl and says nothing.

JUN
I walked the whole way in the rain."""
STREET = """EXT. STREET - DAY

The market wakes and the shutters go up.

A boy sweeps the steps of the old bank."""
HALL = """INT. HALL - DAY

Dust turns in the tall light of the hall.

MARA
Nobody has danced here for thirty years."""
SCRIPT = f"{BAR}\n\n{STREET}\n\n{HALL}\n"


def takes(film: Film) -> dict[str, str]:
    return {said(shot): shot.take for shot in film.story.live_shots()}


def added(scene: Scene, words: str = "Added by hand.") -> Shot:
    return Shot(id="hand", scene=scene.id, order="", action=words, take="take of hand")


# ------------------------------------------------------------------ unchanged


def test_committing_the_same_text_changes_nothing() -> None:
    film = Film(SCRIPT)
    before = film.story
    report = film.commit(SCRIPT).report
    assert film.story == before
    assert (report.kept, report.moved, report.changed, report.new, report.parked) == (8, 0, 0, 0, 0)


def test_first_commit_creates_everything_with_the_seed_of_the_project() -> None:
    film = Film(SCRIPT)
    assert [scene.number for scene in film.story.scenes] == ["1", "2", "3"]
    assert {shot.seed for shot in film.story.shots} == {7}
    assert all(shot.digest for shot in film.story.shots)


def test_takes_follow_their_text_when_scenes_are_reordered() -> None:
    film = Film(SCRIPT)
    before = takes(film)
    report = film.commit(f"{HALL}\n\n{BAR}\n\n{STREET}\n").report
    assert takes(film) == before
    assert [scene.heading for scene in film.story.scenes] == [
        "INT. HALL - DAY",
        "INT. BAR - NIGHT",
        "EXT. STREET - DAY",
    ]
    assert [scene.number for scene in film.story.scenes] == ["1", "2", "3"]
    assert report.kept == 8


def test_takes_follow_their_text_into_another_scene() -> None:
    film = Film(SCRIPT)
    boy = "A boy sweeps the steps of the old bank."
    before = film.shot(boy)
    report = film.commit(f"{BAR}\n\n{boy}\n\n{STREET.replace(boy, '')}\n\n{HALL}\n").report
    after = film.shot(boy)
    assert after == replace(
        before, scene=film.scene("BAR").id, order=after.order, line=after.line, end_line=after.end_line
    )
    assert (report.moved, report.kept) == (1, 7)


def test_everything_set_by_user_stays_on_unchanged_text() -> None:
    film = Film(SCRIPT)
    shot = replace(
        film.shot("Jun sets down"), seed=99, seed_locked=True, steps=30, guidance=4.0, negative="fog",
        engine="ltx2", pipeline="two-stage", size=Size.ECU, angle=Angle.DUTCH, movement=Movement.ARC,
        function=Function.INSERT, frames=77, action="Jun puts the bowl down.", continues="another",
        caption="Noon",
    )  # fmt: skip
    film.put(shot)
    film.commit(SCRIPT.replace("The market wakes", "The market slowly wakes"))
    assert film.shot("Jun puts the bowl down.") == shot


# ------------------------------------------------------------------ changed


def test_changed_line_keeps_its_shot_and_takes() -> None:
    film = Film(SCRIPT)
    before = film.shot("You are late")
    report = film.commit(SCRIPT.replace("You are late again", "You are very late again, Jun")).report
    after = film.shot("You are very late")
    assert after.id == before.id
    assert (after.take, after.board, after.prompt) == (before.take, before.board, before.prompt)
    assert after.digest != before.digest
    assert after.frames > before.frames
    assert (report.changed, report.kept, report.new, report.parked) == (1, 7, 0, 0)


def test_speech_rewritten_between_its_neighbours_is_the_same_shot() -> None:
    film = Film(SCRIPT)
    before = film.shot("You are late")
    film.commit(SCRIPT.replace("You are late again, and the soup is cold.", "Finally."))
    assert film.shot("Finally.").id == before.id


def test_rewritten_action_is_a_new_shot_and_the_old_one_is_parked() -> None:
    film = Film(SCRIPT)
    before = film.shot("Jun sets down")
    report = film.commit(SCRIPT.replace("Jun sets down the bowl and says nothing.", "A cat."))
    assert film.shot("A cat.").id != before.id
    assert film.shot("Jun sets down").parked
    assert (report.report.new, report.report.parked) == (1, 1)


def test_framing_stays_on_a_changed_shot_unless_its_words_ask_for_another() -> None:
    film = Film(SCRIPT)
    shot = replace(film.shot("Jun sets down"), size=Size.ECU, angle=Angle.DUTCH)
    film.put(shot)
    film.commit(SCRIPT.replace("says nothing", "says not a word"))
    assert (film.shot("Jun sets down").size, film.shot("Jun sets down").angle) == (Size.ECU, Angle.DUTCH)
    film.commit(SCRIPT.replace("Jun sets down", "WIDE SHOT: Jun sets down"))
    assert (film.shot("Jun sets down").size, film.shot("Jun sets down").angle) == (Size.WS, Angle.DUTCH)


def test_length_set_by_user_stays_and_one_from_the_words_follows_them() -> None:
    film = Film(SCRIPT)
    longer = SCRIPT.replace("says nothing", "says nothing at all to anybody in the bar, for a long while")
    film.put(replace(film.shot("Jun sets down"), frames=61))
    film.commit(longer)
    assert film.shot("Jun sets down").frames == 61
    other = Film(SCRIPT)
    other.commit(longer)
    assert other.shot("Jun sets down").frames == count_shot_frames(seconds_for(action=19), RATE)


def test_another_speaker_changes_framing_and_people() -> None:
    film = Film(SCRIPT)
    film.commit(SCRIPT.replace("JUN\nI walked", "NADIA\nI walked"))
    shot = film.shot("I walked")
    assert shot.dialogue[0].character == "Nadia"
    assert "Jun" not in shot.action or "Nadia" in shot.action
    assert shot.take


# ------------------------------------------------------------------ gone and back


def test_removed_shot_is_parked_and_restored_with_its_take() -> None:
    film = Film(SCRIPT)
    before = takes(film)
    report = film.commit(f"{BAR}\n\n{HALL}\n").report
    assert film.scene("STREET").parked
    assert report.parked == 2
    assert [shot.parked for shot in film.story.shots if shot.scene == film.scene("STREET").id] == [True, True]
    report = film.commit(SCRIPT).report
    assert takes(film) == before
    assert not film.scene("STREET").parked
    assert (report.returned, report.new) == (2, 0)


def test_single_shot_is_restored_to_its_place() -> None:
    film = Film(SCRIPT)
    order = film.live()
    film.commit(SCRIPT.replace("Jun sets down the bowl and says nothing.\n\n", ""))
    assert len(film.live()) == 7
    film.commit(SCRIPT)
    assert film.live() == order


def test_parked_shot_stays_parked_while_its_text_is_missing() -> None:
    film = Film(SCRIPT)
    film.commit(f"{BAR}\n\n{HALL}\n")
    report = film.commit(f"{BAR}\n\n{HALL}\n").report
    assert (report.parked, report.kept) == (0, 6)
    assert film.shot("A boy").parked


# ------------------------------------------------------------------ by hand


def test_shots_added_by_user_are_never_parked_and_stay_in_place() -> None:
    film = Film(SCRIPT)
    film.put(added(film.scene("BAR")), after="You are late")
    film.commit(SCRIPT.replace("Jun sets down the bowl and says nothing.\n\n", "A cat.\n\n"))
    live = film.live()
    assert live[live.index("Added by hand.") - 1].startswith("You are late")
    film.commit(f"{STREET}\n\n{BAR}\n")
    live = film.live()
    assert live[live.index("Added by hand.") - 1].startswith("You are late")


def test_shot_added_by_user_follows_the_previous_one_to_another_scene() -> None:
    film = Film(SCRIPT)
    boy = "A boy sweeps the steps of the old bank."
    film.put(added(film.scene("STREET")), after=boy)
    film.commit(f"{BAR}\n\n{boy}\n\n{HALL}\n")
    assert film.shot("Added by hand.").scene == film.scene("BAR").id
    assert not film.shot("Added by hand.").parked
    assert film.scene("STREET").parked


def test_removed_scene_stays_for_a_shot_added_by_user() -> None:
    film = Film(SCRIPT)
    film.put(added(film.scene("STREET")), after="A boy")
    report = film.commit(f"{BAR}\n\n{HALL}\n").report
    assert not film.scene("STREET").parked
    assert not film.shot("Added by hand.").parked
    assert film.shot("A boy").parked
    assert any("STREET" in doubt and "by the user" in doubt for doubt in report.doubts)


def test_scene_added_by_user_is_never_parked() -> None:
    film = Film(SCRIPT)
    scene = Scene(id="mine", order="zz", number="X", heading="A DREAM")
    film.story = replace(film.story, scenes=(*film.story.scenes, scene))
    film.put(added(scene, "The dream."), after="Nobody has danced")
    film.commit(f"{HALL}\n\n{BAR}\n")
    assert not film.scene("A DREAM").parked
    assert not film.shot("The dream.").parked


def test_order_set_by_user_stays_while_the_scene_is_unchanged() -> None:
    film = Film(SCRIPT)
    shots = list(film.story.shots)
    shots[0], shots[2] = replace(shots[2], order=shots[0].order), replace(shots[0], order=shots[2].order)
    film.story = replace(film.story, shots=tuple(shots))
    order = film.live()
    film.commit(f"{BAR}\n\n{HALL}\n\n{STREET}\n")
    assert film.live()[:4] == order[:4]
    # The text of the scene changes, so that its order follows the screenplay again.
    film.commit(SCRIPT.replace("I walked", "I ran"))
    assert film.live()[0].startswith("Steam")


def test_shots_of_scenes_outside_the_story_are_ignored() -> None:
    film = Film(SCRIPT)
    stray = Shot(id="stray", scene="in the bin", order="V", action="Nobody knows.", digest="other")
    film.story = replace(film.story, shots=(*film.story.shots, stray))
    merged = merge_drafts(film.story, drafts(SCRIPT.replace("I walked", "I ran")), new_id=film.mint)
    assert merged.shots[-1] == stray
    assert len(merged.shots) == 9


# ------------------------------------------------------------------ scenes


def test_renamed_heading_keeps_its_scene() -> None:
    film = Film(SCRIPT)
    scene = film.scene("BAR")
    film.commit(SCRIPT.replace("INT. BAR - NIGHT", "INT. OLD TEA HOUSE - DAWN"))
    renamed = film.scene("TEA HOUSE")
    assert (renamed.id, renamed.location, renamed.time_of_day) == (scene.id, "OLD TEA HOUSE", "DAWN")


def test_equal_scenes_keep_their_shots_apart() -> None:
    text = "INT. CELL - DAY\n\nHe waits.\n\n" * 4
    film = Film(text)
    before = film.story
    film.commit(text)
    assert film.story == before


def test_scene_divided_in_two_keeps_all_shots() -> None:
    film = Film(SCRIPT)
    before = takes(film)
    film.commit(SCRIPT.replace("Jun sets down", "INT. BAR KITCHEN - NIGHT\n\nJun sets down"))
    assert takes(film) == before
    assert len(film.story.live_scenes()) == 4


def test_two_scenes_joined_keep_all_shots() -> None:
    film = Film(SCRIPT)
    before = takes(film)
    film.commit(SCRIPT.replace("EXT. STREET - DAY\n\n", ""))
    assert takes(film) == before
    assert film.scene("STREET").parked


def test_heavily_changed_scene_is_kept_and_marked_as_doubtful() -> None:
    film = Film(SCRIPT)
    scene = film.scene("HALL")
    changed = "INT. HALL - DAY\n\nA broken piano waits under its sheet in the hall.\n\nMARA\nPlay something."
    report = film.commit(f"{BAR}\n\n{STREET}\n\n{changed}\n").report
    assert film.scene("HALL").id == scene.id
    assert any("HALL" in doubt for doubt in report.doubts)


def test_script_of_another_film_parks_everything() -> None:
    film = Film(SCRIPT)
    report = film.commit("EXT. MOON - NIGHT\n\nTwo astronauts play chess beside the lander.\n").report
    assert (report.parked, report.new, report.kept) == (8, 1, 0)


def test_report_is_a_sentence() -> None:
    film = Film(SCRIPT)
    report = film.commit(SCRIPT.replace("I walked", "I ran").replace("A boy", "A girl")).report
    assert report.merge_summary == "shots: 2 changed, 6 unchanged"


# ------------------------------------------------------------------ at length


def _rewritten(text: str, share: float, seed: int) -> str:
    rng = random.Random(seed)
    out = []
    for line in text.split("\n"):
        pieces = line.split()
        if len(pieces) > 4 and not line.isupper() and rng.random() < share:
            pieces[rng.randrange(len(pieces))] = "otherwise"
        out.append(" ".join(pieces))
    return "\n".join(out)


@pytest.mark.long("properties")
def test_feature_script_keeps_unchanged_shots() -> None:
    text = feature(seed=2)
    film = Film(text)
    assert len(film.story.scenes) == 190
    assert len(film.story.shots) > 1800
    changed = _rewritten(text, 0.1, seed=4)
    report = merge_drafts(film.story, drafts(changed), new_id=film.mint).report
    assert report.parked + report.new < 0.01 * len(film.story.shots)
    assert report.kept > 0.8 * len(film.story.shots)


def _invented(rng: random.Random) -> list[str]:
    """Return invented words with the frequency distribution of a natural language, so that text similarity is
    meaningful.
    """
    syllables = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
    return ["".join(rng.choices(syllables, k=rng.randint(1, 4))) for _ in range(3000)]


@pytest.mark.long("properties")
@pytest.mark.parametrize("share", [0.1, 0.3, 0.6])
def test_rewritten_moved_and_renamed_scenes_are_found_again(share: float) -> None:
    """A commit recognises scenes again among sixty, after some were moved, renamed, deleted or inserted and
    `share` of all paragraphs was rewritten.
    """
    rng = random.Random(11)
    vocabulary = _invented(rng)
    weights = [1 / (rank + 1) for rank in range(len(vocabulary))]

    def sentence(least: int = 5) -> str:
        return " ".join(rng.choices(vocabulary, weights, k=rng.randint(least, 14))).capitalize() + "."

    def scene() -> list[str]:
        heading = f"INT. {' '.join(rng.choices(vocabulary, weights, k=2)).upper()} - DAY"
        return [heading, *(f"{sentence()} {sentence()}" for _ in range(rng.randint(4, 12)))]

    def edited(paragraph: str) -> str:
        pieces = paragraph.split()
        pieces[rng.randrange(len(pieces))] = sentence()
        return " ".join(pieces[len(pieces) // 4 :] if rng.random() < 0.4 else pieces)

    old = [scene() for _ in range(60)]
    film = Film("\n\n".join("\n\n".join(block) for block in old))
    owners = {tuple(block): film.story.scenes[index].id for index, block in enumerate(old)}
    new = [
        (owners[tuple(block)], [block[0], *(edited(p) if rng.random() < share else p for p in block[1:])])
        for block in old
    ]
    for index in rng.sample(range(60), 4):
        new[index][1][0] = scene()[0]
    del new[7], new[30]
    for _ in range(4):
        new.insert(rng.randrange(len(new)), new.pop(rng.randrange(len(new))))
    for _ in range(3):
        new.insert(rng.randrange(len(new)), ("", scene()))
    merged = film.commit("\n\n".join("\n\n".join(block) for _, block in new))
    known = set(owners.values())
    found = [scene.id if scene.id in known else "" for scene in merged.scenes if not scene.parked]
    right = sum(1 for want, have in zip([owner for owner, _ in new], found, strict=True) if want == have)
    assert right >= 0.97 * len(new)
