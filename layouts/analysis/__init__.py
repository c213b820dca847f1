"""The answer to an analysis as the explorer's page fetches it: picture, map paint, table, remarks, in one document.

Owns the step from a result to that document and the route that sends it. Numbers come from `ioc.analysis`, pictures
from `layouts.figures.explore`; nothing is computed here.
"""
