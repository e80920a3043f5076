"""Which SQLite file a table lives in: the application cache has one of its own."""

from django.db.models import Model

CACHE_APP = "django_cache"


class CacheRouter:
    """Sends Django's cache table to the database "cache", and nothing else."""

    def db_for_read(self, model: type[Model], **hints: object) -> str | None:
        """The cache's file for the cache table, no opinion on others."""
        return "cache" if model._meta.app_label == CACHE_APP else None

    def db_for_write(self, model: type[Model], **hints: object) -> str | None:
        """As for reading."""
        return self.db_for_read(model)

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        """Each table in its own file only."""
        return (db == "cache") == (app_label == CACHE_APP)
