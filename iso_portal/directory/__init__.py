"""The public directory of firms that agreed to be listed."""
