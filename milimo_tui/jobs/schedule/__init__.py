"""The schedule and the forecast: pure rules that assign jobs to workers, and a simulation by these rules.

Begin with `schedule`.
"""
