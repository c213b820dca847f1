"""The fleet: screens on walls as devices, enrolled, told what to show, heard from and revoked by people.

Owns devices, their tokens and orders, and the book of every act on them. What a scene is and how it is drawn
belongs to the wall; knows no route and no page.
"""
