"""Generator of docs/prompts.md from the examples: `python -m tools.prompts_page` prints it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from milimo_tui.core.ids import new_id
from milimo_tui.story.commit import merge
from milimo_tui.story.commit.accepted_reading import accept_reading
from milimo_tui.story.commit.reading_file import read_reading_file
from milimo_tui.story.elements import elements
from milimo_tui.story.elements.place_updates import update_places
from milimo_tui.story.elements.read_people import find_read_people
from milimo_tui.story.elements.read_places import store_read_places
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
| action | the events of the shot, as the script describes them | the script |
| camera | one of six shot sizes, the viewpoint, and the movement of the camera, or that the camera is \
static | the shot |
| people | the people in the frame: how they look, what they do with their bodies, hold and look at, and \
their positions | the look of each person in this shot, the reading of the scene |
| things | the appearance of the objects that the action names | the object |
| place | the place, the time and the weather | the script, the reading, the place |
| function, constraints, culture, reputation, detail | the attributes of the place \
([screenplays](screenplays.md#where-and-when-it-plays)) | the place, the scene, the shot |
| light | the light, if it is known | the reading, the place |
| style | the style of the film | `milimo project set --style` |
| sound | the sound of the place, if you set it | the place, the scene, the shot |
| speech | the lines of dialogue, their speakers and the manner of speaking, and whether a speaker is \
outside the picture | the script |

You can write each part in your own words, or leave it out, for a film, a scene or a shot:

| command | result |
| --- | --- |
| `milimo shot set 2D --prompt-part "light=one bare bulb"` | use your own words for the light of shot 2D |
| `milimo scene set 2 --prompt-part sound=` | leave out the sound in scene 2 |
| `milimo scene set 2 --prompt-part sound` | use the composed sound again in scene 2 |

In the inspector, `p` shows the parts. In the list of parts, Enter edits the words of a part, space leaves
the part out, and `x` removes your words.

If a newer version of Milimo composes other words from the same facts, takes do not become stale.

## Rules of the composers

A composer adds nothing. It joins the words of the script with the facts that are certain: what the format
of the script says (headings, cues, extensions), what an accepted [reading](breakdown.md) says with a
quotation, and what you set. Without a reading and without your words, nothing is known of the light and
the sound, so the prompt does not mention them. A prompt has at most 220 words (Wan: 200) and no smallest
number of words.

- The action keeps the words of the script. Marks of the script and camera instructions are left out,
  because the part *camera* names the framing once. A sentence that breaks off loses its last conjunction.
- A pronoun at the beginning of the action becomes the name of the person, if only one person in the frame
  fits.
- The description of a person appears once, in the part *people*. A part of a description that is a clause
  with a verb becomes a sentence of its own.
- Words in capitals are written in small letters, except names, acronyms (BBC, NATO, TV), roman numerals
  and words in quotation marks.
- Names of places that are ordinary words, such as “the noodle bar”, are written in small letters. Models
  draw capitals as letters on a sign. A place has the same words in all shots of a scene.
- A posture that lasts, a held thing and a gaze stay in the prompts of a scene until the reading says
  something else.
- An animal is described as an animal. A voice is never in the frame, and neither is a person who is only
  heard from off screen. A listener who is outside the frame is not named.
- If the script does not show whether a person is a he or a she, the composer uses only the name, because
  models draw “they” as two people.
- If a person has no action, the prompt says that the person is in the frame.
- If nobody speaks, a prompt for a model with sound says so, because such a model invents speech
  otherwise.
- The words of a speech are exact. If a prompt is too long, the last sentences of other parts are left
  out.

The models differ only in the order of the parts, and in what they can show:

- LTX-2 begins with the action and ends with the speech (the authors' instructions for their prompt
  enhancer and their notes on prompting, 2026).
- Wan 2.2 begins with the style and the framing. It makes no sound, so a speaker moves their lips instead.
- FLUX.2, Qwen-Image and Z-Image get one moment of the action, without camera movement, speech, later
  events, events that are only heard, and sentences about absent things. A film without a style gets the
  sentence “A photographic still from a live-action film.”

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
    scenes = shots.break_down_script(screenplay, empty.project.rate, reading=reading)
    merged = merge.merge_drafts(empty, scenes, new_id=counted)
    as_read = [scene.as_read for scene in scenes]
    people = find_read_people(reading, screenplay, as_read)
    in_script = people.list_drafts(elements.extract_elements(screenplay, as_read))
    found = elements.merge_elements((), in_script, new_id=counted)
    found = people.store_in_elements(found, in_script)
    story = Story(project=empty.project, scenes=merged.scenes, shots=merged.shots, elements=found)
    story = update_places(story, screenplay.scenes, as_read)
    story = replace(story, elements=store_read_places(story.elements, reading.places, screenplay))
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
