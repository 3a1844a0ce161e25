"""The schedule and the forecast of the queue. Pure rules assign jobs to workers, and a simulation applies the
same rules to predict when jobs end.

Begin with `schedule`.
"""
