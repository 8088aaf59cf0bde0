"""Indicators computed from what happened, for donors and the office; every number leads to its evidence."""
