"""Periods, indicators and their calculation from what happened; plain values in, figures out."""
