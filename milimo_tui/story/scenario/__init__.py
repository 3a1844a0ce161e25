"""A story in prose as a scenario: theme, tone, people, places, objects, acts, sequences and scenes; then
Fountain.

The package is pure. Each item has the words of the story that it came from, and a flag that they are in the
story. Items are found by rules in English, French and Japanese (`scenario_rules.read_prose`); the answer of a
language model becomes the same values (`engines.llm.scenario_answer`). This package may use
`story.screenplay` and `story.reading`. Begin with `scenario`.
"""
