"""How a scene is covered: what each shot is for, its framing, its length and the reason.

Pure, over the moments that `story.reading` found; knows no film. Begin with `scene_plan.plan_scene`.
"""
