"""Rendering of a cut to a film: the plan, the media of each clip, deliveries, estimates and jobs.

Begin with `render_plan`.
"""
