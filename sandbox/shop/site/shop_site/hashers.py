"""How passwords are stored: as Django does it, with fewer rounds, since every API call checks one."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """PBKDF2 in about 5 ms; the accounts are made up and the machine is local."""

    iterations = 10_000
