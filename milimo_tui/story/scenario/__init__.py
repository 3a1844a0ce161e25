"""A story in prose as a scenario: theme, tone, people, places, objects, acts to scenes; then Fountain.

Pure. Each item has the words of the story that it came from, and says whether they stand there. By rules in
English, French and Japanese (`scenario_rules.read_prose`); what a language model answers becomes the same
values (`engines.llm.scenario_answer`). May use `story.screenplay` and `story.reading`. Begin with `scenario`.
"""
