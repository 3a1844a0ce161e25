"""Analysis of a story in prose as a scenario, which can be written as a Fountain screenplay.

A scenario lists theme, tone, people, places, objects, acts, sequences and scenes as items. Each item has the
words of the story that it came from, and a flag that confirms that these words are in the story. Items are
found by rules in English, French and Japanese (`scenario_rules.read_prose`). The answer of a language model
is converted to the same values (`engines.llm.scenario_answer`).

Begin with `scenario`. The package is pure, and may use `story.screenplay` and `story.reading`.
"""
