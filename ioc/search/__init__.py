"""Search: finds communes, former units, villages, KPIs and pages by what people type.

Owns how typed words are understood: without marks or with some, old names, abbreviations of units and offices, a unit
named after its district. Answers what each find is and where it leads; knows neither HTTP nor how a list looks.
"""
