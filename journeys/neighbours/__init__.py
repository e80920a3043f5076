"""One module for each kind of neighbour and of organ: how it is asked, and what it holds or says.

A module has ``connect(options)``, which an entry point of the group ``journeys.neighbours`` or ``journeys.organs``
names by its kind. Kinds that need a package of the extra ``neighbours`` are imported from their own modules.
"""
