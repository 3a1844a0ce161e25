"""Clusters of machines: the nodes of a Ray cluster as places for workers, through the pool's Protocol.

Ray itself is imported only in processes of its own: a node's (`ray_node`), the bridge's (`ray_bridge`), an
actor's (`worker_host`). Begin with `machines`.
"""
