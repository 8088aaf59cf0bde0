"""The public directory: firms that agreed to be listed, their sites and photos, and the region's business zones."""
