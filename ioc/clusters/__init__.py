"""Clusters: where neighbouring communes are high or low together, and who moves against communes of its kind.

Owns the two methods, their correction for chance, and the sheet on which the findings of an edition are kept. The
reckoning runs in a process of its own; web workers only read sheets.
"""
