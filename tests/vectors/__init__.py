"""Packages made by a writer of their own, good ones and tampered ones, with the verdict that each must get."""
