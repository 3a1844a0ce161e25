"""People, places and things of a film, and the prompts they are put into. Begin with `elements`, then
`prompt`. Uses `story.screenplay`, not `story.shots`.
"""
