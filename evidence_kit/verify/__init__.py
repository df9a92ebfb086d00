"""Checking a package or a token without any vault."""
