"""What the house is kept with: its measure, the makers of pages and diagrams. Not shipped."""
