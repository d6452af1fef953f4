"""Believable tasks, for a first look and for trying out large amounts. The command seed writes them."""
