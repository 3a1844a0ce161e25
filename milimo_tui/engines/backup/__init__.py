"""The engine `backup`: keeps a home and looks whether it is whole. The work is in `store.backup`."""
