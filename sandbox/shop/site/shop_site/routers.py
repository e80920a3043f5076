"""Which database a table is read from and lives in."""

from django.db.models import Model

from shop_site import reading

CACHE_APP = "django_cache"
CATALOGUE_APPS = {"catalogue", "partner"}


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


class ReplicaRouter:
    """Everything is written to the primary; the catalogue and its stock are read where the request says."""

    def db_for_read(self, model: type[Model], **hints: object) -> str:
        """The primary for all that is not the catalogue."""
        return reading.catalogue_database() if model._meta.app_label in CATALOGUE_APPS else reading.PRIMARY

    def db_for_write(self, model: type[Model], **hints: object) -> str:
        """The primary."""
        return reading.PRIMARY

    def allow_relation(self, one: Model, other: Model, **hints: object) -> bool:
        """Both databases hold the same rows."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        """The replica gets its tables from the primary."""
        return db == reading.PRIMARY
