"""Many machines: nodes of a Ray cluster as room for workers, behind the pool's Protocol. Begin: `machines`.

Ray itself is imported in processes of its own alone: a node's (`ray_node`), the bridge's (`ray_bridge`), an
actor's (`worker_host`).
"""
