"""Render a cut to a film file: make the render plan, find the media of each clip, and create orders,
estimates and jobs.

Begin with `render_plan`.
"""
