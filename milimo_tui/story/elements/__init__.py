"""People, places and props of a film (its elements), and the prompts that describe them. Start reading at
`elements`, then `prompt`. The package uses `story.screenplay`, not `story.shots`.
"""
