"""Generator of docs/prompts.md from the examples: `python -m tools.prompts_page` prints it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from milimo_tui.core.ids import new_id
from milimo_tui.story.commit import merge
from milimo_tui.story.commit.accepted_reading import accept_reading
from milimo_tui.story.commit.reading_file import read_reading_file
from milimo_tui.story.elements import elements
from milimo_tui.story.elements.place_updates import update_places
from milimo_tui.story.elements.read_people import find_read_people
from milimo_tui.story.looks.breakdown_looks import replace_with_breakdown_looks
from milimo_tui.story.looks.introductions import find_introduced_looks
from milimo_tui.story.looks.look_places import replace_found_looks
from milimo_tui.story.screenplay.cast import build_cast
from milimo_tui.story.screenplay.fountain import parse
from milimo_tui.story.shots import shots
from milimo_tui.story.values.film import Project, Story
from milimo_tui.studio.takes.shot_spec import get_prompt, number_story

EXAMPLES = Path(__file__).parent.parent / "examples"
EACH = 20  # prompts for each model family
INTRO = f"""# Prompts

This page shows the prompts that Milimo composes for shots. The screenplay and your settings decide the
facts of a shot: the people and their looks, the place, the time, the framing, the lines and the speakers.
A *composer* puts these facts into words. Each model family has its own composer, which writes prompts in
the style that the authors of the model recommend.

`milimo shot show 2D --engine ltx2` shows each part of the prompt of shot 2D with the source of its words. On
the Shot screen, `p` shows these parts too. A prompt has the following parts:

| part | contents | sources |
| --- | --- | --- |
| action | the events of the shot, in order; a feeling is described by its visible signs | the script, \
`feelings.toml` |
| camera | one of six shot sizes, the viewpoint, and the movement of the camera, or that the camera is \
static | the shot |
| people | the people in the frame, their visible appearance, and their positions | the look of each \
person in this shot |
| things | the appearance of the objects that the action names | the object |
| place | the place, the time, the materials, and the visible details | the script, the place, `places.toml` |
| function, constraints, culture, reputation, detail | the attributes of the place \
([screenplays](screenplays.md#where-and-when-it-plays)) | the place, the \
scene, the shot |
| light | the light of the place; without it, the light of the time and weather | the place, `light.toml` |
| style | the style of the film | `milimo project set --style` |
| sound | the sounds of the room, of the weather and of the action | the place, `places.toml`, \
`effects.toml` |
| speech | the lines of dialogue, their speakers and their tone, and whether a speaker is outside the \
picture | the script |

You can write each part in your own words, or leave it out, for a film, a scene or a shot:

| command | result |
| --- | --- |
| `milimo shot set 2D --prompt-part "light=one bare bulb"` | use your own words for the light of shot 2D |
| `milimo scene set 2 --prompt-part sound=` | leave out the sound in scene 2 |
| `milimo scene set 2 --prompt-part sound` | use the composed sound again in scene 2 |

In the inspector, `p` shows the parts. In the list of parts, Enter edits the words of a part, space leaves
the part out, and `x` removes your words.

The source `filled` means that the script did not contain a detail, and that Milimo took it from its own
tables in `engines/prompting/`. If a newer version of Milimo composes other words from the same facts, takes
do not become stale.

## Rules of the composers

A prompt for LTX-2 is one paragraph of 120 to 220 words that begins with the action. This rule comes from
the authors' instructions for their prompt enhancer and from their notes on prompting (2026). A prompt for
FLUX.2 describes a still picture: first the subject, then light and lens, in prose. It contains no
movement and no speech. This rule comes from the authors' prompting guide (2026).

A model gets the prompt of only one shot, and does not know the rest of the script. Therefore the composer
changes the script's words:

- A fragment becomes a sentence: “Her palm: a coin.” becomes “Mara’s palm holds a coin.”
- A pronoun that refers to a person in an earlier shot becomes the name of this person.
- The description of a person appears once, in the part *people*.
- Names of places that are ordinary words, such as “the noodle bar”, are written in small letters. Models draw
  capitals as letters on a sign.
- Lamps that a scene names become its light. Rain or snow in the opening of a scene becomes its weather.
- The composer adds the focus, the camera movement, the sky and the listener. They follow from the size of the
  shot, the place and the speaker (`places.toml`, `effects.toml`). The composer never adds a person's thoughts
  or feelings.

A model may draw everything that the prompt names. Therefore the composer also applies these rules:

- It leaves out comparisons (“like a river of light”).
- It replaces a negative statement by a visible fact: “does not look up” becomes “eyes lowered”
  (`figures.toml`).
- It leaves out events that have not happened yet.
- The prompt of a still gives each person one action that is in progress (“is laying the coin”). It contains
  no later events, no sounds, and no things that are absent.
- The sound of an object is in the prompt only if the action uses the object. The sound of voices is in the
  prompt only if the script has people without names.
- The place of a montage is the place in the title of the montage.
- If a person's eyes are closed, the prompt does not say where the person looks.
- If the script does not show whether a person is a he or a she, the composer uses only the name, because
  models draw “they” as two people.
- If a person has no action, the prompt says that the person is in the frame.
- In an insert, the camera shows the object that is the subject of the action.

The following sections show prompts for shots of the films in `examples/`, {EACH} for each family.
`python -m tools.prompts_page` writes this page, and a test fails if the page is out of date.
"""


def import_example_film(script: Path) -> Story:
    """Return the film that an import of a screenplay and the acceptance of its reading make, in memory."""
    count = iter(range(1_000_000))

    def counted(prefix: str) -> str:
        return f"{prefix}_{next(count):06d}"

    screenplay = parse(script.read_bytes())
    empty = Story(project=Project(id=new_id("prj"), name=script.stem, rate=Fraction(25), engine="ltx2"))
    read = read_reading_file(script.with_suffix(".reading.json").read_bytes(), screenplay)
    reading = accept_reading(empty, screenplay, read)
    people = find_read_people(reading, screenplay)
    scenes = shots.break_down_script(screenplay, empty.project.rate, reading=reading)
    merged = merge.merge_drafts(empty, scenes, new_id=counted)
    as_read = [scene.as_read for scene in scenes]
    in_script = people.list_drafts(elements.extract_elements(screenplay, as_read))
    found = elements.merge_elements((), in_script, new_id=counted)
    found = people.store_in_elements(found, in_script)
    story = Story(project=empty.project, scenes=merged.scenes, shots=merged.shots, elements=found)
    story = update_places(story, screenplay.scenes, as_read)
    introduced = find_introduced_looks(screenplay, build_cast(screenplay), as_read)
    looks = replace_with_breakdown_looks(introduced, as_read, people.introductions)
    return number_story(replace_found_looks(story, looks, new_id=counted))


def _format_example_prompts(engine: str) -> Iterator[str]:
    scripts = sorted(EXAMPLES.glob("*.fountain"))
    for at, script in enumerate(scripts):
        story = import_example_film(script)
        shots_of_it = story.live_shots()
        wanted = EACH // len(scripts) + (at < EACH % len(scripts))
        for shot in (shots_of_it[index * len(shots_of_it) // wanted] for index in range(wanted)):
            yield f"**{script.stem} {story.numbers[shot.id]}**\n"
            yield f"{get_prompt(story, shot, engine).text}\n"


def build_prompts_page() -> str:
    """Return the complete page."""
    out = [INTRO]
    for engine, title in (("ltx2", "LTX-2"), ("flux2", "FLUX.2"), ("z-image", "Z-Image")):
        out += [f"## {title}\n", *_format_example_prompts(engine)]
    return "\n".join(out)


def main() -> int:
    """Print the page."""
    sys.stdout.write(build_prompts_page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
