"""The sandbox's shop: a real django-oscar store with faults to plant in it."""
