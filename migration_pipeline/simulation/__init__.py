"""A deterministic retail chain with ground truth and planted defects.

Knows no pipeline code: it states what should come out, it does not compute it.
"""
