"""Geometry of the server-made charts."""
