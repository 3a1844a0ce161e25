"""Generator of docs/prompts.md from the examples: `python -m tools.prompts_page` prints it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from milimo_tui.core.ids import new_id
from milimo_tui.story.commit import merge
from milimo_tui.story.elements import elements
from milimo_tui.story.elements.place_updates import update_places
from milimo_tui.story.looks.look_places import replace_found_looks
from milimo_tui.story.looks.looks_found import find_looks
from milimo_tui.story.screenplay.fountain import parse
from milimo_tui.story.shots import shots
from milimo_tui.story.values.film import Project, Story
from milimo_tui.studio.takes.shot_spec import get_prompt, number_story

EXAMPLES = Path(__file__).parent.parent / "examples"
EACH = 20  # prompts for each model family
INTRO = f"""# Prompts

What a shot means is the script's and yours; how a model is told is its family's. A composer words the facts
(who is seen in which look, where, when, the framing, who is heard and how) as that model's makers write
captions. `milimo shot show 2D --engine ltx2` shows each part with where its words come from; `p` does on
the Shot screen.

| part | what it says | where from |
| --- | --- | --- |
| action | what happens, in its order, feelings as what is seen of them | the script, `feelings.toml` |
| camera | one of six sizes, the viewpoint, what the camera does, also when it stands still | the shot |
| people | who is in the frame by what is visible, and where they stand | the look that holds there |
| things | how an object looks that the action names | the object |
| place | where and when, what it is made of, what is visible of it | the script, the place, `places.toml` |
| function, constraints, culture, reputation, detail | what the place is like | place, scene, shot |
| light | by the place's own words, else by time and weather | the place, `light.toml` |
| style | the film's words | `milimo project set --style` |
| sound | the room, the weather, what is heard of the action | the place, `places.toml`, `effects.toml` |
| speech | who says what, in which tone; a voice from elsewhere says that it is | the script |

Each is worded anew or left out for a film, a scene or a shot: `milimo shot set 2D --prompt-part "light=one
bare bulb"`, `milimo scene set 2 --prompt-part sound=` leaves it out, `--prompt-part light` takes it back.
In the inspector `p` shows the parts; Enter words one, space leaves it out, x takes back what was by hand.
What is `filled` stands in tables of our own in `engines/prompting/`. Takes are compared by what is meant,
not by its wording: a better composer makes no take stale.

LTX-2 has one paragraph of 120 to 220 words that begins with what happens (its makers' instructions for
their prompt enhancer and their notes on prompting, 2026). FLUX.2 has a still: the subject first, prose,
light and lens, no movement and nobody who speaks (its makers' prompting guide, 2026).

What a script leaves to its reader is put into words that stand alone, for a model is told one shot at a
time: a scrap is a sentence (“Her palm: a coin.” is “Mara’s palm holds a coin.”), a pronoun that points at
the page before is a name, what introduces somebody stands once, with the people. Names of places are small
where they are ordinary words, for capitals are drawn as signs. Lamps that a scene names are its light, what
falls as it opens is its weather. Focus, movement, a sky and a listener come from the size, the place and
who speaks (`places.toml`, `effects.toml`); nothing of it says what a person may think or feel.

A model draws every word as it stands. So a likeness is left out (“like a river of light”), a denial is told
as what is seen (“does not look up” is “eyes lowered”), and what has not happened yet is not told
(`figures.toml`). A still has one act of each who acts, in its midst (“is laying the coin”), nothing that
comes after it, nothing that is only heard and nothing that is not there. A thing is heard where something is
done with it, voices where the script has people without a name. A montage plays where its title says.
Who has eyes shut looks nowhere; of whom nothing says he or she is told by name alone, for “they” is drawn
as two; who only stands there is said to be in the frame; an insert is of the thing that does something.

The prompts below are those of `examples/`, {EACH} of each family, spread over the films; made by `python
-m tools.prompts_page`, held current by a test.
"""


def import_example_film(script: Path) -> Story:
    """Return the film that an import makes of a screenplay, in memory."""
    count = iter(range(1_000_000))

    def counted(prefix: str) -> str:
        return f"{prefix}_{next(count):06d}"

    screenplay = parse(script.read_bytes())
    empty = Story(project=Project(id=new_id("prj"), name=script.stem, rate=Fraction(25), engine="ltx2"))
    scenes = shots.break_down_script(screenplay, empty.project.rate)
    merged = merge.merge_drafts(empty, scenes, new_id=counted)
    as_read = [scene.as_read for scene in scenes]
    found = elements.merge_elements((), elements.extract_elements(screenplay, as_read), new_id=counted)
    story = Story(project=empty.project, scenes=merged.scenes, shots=merged.shots, elements=found)
    story = update_places(story, screenplay.scenes, as_read)
    looks = find_looks(as_read)
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
