"""Tracking that staff assignments stay balanced: voluntary declarations in a vault, measures, proposals, pages."""
