"""Reading of a screenplay by a language model, in two passes: the people and places of the film, then each
scene.

The package turns numbered scenes into questions, and answers into breakdowns (`story.breakdown`). Begin with
`passes`.
"""
