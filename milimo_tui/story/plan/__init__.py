"""Coverage of a scene: the purpose, framing, length and reason of each shot.

Pure functions over the moments that `story.reading` found, independent of a film. Begin with
`scene_plan.plan_scene`.
"""
