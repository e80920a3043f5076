"""What the pages of a django-oscar shop look like, with its own theme."""

from page_objects.oscar.catalogue import CataloguePage, ProductPage
from page_objects.oscar.dashboard import DashboardPage
from page_objects.oscar.front import FrontPages, search_path

__all__ = ["CataloguePage", "DashboardPage", "FrontPages", "ProductPage", "search_path"]
