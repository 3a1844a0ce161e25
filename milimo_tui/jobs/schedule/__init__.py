"""Who runs next, and when everything ends: pure rules and a simulation by them. Begin with `schedule`."""
