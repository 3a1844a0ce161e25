"""Sequences planned from a brief, as distinct shots with the rule for each value; and the composition of a
scene.

Pure functions with tables: `moods.toml`, `styles.toml`, `kinds.toml`, `purposes.toml`, `lenses.toml`. The
package may use `story.plan` and `story.reading`, and is independent of a film. Begin with
`sequence_plan.plan_sequence`; `composition` checks existing shots.
"""
