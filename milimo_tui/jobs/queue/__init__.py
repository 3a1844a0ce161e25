"""The durable job queue. It records requested changes, the jobs that workers take (claims), the ends of
attempts, and the moving of results into films (publishing). Begin with `queue`.
"""
