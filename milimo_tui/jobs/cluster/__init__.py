"""Run workers on the nodes (machines) of a Ray cluster. The supervisor uses them through the same Protocol
class as its local pool of workers.

Ray is imported only in separate processes: that of a node (`ray_node`), of the cluster driver (`ray_bridge`)
and of an actor (`worker_host`). Begin with `machines`.
"""
