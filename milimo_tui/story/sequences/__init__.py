"""Plan a sequence from a brief, as distinct shots with the rule behind each value; and check the composition
of a scene.

The package consists of pure functions and the tables `moods.toml`, `styles.toml`, `kinds.toml`,
`purposes.toml` and `lenses.toml`. It may use `story.plan` and `story.reading`, and does not need a film.
Begin with `sequence_plan.plan_sequence`; `composition` checks existing shots.
"""
