"""The use of dynaconf, whose values are TOML; it has no types but in validators."""

from dynaconf import Dynaconf, Validator

TEXTS = ("NAME", "HOST", "SECRET_KEY", "DATABASE_URL", "CACHE_URL", "REGION", "ZONE")
FLAGS = ("DEBUG", "VERBOSE", "PROXY")
NUMBERS = ("PORT", "WORKERS", "THREADS", "BACKLOG", "RETRIES")


def define():
    """Define the fields."""
    return Dynaconf(
        envvar_prefix="APP",
        validators=[
            *(Validator(name, must_exist=True, is_type_of=str) for name in TEXTS),
            *(Validator(name, must_exist=True, is_type_of=int) for name in NUMBERS),
            *(Validator(n, must_exist=True, is_type_of=bool) for n in FLAGS),
            *(Validator(n, must_exist=True, is_type_of=float) for n in ("RATIO", "TIMEOUT")),
            *(Validator(name, must_exist=True, is_type_of=list) for name in ("TAGS", "SHARDS")),
            Validator("LEVEL", must_exist=True, is_in=["debug", "info", "warning"]),
        ],
    )


def load(settings):
    """Load them."""
    settings.reload()
    settings.validators.validate_all()
    return settings
