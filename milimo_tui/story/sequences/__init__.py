"""A brief to a sequence of distinct shots, each value with the rule that gave it; a scene's composition.

Pure, by tables: `moods.toml`, `styles.toml`, `kinds.toml`, `purposes.toml`, `lenses.toml`. May use
`story.plan` and `story.reading`; knows no film. Begin with `sequence_plan.plan_sequence`; `composition` looks
at shots that are there.
"""
