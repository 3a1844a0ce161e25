"""The person at their terminal: the studio, its home, the project and cut at hand, what is meant by a
name, who may be asked. Stands on `store` and `jobs.client` alone. Begin with `studio`.
"""
