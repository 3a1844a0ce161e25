"""Films with readings for tests: the answers of a language model that are right, verified as in a real
reading.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import HOME_MARK, Home
from milimo_tui.core.settings import Settings
from milimo_tui.story.breakdown.facts import Fact
from milimo_tui.story.breakdown.numbered_scene import NumberedScene, number_scene
from milimo_tui.story.breakdown.people import FilmBreakdown, Person, PersonKind
from milimo_tui.story.breakdown.scenes import (
    Circumstances,
    HeardVoice,
    LookChange,
    SceneBeat,
    SceneBreakdown,
    VisiblePerson,
)
from milimo_tui.story.breakdown.stored_json import format_stored_json
from milimo_tui.story.breakdown.verification import verify_person, verify_scene
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.cast import build_cast
from milimo_tui.story.values.film import Element, Shot, Story
from milimo_tui.story.values.script_reading import ScriptReading
from milimo_tui.story.values.shot_words import Function
from milimo_tui.studio.script import screenplays
from milimo_tui.studio.session.home import ChosenHome
from milimo_tui.studio.session.studio import Studio

_FACTS = ("age", "build", "features", "clothes")


def make_studio(folder: Path, script: str) -> Studio:
    """Return a studio with a new film from a script."""
    (folder / "films").mkdir(parents=True)
    (folder / HOME_MARK).write_text("test\n")
    studio = Studio(ChosenHome(Home(folder), "a test's own"), Settings(images="blocks"), actor="cli")
    screenplays.create_project(studio, "A film")
    screenplays.import_script(studio, script)
    return studio


@dataclass(slots=True)
class GoldReading:
    """Right answers about a script. People and beats are added with quotations of the script; the lines are
    found by the quotation.
    """

    script: str
    people: list[Person] = field(default_factory=list)
    scenes: dict[str, dict[str, list[Any]]] = field(default_factory=dict)

    @property
    def numbered(self) -> list[NumberedScene]:
        screenplay = fountain.parse(self.script.encode())
        cast = build_cast(screenplay)
        return [number_scene(scene, cast) for scene in screenplay.scenes]

    def add_person(self, name: str, quote: str = "", kind: str = "person", **more: Any) -> None:
        numbered = self.numbered
        at = next((at for at, scene in enumerate(numbered) if quote in scene.format_for_model()), 0)
        facts: dict[str, Any] = {
            key: Fact(more.pop(key), line=_find_line(numbered[at], quote), quote=quote)
            for key in _FACTS
            if key in more
        }
        self.people.append(Person(name=name, kind=PersonKind(kind), scene=at, **facts, **more))

    def add_beat(
        self,
        scene: str,
        words: str,
        *visible: str,
        heard: tuple[str, ...] = (),
        function: Function | None = None,
        part: str = "",
        **details: Mapping[str, str],
    ) -> None:
        """Add a beat: the paragraph with these words. `details` are posture, holds … by person."""
        numbered = self._find_scene(scene)
        paragraph = numbered.find_paragraph(_find_line(numbered, words))
        assert paragraph is not None
        people = tuple(
            VisiblePerson(
                name=name,
                **{
                    key: Fact(text, line=paragraph.line, quote=paragraph.text)
                    for key, text in details.get(name, {}).items()
                },
            )
            for name in visible
        )
        beat = SceneBeat(
            line=paragraph.line,
            end_line=paragraph.end_line,
            text=part,
            visible=people,
            heard=tuple(map(HeardVoice, heard)),
            function=function,
        )
        self._add(scene, "beats", beat)

    def add_change(self, scene: str, name: str, quote: str, **facts: str) -> None:
        line = _find_line(self._find_scene(scene), quote)
        made = {key: Fact(text, line=line, quote=quote) for key, text in facts.items()}
        self._add(scene, "changes", LookChange(name=name, line=line, **made))

    def add_circumstances(self, scene: str, quote: str = "", **facts: str) -> None:
        line = _find_line(self._find_scene(scene), quote) if quote else 0
        quote = quote or self._find_scene(scene).heading
        made: dict[str, Any] = {key: Fact(text, line=line, quote=quote) for key, text in facts.items()}
        self._add(scene, "circumstances", Circumstances(line=line, **made))

    def _add(self, scene: str, key: str, value: Any) -> None:
        self.scenes.setdefault(scene, {}).setdefault(key, []).append(value)

    def _find_scene(self, number: str) -> NumberedScene:
        return next(scene for scene in self.numbered if scene.number == number)

    def make_reading(self) -> ScriptReading:
        """Return the verified reading as a job stores it. Scenes without beats are left out."""
        numbered = self.numbered
        film = FilmBreakdown(tuple(verify_person(person, numbered) for person in self.people))
        rows = []
        for scene in numbered:
            if scene.number not in self.scenes:
                continue
            given: dict[str, Any] = {key: tuple(values) for key, values in self.scenes[scene.number].items()}
            verified = verify_scene(SceneBreakdown(**given, reader="gold"), scene, film)
            rows.append(
                {
                    "number": scene.number,
                    "breakdown": json.loads(format_stored_json(verified.breakdown)),
                    "problem": "",
                    "rejected": [json.loads(format_stored_json(one)) for one in verified.rejected],
                }
            )
        # Numbers of introducing scenes are counted among the scenes of the reading.
        places = [row["number"] for row in rows]
        people = [
            {
                **json.loads(format_stored_json(person)),
                "scene": places.index(number) if (number := numbered[person.scene].number) in places else 0,
            }
            for person in film.people
        ]
        return ScriptReading(
            id=new_id("reading"),
            job=new_id("job"),
            reader="gold",
            film=json.dumps({"people": people}),
            scenes=json.dumps(rows),
        )


def _find_line(scene: NumberedScene, words: str) -> int:
    found = [each for each in scene.paragraphs if words and words in f"{each.cue} {each.text}"]
    return found[0].line if found else 0


def find_element(story: Story, name: str) -> Element:
    return next(each for each in story.elements if each.name == name)


def find_shot(story: Story, words: str) -> Shot:
    """Return the live shot with these words in its action or dialogue."""
    return next(
        shot
        for shot in story.live_shots()
        if words in f"{shot.action} {' '.join(line.text for line in shot.dialogue)}"
    )
