"""Coverage of a scene: planning of its shots, each with purpose, framing, length and the reason for the
framing.

Pure functions over the pieces of action and speeches (`Moment`) that `story.reading` found. They do not
depend on a film. Start reading at `scene_plan.plan_scene`.
"""
