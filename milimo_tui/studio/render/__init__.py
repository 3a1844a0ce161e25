"""From a cut to a rendered film: the plan, what each clip resolves to now, its deliveries, what it
would take, its jobs. Begin with `render_plan`.
"""
