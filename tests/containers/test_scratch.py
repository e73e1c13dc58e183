"""The image from scratch: the file needs nothing but itself."""

import io
import tarfile

from tests.containers.engine import BuildImage, Engine

# docker puts these into every container, for its mounts.
DOCKERS_OWN = (".dockerenv", "dev", "etc", "proc", "sys")


def test_image_has_the_file_and_the_program_and_nothing_else(
    engine: Engine, image: BuildImage
) -> None:
    """What the other tests run from scratch is two files: no libc, no shell, no folder."""
    with engine.container(image("scratch")) as container:
        exported = engine.docker("export", container.name).stdout
    with tarfile.open(fileobj=io.BytesIO(exported)) as archive:
        names = {name for name in archive.getnames() if name.split("/")[0] not in DOCKERS_OWN}
    assert {"payload", "sbin", "sbin/tinyinit"} == names
