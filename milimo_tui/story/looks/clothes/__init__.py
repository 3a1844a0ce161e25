"""What people have on: the words for garments, and how they go on and off."""
