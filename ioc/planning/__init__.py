"""Which villages to connect first with a given budget: the investment planner.

Owns the assumptions, the candidates, the model with its exact solution, what follows from it and the book of plans.
"""
